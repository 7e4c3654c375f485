package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// An arg is a compiled operand: a slot, a global, or a constant.
type arg struct {
	slot int32 // ≥ 0, or argConst, or argGlobal-g
	v    value
}

const (
	argConst  = -1
	argGlobal = -2
)

// An instr is a compiled instruction.
type instr struct {
	op      prog.Op
	flags   prog.Flags
	assume  prog.Assume
	env     prog.EnvOps
	n       int32
	site    int32 // number of the instruction in the program, from 1
	dst     []prog.Slot
	args    []arg
	targets []int32
	cases   []caseInstr
	types   []prog.TypeID
	// mayAdd says that a WaitGroup.Add may follow in this function.
	mayAdd bool
	// late says that a select with default may miss a goroutine that stands
	// here because that has only just come.
	late bool
	// turn says what a way back from here comes by.
	turn uint8
	// live are the slots read at or after the instruction; after is the same
	// while its call runs.
	live, after bitset
}

// A caseInstr is a compiled select case.
type caseInstr struct {
	send, dflt bool
	ch, val    arg
	dst, ok    prog.Slot
	target     int32
}

// A function is a compiled function.
type function struct {
	name    string
	code    []instr
	slots   int
	params  int // with captures
	results int
	recover int
	stub    bool
	ask     []questions // that may be asked from an instruction on
	adds    bool        // may reach a WaitGroup.Add, also through calls
}

// A code is a compiled program, shared by everything that runs it.
type code struct {
	p       *prog.Program
	funcs   []function
	base    []int32                 // function → number of its first site
	zeros   [][]value               // zero values, by layout and field
	methods []map[int32]prog.FuncID // type → method → function
	folds   []fold                  // string → what is known of the question of that name
	consts  []constant              // string → what is known of the constant
	nSyms   int
	hasEnv  bool    // something may be willing or open
	dflt    bool    // some select has a default
	misses  [2]bool // who does not send, and who sends, may be missed by one
}

// compile prepares p, which must be valid.
func compile(p *prog.Program) *code {
	c := &code{p: p, nSyms: len(p.Syms), methods: make([]map[int32]prog.FuncID, len(p.Types))}
	for i, t := range p.Types {
		c.methods[i] = map[int32]prog.FuncID{}
		for _, m := range t.Methods {
			c.methods[i][m.Method] = m.Func
		}
	}
	for _, l := range p.Layouts {
		zero := make([]value, len(l.Fields))
		for i, f := range l.Fields {
			zero[i] = c.arg(f.Zero).v
		}
		c.zeros = append(c.zeros, zero)
	}
	site := int32(1)
	for _, f := range p.Funcs {
		c.base = append(c.base, site)
		c.funcs = append(c.funcs, c.function(f, site))
		site += int32(len(f.Code))
	}
	c.folds, c.consts = make([]fold, len(p.Strings)), make([]constant, len(p.Strings))
	for i, s := range p.Strings {
		c.folds[i], c.consts[i] = folds[s], constantOf(s)
	}
	c.nameTypeSets()
	c.findAskable()
	c.findAdds()
	c.findLate()
	for i := range c.funcs {
		findTurns(&c.funcs[i])
		liveness(&c.funcs[i])
	}
	return c
}

// nameTypeSets gives the type assertions that ask the same the same number: the
// first one's site.
func (c *code) nameTypeSets() {
	var first []*instr
	for i := range c.funcs {
		for k := range c.funcs[i].code {
			in := &c.funcs[i].code[k]
			if in.op != prog.OpAssert {
				continue
			}
			if in.n = in.site; in.flags&prog.Others != 0 {
				continue // of two interfaces only the known types are known
			}
			at := slices.IndexFunc(first, func(f *instr) bool { return slices.Equal(f.types, in.types) })
			if at < 0 {
				at = len(first)
				first = append(first, in)
			}
			in.n = first[at].site
		}
	}
}

// function compiles one function.
func (c *code) function(f *prog.Func, site int32) function {
	out := function{name: f.Name, slots: len(f.Slots), params: f.Params + f.Captures,
		results: f.Results, recover: f.Recover, stub: f.Stub, code: make([]instr, 0, len(f.Code))}
	n := 0
	for i := range f.Code {
		n += len(f.Code[i].Args)
	}
	room := make([]arg, 0, n) // for the arguments of all instructions
	for i := range f.Code {
		in := &f.Code[i]
		ci := instr{op: in.Op, flags: in.Flags, assume: in.Assume, env: in.Env, n: in.N,
			site: site + int32(i), dst: in.Dst, targets: in.Targets, types: in.Types}
		from := len(room)
		for _, a := range in.Args {
			room = append(room, c.arg(a))
		}
		ci.args = room[from:len(room):len(room)]
		for _, k := range in.Cases {
			t := k.Target
			if t < 0 {
				t = int32(i + 1)
			}
			ci.cases = append(ci.cases, caseInstr{k.Send, k.Default, c.arg(k.Chan), c.arg(k.Val), k.Dst, k.Ok, t})
			c.dflt = c.dflt || k.Default
		}
		c.misses[0], c.misses[1] = c.misses[0] || missed(in, false), c.misses[1] || missed(in, true)
		switch in.Op {
		case prog.OpWilling, prog.OpMay, prog.OpOpen:
			c.hasEnv = true
		}
		out.code = append(out.code, ci)
	}
	return out
}

// missed reports whether in is a select with a default, and a case whose partner
// sends, or receives.
func missed(in *prog.Instr, sends bool) bool {
	return slices.ContainsFunc(in.Cases, func(k prog.Case) bool { return k.Default }) &&
		slices.ContainsFunc(in.Cases, func(k prog.Case) bool { return !k.Default && k.Send != sends })
}

// findLate marks the operations that may be the other side of a select with
// default.
func (c *code) findLate() {
	for i := range c.funcs {
		for k := range c.funcs[i].code {
			in := &c.funcs[i].code[k]
			switch in.op {
			case prog.OpSend:
				in.late = c.misses[1]
			case prog.OpRecv:
				in.late = c.misses[0]
			}
			in.late = in.late || slices.ContainsFunc(in.cases, func(k caseInstr) bool {
				return !k.dflt && (k.send && c.misses[1] || !k.send && c.misses[0])
			})
		}
	}
}

// arg compiles an operand.
func (c *code) arg(a prog.Operand) arg {
	n, m := int(a.N), int(a.M)
	switch a.Kind {
	case prog.KindSlot:
		return arg{slot: a.N}
	case prog.KindGlobal:
		return arg{slot: argGlobal - a.N}
	case prog.KindBool:
		return arg{argConst, mkBool(n == 1)}
	case prog.KindInt:
		return arg{argConst, mkInt(n, 0)}
	case prog.KindString:
		return arg{argConst, mk(vStr, value(n))}
	case prog.KindFunc:
		return arg{argConst, mk(vFunc, value(n))}
	case prog.KindSym:
		return arg{argConst, mkSym(n, m)}
	case prog.KindScaled:
		return arg{argConst, mkInt(m, n+1)}
	case prog.KindLost:
		return arg{argConst, valLost}
	}
	return arg{argConst, valNil}
}

// site returns what instruction number s of the program is.
func (c *code) site(s int32) Site {
	if s <= 0 {
		return Site{Func: prog.NoFunc}
	}
	f := len(c.base) - 1
	for c.base[f] > s {
		f--
	}
	i := int(s - c.base[f])
	return Site{Func: prog.FuncID(f), Instr: i, Pos: c.p.Funcs[f].Code[i].Pos}
}

// sites returns one more than the largest number of an instruction.
func (c *code) sites() int {
	last := len(c.funcs) - 1
	return int(c.base[last]) + len(c.funcs[last].code)
}

// number returns the number of an instruction in the program.
func (c *code) number(s Site) int32 { return c.base[s.Func] + int32(s.Instr) }

// at returns the instruction with number s.
func (c *code) at(s int32) *prog.Instr {
	w := c.site(s)
	return &c.p.Funcs[w.Func].Code[w.Instr]
}

// findAdds marks the functions and instructions from which a WaitGroup.Add may
// still be reached. A callee that is not a constant may be any function.
func (c *code) findAdds() {
	for changed := true; changed; {
		changed = false
		any := false
		for i := range c.funcs {
			any = any || c.funcs[i].adds
		}
		for i := range c.funcs {
			f := &c.funcs[i]
			for k := range f.code {
				if !f.adds && c.addsNow(&f.code[k], any) {
					f.adds, changed = true, true
				}
			}
		}
	}
	any := false
	for i := range c.funcs {
		any = any || c.funcs[i].adds
	}
	for i := range c.funcs {
		c.spreadAdds(&c.funcs[i], any)
	}
}

// addsNow reports whether executing in itself may reach an Add; any says
// whether some function does.
func (c *code) addsNow(in *instr, any bool) bool {
	switch in.op {
	case prog.OpAddWG:
		return true
	case prog.OpCall, prog.OpGo, prog.OpDefer, prog.OpAfterFunc:
		if a := in.args[0]; a.slot == argConst && a.v.kind() == vFunc {
			return c.funcs[a.v.body()].adds
		}
		return any
	case prog.OpCtxAfter, prog.OpTimerReset, prog.OpRunDefers:
		return any
	}
	return false
}

// spreadAdds carries mayAdd backwards through a function.
func (c *code) spreadAdds(f *function, any bool) {
	for changed := true; changed; {
		changed = false
		for k := len(f.code) - 1; k >= 0; k-- {
			in := &f.code[k]
			may := in.mayAdd || c.addsNow(in, any)
			for _, t := range successors(f, k) {
				may = may || f.code[t].mayAdd
			}
			if may && !in.mayAdd {
				in.mayAdd, changed = true, true
			}
		}
	}
}

// successors returns the instructions that may follow instruction k.
func successors(f *function, k int) []int32 {
	in := &f.code[k]
	if len(in.targets) > 0 {
		return in.targets
	}
	if in.op == prog.OpSelect {
		out := make([]int32, 0, len(in.cases))
		for i := range in.cases {
			out = append(out, in.cases[i].target)
		}
		return out
	}
	if prog.SigOf(in.op).Ends || k+1 >= len(f.code) {
		return nil
	}
	return []int32{int32(k + 1)}
}
