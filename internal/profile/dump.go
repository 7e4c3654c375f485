package profile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// This file reads dumps: debug=2, runtime.Stack, and what a panic or SIGQUIT
// prints, with whatever a log has before, between and after:
//
//	goroutine 22 gp=0x3915b0 m=nil [chan send (leaked), 5 minutes, locked to thread]:
//	example.com/s/p.Fetch.func1()
//		/src/s/p/p.go:12 +0x37 fp=0x3915b0 sp=0x3915b0 pc=0x493
//	created by example.com/s/p.Fetch in goroutine 1
//		/src/s/p/p.go:12 +0x8e
//
// A dump can be hundreds of megabytes of the same few stacks: each is read
// into a buffer that is used again, without arguments and addresses, as numbers
// of names, and kept only if no other one has the same content.

// isGoroutine reports whether a goroutine of a dump starts at the line.
func isGoroutine(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("goroutine "))
	return ok && len(rest) > 0 && '0' <= rest[0] && rest[0] <= '9' && bytes.HasSuffix(rest, []byte("]:")) && bytes.Contains(rest, []byte(" ["))
}

// A dumpReader reads a dump.
type dumpReader struct {
	*lines
	stacks map[string]*Stack
	p      *Profile
	key    []byte // of the stack that is being read: its state, and its frames as appendFrame writes them
	names  names
}

// names gives numbers to the names of functions and files.
type names struct {
	numbers map[string]uint64
	texts   []string
}

// number returns the number of a name.
func (n *names) number(name []byte) uint64 {
	if i, ok := n.numbers[string(name)]; ok {
		return i
	}
	i := uint64(len(n.texts))
	text := string(name)
	n.numbers[text] = i
	n.texts = append(n.texts, text)
	return i
}

// readDump reads a dump from the goroutine on that l stands at.
func readDump(l *lines) (*Profile, error) {
	d := &dumpReader{lines: l, stacks: make(map[string]*Stack), p: &Profile{Form: Dump}, names: names{numbers: make(map[string]uint64)}}
	for more := true; more; {
		if !isGoroutine(l.text) { // what a log says between goroutines
			more = l.next()
			continue
		}
		var err error
		if more, err = d.goroutine(); err != nil && (!l.cut || l.size != runtimeCut) {
			return nil, err
		}
	}
	if l.size == runtimeCut {
		d.p.Notes = append(d.p.Notes, "the runtime ended this dump at 64 MB: there are more goroutines than it shows (debug=1 has all)")
	}
	return d.p, l.err
}

// goroutine reads one goroutine, from its header on, and reports whether there
// is a line after it, to which it goes.
func (d *dumpReader) goroutine() (more bool, err error) {
	h, err := parseHeader(string(d.text))
	if err != nil {
		return false, d.fail(err.Error())
	}
	leaked := uint64(0)
	if h.leaked {
		leaked = 1
	}
	d.key = binary.AppendUvarint(d.key[:0], leaked)
	d.key = binary.AppendUvarint(d.key, d.names.number([]byte(h.state)))
	frames := 0
	for more = d.next(); more && len(d.text) > 0 && !isGoroutine(d.text); more = d.next() {
		if frames++; frames > maxFrames {
			return false, d.fail(fmt.Sprintf("more than %d frames", maxFrames))
		}
		if err := d.frame(); err != nil {
			return false, err
		}
		if d.err != nil {
			break
		}
	}
	if d.err != nil {
		return false, d.err
	}
	return more, d.count(h)
}

// frame reads a frame, which are two lines, into the key.
func (d *dumpReader) frame() error {
	name := d.text
	switch {
	case bytes.HasPrefix(name, []byte("...")), bytes.HasPrefix(name, []byte("\tgoroutine running on other thread")):
		return nil // frames that were left out
	case bytes.HasPrefix(name, []byte("[originating from goroutine ")):
		return nil // with GODEBUG=tracebackancestors
	case name[0] == '\t' || name[0] == ' ':
		return d.fail("a position without its function")
	}
	created := bytes.HasPrefix(name, []byte("created by "))
	if created {
		name = name[len("created by "):]
		if i := bytes.LastIndex(name, []byte(" in goroutine ")); i >= 0 {
			name = name[:i]
		}
	} else {
		i := bytes.LastIndexByte(name, '(')
		if i <= 0 || name[len(name)-1] != ')' {
			return d.fail(fmt.Sprintf("no frame: want \"FUNCTION(ARGUMENTS)\", have %.60q", name))
		}
		name = name[:i]
	}
	d.appendFrame(created, name)
	if !d.next() {
		return d.fail("cut off: a function without its position")
	}
	file, line, ok := cutLine(bytes.TrimPrefix(d.text, []byte("\t")))
	if !ok || d.text[0] != '\t' {
		return d.fail(fmt.Sprintf("no position: want \"\\tFILE:LINE\", have %.60q", d.text))
	}
	d.key = binary.AppendUvarint(d.key, d.names.number(file))
	d.key = binary.AppendUvarint(d.key, uint64(line))
	return nil
}

// appendFrame appends the start of a frame to the key: whether it is a go
// statement, and the function. File and line follow.
func (d *dumpReader) appendFrame(created bool, name []byte) {
	kind := uint64(0)
	if created {
		kind = 1
	}
	d.key = binary.AppendUvarint(d.key, kind)
	d.key = binary.AppendUvarint(d.key, d.names.number(name))
}

// count counts a goroutine with the stack that has been read.
func (d *dumpReader) count(h header) error {
	s := d.stacks[string(d.key)]
	if s == nil {
		if len(d.stacks) >= maxStacks {
			return d.fail(fmt.Sprintf("more than %d different stacks", maxStacks))
		}
		s = d.stack()
		d.stacks[string(d.key)] = s
		d.p.Stacks = append(d.p.Stacks, s)
	}
	s.Count++
	if h.minutes > 0 {
		s.Wait.add(h.minutes)
	}
	for _, l := range h.labels {
		addLabel(&s.Labels, l, 1)
	}
	return nil
}

// stack returns the stack that the key holds.
func (d *dumpReader) stack() *Stack {
	rest := d.key
	next := func() uint64 {
		n, size := binary.Uvarint(rest)
		rest = rest[size:]
		return n
	}
	s := &Stack{Leaked: next() == 1, State: d.names.texts[next()]}
	for len(rest) > 0 {
		created := next() == 1
		f := Frame{Func: d.names.texts[next()], File: d.names.texts[next()], Line: int(next())}
		switch {
		case !created:
			s.Frames = append(s.Frames, f)
		case s.Creator.Func == "": // not that of an ancestor
			s.Creator = f
		}
	}
	s.Frames = slices.Clip(s.Frames)
	return s
}

// A header is the first line of a goroutine.
type header struct {
	state   string
	leaked  bool
	minutes int
	labels  []string
}

// parseHeader reads the first line of a goroutine.
func parseHeader(line string) (h header, err error) {
	open := strings.IndexByte(line, '[')
	inner := line[open+1 : len(line)-len("]:")]
	if at := strings.Index(inner, " labels:{"); at >= 0 {
		for _, pair := range labelPair.FindAllStringSubmatch(inner[at:], -1) {
			h.labels = append(h.labels, unquote(pair[1])+"="+unquote(pair[2]))
		}
		inner = inner[:at]
	}
	parts := strings.Split(inner, ", ")
	h.state = parts[0]
	if h.state == "" {
		return h, fmt.Errorf("a goroutine without a state")
	}
	for _, part := range parts[1:] {
		if n, ok := strings.CutSuffix(part, " minutes"); ok {
			if h.minutes, err = strconv.Atoi(n); err != nil || h.minutes < 0 {
				return h, fmt.Errorf("%q is no number of minutes", n)
			}
		}
	}
	// "(scan)" and "(durable)" say what the garbage collector and synctest do.
	for _, suffix := range []string{" (durable)", " (scan)"} {
		h.state = strings.TrimSuffix(h.state, suffix)
	}
	h.state, h.leaked = strings.CutSuffix(h.state, " (leaked)")
	return h, nil
}
