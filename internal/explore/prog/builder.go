package prog

import "fmt"

// A Builder writes a program. Functions are declared first, so that calls can
// name those whose code comes later, and filled in any order:
//
//	b := prog.NewBuilder("Fetch")
//	f, l1 := b.Func("Fetch", 0, 0, 0), b.Func("L1", 1, 0, 0)
//	res := f.Slot("res")
//	f.Emit(prog.OpMake, res, prog.Int(0)).At(pos, "res is made")
//	f.Emit(prog.OpGo, prog.NoSlot, prog.FuncValue(l1.ID), prog.S(res))
//	…
//	b.SetEntry(f.ID)
//	p, err := b.Program()
type Builder struct {
	p       *Program
	strings map[string]int32
	methods map[string]int32
	lib     map[string]FuncID
	thunks  map[thunkKey]FuncID
	funcs   []*FuncBuilder
}

// NewBuilder returns a builder of an empty program.
func NewBuilder(name string) *Builder {
	return &Builder{
		p:       &Program{Name: name, Types: make([]Type, 1), Entry: NoFunc},
		strings: map[string]int32{},
		methods: map[string]int32{},
		lib:     map[string]FuncID{},
		thunks:  map[thunkKey]FuncID{},
	}
}

// Program validates and returns what was built. The builder is then spent.
func (b *Builder) Program() (*Program, error) {
	for _, f := range b.funcs {
		if err := f.resolve(); err != nil {
			return nil, err
		}
	}
	return b.p, b.p.Validate()
}

// SetEntry says where the program starts.
func (b *Builder) SetEntry(f FuncID) { b.p.Entry = f }

// SetAsyncTimers selects the timers before Go 1.23.
func (b *Builder) SetAsyncTimers(on bool) { b.p.AsyncTimers = on }

// Type declares a dynamic type. Its methods may be added until the end.
func (b *Builder) Type(name string) TypeID {
	b.p.Types = append(b.p.Types, Type{Name: name})
	return TypeID(len(b.p.Types) - 1)
}

// AddMethod says that f, whose first parameter is the receiver, is a method of t.
func (b *Builder) AddMethod(t TypeID, name string, f FuncID) {
	b.p.Types[t].Methods = append(b.p.Types[t].Methods, MethodImpl{b.Method(name), f})
}

// Method returns the number of a method name.
func (b *Builder) Method(name string) int32 {
	return intern(&b.p.Methods, b.methods, name)
}

// String returns a constant that is compared as itself.
func (b *Builder) String(s string) Operand {
	return Operand{Kind: KindString, N: intern(&b.p.Strings, b.strings, s)}
}

// intern returns the index of s in list, which index knows.
func intern(list *[]string, index map[string]int32, s string) int32 {
	i, ok := index[s]
	if !ok {
		i = int32(len(*list))
		index[s] = i
		*list = append(*list, s)
	}
	return i
}

// Layout declares an object layout.
func (b *Builder) Layout(name string, fields ...Field) LayoutID {
	b.p.Layouts = append(b.p.Layouts, Layout{name, fields})
	return LayoutID(len(b.p.Layouts) - 1)
}

// Sym declares a symbol.
func (b *Builder) Sym(d SymDef) SymID {
	b.p.Syms = append(b.p.Syms, d)
	return SymID(len(b.p.Syms) - 1)
}

// Global declares a package variable and returns the operand of its address.
func (b *Builder) Global(name string, l LayoutID) Operand {
	b.p.Globals = append(b.p.Globals, Global{name, l})
	return GlobalAddr(len(b.p.Globals) - 1)
}

// A FuncBuilder writes one function.
type FuncBuilder struct {
	ID     FuncID
	f      *Func
	labels []int // label → instruction number, -1 while unplaced
}

// A Label is a place in a function's code, to be placed before or after use.
type Label int

// Func declares a function; its first slots are parameters and captures.
func (b *Builder) Func(name string, params, captures, results int) *FuncBuilder {
	f := &Func{Name: name, Params: params, Captures: captures, Results: results, Recover: -1}
	for i := range params + captures {
		f.Slots = append(f.Slots, fmt.Sprintf("p%d", i))
	}
	b.p.Funcs = append(b.p.Funcs, f)
	fb := &FuncBuilder{ID: FuncID(len(b.p.Funcs) - 1), f: f}
	b.funcs = append(b.funcs, fb)
	return fb
}

// Func returns the function being built.
func (f *FuncBuilder) Func() *Func { return f.f }

// Param returns the slot of parameter or capture i.
func (f *FuncBuilder) Param(i int) Slot { return Slot(i) }

// Name names a slot, for the text form.
func (f *FuncBuilder) Name(s Slot, name string) { f.f.Slots[s] = name }

// Slot returns a new local slot. Names need not be unique.
func (f *FuncBuilder) Slot(name string) Slot {
	f.f.Slots = append(f.f.Slots, name)
	return Slot(len(f.f.Slots) - 1)
}

// Label returns a new label, not yet placed.
func (f *FuncBuilder) Label() Label {
	f.labels = append(f.labels, -1)
	return Label(len(f.labels) - 1)
}

// Place puts a label at the next instruction.
func (f *FuncBuilder) Place(l Label) { f.labels[l] = len(f.f.Code) }

// Here returns a label placed at the next instruction.
func (f *FuncBuilder) Here() Label {
	l := f.Label()
	f.Place(l)
	return l
}

// SetRecover says where the function goes on after a recovered panic. The
// label must be placed already or be placed later.
func (f *FuncBuilder) SetRecover(l Label) { f.f.Recover = -2 - int(l) }

// An Added is the instruction just emitted; its methods complete it. It is
// valid until the next Emit.
type Added struct{ *Instr }

// Emit appends an instruction with at most one result (NoSlot for none).
func (f *FuncBuilder) Emit(op Op, dst Slot, args ...Operand) Added {
	in := Instr{Op: op, Args: args}
	if dst != NoSlot {
		in.Dst = []Slot{dst}
	}
	return f.Add(in)
}

// Add appends an instruction as it is, except that Targets (and Case.Target
// other than -1) are labels, resolved at the end.
func (f *FuncBuilder) Add(in Instr) Added {
	f.f.Code = append(f.f.Code, in)
	return Added{&f.f.Code[len(f.f.Code)-1]}
}

// Jump appends a jump.
func (f *FuncBuilder) Jump(to Label) Added { return f.Add(Instr{Op: OpJump}).To(to) }

// If appends a branch.
func (f *FuncBuilder) If(cond Operand, yes, no Label) Added {
	return f.Add(Instr{Op: OpIf, Args: []Operand{cond}}).To(yes, no)
}

// Ret appends a return.
func (f *FuncBuilder) Ret(vals ...Operand) Added { return f.Emit(OpRet, NoSlot, vals...) }

// Call appends a call of fn with the given results.
func (f *FuncBuilder) Call(dst []Slot, fn Operand, args ...Operand) Added {
	return f.Add(Instr{Op: OpCall, Dst: dst, Args: append([]Operand{fn}, args...)})
}

// Select appends a select. Targets of cases are labels, or -1 for the next
// instruction; index receives the number of the case, -1 for default.
func (f *FuncBuilder) Select(index Slot, cases ...Case) Added {
	in := Instr{Op: OpSelect, Cases: cases}
	if index != NoSlot {
		in.Dst = []Slot{index}
	}
	return f.Add(in)
}

// At sets position and phrase.
func (a Added) At(pos Pos, phrase string) Added {
	a.Pos, a.Phrase = pos, phrase
	return a
}

// To sets the targets.
func (a Added) To(labels ...Label) Added {
	a.Targets = nil
	for _, l := range labels {
		a.Targets = append(a.Targets, int32(l))
	}
	return a
}

// Results sets the results.
func (a Added) Results(dst ...Slot) Added {
	a.Dst = dst
	return a
}

// Imm sets N: a layout, function, type, method or number.
func (a Added) Imm(n int) Added {
	a.N = int32(n)
	return a
}

// With sets flags and the kind of assumption.
func (a Added) With(fl Flags, as Assume) Added {
	a.Flags, a.Instr.Assume = fl, as
	return a
}

// resolve turns labels into instruction numbers.
func (f *FuncBuilder) resolve() error {
	place := func(l int32) (int32, error) {
		if int(l) >= len(f.labels) || f.labels[l] < 0 {
			return 0, fmt.Errorf("%s: label %d is not placed", f.f.Name, l)
		}
		return int32(f.labels[l]), nil
	}
	var err error
	for i := range f.f.Code {
		in := &f.f.Code[i]
		for j := range in.Targets {
			if in.Targets[j], err = place(in.Targets[j]); err != nil {
				return err
			}
		}
		for j := range in.Cases {
			if t := in.Cases[j].Target; t >= 0 {
				if in.Cases[j].Target, err = place(t); err != nil {
					return err
				}
			}
		}
	}
	if f.f.Recover <= -2 {
		r, err := place(int32(-2 - f.f.Recover))
		f.f.Recover = int(r)
		return err
	}
	return nil
}

// A thunkKey names a function that consists of one instruction.
type thunkKey struct {
	op  Op
	pos Pos
}

// Thunk returns a function with op's arguments as parameters that does op and
// returns its results: what go, defer and closure need to run a primitive, as
// in `defer mu.Unlock()` or the cancel function of a context. The op must
// take a fixed number of arguments, no immediate and no targets.
func (b *Builder) Thunk(op Op, pos Pos, phrase string) FuncID { return b.ThunkWith(op, pos, phrase, 0) }

// ThunkWith is Thunk with flags, which op and pos determine.
func (b *Builder) ThunkWith(op Op, pos Pos, phrase string, fl Flags) FuncID {
	key := thunkKey{op, pos}
	if id, ok := b.thunks[key]; ok {
		return id
	}
	s := SigOf(op)
	f := b.Func("$"+s.Name, s.MaxArgs, 0, s.MinDst)
	in := Instr{Op: op, Pos: pos, Phrase: phrase, Flags: fl}
	for i := range s.MaxArgs {
		in.Args = append(in.Args, S(Slot(i)))
	}
	var res []Operand
	for range s.MinDst {
		r := f.Slot("r")
		in.Dst = append(in.Dst, r)
		res = append(res, S(r))
	}
	f.Add(in)
	f.Ret(res...).At(pos, "")
	b.thunks[key] = f.ID
	return f.ID
}

// RecvCase returns a select case that receives; v and ok may be NoSlot.
func RecvCase(ch Operand, v, ok Slot, to Label) Case {
	return Case{Chan: ch, Dst: v, Ok: ok, Target: int32(to)}
}

// SendCase returns a select case that sends.
func SendCase(ch, v Operand, to Label) Case {
	return Case{Send: true, Chan: ch, Val: v, Dst: NoSlot, Ok: NoSlot, Target: int32(to)}
}

// DefaultCase returns the default of a select.
func DefaultCase(to Label) Case {
	return Case{Default: true, Dst: NoSlot, Ok: NoSlot, Target: int32(to)}
}

// Next as the label of a select case stands for the next instruction.
const Next Label = -1
