package report

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// A Trail is the witness of a finding as its related messages carry it. Step i
// of the trail is message i, and reads
//
//	NUMBER · ROLE [· goroutine started at PLACE] · TEXT [· assumes ASSUMPTION]
//
// for instance
//
//	3 · blocked · goroutine started at line 12 · sends on results · assumes ctx is done
//
// Numbers count from 1. PLACE is "line 12" in the file of the message, or
// "pool.go:12"; without it the step is one of the function's own goroutine.
// TEXT and ASSUMPTION are phrases on one line without the separator.
type Trail []TrailStep

// A TrailStep is one step of a Trail. Its position is that of its message.
type TrailStep struct {
	Role      Role
	Goroutine string // where the goroutine of the step was started, or ""
	Text      string
	Assumes   string // or ""
}

const (
	separator       = " · "
	goroutinePrefix = "goroutine started at "
	assumesPrefix   = "assumes "
)

// Messages returns the related messages of the trail.
func (t Trail) Messages() []string {
	messages := make([]string, len(t))
	for i, s := range t {
		parts := []string{strconv.Itoa(i + 1), s.Role.String()}
		if s.Goroutine != "" {
			parts = append(parts, goroutinePrefix+s.Goroutine)
		}
		parts = append(parts, textPhrase(s.Text))
		if assumes := phrase(s.Assumes); assumes != "" {
			parts = append(parts, assumesPrefix+assumes)
		}
		messages[i] = strings.Join(parts, separator)
	}
	return messages
}

// ParseTrail reads the related messages of a finding back.
func ParseTrail(messages []string) (Trail, error) {
	trail := make(Trail, len(messages))
	for i, m := range messages {
		parts := strings.Split(m, separator)
		if len(parts) < 3 || parts[0] != strconv.Itoa(i+1) {
			return nil, fmt.Errorf("related message %d is no step of a trail: %q", i+1, m)
		}
		role := slices.Index(roleWords[:], parts[1])
		if role < 0 {
			return nil, fmt.Errorf("related message %d has an unknown role: %q", i+1, m)
		}
		step, ok := parsePhrases(parts[2:])
		if !ok {
			return nil, fmt.Errorf("related message %d has parts in the wrong order: %q", i+1, m)
		}
		step.Role = Role(role)
		trail[i] = step
	}
	return trail, nil
}

// parsePhrases reads the parts of a message after the role. They cannot be
// confused: a text never starts like an assumption, so of two parts the second
// tells what the first one is.
func parsePhrases(parts []string) (s TrailStep, ok bool) {
	if last := parts[len(parts)-1]; len(parts) > 1 && strings.HasPrefix(last, assumesPrefix) {
		s.Assumes = strings.TrimPrefix(last, assumesPrefix)
		parts = parts[:len(parts)-1]
	}
	if len(parts) > 1 {
		s.Goroutine, ok = strings.CutPrefix(parts[0], goroutinePrefix)
		if !ok {
			return s, false
		}
		parts = parts[1:]
	}
	s.Text = parts[0]
	return s, len(parts) == 1
}

// phrase makes s fit for one part of a message: one line of valid text that
// does not contain the separator.
func phrase(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "·", " ")
	return strings.Join(strings.Fields(s), " ")
}

// textPhrase makes s fit for the text of a step, which is never empty and
// never starts like an assumption.
func textPhrase(s string) string {
	s = phrase(s)
	switch {
	case s == "":
		return "-"
	case strings.HasPrefix(s+" ", assumesPrefix):
		return "it " + s
	}
	return s
}

// Goroutine returns the position of the go statement whose goroutine the
// finding is about, as one of positions, which are the "file:line:column" of
// the trail's messages. It returns "" if the finding is about the function's
// own goroutine or about none. Findings with the same answer are about the
// same goroutine.
func (t Trail) Goroutine(positions []string) string {
	i := slices.IndexFunc(t, func(s TrailStep) bool { return s.Role.primary() })
	if i < 0 || t[i].Goroutine == "" {
		return ""
	}
	from := parsePosition(positions[i])
	for j, s := range t {
		if s.Role == Started && place(parsePosition(positions[j]), from) == t[i].Goroutine {
			return positions[j]
		}
	}
	return ""
}

// parsePosition reads "file:line:column"; the file name may contain colons.
func parsePosition(s string) token.Position {
	rest, column := cutLastInt(s)
	file, line := cutLastInt(rest)
	return token.Position{Filename: file, Line: line, Column: column}
}

// cutLastInt splits "x:3" into "x" and 3.
func cutLastInt(s string) (string, int) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil {
		return s, 0
	}
	return s[:i], n
}
