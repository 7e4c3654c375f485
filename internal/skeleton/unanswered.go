package skeleton

import (
	"cmp"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// This file finds held channels of the plainest kind (docs/design.md section
// 7.2): those in an unexported field or package variable on which the whole
// package, in all its code, makes one side of the operations only. It is a
// claim about the package, so that everything that may be a way for a channel
// to get out of sight, or in, makes it none.

// An Unanswered channel is one on which the package waits for operations that
// none of its code makes.
type Unanswered struct {
	Var  *types.Var        // the field or variable that holds it
	Made []ssa.Instruction // where it is made, in source order
	Ops  []*Op             // bare sends, or bare receives, that block for ever; in source order
}

// Unanswered returns the channels without a counterpart, by their first
// operation.
func (ix *Index) Unanswered() []Unanswered {
	holders := ix.holders()
	out := ix.strangers()
	var all []Unanswered
	for cl, vars := range holders {
		if out[cl] || cl.env || ix.flow.leaks(cl) || slices.ContainsFunc(vars, func(v *types.Var) bool { return ix.unseen(v) }) {
			continue
		}
		if u := ix.unanswered(cl, vars[0]); len(u.Ops) > 0 {
			all = append(all, u)
		}
	}
	slices.SortFunc(all, func(a, b Unanswered) int { return cmp.Compare(a.Ops[0].Instr.Pos(), b.Ops[0].Instr.Pos()) })
	return all
}

// unseen reports whether code that the index does not have may use an object.
func (ix *Index) unseen(obj types.Object) bool { return ix.Unseen != nil && ix.Unseen(obj) }

// holders returns the classes of channels that unexported fields and package
// variables hold, with those, in source order.
func (ix *Index) holders() map[*class][]*types.Var {
	held := map[*class][]*types.Var{}
	add := func(c *class, v *types.Var) {
		if isChan(v.Type()) && !v.Exported() && v.Pkg() == ix.Pkg.Pkg && v.Name() != "_" {
			held[c] = append(held[c], v)
		}
	}
	for f, c := range ix.flow.fields {
		add(ix.flow.content(c), f)
	}
	for _, m := range ix.Pkg.Members {
		if g, ok := m.(*ssa.Global); ok {
			if v, ok := g.Object().(*types.Var); ok {
				add(ix.flow.content(ix.flow.of(g)), v)
			}
		}
	}
	for _, vars := range held {
		slices.SortFunc(vars, func(a, b *types.Var) int { return cmp.Compare(a.Pos(), b.Pos()) })
	}
	return held
}

// unanswered returns what is waited for on the channels of a class.
func (ix *Index) unanswered(cl *class, v *types.Var) Unanswered {
	u := Unanswered{Var: v}
	room, ok := roomOf(cl)
	if !ok {
		return u
	}
	for _, s := range cl.members().sites {
		u.Made = append(u.Made, s.Instr)
	}
	slices.SortFunc(u.Made, func(a, b ssa.Instruction) int { return cmp.Compare(a.Pos(), b.Pos()) })
	sends, recvs := false, false
	for _, op := range cl.members().ops {
		s, r := op.sides(ix, cl)
		sends, recvs = sends || s, recvs || r || op.Kind == OpClose // which ends both
		if op.bare() && ix.mayRun(op.Func) && (r || exceeds(op.Instr, room)) {
			u.Ops = append(u.Ops, op)
		}
	}
	if sends && recvs {
		u.Ops = nil
	}
	slices.SortFunc(u.Ops, func(a, b *Op) int { return cmp.Compare(a.Instr.Pos(), b.Instr.Pos()) })
	return u
}

// bare reports whether the operation is a send or a receive outside a select.
func (op *Op) bare() bool { return op.Kind == OpSend || op.Kind == OpRecv }

// roomOf returns the largest capacity of the channels of a class. Not ok means
// that one is not made in sight, or of unknown size.
func roomOf(cl *class) (room int, ok bool) {
	for _, s := range cl.members().sites {
		mk, isMake := s.Instr.(*ssa.MakeChan)
		if !isMake {
			return 0, false
		}
		size, isConst := mk.Size.(*ssa.Const)
		if !isConst || size.Value == nil || size.Value.Kind() != constant.Int {
			return 0, false
		}
		room = max(room, int(size.Int64()))
	}
	return room, len(cl.members().sites) > 0
}

// exceeds reports whether a send is certain to find no room some time: there
// is none, or it is repeated for ever.
func exceeds(send ssa.Instruction, room int) bool {
	if room == 0 {
		return true
	}
	seen := map[*ssa.BasicBlock]bool{}
	list := []*ssa.BasicBlock{send.Block()}
	for i := 0; i < len(list); i++ {
		if len(list[i].Succs) == 0 {
			return false // a way out
		}
		for _, s := range list[i].Succs {
			if !seen[s] {
				seen[s] = true
				list = append(list, s)
			}
		}
	}
	for _, b := range list {
		if b != send.Block() && endless(b, send.Block()) {
			return false // a loop without it
		}
	}
	return seen[send.Block()]
}

// endless reports whether control can stay for ever in blocks that can be
// reached from b without passing through the other one.
func endless(b, without *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{without: true}
	list := []*ssa.BasicBlock{b}
	for i := 0; i < len(list); i++ {
		for _, s := range list[i].Succs {
			if s == b {
				return true
			}
			if !seen[s] {
				seen[s] = true
				list = append(list, s)
			}
		}
	}
	return false
}

// mayRun reports whether something in sight, or code outside, may run fn.
func (ix *Index) mayRun(fn *ssa.Function) bool {
	return callable(fn) || ix.taken[fn] || fn.Parent() != nil || len(ix.callers[fn]) > 0 ||
		fn.Signature.Recv() == nil && (fn.Name() == "main" || strings.HasPrefix(fn.Name(), "init"))
}

// strangers returns the classes of channels that may be in the hands of code
// out of sight, or come from there, on whatever way.
func (ix *Index) strangers() map[*class]bool {
	s := &stranger{ix: ix, out: map[*class]bool{}}
	for _, fn := range ix.Funcs {
		s.function(fn)
	}
	for f, c := range ix.flow.fields {
		if f.Exported() || f.Pkg() != ix.Pkg.Pkg {
			s.value(ix.flow.content(c), f.Type())
		}
	}
	out := map[*class]bool{}
	for c := range s.out {
		out[c.find()] = true
	}
	return out
}

// A stranger collects what strangers may have.
type stranger struct {
	ix  *Index
	out map[*class]bool
}

// function looks at what a function is given, gives back and does.
func (s *stranger) function(fn *ssa.Function) {
	obj := fn.Object()
	if callable(fn) || s.ix.valueUsed(fn) || obj != nil && s.ix.unseen(obj) {
		for _, p := range fn.Params {
			s.value(s.ix.flow.of(p), p.Type())
		}
		for i := range fn.Signature.Results().Len() {
			s.value(s.ix.flow.result(fn, i), fn.Signature.Results().At(i).Type())
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			s.instr(instr)
		}
	}
}

// instr looks at one instruction.
func (s *stranger) instr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.MakeInterface:
		s.of(instr.X)
	case *ssa.TypeAssert:
		s.of(instr)
	case *ssa.Extract:
		if _, ok := instr.Tuple.(*ssa.TypeAssert); ok || s.foreign(instr.Tuple) {
			s.of(instr)
		}
	case *ssa.Convert:
		s.converted(instr)
	case *ssa.FieldAddr:
		s.field(instr.X.Type(), instr.Field)
	case *ssa.Field:
		s.field(instr.X.Type(), instr.Field)
	case *ssa.UnOp:
		if g, ok := instr.X.(*ssa.Global); ok && (g.Pkg != s.ix.Pkg || g.Object() != nil && g.Object().Exported()) {
			s.of(instr)
		}
	case *ssa.Store:
		if g, ok := instr.Addr.(*ssa.Global); ok && (g.Pkg != s.ix.Pkg || g.Object() != nil && g.Object().Exported()) {
			s.of(instr.Val)
		}
	case ssa.CallInstruction:
		s.call(instr)
	}
}

// field marks a field of a struct type without a name: a type that is identical
// has fields of its own, and its values are these.
func (s *stranger) field(t types.Type, i int) {
	t = coretype.Deref(t)
	if _, named := types.Unalias(t).(*types.Named); !named {
		if f := coretype.Field(t, i); f != nil {
			s.value(s.ix.flow.content(s.ix.flow.field(f)), f.Type())
		}
	}
}

// converted looks at a conversion to or from unsafe.Pointer, which gives
// everything that the pointer leads to away.
func (s *stranger) converted(conv *ssa.Convert) {
	for _, v := range []ssa.Value{conv, conv.X} {
		if _, ok := coretype.Pointed(v.Type()); ok {
			s.ix.holds.behind(s.ix.flow.of(v), v.Type(), func(c *class) { s.out[c] = true })
		}
	}
}

// foreign reports whether a value is the result of a call that may run code
// out of sight.
func (s *stranger) foreign(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	if _, ok := call.Call.Value.(*ssa.Builtin); ok {
		return false
	}
	return !s.ix.Own(call.Call.StaticCallee())
}

// call looks at what a call hands over, and gets.
func (s *stranger) call(call ssa.CallInstruction) {
	com := call.Common()
	if b, ok := com.Value.(*ssa.Builtin); ok {
		if b.Name() == "len" || b.Name() == "cap" {
			s.of(com.Args[0]) // the code looks before it leaps
		}
		return
	}
	if s.ix.Own(com.StaticCallee()) {
		return
	}
	for _, a := range com.Args {
		s.of(a)
	}
	if v := call.Value(); v != nil && s.foreign(v) {
		s.of(v)
	}
}

// of marks what a value leads to.
func (s *stranger) of(v ssa.Value) { s.value(s.ix.flow.of(v), v.Type()) }

// value marks the channels that a value of type t leads to through pointers and
// elements. Unexported fields are nobody else's, and exported ones are marked
// as such.
func (s *stranger) value(c *class, t types.Type) {
	for depth := 0; c != nil && depth < 6; depth++ {
		switch u := coretype.Of(t).(type) {
		case *types.Chan:
			s.out[c.find()] = true
			t = u.Elem()
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
			continue // it is taken for its elements
		case *types.Map:
			s.value(s.ix.flow.content(c), u.Key())
			t = u.Elem()
		default:
			if isTypeParam(t) {
				s.out[c.find()] = true
			}
			return
		}
		c = s.ix.flow.content(c)
	}
}

// valueUsed reports whether the value of fn is used otherwise than to call it
// at once, so that anybody may call it with anything.
func (ix *Index) valueUsed(fn *ssa.Function) bool {
	if fn.Parent() == nil {
		return ix.taken[fn]
	}
	for _, mc := range ix.closures[fn] {
		for _, r := range *mc.Referrers() {
			if call, ok := r.(ssa.CallInstruction); !ok || call.Common().Value != ssa.Value(mc) {
				return true
			}
		}
	}
	return len(ix.closures[fn]) == 0 && ix.taken[fn]
}
