package skeleton

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// condPos returns a position for a branch: that of its condition.
func condPos(f *ssa.If) token.Pos {
	if p := f.Cond.Pos(); p.IsValid() {
		return p
	}
	return f.Pos()
}

// condPhrase says what a branch asks.
func condPhrase(f *ssa.If) string {
	if x, _, ok := errorTest(f.Cond); ok {
		if name := sourceCall(x); name != "" {
			return name + " returns an error"
		}
		return "there is an error"
	}
	return "the condition holds"
}

// errorTest reports whether cond compares an error with nil; nonNil says
// whether it is true for an error.
func errorTest(cond ssa.Value) (x ssa.Value, nonNil, ok bool) {
	b, isBin := cond.(*ssa.BinOp)
	if !isBin || b.Op != token.EQL && b.Op != token.NEQ || !isErrorType(b.X.Type()) {
		return nil, false, false
	}
	switch {
	case isNilConst(b.Y):
		return b.X, b.Op == token.NEQ, true
	case isNilConst(b.X):
		return b.Y, b.Op == token.NEQ, true
	}
	return nil, false, false
}

// sourceCall names the call that a value comes from.
func sourceCall(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Extract:
		return sourceCall(v.Tuple)
	case *ssa.Call:
		return calleeName(&v.Call)
	case *ssa.UnOp:
		if a, ok := v.X.(*ssa.Alloc); ok {
			if s := onlyStore(a); s != nil {
				return sourceCall(s)
			}
		}
	}
	return ""
}

// assumption classifies a branch by what its outcome means if the environment
// chooses it (docs/design.md section 9.2).
func (f *function) assumption(b *ssa.BasicBlock, last *ssa.If) (prog.Flags, prog.Assume) {
	if _, _, ok := errorTest(last.Cond); ok {
		return 0, prog.AssumeError
	}
	head, body := f.loops.innermost(b)
	switch {
	case body == nil || exitCond(b, body) == nil:
		return 0, prog.AssumeUnknown
	case b != head || !isLoopCond(head):
		return 0, prog.AssumeLeave
	case body[b.Succs[0]]:
		return 0, prog.AssumeLoopEnds
	}
	return prog.First, prog.AssumeLoopEnds
}

// isLoopCond reports whether the head of a loop holds the condition of the for
// statement itself: a loop without one starts with its body.
func isLoopCond(head *ssa.BasicBlock) bool { return strings.HasSuffix(head.Comment, ".loop") }
