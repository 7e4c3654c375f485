package profile

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// This file reads the text form with counts (debug=1):
//
//	goroutine profile: total 35
//	3 @ 0x489fce 0x4195bc 0x4191b7 0x6ab857 0x491741
//	# labels: {"job":"index", "k":"v"}
//	#	0x6ab856	example.com/s/p.Fetch.func1+0x36	/src/s/p/p.go:12
//
// It leaves the frames of the runtime out, and with them what a goroutine
// waits for.

var (
	profileHeader = regexp.MustCompile(`^([a-z_]+) profile: total (\d+)$`)
	countLine     = regexp.MustCompile(`^(\d+) @( 0x[0-9a-f]+)*$`)
	countFrame    = regexp.MustCompile(`^#\t0x[0-9a-f]+\t+(\S.*?)\+0x[0-9a-f]+\t+(.+):(\d+)$`)
	labelPair     = regexp.MustCompile(`("(?:[^"\\]|\\.)*"): ?("(?:[^"\\]|\\.)*")`)
)

// readCounts reads the profile from its first line on, which l stands at.
func readCounts(l *lines) (*Profile, error) {
	head := profileHeader.FindSubmatch(l.text)
	kind := string(head[1])
	if kind != "goroutine" && kind != "goroutineleak" {
		return nil, l.fail(fmt.Sprintf("this is a %s profile, not one of goroutines", kind))
	}
	total, err := strconv.Atoi(string(head[2]))
	if err != nil {
		return nil, l.fail("the total is no number: " + err.Error())
	}
	p := &Profile{Form: Counts, Leaks: kind == "goroutineleak"}
	var s *Stack
	for l.next() {
		if s, err = p.countsLine(l, s); err != nil {
			return nil, err
		}
	}
	if l.err != nil {
		return nil, l.err
	}
	if n := p.Total(); n != total {
		return nil, l.fail(fmt.Sprintf("cut off: the profile announces %s and lists %d", Plural(total, "goroutine"), n))
	}
	return p, nil
}

// countsLine reads one line; s is the stack that it may belong to. It returns
// the stack that the next line may belong to.
func (p *Profile) countsLine(l *lines, s *Stack) (*Stack, error) {
	text := string(l.text)
	switch {
	case strings.TrimSpace(text) == "":
		return nil, nil
	case text[0] != '#':
		return p.countsStack(l, text)
	case s == nil:
		return nil, l.fail("a frame stands outside of every stack")
	case strings.HasPrefix(text, "# labels: "):
		for _, pair := range labelPair.FindAllStringSubmatch(text, -1) {
			addLabel(&s.Labels, unquote(pair[1])+"="+unquote(pair[2]), s.Count)
		}
		return s, nil
	}
	if strings.HasPrefix(text, "#\t0x") && !strings.Contains(text, "+0x") {
		return s, nil // an address without a symbol
	}
	m := countFrame.FindStringSubmatch(text)
	if m == nil {
		return nil, l.fail("no frame: want \"#\\tADDRESS\\tFUNCTION+OFFSET\\tFILE:LINE\"")
	}
	line, err := strconv.Atoi(m[3])
	if err != nil || len(s.Frames) >= maxFrames {
		return nil, l.fail("no frame that Go would print")
	}
	s.Frames = append(s.Frames, Frame{Func: m[1], File: m[2], Line: line})
	return s, nil
}

// countsStack begins a stack.
func (p *Profile) countsStack(l *lines, text string) (*Stack, error) {
	m := countLine.FindStringSubmatch(text)
	if m == nil {
		return nil, l.fail("no stack: want \"COUNT @ ADDRESS ...\"")
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n < 0 || n > 1<<40 {
		return nil, l.fail("the count is no number of goroutines")
	}
	if len(p.Stacks) >= maxStacks {
		return nil, l.fail(fmt.Sprintf("more than %d different stacks", maxStacks))
	}
	s := &Stack{Count: n, Leaked: p.Leaks}
	p.Stacks = append(p.Stacks, s)
	return s, nil
}

// unquote returns what a quoted string means.
func unquote(s string) string {
	if u, err := strconv.Unquote(s); err == nil {
		return u
	}
	return strings.Trim(s, `"`)
}

// cutLine splits "file:12" and what may follow a space.
func cutLine(text []byte) (file []byte, line int, ok bool) {
	// A path may hold spaces and colons; the line number is what follows the
	// last colon before the offset.
	if i := bytes.Index(text, []byte(" +0x")); i >= 0 {
		text = text[:i]
	} else if i := bytes.Index(text, []byte(" fp=")); i >= 0 {
		text = text[:i]
	}
	i := bytes.LastIndexByte(text, ':')
	if i <= 0 {
		return nil, 0, false
	}
	for _, c := range text[i+1:] {
		if c < '0' || c > '9' || line > 1<<30 {
			return nil, 0, false
		}
		line = line*10 + int(c-'0')
	}
	return text[:i], line, i+1 < len(text)
}
