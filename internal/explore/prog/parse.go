package prog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Parse reads the text form. An error names the line and the reason.
//
// A program is lines; // starts a comment. Names with unusual bytes are quoted.
//
//	leak 1 "name"                          the version, first
//	timers async                           timers before Go 1.23
//	sym n 0 3 [related K] [const] [@pos]
//	layout T mu : mutex , ch , Done = false ! ,      (! exported)
//	global g T
//	type *T Run = T.Run Close = T.Close    method = function
//	entry main
//	func name ( params ) [ captures ] RESULTS [recover LABEL] [stub]
//	  var a b                              slots (optional for results)
//	  LABEL: d, e = op IMM args -> LABEL LABEL !flag|flag ?assume @pos ; "phrase"
//	  d = select { recv ch v ok -> L | send ch v @pos ; "phrase" | default }
//
// Arguments are slots, nil, true, false, lost, numbers, "strings", & function,
// % global, < sym plus > and < number sym > (a number counted against sym).
// An IMM is a number or name, or a set { a b } of types or operations.
func Parse(text string) (*Program, error) {
	ps := &parser{p: &Program{Types: make([]Type, 1), Entry: NoFunc}, index: map[string]int{}}
	lines := strings.Split(text, "\n")
	for pass := range 2 { // names first, so that they can be used before
		ps.headers, ps.f = pass == 0, nil
		for i, line := range lines {
			ps.line = i + 1
			if err := ps.parseLine(line); err != nil {
				return nil, ps.at(err)
			}
		}
		if err := ps.endFunc(); err != nil {
			return nil, ps.at(err)
		}
	}
	if !ps.versioned {
		return nil, fmt.Errorf("line 1: no line \"leak %d\"", Version)
	}
	if err := ps.p.Validate(); err != nil {
		return nil, ps.locate(err)
	}
	return ps.p, nil
}

// A lineError is an error about an earlier line than the one being read.
type lineError struct {
	line int
	error
}

// at adds the line to an error.
func (ps *parser) at(err error) error {
	line := ps.line
	if e := (*lineError)(nil); errors.As(err, &e) {
		line = e.line
	}
	return fmt.Errorf("line %d: %w", line, err)
}

// A token is a word, a quoted string or a punctuation mark.
type token struct {
	text   string
	quoted bool
}

// A label is a use of a label, to be resolved at the end of its function.
type label struct {
	name string
	line int
	set  func(int)
}

// A parser holds what has been read.
type parser struct {
	p         *Program
	line      int
	toks      []token
	headers   bool // first pass: only names of functions and declarations
	versioned bool
	index     map[string]int // kind+name → index in its table
	f         *Func
	slots     map[string]Slot
	assigned  map[Slot]bool
	reads     map[Slot]int // slot → line of first read
	places    map[string]int
	uses      []label
	nfunc     int
	lines     [][]int // function → instruction → line
}

// locate adds the line to an error of Validate that names function:number.
func (ps *parser) locate(err error) error {
	for fi, f := range ps.p.Funcs {
		for i, line := range ps.lines[fi] {
			if strings.HasPrefix(err.Error(), fmt.Sprintf("%s:%d: ", f.Name, i)) {
				return fmt.Errorf("line %d: %w", line, err)
			}
		}
	}
	return fmt.Errorf("line %d: %w", ps.line, err)
}

// scan splits a line into tokens.
func (ps *parser) scan(line string) error {
	ps.toks = ps.toks[:0]
	for line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//"); line = strings.TrimLeft(line, " \t\r") {
		switch {
		case line[0] == '"':
			q, err := strconv.QuotedPrefix(line)
			if err != nil {
				return errors.New("unterminated string")
			}
			s, _ := strconv.Unquote(q)
			ps.toks = append(ps.toks, token{s, true})
			line = line[len(q):]
		case strings.HasPrefix(line, "->"):
			ps.toks = append(ps.toks, token{"->", false})
			line = line[2:]
		case isWordByte(line[0]):
			n := 1
			for n < len(line) && isWordByte(line[n]) && !strings.HasPrefix(line[n:], "->") {
				n++
			}
			ps.toks = append(ps.toks, token{line[:n], false})
			line = line[n:]
		default:
			ps.toks = append(ps.toks, token{line[:1], false})
			line = line[1:]
		}
	}
	return nil
}

// peek reports whether the next token is the unquoted text.
func (ps *parser) peek(text string) bool {
	return len(ps.toks) > 0 && !ps.toks[0].quoted && ps.toks[0].text == text
}

// accept skips the next token if it is text.
func (ps *parser) accept(text string) bool {
	ok := ps.peek(text)
	if ok {
		ps.toks = ps.toks[1:]
	}
	return ok
}

// expect skips text or fails.
func (ps *parser) expect(text string) error {
	if !ps.accept(text) {
		return fmt.Errorf("expected %q, found %s", text, ps.found())
	}
	return nil
}

// found describes the next token.
func (ps *parser) found() string {
	if len(ps.toks) == 0 {
		return "the end of the line"
	}
	return strconv.Quote(ps.toks[0].text)
}

// name reads a word or quoted name, which is not empty.
func (ps *parser) name() (string, error) {
	s, err := ps.text()
	if err == nil && s == "" {
		return "", errors.New("empty name")
	}
	return s, err
}

// text reads a word or quoted string.
func (ps *parser) text() (string, error) {
	if len(ps.toks) == 0 || !ps.toks[0].quoted && !isWordByte(ps.toks[0].text[0]) {
		return "", fmt.Errorf("expected a name, found %s", ps.found())
	}
	s := ps.toks[0].text
	ps.toks = ps.toks[1:]
	return s, nil
}

// number reads an integer.
func (ps *parser) number() (int, error) {
	s, err := ps.name()
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("expected a number, found %q", s)
	}
	return n, nil
}

// declare gives a name of a kind its index.
func (ps *parser) declare(kind, name string, i int) error {
	if _, dup := ps.index[kind+" "+name]; dup {
		return fmt.Errorf("%s %s is declared twice", kind, name)
	}
	ps.index[kind+" "+name] = i
	return nil
}

// ref reads a name of a kind and returns its index.
func (ps *parser) ref(kind string) (int, error) {
	s, err := ps.name()
	if err != nil {
		return 0, err
	}
	i, ok := ps.index[kind+" "+s]
	if !ok {
		return 0, fmt.Errorf("unknown %s %s", kind, s)
	}
	return i, nil
}

// parseLine reads one line of either pass.
func (ps *parser) parseLine(line string) error {
	if err := ps.scan(line); err != nil || len(ps.toks) == 0 {
		return err
	}
	if parse, ok := declParsers[ps.toks[0].text]; ok && !ps.toks[0].quoted && !ps.isInstr() {
		if ps.toks[0].text != "var" {
			if err := ps.endFunc(); err != nil {
				return err
			}
		}
		ps.toks = ps.toks[1:]
		if err := parse(ps); err != nil {
			return err
		}
		return ps.end()
	}
	if ps.headers {
		return nil
	}
	if ps.f == nil {
		return fmt.Errorf("unknown declaration %s", ps.found())
	}
	return ps.parseInstr()
}

// isInstr reports whether the line is an instruction although it begins with
// the name of a declaration: a label or a slot can have that name.
func (ps *parser) isInstr() bool {
	return len(ps.toks) > 1 && !ps.toks[1].quoted &&
		(ps.toks[1].text == ":" || ps.toks[1].text == "=" || ps.toks[1].text == "," && ps.toks[0].text != "layout")
}

// end fails if tokens are left.
func (ps *parser) end() error {
	if len(ps.toks) > 0 && !ps.headers {
		return fmt.Errorf("unexpected %s", ps.found())
	}
	return nil
}
