package profile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// Bounds of what is read. The runtime cuts stacks at 100 frames in a dump and
// 128 in a profile.
const (
	maxLine     = 1 << 20   // bytes of a line of text
	maxStacks   = 200_000   // different ones
	maxFrames   = 1_000     // of one stack
	maxUnpacked = 256 << 20 // bytes of a protobuf profile
	runtimeCut  = 64 << 20  // bytes after which the runtime ends a dump, in the middle of a word
)

// A ParseError says which line of a profile cannot be read, and why.
type ParseError struct {
	Name   string
	Line   int // 0 if the form has no lines
	Reason string
}

// Error implements error.
func (e *ParseError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Name, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s", e.Name, e.Line, e.Reason)
}

// Read reads a goroutine profile of any form. The name is for messages.
func Read(name string, r io.Reader) (*Profile, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, err := b.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, &ParseError{Name: name, Reason: err.Error()}
	}
	var p *Profile
	switch {
	case len(head) == 0:
		return nil, &ParseError{Name: name, Reason: "it is empty"}
	case bytes.Equal(head, []byte{0x1f, 0x8b}):
		p, err = readGzip(name, b)
	case isText(b):
		p, err = readText(name, b)
	default:
		p, err = readProto(name, b)
	}
	if err != nil {
		return nil, err
	}
	p.Name = name
	return p, nil
}

// readGzip reads a profile that is packed: protobuf, or text that somebody has
// packed.
func readGzip(name string, r io.Reader) (*Profile, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, &ParseError{Name: name, Reason: "damaged gzip data: " + err.Error()}
	}
	b := bufio.NewReaderSize(z, 64<<10)
	if isText(b) {
		return readText(name, b)
	}
	return readProto(name, b)
}

// isText reports whether what comes looks like text: no control characters
// but white space and the escape of colours.
func isText(b *bufio.Reader) bool {
	head, _ := b.Peek(512)
	return bytes.IndexFunc(head, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != 0x1b
	}) < 0
}

// readText reads a profile with counts or a dump.
func readText(name string, r io.Reader) (*Profile, error) {
	l := newLines(name, r)
	for l.next() {
		switch {
		case profileHeader.Match(l.text):
			return readCounts(l)
		case isGoroutine(l.text):
			return readDump(l)
		}
	}
	if l.err != nil {
		return nil, l.err
	}
	return nil, l.fail("no goroutine profile: no line starts with \"goroutine profile: total\" or \"goroutine N [\"")
}

// lines reads text line by line.
type lines struct {
	name string
	r    *bufio.Reader
	text []byte // the line, without its end
	n    int    // its number
	size int64  // bytes so far
	cut  bool   // the line has no end: it is the last one, perhaps not all of it
	err  error
}

// newLines returns the lines of r.
func newLines(name string, r io.Reader) *lines {
	return &lines{name: name, r: bufio.NewReaderSize(r, maxLine)}
}

// next goes to the next line and reports whether there is one.
func (l *lines) next() bool {
	if l.err != nil || l.cut {
		return false
	}
	text, err := l.r.ReadSlice('\n')
	l.n++
	l.size += int64(len(text))
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		l.err = l.fail(fmt.Sprintf("the line is longer than %d bytes", maxLine))
		return false
	case errors.Is(err, io.EOF) && len(text) == 0:
		l.n--
		return false
	case err != nil && !errors.Is(err, io.EOF):
		l.err = l.fail(err.Error())
		return false
	}
	l.cut = err != nil
	l.text = bytes.TrimRight(text, "\r\n")
	return true
}

// fail returns an error about the line.
func (l *lines) fail(reason string) error {
	return &ParseError{Name: l.name, Line: l.n, Reason: reason}
}
