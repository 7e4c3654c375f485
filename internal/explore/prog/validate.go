package prog

import (
	"errors"
	"fmt"
)

// A fault is an error at one instruction.
func (p *Program) fault(f *Func, i int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s: %s", f.Name, i, f.Code[i].Op, fmt.Sprintf(format, args...))
}

// Validate reports the first thing that the machine could not run.
func (p *Program) Validate() error {
	if int(p.Entry) < 0 || int(p.Entry) >= len(p.Funcs) {
		return errors.New("no entry function")
	}
	if e := p.Funcs[p.Entry]; e.Params+e.Captures > 0 {
		return fmt.Errorf("entry function %s has parameters", e.Name)
	}
	if len(p.Types) == 0 {
		return errors.New("Types[0] is missing")
	}
	if err := p.validateTables(); err != nil {
		return err
	}
	for _, f := range p.Funcs {
		if err := p.validateFunc(f); err != nil {
			return err
		}
	}
	return nil
}

// validateTables checks types, layouts, symbols and globals.
func (p *Program) validateTables() error {
	for _, t := range p.Types {
		for _, m := range t.Methods {
			if !inRange(int(m.Method), len(p.Methods)) || !inRange(int(m.Func), len(p.Funcs)) {
				return fmt.Errorf("type %s: method out of range", t.Name)
			}
			if p.Funcs[m.Func].Params < 1 {
				return fmt.Errorf("type %s: method %s has no receiver", t.Name, p.Methods[m.Method])
			}
		}
	}
	for _, l := range p.Layouts {
		for _, f := range l.Fields {
			if f.Prim > Cond {
				return fmt.Errorf("layout %s: field %s: unknown primitive", l.Name, f.Name)
			}
			if f.Prim == NoPrim && (f.Zero.Kind == KindSlot || !p.validOperand(nil, f.Zero)) {
				return fmt.Errorf("layout %s: field %s: bad zero value", l.Name, f.Name)
			}
		}
	}
	for _, s := range p.Syms {
		if s.Min < 0 || s.Max < s.Min || s.Max > MaxInt {
			return fmt.Errorf("symbol %s: bad range %d to %d", s.Name, s.Min, s.Max)
		}
	}
	for _, g := range p.Globals {
		if !inRange(int(g.Layout), len(p.Layouts)) {
			return fmt.Errorf("global %s: layout out of range", g.Name)
		}
	}
	return nil
}

// inRange reports whether i is an index of something with n elements.
func inRange(i, n int) bool { return i >= 0 && i < n }

// validateFunc checks one function.
func (p *Program) validateFunc(f *Func) error {
	if f.Params < 0 || f.Captures < 0 || f.Params+f.Captures > len(f.Slots) {
		return fmt.Errorf("%s: more parameters than slots", f.Name)
	}
	if len(f.Code) == 0 {
		return fmt.Errorf("%s: no code", f.Name)
	}
	if f.Recover != -1 && !inRange(f.Recover, len(f.Code)) {
		return fmt.Errorf("%s: recover target out of range", f.Name)
	}
	for i := range f.Code {
		if err := p.validateInstr(f, i); err != nil {
			return err
		}
	}
	last := len(f.Code) - 1
	if in := &f.Code[last]; !SigOf(in.Op).Ends && !endsBySelect(in) {
		return p.fault(f, last, "control runs off the end")
	}
	return nil
}

// endsBySelect reports whether in is a select whose every case has a target.
func endsBySelect(in *Instr) bool {
	if in.Op != OpSelect {
		return false
	}
	for _, c := range in.Cases {
		if c.Target < 0 {
			return false
		}
	}
	return true
}

// validateInstr checks one instruction against its signature.
func (p *Program) validateInstr(f *Func, i int) error {
	in := &f.Code[i]
	s := SigOf(in.Op)
	if s == nil {
		return fmt.Errorf("%s:%d: unknown operation %d", f.Name, i, in.Op)
	}
	if n := len(in.Dst); n < s.MinDst || s.MaxDst >= 0 && n > s.MaxDst {
		return p.fault(f, i, "%d results", n)
	}
	if n := len(in.Args); n < s.MinArgs || s.MaxArgs >= 0 && n > s.MaxArgs {
		return p.fault(f, i, "%d arguments", n)
	}
	if n := len(in.Targets); s.Targets >= 0 && n != s.Targets || s.Targets < 0 && n == 0 {
		return p.fault(f, i, "%d targets", n)
	}
	for _, d := range in.Dst {
		if d != NoSlot && !inRange(int(d), len(f.Slots)) {
			return p.fault(f, i, "result slot %d out of range", d)
		}
	}
	for _, a := range in.Args {
		if !p.validOperand(f, a) {
			return p.fault(f, i, "bad argument %+v", a)
		}
	}
	for _, t := range in.Targets {
		if !inRange(int(t), len(f.Code)) {
			return p.fault(f, i, "target %d out of range", t)
		}
	}
	if int(in.Assume) >= numAssume {
		return p.fault(f, i, "unknown assumption %d", in.Assume)
	}
	if err := p.validateImm(f, i); err != nil {
		return err
	}
	return p.validateSpecial(f, i)
}

// validOperand reports whether a names something; f is nil outside functions.
func (p *Program) validOperand(f *Func, a Operand) bool {
	switch n := int(a.N); a.Kind {
	case KindSlot:
		return f != nil && inRange(n, len(f.Slots))
	case KindNil, KindLost:
		return true
	case KindBool:
		return n == 0 || n == 1
	case KindInt:
		return n <= MaxInt && n >= -MaxInt
	case KindString:
		return inRange(n, len(p.Strings))
	case KindFunc:
		return inRange(n, len(p.Funcs)) && p.Funcs[n].Captures == 0
	case KindSym, KindScaled:
		return inRange(n, len(p.Syms)) && a.M <= MaxInt && a.M >= -MaxInt
	case KindGlobal:
		return inRange(n, len(p.Globals))
	}
	return false
}

// validateImm checks N, Types and Env.
func (p *Program) validateImm(f *Func, i int) error {
	in := &f.Code[i]
	limit := -1
	switch SigOf(in.Op).Imm {
	case ImmLayout:
		limit = len(p.Layouts)
	case ImmFunc:
		limit = len(p.Funcs)
	case ImmType:
		limit = len(p.Types)
	case ImmMethod:
		limit = len(p.Methods)
	case ImmString:
		limit = len(p.Strings)
	case ImmTypes:
		for _, t := range in.Types {
			if !inRange(int(t), len(p.Types)) || t == 0 {
				return p.fault(f, i, "type %d out of range", t)
			}
		}
	case ImmEnv:
		if in.Env&^(EnvAll|EnvUnlock) != 0 || in.Env == 0 {
			return p.fault(f, i, "bad set of operations %#x", in.Env)
		}
	}
	if limit >= 0 && !inRange(int(in.N), limit) {
		return p.fault(f, i, "number %d out of range", in.N)
	}
	return nil
}

// validateSpecial checks what only some operations need.
func (p *Program) validateSpecial(f *Func, i int) error {
	in := &f.Code[i]
	switch in.Op {
	case OpRet:
		if len(in.Args) != f.Results {
			return p.fault(f, i, "%d values for %d results", len(in.Args), f.Results)
		}
	case OpClosure:
		if n := p.Funcs[in.N].Captures; n != len(in.Args) {
			return p.fault(f, i, "%d captured values, %s has %d", len(in.Args), p.Funcs[in.N].Name, n)
		}
	case OpCall, OpGo, OpDefer, OpAfterFunc:
		return p.validateCall(f, i, in.Args[0], len(in.Args)-1)
	case OpCtxAfter:
		return p.validateCall(f, i, in.Args[1], len(in.Args)-2)
	case OpSelect:
		return p.validateCases(f, i)
	}
	return nil
}

// validateCall checks the number of arguments and results of a call whose
// callee is known.
func (p *Program) validateCall(f *Func, i int, fn Operand, args int) error {
	if fn.Kind != KindFunc {
		return nil
	}
	callee := p.Funcs[fn.N]
	if callee.Params != args {
		return p.fault(f, i, "%d arguments for %s, which has %d", args, callee.Name, callee.Params)
	}
	if n := len(f.Code[i].Dst); f.Code[i].Op == OpCall && n > callee.Results {
		return p.fault(f, i, "%d results of %s, which has %d", n, callee.Name, callee.Results)
	}
	return nil
}

// validateCases checks the cases of a select.
func (p *Program) validateCases(f *Func, i int) error {
	in := &f.Code[i]
	defaults := 0
	for k, c := range in.Cases {
		if c.Target < -1 || int(c.Target) >= len(f.Code) {
			return p.fault(f, i, "case %d: target %d out of range", k, c.Target)
		}
		if c.Default {
			defaults++
			continue
		}
		if !p.validOperand(f, c.Chan) || !p.validOperand(f, c.Val) {
			return p.fault(f, i, "case %d: bad operand", k)
		}
		for _, d := range []Slot{c.Dst, c.Ok} {
			if d != NoSlot && (c.Send || !inRange(int(d), len(f.Slots))) {
				return p.fault(f, i, "case %d: result slot %d out of range", k, d)
			}
		}
	}
	if defaults > 1 {
		return p.fault(f, i, "%d defaults", defaults)
	}
	return nil
}
