package difftest

import (
	"fmt"
	"sort"
	"strings"
)

// A Score counts agreements. A scenario leaks when a goroutine of it leaked
// sending; it is found when a leaked send of it is named, and a false alarm
// when a line is named at which nothing leaked.
type Score struct {
	Scenarios, Leaking, Found, Alarms, FalseAlarms int
	Sends, FoundSends                              int // the same by line
}

// Precision is the share of the named scenarios whose every named line leaked.
func (s Score) Precision() float64 { return ratio(s.Alarms-s.FalseAlarms, s.Alarms) }

// Recall is the share of the leaking scenarios that were found.
func (s Score) Recall() float64 { return ratio(s.Found, s.Leaking) }

// ratio is a/b, and 1 of nothing.
func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// String is the score in one line.
func (s Score) String() string {
	return fmt.Sprintf("%d scenarios, %d leak: precision %.3f (%d false of %d), recall %.3f (%d missed), sends %d of %d",
		s.Scenarios, s.Leaking, s.Precision(), s.FalseAlarms, s.Alarms, s.Recall(), s.Leaking-s.Found, s.FoundSends, s.Sends)
}

// add counts one comparison.
func (s *Score) add(c Comparison) {
	s.Scenarios++
	s.Sends += len(c.Leaked)
	s.FoundSends += len(c.Leaked) - len(c.Missed)
	if len(c.Leaked) > 0 {
		s.Leaking++
		if len(c.Missed) < len(c.Leaked) {
			s.Found++
		}
	}
	if len(c.Leaked)-len(c.Missed)+len(c.False) > 0 {
		s.Alarms++
	}
	if len(c.False) > 0 {
		s.FalseAlarms++
	}
}

// A Comparison is both verdicts on one scenario, as lines where a goroutine
// stands.
type Comparison struct {
	*Scenario
	Leaked, Missed, False []int
	Victims               []int // leaked sends that are told with another wait, which is to be fixed
	Elsewhere             []int // leaked, but not sending
}

// Differs reports whether the verdicts differ by scenario.
func (c Comparison) Differs() bool {
	return len(c.False) > 0 || len(c.Leaked) > 0 && len(c.Missed) == len(c.Leaked)
}

// String shows the program and both verdicts.
func (c Comparison) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): leaked sending at %v, as victims at %v, elsewhere at %v; missed %v, falsely named %v\n",
		c.Name, c.Family, c.Leaked, c.Victims, c.Elsewhere, c.Missed, c.False)
	b.WriteString(c.Numbered())
	return b.String()
}

// Compare compares the truth with the lines a linter named, scenario by
// scenario, in their order. A send that is not named, but is among the victims
// of a deadlock for which another operation was found to be at fault, is not
// missed: one bug, one finding.
func Compare(scenarios []*Scenario, truth, named, victims Leaks) []Comparison {
	var all []Comparison
	for _, s := range scenarios {
		c := Comparison{Scenario: s}
		sends := s.Sends()
		got := map[int]bool{}
		for line := range named[s.Name] {
			if at, ok := sends[line]; ok {
				line = at
			}
			got[line] = true
			if !truth[s.Name][line] {
				c.False = append(c.False, line)
			}
		}
		for line := range truth[s.Name] {
			switch {
			case sends[line] != line:
				c.Elsewhere = append(c.Elsewhere, line)
				continue
			case !got[line] && victims[s.Name][line]:
				c.Victims = append(c.Victims, line)
				continue
			case !got[line]:
				c.Missed = append(c.Missed, line)
			}
			c.Leaked = append(c.Leaked, line)
		}
		for _, lines := range [][]int{c.Leaked, c.Missed, c.False, c.Victims, c.Elsewhere} {
			sort.Ints(lines)
		}
		all = append(all, c)
	}
	return all
}

// Total sums comparisons, over all and by family.
func Total(all []Comparison) (Score, map[string]Score) {
	var total Score
	byFamily := map[string]Score{}
	for _, c := range all {
		total.add(c)
		s := byFamily[c.Family]
		s.add(c)
		byFamily[c.Family] = s
	}
	return total, byFamily
}
