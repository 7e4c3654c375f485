package skeleton

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/known"
)

// This file finds the writes to a pipe that are not written as such: through
// fmt.Fprint, io.Copy, an encoder on top of it, or an io.Writer of which nobody
// knows that it is one. A writer on top of a pipe is the pipe itself here. In a
// package that makes no pipe all of this is left out.

// makesPipes reports whether a function of the package calls io.Pipe.
func makesPipes(pkg *ssa.Package, funcs []*ssa.Function) bool {
	if !slices.ContainsFunc(pkg.Pkg.Imports(), func(p *types.Package) bool { return p.Path() == "io" }) {
		return false
	}
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			if slices.ContainsFunc(b.Instrs, isPipe) {
				return true
			}
		}
	}
	return false
}

// isPipe reports whether instr is a call of io.Pipe.
func isPipe(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	return ok && apiOf(calleeOf(&call.Call)) == apiPipe
}

// A writing is a call that may do something to a pipe.
type writing struct {
	known.Writing
	to     ssa.Value
	closes bool // Close of an interface
}

// writingOf returns what a call does to a writer, as far as its callee tells.
func writingOf(com *ssa.CallCommon) (w writing, ok bool) {
	fn := calleeOf(com)
	if fn == nil || apiOf(fn) != apiNone {
		return w, false
	}
	if com.IsInvoke() && fn.Name() == "Close" && fn.Signature().Params().Len() == 0 {
		return writing{to: com.Value, closes: true}, true
	}
	if w.Writing, ok = known.Writes(fn); !ok {
		return w, false
	}
	args := com.Args
	if com.IsInvoke() {
		args = append([]ssa.Value{com.Value}, args...)
	}
	if w.To >= len(args) {
		return w, false
	}
	w.to = args[w.To]
	if mi, ok := w.to.(*ssa.MakeInterface); ok && known.Buffers(mi.X.Type()) {
		w.Now = false
	}
	return w, true
}

// findWritings keeps of the calls that may write those that may do so to a pipe,
// and makes them operations.
func (ix *Index) findWritings() {
	for _, fn := range ix.Funcs {
		for _, call := range callsIn(fn) {
			w, ok := writingOf(call.Common())
			if !ok {
				continue
			}
			c := ix.flow.of(w.to)
			if c == nil || !slices.ContainsFunc(c.members().sites, func(s Site) bool { return isPipe(s.Instr) }) {
				continue
			}
			ix.writings[call.Common()] = w
			if w.Now || w.closes {
				op := &Op{Kind: OpCall, Instr: call, Func: fn, Operands: []ssa.Value{w.to}, writes: w.Now}
				ix.ops[fn] = append(ix.ops[fn], op)
				m := c.add()
				m.ops = append(m.ops, op)
			}
		}
	}
}

// wraps reports whether the first result of a call is a writer on top of one of
// its arguments, which it returns.
func (ix *Index) wraps(com *ssa.CallCommon) ssa.Value {
	if !ix.pipes {
		return nil
	}
	if w, ok := writingOf(com); ok && w.Wraps {
		return w.to
	}
	return nil
}

// writing compiles a call that may do something to a pipe; it reports whether
// it is one.
func (f *function) writing(v *ssa.Call) bool {
	w, ok := f.c.ix.writings[&v.Call]
	if !ok || v.Call.IsInvoke() && f.anyCompiled(&v.Call) {
		return false
	}
	switch {
	case w.closes:
		f.note(f.emit(prog.OpPipeCloseW, prog.NoSlot, f.val(w.to)), v.Pos(), "closes "+writerName(w.to)).With(prog.Others, prog.AssumeNone)
	case w.Now:
		f.note(f.emit(prog.OpPipeWrite, prog.NoSlot, f.val(w.to)), v.Pos(), "writing to "+writerName(w.to)).With(prog.Others, prog.AssumeNone)
	}
	if w.Keeps {
		for _, a := range v.Call.Args {
			if a != w.to {
				f.openValue(a)
			}
		}
	}
	dst := f.results(v)
	if !w.Wraps || len(dst) == 0 || dst[0] == prog.NoSlot {
		f.unknownInto(dst, resultTypes(&v.Call), &v.Call, "calls "+calleeName(&v.Call))
		return true
	}
	f.unknownInto(append([]prog.Slot{prog.NoSlot}, dst[1:]...), resultTypes(&v.Call), &v.Call, "calls "+calleeName(&v.Call))
	f.copyTo(dst[0], f.val(w.to))
	return true
}

// startsWriting returns what `go` or `defer` of such a call runs.
func (f *function) startsWriting(instr ssa.CallInstruction, com *ssa.CallCommon) (prog.Operand, []prog.Operand, bool) {
	w, ok := f.c.ix.writings[com]
	if !ok || !w.Now && !w.closes || w.Keeps || com.IsInvoke() && f.anyCompiled(com) {
		return prog.Operand{}, nil, false
	}
	op, phrase := prog.OpPipeWrite, "writing to "
	if w.closes {
		op, phrase = prog.OpPipeCloseW, "closes "
	}
	id := f.c.own(f.c.b.ThunkWith(op, prog.Pos(instr.Pos()), phrase+writerName(w.to), prog.Others))
	return prog.FuncValue(id), []prog.Operand{f.val(w.to)}, true
}

// WrittenArg returns the index of the argument that an instruction writes to,
// counted without the receiver, -1 if it is none of them.
func (ix *Index) WrittenArg(instr ssa.Instruction) int {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return -1
	}
	w, ok := ix.writings[call.Common()]
	switch {
	case !ok, call.Common().IsInvoke():
		return -1
	case call.Common().Signature().Recv() != nil:
		return w.To - 1
	}
	return w.To
}

// writerName names the writer that a value is, or is on top of.
func writerName(v ssa.Value) string {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	return nameOf(v)
}
