package leaks

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// ownerOf returns the name of the pass that reports the leak, "" for a wait that
// no pass has.
func ownerOf(u *skeleton.Unit, l *Leak, e *explore.Leak) string {
	op := &e.Op
	return owner.Of(owner.Shape{
		InOnce:     inOnce(u, op),
		LostCancel: l.Op == CtxDone && !op.Root && madeHere(op) && !u.Main(), // main waits on, and so may all that it keeps alive
		Send:       l.Op == Send || l.Op == Select && l.Case >= 0,
		Timer:      l.Op == Timer,
		Empty:      l.Op == Forever,
		Own:        op.Root,
		ParentCtx:  l.Op == CtxDone,
		Receive:    l.Op == Recv || l.Op == Range || l.Op == Select,
		Wait:       l.Op == Wait,
		Lock:       l.Op == Lock || l.Op == RLock,
		Ordered:    crossed(e),
	})
}

// crossed reports whether the goroutines of a deadlock wait for each other at
// different primitives: no operation of one of them is wrong by itself.
func crossed(l *explore.Leak) bool {
	for _, r := range l.Rest {
		for _, o := range r.On {
			if !slices.Contains(l.Op.On, o) {
				return true
			}
		}
	}
	return false
}

// inOnce reports whether the operation stands in the body of a Once: one that
// the witness runs, or one that is the root itself.
func inOnce(u *skeleton.Unit, op *explore.Blocked) bool {
	if op.Op == prog.OpOnceBegin || op.Root && u.Index.UnderOnce(u.Root) {
		return true
	}
	for _, s := range op.Stack {
		f := u.Prog.Funcs[s.Func]
		for i := s.Instr - 1; i >= 0; i-- {
			if f.Code[i].Op == prog.OpOnceBegin {
				return true
			}
		}
	}
	return false
}

// madeHere reports whether all that is waited on is made by code that is run.
func madeHere(op *explore.Blocked) bool {
	for _, o := range op.On {
		if o.Made.Instr < 0 {
			return false
		}
	}
	return len(op.On) > 0
}

// operation returns how the goroutine waits, and the index of the first send
// case of a select, else -1.
func operation(u *skeleton.Unit, op *explore.Blocked) (Op, int) {
	switch op.Op {
	case prog.OpSend, prog.OpPipeWrite:
		return Send, -1
	case prog.OpSelect:
		return selection(u, op)
	case prog.OpWait:
		return CondWait, -1
	case prog.OpWaitWG:
		return Wait, -1
	case prog.OpLock:
		return Lock, -1
	case prog.OpRLock:
		return RLock, -1
	case prog.OpOnceBegin:
		return Once, -1
	}
	if len(op.On) > 0 {
		switch op.On[0].Kind {
		case explore.Context:
			return CtxDone, -1
		case explore.Timer:
			return Timer, -1
		}
	}
	if in, ok := source(u, op.At).(*ssa.UnOp); ok && in.CommaOk && in.Referrers() != nil && isRange(in) {
		return Range, -1
	}
	return Recv, -1
}

// selection is operation for a select.
func selection(u *skeleton.Unit, op *explore.Blocked) (Op, int) {
	in, ok := source(u, op.At).(*ssa.Select)
	if ok {
		for i, s := range in.States {
			if s.Dir == types.SendOnly {
				return Select, i
			}
		}
	}
	if len(u.Prog.Funcs[op.At.Func].Code[op.At.Instr].Cases) == 0 {
		return Forever, -1
	}
	contexts := true
	for _, o := range op.On {
		contexts = contexts && o.Kind == explore.Context
	}
	if contexts && len(op.On) > 0 {
		return CtxDone, -1
	}
	return Select, -1
}

// isRange reports whether the receive is the one of a range loop: go/ssa gives
// it the loop's own block.
func isRange(in *ssa.UnOp) bool { return in.Block().Comment == "rangechan.loop" }

// primitive returns what the goroutine waits on.
func primitive(op *explore.Blocked) Primitive {
	if len(op.On) == 0 {
		if op.Op == prog.OpSend || op.Op == prog.OpRecv {
			return NilChan
		}
		return NoPrimitive
	}
	switch op.On[0].Kind {
	case explore.Mutex:
		if op.Op == prog.OpRLock {
			return RWMutex
		}
		return Mutex
	case explore.Cond:
		return Cond
	case explore.WaitGroup:
		return WaitGroup
	case explore.Once:
		return OnceValue
	case explore.Timer:
		return TimerChan
	case explore.Context:
		return Context
	case explore.Pipe:
		return Pipe
	case explore.NilChan:
		return NilChan
	}
	return Chan
}
