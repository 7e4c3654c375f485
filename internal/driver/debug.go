package driver

import (
	"cmp"
	"fmt"
	"go/token"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/stay"
)

// This file prints what -debug asks for: how the analysis went and why it is
// silent (docs/design.md section 8.4).

// A debugMode is what -debug prints; as a flag it can stand without a value.
type debugMode string

const (
	debugOff      debugMode = ""
	debugCounters debugMode = "counters" // and the roots
	debugProgram  debugMode = "program"  // the program of every root
	debugLedger   debugMode = "ledger"   // a verdict for every blocking operation in a goroutine body
	debugLeaks    debugMode = "leaks"    // every leak of the machine, whoever reports it
	debugLaunches debugMode = "launches" // every place that starts goroutines and how long they can live, and no finding
)

// debugModes are the values of the flag.
var debugModes = []string{string(debugOff), string(debugCounters), string(debugProgram), string(debugLedger), string(debugLeaks), string(debugLaunches)}

// String implements flag.Value.
func (d *debugMode) String() string { return string(*d) }

// IsBoolFlag makes -debug stand for -debug=true.
func (d *debugMode) IsBoolFlag() bool { return true }

// Set implements flag.Value.
func (d *debugMode) Set(s string) error {
	switch {
	case s == "true":
		*d = debugCounters
	case s == "false":
		*d = debugOff
	case slices.Contains(debugModes[1:], s):
		*d = debugMode(s)
	default:
		return fmt.Errorf("want one of %s", strings.Join(debugModes[1:], ", "))
	}
	return nil
}

// prepare has the analyzers keep what is to be printed.
func (d debugMode) prepare() error {
	switch d {
	case debugLedger, debugProgram:
		return leaks.Analyzer.Flags.Set(string(d), "true")
	case debugLeaks:
		return leaks.Analyzer.Flags.Set("all", "true")
	}
	return nil
}

// needs returns the analyzers to run: only the results of roots are kept.
// Where goroutines start is told without looking for findings.
func (d debugMode) needs(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	if d == debugLaunches {
		return []*analysis.Analyzer{stay.Analyzer}
	}
	return withRequired(analyzers)
}

// write prints what is asked for of an analysis.
func (d debugMode) write(w io.Writer, graph *checker.Graph, v *view) {
	if d == debugOff {
		return
	}
	if d == debugCounters {
		writeCounters(w, graph)
	}
	if d == debugLaunches {
		for _, act := range with[*stay.Result](graph) {
			p := &placer{fset: act.Package.Fset, view: v}
			p.launches(w, act.Result.(*stay.Result))
		}
	}
	for _, act := range with[*leaks.Result](graph) {
		p := &placer{fset: act.Package.Fset, view: v}
		res := act.Result.(*leaks.Result)
		switch d {
		case debugCounters:
			p.roots(w, res)
		case debugProgram:
			p.programs(w, res)
		case debugLedger:
			p.ledger(w, res)
		case debugLeaks:
			p.leaks(w, res)
		}
	}
}

// with returns the analyses that have a result of the type, by package.
func with[T comparable](graph *checker.Graph) []*checker.Action {
	var none T
	var acts []*checker.Action
	for act := range graph.All() {
		if res, ok := act.Result.(T); ok && res != none {
			acts = append(acts, act)
		}
	}
	slices.SortFunc(acts, func(a, b *checker.Action) int { return cmp.Compare(a.Package.ID, b.Package.ID) })
	return acts
}

// A placer writes positions of one package as findings have them.
type placer struct {
	fset *token.FileSet
	view *view
}

// place returns a position as text.
func (p *placer) place(pos token.Pos) string {
	at := p.fset.PositionFor(pos, false)
	return p.view.place(plain, Position{File: at.Filename, Line: at.Line, Col: at.Column})
}

// sortedRoots returns the roots in source order, the dropped among the others.
func sortedRoots(res *leaks.Result) []leaks.RootStat {
	return slices.SortedStableFunc(slices.Values(res.Roots), func(a, b leaks.RootStat) int {
		return cmp.Compare(a.Func.Pos(), b.Func.Pos())
	})
}

// roots prints what exploring each root cost, or why it was dropped.
func (p *placer) roots(w io.Writer, res *leaks.Result) {
	for _, r := range sortedRoots(res) {
		fmt.Fprintf(w, "%s: root %s: %d instructions, %d states", p.place(r.Func.Pos()), r.Func.Name(), r.Instrs, r.States)
		switch {
		case r.Dropped != "":
			fmt.Fprintf(w, ", dropped: %s", r.Dropped)
		case r.Near:
			fmt.Fprint(w, ", explored near what it makes")
		}
		fmt.Fprintln(w)
	}
}

// programs prints the program of every root.
func (p *placer) programs(w io.Writer, res *leaks.Result) {
	for _, r := range sortedRoots(res) {
		fmt.Fprintf(w, "# %s: root %s\n", p.place(r.Func.Pos()), r.Func.Name())
		switch {
		case r.Program != "":
		case r.Dropped != "":
			fmt.Fprintf(w, "# dropped: %s\n", r.Dropped)
		case r.Near:
			fmt.Fprintln(w, "# too large: explored near what it makes")
		default:
			fmt.Fprintln(w, "# nothing in it can wait for ever")
		}
		fmt.Fprintln(w, r.Program)
	}
}

// ledger prints one line for every operation, and one for every dropped root.
func (p *placer) ledger(w io.Writer, res *leaks.Result) {
	for _, e := range res.Ledger {
		fmt.Fprintf(w, "%s: %s: %s", p.place(e.Pos), e.Op, e.Verdict)
		if e.Why != "" {
			fmt.Fprintf(w, ": %s", e.Why)
		}
		if e.At.IsValid() {
			fmt.Fprintf(w, " at %s", p.place(e.At))
		}
		fmt.Fprintln(w)
	}
	for _, r := range sortedRoots(res) {
		verdict := "explored"
		if r.Dropped != "" {
			verdict = "dropped: " + r.Dropped
		}
		fmt.Fprintf(w, "%s: root: %s\n", p.place(r.Func.Pos()), verdict)
	}
}

// leaks prints every leak, with the pass that reports it.
func (p *placer) leaks(w io.Writer, res *leaks.Result) {
	for _, l := range res.Leaks {
		confidence := ""
		if l.Confidence == report.Low {
			confidence = ", low"
		}
		fmt.Fprintf(w, "%s: %s can block for ever (%s%s)\n", p.place(l.Pos), l.Op, cmp.Or(l.Owner, "no pass"), confidence)
	}
}

// launches prints one line for every place that starts goroutines: by what
// means, how often in a process, and which function can run again.
func (p *placer) launches(w io.Writer, res *stay.Result) {
	for _, s := range res.Launches.Sites {
		fmt.Fprintf(w, "%s: %s: %s", p.place(s.Pos()), s.Kind, s.Lifetime)
		if s.Root != nil {
			fmt.Fprintf(w, ", from %s", spawn.Name(s.Root))
		}
		fmt.Fprintln(w)
	}
}

// A counting result of an analyzer tells -debug what it counted.
type counting interface{ Counters() map[string]int }

// writeCounters prints what each analyzer took, found and counted.
func writeCounters(w io.Writer, graph *checker.Graph) {
	type row struct {
		packages, findings int
		time               time.Duration
		counters           map[string]int
	}
	rows := make(map[string]*row)
	for act := range graph.All() {
		r := rows[act.Analyzer.Name]
		if r == nil {
			r = &row{counters: make(map[string]int)}
			rows[act.Analyzer.Name] = r
		}
		r.packages++
		r.time += act.Duration
		if act.IsRoot {
			r.findings += len(act.Diagnostics)
		}
		if c, ok := act.Result.(counting); ok {
			for name, n := range c.Counters() {
				r.counters[name] += n
			}
		}
	}
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "analyzer\tpackages\tfindings\ttime\tcounters")
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		r := rows[name]
		var counters []string
		for _, c := range slices.Sorted(maps.Keys(r.counters)) {
			counters = append(counters, fmt.Sprintf("%s=%d", c, r.counters[c]))
		}
		fmt.Fprintf(tw, "%s\t%d\t%d\t%v\t%s\n", name, r.packages, r.findings, r.time.Round(time.Millisecond), strings.Join(counters, " "))
	}
	_ = tw.Flush()
}
