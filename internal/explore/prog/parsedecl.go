package prog

import (
	"errors"
	"fmt"
	"slices"
)

// declParsers reads what stands outside functions, after its first word.
var declParsers map[string]func(*parser) error

func init() { // the table refers to functions that refer to it
	declParsers = map[string]func(*parser) error{
		"leak": (*parser).parseVersion, "timers": (*parser).parseTimers, "sym": (*parser).parseSym,
		"layout": (*parser).parseLayout, "global": (*parser).parseGlobal, "type": (*parser).parseType,
		"entry": (*parser).parseEntry, "func": (*parser).parseFunc, "var": (*parser).parseVar,
	}
}

// parseVersion reads the first line.
func (ps *parser) parseVersion() error {
	v, err := ps.number()
	if err != nil {
		return err
	}
	if v != Version {
		return fmt.Errorf("version %d of the text form; this is version %d", v, Version)
	}
	ps.versioned = true
	if len(ps.toks) > 0 {
		ps.p.Name, err = ps.text()
	}
	return err
}

// parseTimers reads the choice of timers.
func (ps *parser) parseTimers() error {
	ps.p.AsyncTimers = true
	return ps.expect("async")
}

// parseSym reads a symbol, in the first pass.
func (ps *parser) parseSym() error {
	if !ps.headers {
		ps.toks = nil
		return nil
	}
	var d SymDef
	var err error
	if d.Name, err = ps.name(); err != nil {
		return err
	}
	if d.Min, err = ps.number(); err != nil {
		return err
	}
	if d.Max, err = ps.number(); err != nil {
		return err
	}
	if ps.accept("related") {
		if d.Related, err = ps.number(); err != nil {
			return err
		}
	}
	d.Const = ps.accept("const")
	if d.Pos, err = ps.pos(); err != nil {
		return err
	}
	ps.p.Syms = append(ps.p.Syms, d)
	return ps.declare("symbol", d.Name, len(ps.p.Syms)-1)
}

// parseLayout reads a layout; its fields in the second pass.
func (ps *parser) parseLayout() error {
	s, err := ps.name()
	if err != nil {
		return err
	}
	if ps.headers {
		ps.p.Layouts = append(ps.p.Layouts, Layout{Name: s})
		return ps.declare("layout", s, len(ps.p.Layouts)-1)
	}
	l := &ps.p.Layouts[ps.index["layout "+s]]
	for len(ps.toks) > 0 {
		f, err := ps.parseField()
		if err != nil {
			return err
		}
		l.Fields = append(l.Fields, f)
		if len(ps.toks) > 0 {
			if err := ps.expect(","); err != nil {
				return err
			}
		}
	}
	return nil
}

// parseField reads one field of a layout.
func (ps *parser) parseField() (f Field, err error) {
	if f.Name, err = ps.name(); err != nil {
		return f, err
	}
	switch {
	case ps.accept(":"):
		s, err := ps.name()
		if err != nil {
			return f, err
		}
		i := slices.Index(primNames, s)
		if i < 1 {
			return f, fmt.Errorf("unknown primitive %s", s)
		}
		f.Prim = Prim(i)
	case ps.accept("="):
		if f.Zero, err = ps.operand(); err != nil {
			return f, err
		}
	}
	f.Exported = ps.accept("!")
	return f, nil
}

// parseGlobal reads a package variable.
func (ps *parser) parseGlobal() error {
	s, err := ps.name()
	if err != nil {
		return err
	}
	if ps.headers {
		ps.p.Globals = append(ps.p.Globals, Global{Name: s})
		return ps.declare("global", s, len(ps.p.Globals)-1)
	}
	l, err := ps.ref("layout")
	ps.p.Globals[ps.index["global "+s]].Layout = LayoutID(l)
	return err
}

// parseType reads a dynamic type; its methods in the second pass.
func (ps *parser) parseType() error {
	s, err := ps.name()
	if err != nil {
		return err
	}
	if ps.headers {
		ps.p.Types = append(ps.p.Types, Type{Name: s})
		return ps.declare("type", s, len(ps.p.Types)-1)
	}
	t := &ps.p.Types[ps.index["type "+s]]
	for len(ps.toks) > 0 {
		m, err := ps.name()
		if err != nil {
			return err
		}
		if err := ps.expect("="); err != nil {
			return err
		}
		f, err := ps.ref("function")
		if err != nil {
			return err
		}
		t.Methods = append(t.Methods, MethodImpl{ps.method(m), FuncID(f)})
	}
	return nil
}

// method returns the number of a method name.
func (ps *parser) method(name string) int32 {
	if i, ok := ps.index["method "+name]; ok {
		return int32(i)
	}
	ps.p.Methods = append(ps.p.Methods, name)
	ps.index["method "+name] = len(ps.p.Methods) - 1
	return int32(len(ps.p.Methods) - 1)
}

// parseEntry reads where the program starts.
func (ps *parser) parseEntry() error {
	if ps.headers {
		return nil
	}
	i, err := ps.ref("function")
	ps.p.Entry = FuncID(i)
	return err
}

// parseFunc reads the head of a function.
func (ps *parser) parseFunc() error {
	s, err := ps.name()
	if err != nil {
		return err
	}
	if ps.headers {
		ps.p.Funcs = append(ps.p.Funcs, &Func{Name: s, Recover: -1})
		ps.lines = append(ps.lines, nil)
		return ps.declare("function", s, len(ps.p.Funcs)-1)
	}
	ps.f = ps.p.Funcs[ps.nfunc]
	ps.slots, ps.assigned, ps.reads = map[string]Slot{}, map[Slot]bool{}, map[Slot]int{}
	ps.places, ps.uses = map[string]int{}, nil
	ps.nfunc++
	if ps.f.Params, err = ps.params("(", ")"); err != nil {
		return err
	}
	if ps.peek("[") {
		if ps.f.Captures, err = ps.params("[", "]"); err != nil {
			return err
		}
	}
	if len(ps.toks) > 0 && !ps.peek("recover") && !ps.peek("stub") {
		if ps.f.Results, err = ps.number(); err != nil {
			return err
		}
	}
	if ps.accept("recover") {
		f := ps.f
		if err := ps.label(func(i int) { f.Recover = i }); err != nil {
			return err
		}
	}
	ps.f.Stub = ps.accept("stub")
	return nil
}

// params reads a list of new slots in brackets and returns their number.
func (ps *parser) params(open, close string) (int, error) {
	if err := ps.expect(open); err != nil {
		return 0, err
	}
	n := 0
	for !ps.accept(close) {
		ps.accept(",")
		if err := ps.declareSlot(); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// declareSlot reads the name of a new slot.
func (ps *parser) declareSlot() error {
	s, err := ps.name()
	if err != nil {
		return err
	}
	if _, dup := ps.slots[s]; dup {
		return fmt.Errorf("slot %s is declared twice", s)
	}
	if reserved(s) || !isLetter(s[0]) {
		return fmt.Errorf("%q cannot name a slot", s)
	}
	ps.assigned[ps.slot(s)] = true
	return nil
}

// parseVar declares slots that may be read before they are assigned.
func (ps *parser) parseVar() error {
	if ps.headers {
		return nil
	}
	if ps.f == nil {
		return errors.New("var outside a function")
	}
	for len(ps.toks) > 0 {
		if err := ps.declareSlot(); err != nil {
			return err
		}
	}
	return nil
}

// slot returns the slot of that name, a new one at first use.
func (ps *parser) slot(name string) Slot {
	s, ok := ps.slots[name]
	if !ok {
		s = Slot(len(ps.f.Slots))
		ps.slots[name] = s
		ps.f.Slots = append(ps.f.Slots, name)
	}
	return s
}
