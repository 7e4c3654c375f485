package prog

import (
	"fmt"
	"slices"
	"strconv"
)

// opByName finds an operation by its spelling.
var opByName = func() map[string]Op {
	m := map[string]Op{}
	for _, op := range Ops() {
		m[op.String()] = op
	}
	return m
}()

// parseInstr reads one instruction.
func (ps *parser) parseInstr() error {
	if len(ps.toks) > 1 && ps.toks[1] == (token{":", false}) {
		s := ps.toks[0].text
		if _, dup := ps.places[s]; dup {
			return fmt.Errorf("label %s is placed twice", s)
		}
		ps.places[s] = len(ps.f.Code)
		ps.toks = ps.toks[2:]
		if len(ps.toks) == 0 {
			return nil // a label on a line of its own
		}
	}
	in := new(Instr)
	if err := ps.results(in); err != nil {
		return err
	}
	s, err := ps.name()
	if err != nil {
		return err
	}
	op, ok := opByName[s]
	if !ok {
		return fmt.Errorf("unknown operation %s", s)
	}
	in.Op = op
	if err := ps.imm(in); err != nil {
		return err
	}
	if op == OpSelect {
		err = ps.cases(in)
	} else {
		err = ps.args(in)
	}
	if err != nil {
		return err
	}
	at := len(ps.f.Code)
	if err := ps.tail(in, at); err != nil {
		return err
	}
	ps.f.Code = append(ps.f.Code, *in)
	ps.lines[ps.nfunc-1] = append(ps.lines[ps.nfunc-1], ps.line)
	return ps.end()
}

// results reads "a, b =" if it stands there.
func (ps *parser) results(in *Instr) error {
	eq := slices.Index(ps.toks, token{"=", false})
	if eq < 0 {
		return nil
	}
	for {
		d, err := ps.dst()
		if err != nil {
			return err
		}
		in.Dst = append(in.Dst, d)
		if ps.accept("=") {
			return nil
		}
		if err := ps.expect(","); err != nil {
			return err
		}
	}
}

// dst reads a slot to be assigned.
func (ps *parser) dst() (Slot, error) {
	s, err := ps.name()
	if err != nil || s == "_" {
		return NoSlot, err
	}
	if reserved(s) || !isLetter(s[0]) {
		return 0, fmt.Errorf("%q cannot name a slot", s)
	}
	d := ps.slot(s)
	ps.assigned[d] = true
	return d, nil
}

// imm reads N, Types or Env.
func (ps *parser) imm(in *Instr) (err error) {
	var n int
	switch SigOf(in.Op).Imm {
	case ImmNum:
		n, err = ps.number()
	case ImmLayout:
		n, err = ps.ref("layout")
	case ImmFunc:
		n, err = ps.ref("function")
	case ImmType:
		n, err = ps.ref("type")
	case ImmMethod:
		var s string
		if s, err = ps.name(); err == nil {
			n = int(ps.method(s))
		}
	case ImmString:
		var o Operand
		if o, err = ps.operand(); err == nil && o.Kind != KindString {
			err = fmt.Errorf("a question has a name in quotes")
		}
		n = int(o.N)
	case ImmTypes:
		return ps.set(func() error {
			t, err := ps.ref("type")
			in.Types = append(in.Types, TypeID(t))
			return err
		})
	case ImmEnv:
		return ps.set(func() error {
			i, err := ps.oneOf("operation", envNames)
			in.Env |= 1 << i
			return err
		})
	}
	in.N = int32(n)
	return err
}

// set reads { elements }.
func (ps *parser) set(element func() error) error {
	if err := ps.expect("{"); err != nil {
		return err
	}
	for !ps.accept("}") {
		if err := element(); err != nil {
			return err
		}
	}
	return nil
}

// oneOf reads one of names and returns its index.
func (ps *parser) oneOf(what string, names []string) (int, error) {
	s, err := ps.name()
	if err != nil {
		return 0, err
	}
	i := slices.Index(names, s)
	if i < 0 {
		return 0, fmt.Errorf("unknown %s %s", what, s)
	}
	return i, nil
}

// args reads operands until the tail begins.
func (ps *parser) args(in *Instr) error {
	for len(ps.toks) > 0 && !ps.atTail() {
		a, err := ps.operand()
		if err != nil {
			return err
		}
		in.Args = append(in.Args, a)
	}
	return nil
}

// atTail reports whether the next token belongs to the tail of an
// instruction or case.
func (ps *parser) atTail() bool {
	return slices.ContainsFunc([]string{"->", "!", "?", "@", ";", "|", "}"}, ps.peek)
}

// operand reads an argument.
func (ps *parser) operand() (Operand, error) {
	switch {
	case len(ps.toks) > 0 && ps.toks[0].quoted:
		s, _ := ps.text()
		if i, ok := ps.index["string "+s]; ok {
			return Operand{Kind: KindString, N: int32(i)}, nil
		}
		ps.p.Strings = append(ps.p.Strings, s)
		ps.index["string "+s] = len(ps.p.Strings) - 1
		return Operand{Kind: KindString, N: int32(len(ps.p.Strings) - 1)}, nil
	case ps.accept("&"):
		i, err := ps.ref("function")
		return FuncValue(FuncID(i)), err
	case ps.accept("%"):
		i, err := ps.ref("global")
		return GlobalAddr(i), err
	case ps.accept("<"):
		return ps.symbol()
	}
	s, err := ps.name()
	if err != nil {
		return Nil, err
	}
	switch s {
	case "nil":
		return Nil, nil
	case "true", "false":
		return Bool(s == "true"), nil
	case "lost":
		return Lost, nil
	}
	if !isLetter(s[0]) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return Nil, fmt.Errorf("bad argument %q", s)
		}
		if n > MaxInt || n < -MaxInt {
			return Nil, fmt.Errorf("number %d is beyond ±%d: write lost", n, MaxInt)
		}
		return Int(n), nil
	}
	if ps.f == nil {
		return Nil, fmt.Errorf("%q is no constant", s)
	}
	sl := ps.slot(s)
	if _, seen := ps.reads[sl]; !seen {
		ps.reads[sl] = ps.line
	}
	return S(sl), nil
}

// symbol reads the rest of < sym plus > or < number sym >.
func (ps *parser) symbol() (Operand, error) {
	a := Operand{Kind: KindSym}
	var n int
	var err error
	if len(ps.toks) > 0 && !isLetter(ps.toks[0].text[0]) {
		a.Kind = KindScaled
		if n, err = ps.number(); err != nil {
			return a, err
		}
	}
	i, err := ps.ref("symbol")
	if err != nil {
		return a, err
	}
	if a.Kind == KindSym {
		if n, err = ps.number(); err != nil {
			return a, err
		}
	}
	a.N, a.M = int32(i), int32(n)
	return a, ps.expect(">")
}

// cases reads the cases of a select.
func (ps *parser) cases(in *Instr) error {
	if err := ps.expect("{"); err != nil {
		return err
	}
	for !ps.accept("}") {
		if len(in.Cases) > 0 {
			if err := ps.expect("|"); err != nil {
				return err
			}
		}
		if err := ps.oneCase(in); err != nil {
			return err
		}
	}
	return nil
}

// oneCase reads one case.
func (ps *parser) oneCase(in *Instr) error {
	c := Case{Dst: NoSlot, Ok: NoSlot, Target: -1}
	kind, err := ps.oneOf("case", []string{"recv", "send", "default"})
	if err != nil {
		return err
	}
	c.Send, c.Default = kind == 1, kind == 2
	if !c.Default {
		if c.Chan, err = ps.operand(); err != nil {
			return err
		}
	}
	if c.Send {
		if c.Val, err = ps.operand(); err != nil {
			return err
		}
	}
	if kind == 0 && !ps.atTail() {
		if c.Dst, err = ps.dst(); err != nil {
			return err
		}
		if !ps.atTail() {
			if c.Ok, err = ps.dst(); err != nil {
				return err
			}
		}
	}
	f, at, k := ps.f, len(ps.f.Code), len(in.Cases)
	if ps.accept("->") {
		if err := ps.label(func(i int) { f.Code[at].Cases[k].Target = int32(i) }); err != nil {
			return err
		}
	}
	if c.Pos, err = ps.pos(); err != nil {
		return err
	}
	c.Phrase, err = ps.phrase()
	in.Cases = append(in.Cases, c)
	return err
}

// tail reads targets, flags, assumption, position and phrase.
func (ps *parser) tail(in *Instr, at int) (err error) {
	f := ps.f
	if ps.accept("->") {
		for len(ps.toks) > 0 && !ps.atTail() {
			k := len(in.Targets)
			in.Targets = append(in.Targets, -1)
			if err := ps.label(func(i int) { f.Code[at].Targets[k] = int32(i) }); err != nil {
				return err
			}
		}
	}
	if ps.accept("!") {
		for more := true; more; more = ps.accept("|") {
			i, err := ps.oneOf("flag", flagNames)
			if err != nil {
				return err
			}
			in.Flags |= 1 << i
		}
	}
	if ps.accept("?") {
		i, err := ps.oneOf("assumption", assumeNames[:])
		if err != nil {
			return err
		}
		in.Assume = Assume(i)
	}
	if in.Pos, err = ps.pos(); err != nil {
		return err
	}
	in.Phrase, err = ps.phrase()
	return err
}

// pos reads "@number" if it stands there.
func (ps *parser) pos() (Pos, error) {
	if !ps.accept("@") {
		return 0, nil
	}
	n, err := ps.number()
	return Pos(n), err
}

// phrase reads `; "phrase"` if it stands there.
func (ps *parser) phrase() (string, error) {
	if !ps.accept(";") {
		return "", nil
	}
	if len(ps.toks) == 0 || !ps.toks[0].quoted {
		return "", fmt.Errorf("expected a quoted phrase, found %s", ps.found())
	}
	return ps.text()
}

// label reads the use of a label.
func (ps *parser) label(set func(int)) error {
	s, err := ps.name()
	ps.uses = append(ps.uses, label{s, ps.line, set})
	return err
}

// endFunc resolves the labels of the function that ends here.
func (ps *parser) endFunc() error {
	if ps.f == nil || ps.headers {
		return nil
	}
	for _, u := range ps.uses {
		i, ok := ps.places[u.name]
		if !ok {
			return &lineError{u.line, fmt.Errorf("label %s is not placed", u.name)}
		}
		u.set(i)
	}
	first, what := 0, ""
	for s, line := range ps.reads {
		if !ps.assigned[s] && (first == 0 || line < first || line == first && ps.f.Slots[s] < what) {
			first, what = line, ps.f.Slots[s]
		}
	}
	ps.f = nil
	if first != 0 {
		return &lineError{first, fmt.Errorf("slot %s is never assigned", what)}
	}
	return nil
}
