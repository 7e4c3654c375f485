package skeleton

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// This file finds the instructions that panic for what a branch asks about: p ==
// nil and *p, len(xs) == 0 and xs[0], n == 0 and x/n, x.(T) with and without ok.
// A witness that assumes the one does not walk past the other. Most programs ask
// about few values, so that little has to be looked at; the instruction asks about
// the value itself, and only which instructions do is a matter of where the value
// comes from.

// A source is where a value comes from, as far as one branch and another
// instruction can be told to be about the same: a variable, a field, a parameter,
// a result.
type source struct {
	loc   loc
	value ssa.Value
}

// sourceOf returns where a value comes from.
func (ix *Index) sourceOf(v ssa.Value) source {
	for {
		switch x := v.(type) {
		case *ssa.ChangeType:
			v = x.X
			continue
		case *ssa.ChangeInterface:
			v = x.X
			continue
		case *ssa.UnOp:
			if x.Op == token.MUL {
				return ix.sourceAt(x)
			}
		}
		return source{value: v}
	}
}

// Bounds of where a parameter may come from.
const (
	maxSourceCalls = 8
	maxSourceDepth = 2
)

// sourcesOf returns where a value comes from, for a parameter also what callers
// pass.
func (ix *Index) sourcesOf(v ssa.Value, depth int) []source {
	s := ix.sourceOf(v)
	out := []source{s}
	p, ok := s.value.(*ssa.Parameter)
	if !ok || depth == maxSourceDepth {
		return out
	}
	callers := ix.Callers(p.Parent())
	if len(callers) > maxSourceCalls {
		return out
	}
	for _, call := range callers {
		com := call.Common()
		if i := paramIndex(p); !com.IsInvoke() && i < len(com.Args) {
			out = append(out, ix.sourcesOf(com.Args[i], depth+1)...)
		}
	}
	return out
}

// sourceAt is sourceOf for what is loaded.
func (ix *Index) sourceAt(x *ssa.UnOp) source {
	switch p := x.X.(type) {
	case *ssa.Alloc, *ssa.Global:
		return source{loc: loc{value: p}}
	case *ssa.FreeVar:
		if ls := ix.outermost(p); len(ls) == 1 {
			return source{loc: ls[0]}
		}
	case *ssa.FieldAddr:
		return source{loc: loc{field: coretype.Field(p.X.Type(), p.Field)}}
	}
	return source{value: x}
}

// A danger is a kind of panic.
type danger uint8

const (
	ofNil   danger = 1 + iota // what is used is nil
	ofIndex                   // an index is out of range
	ofZero                    // it is divided by zero
	ofType                    // it has another dynamic type
)

// A checked is a value of some source in one danger.
type checked struct {
	source source
	danger danger
}

// asksAbout returns which value, in which danger, the outcome of an instruction tells
// about.
func (ix *Index) asksAbout(instr ssa.Instruction) (checked, bool) {
	switch v := instr.(type) {
	case *ssa.BinOp:
		x, y := v.X, v.Y
		if _, ok := x.(*ssa.Const); ok {
			x, y = y, x
		}
		c, ok := y.(*ssa.Const)
		if !ok || !ordered(v.Op) {
			return checked{}, false
		}
		if call, ok := x.(*ssa.Call); ok {
			if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
				return checked{ix.sourceOf(call.Call.Args[0]), ofIndex}, true
			}
		}
		switch {
		case c.IsNil():
			return checked{ix.sourceOf(x), ofNil}, true
		case isEmptyString(c):
			return checked{ix.sourceOf(x), ofIndex}, true
		}
		if isInt(x.Type()) && c.Value != nil && c.Int64() == 0 {
			return checked{ix.sourceOf(x), ofZero}, true
		}
	case *ssa.TypeAssert:
		return checked{ix.sourceOf(v.X), ofType}, v.CommaOk
	}
	return checked{}, false
}

// endangered returns the value for which an instruction panics, and when.
func endangered(instr ssa.Instruction) (ssa.Value, danger) {
	switch v := instr.(type) {
	case *ssa.FieldAddr:
		return v.X, ofNil
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return v.X, ofNil
		}
	case *ssa.Store:
		return v.Addr, ofNil
	case *ssa.MapUpdate:
		return v.Map, ofNil
	case *ssa.IndexAddr:
		if _, ok := v.Index.(*ssa.Const); ok {
			return v.X, ofIndex
		}
	case *ssa.BinOp:
		if (v.Op == token.QUO || v.Op == token.REM) && isInt(v.Y.Type()) {
			return v.Y, ofZero
		}
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return v.X, ofType
		}
	case ssa.CallInstruction:
		com := v.Common()
		_, builtin := com.Value.(*ssa.Builtin)
		if com.StaticCallee() == nil && !builtin {
			return com.Value, ofNil
		}
	}
	return nil, 0
}

// findChecks files the instructions that may panic for a value that some branch
// asks about.
func (ix *Index) findChecks() {
	asks := map[checked]bool{}
	for instr := range lazyssa.Instrs(ix.Funcs) {
		if c, ok := ix.asksAbout(instr); ok {
			asks[c] = true
		}
	}
	if len(asks) == 0 {
		return
	}
	for instr := range lazyssa.Instrs(ix.Funcs) {
		v, d := endangered(instr)
		if v == nil || isAddress(v) {
			continue
		}
		for _, s := range ix.sourcesOf(v, 0) {
			if c := (checked{s, d}); asks[c] {
				ix.checks[c] = append(ix.checks[c], instr)
			}
		}
	}
}

// isAddress reports whether v is the address of a variable, field or element,
// which is never nil.
func isAddress(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.Alloc, *ssa.FreeVar, *ssa.Global, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Function, *ssa.MakeClosure:
		return true
	}
	return false
}

// addChecks makes part of the program, in the functions that are, the
// instructions that panic for what a branch of it asks.
func (c *cone) addChecks() {
	for more := true; more && len(c.instrs) <= maxCone; {
		more = false
		for k := 0; k < len(c.askedOf); k++ {
			for _, instr := range c.ix.checks[c.askedOf[k]] {
				if c.checks[instr] || !c.runs(instr) {
					continue
				}
				v, _ := endangered(instr)
				c.needFunc(instr.Parent())
				c.checks[instr], more = true, true
				c.needBlock(instr.Block())
				c.value(v)
				if b, ok := instr.(*ssa.IndexAddr); ok {
					c.value(b.Index)
				}
			}
		}
		c.drain()
	}
}

// runs reports whether the program runs an instruction: its function is part of
// it, or called from there and begins with it.
func (c *cone) runs(instr ssa.Instruction) bool {
	fn := instr.Parent()
	switch {
	case !c.scope[fn] || !c.exact(fn):
		return false
	case c.funcs[fn]:
		return true
	}
	return instr.Block().Index == 0 && slices.ContainsFunc(c.ix.Callers(fn), func(call ssa.CallInstruction) bool { return c.funcs[call.Parent()] })
}

// check writes that an instruction panics unless what a branch asks about is as
// it needs it.
func (f *function) check(instr ssa.Instruction) {
	v, d := endangered(instr)
	ok := f.fb.Slot("ok")
	switch d {
	case ofNil:
		f.emit(prog.OpNe, ok, f.val(v), prog.Nil)
	case ofZero:
		f.emit(prog.OpNe, ok, f.val(v), prog.Int(0))
	case ofIndex:
		n := f.fb.Slot("len")
		f.emit(prog.OpLen, n, f.val(v))
		f.emit(prog.OpLt, ok, f.val(instr.(*ssa.IndexAddr).Index), prog.S(n))
	case ofType:
		f.assertOf(instr.(*ssa.TypeAssert), []prog.Slot{prog.NoSlot, ok})
	}
	f.emit(prog.OpMust, prog.NoSlot, prog.S(ok))
}
