package skeleton

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
)

// An Op is an instruction on a primitive that can wait or wake: a visible step
// (docs/design.md section 2).
type Op struct {
	Kind     OpKind
	Instr    ssa.Instruction
	Func     *ssa.Function
	Operands []ssa.Value // the primitives
	writes   bool        // a call that writes to what may be a pipe
}

// An OpKind groups the visible steps.
type OpKind int

const (
	OpSend OpKind = iota
	OpRecv
	OpClose
	OpSelect
	OpCall // one of the api table
)

// Sends reports whether the operation may block with something to send.
func (op *Op) Sends() bool {
	switch op.Kind {
	case OpSend:
		return true
	case OpSelect:
		sel := op.Instr.(*ssa.Select)
		return sel.Blocking && slices.ContainsFunc(sel.States, func(s *ssa.SelectState) bool { return s.Dir == types.SendOnly })
	case OpCall:
		return op.writes || apiOf(calleeOf(op.Instr.(ssa.CallInstruction).Common())) == apiPipeWrite
	}
	return false
}

// AwaitsEnd reports whether the operation waits for nothing but the end of
// contexts, or timers.
func (op *Op) AwaitsEnd() bool {
	if op.Kind != OpRecv && op.Kind != OpSelect || len(op.Operands) == 0 {
		return false
	}
	return !slices.ContainsFunc(op.Operands, func(v ssa.Value) bool { return !isCtxDone(v) && !isTimerChan(v) })
}

// isTimerChan reports whether v is the channel of a timer or ticker.
func isTimerChan(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.UnOp:
		addr, ok := v.X.(*ssa.FieldAddr)
		return ok && ownsFields(addr.X.Type())
	case *ssa.Call:
		switch apiOf(calleeOf(&v.Call)) {
		case apiAfter, apiTick:
			return true
		}
	}
	return false
}

// Waits reports whether the operation itself can block.
func (op *Op) Waits() bool {
	switch op.Kind {
	case OpSend, OpRecv:
		return true
	case OpSelect:
		return op.Instr.(*ssa.Select).Blocking
	case OpCall:
		com := op.Instr.(ssa.CallInstruction).Common()
		switch apiOf(calleeOf(com)) {
		case apiLock, apiRLock, apiWait, apiOnceDo, apiCondWait, apiGroupWait, apiPipeRead, apiPipeWrite:
			return true
		}
		return op.writes
	}
	return false
}

// IsLock reports whether the operation takes a lock.
func (op *Op) IsLock() bool {
	call, ok := op.Instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	switch apiOf(calleeOf(call.Common())) {
	case apiLock, apiRLock:
		return true
	}
	return false
}

// UsesOnce reports whether the functions have a Once run something.
func UsesOnce(fns []*ssa.Function) bool {
	for instr := range lazyssa.Instrs(fns) {
		if call, ok := instr.(ssa.CallInstruction); ok {
			switch apiOf(calleeOf(call.Common())) {
			case apiOnceDo, apiOnceFunc, apiOnceValue:
				return true
			}
		}
	}
	return false
}

// AnyOp reports whether some operation of the functions is one that is looked
// for: a look before an index is made.
func AnyOp(fns []*ssa.Function, wanted func(*Op) bool) bool {
	for instr := range lazyssa.Instrs(fns) {
		op := classify(instr)
		if op == nil && isPipe(instr) {
			op = &Op{Kind: OpCall, Instr: instr, writes: true} // somebody will write to it
		}
		if op == nil {
			continue
		}
		op.Func = instr.Parent()
		if wanted(op) {
			return true
		}
	}
	return false
}

// classify returns the operation that instr is, nil if it is none.
func classify(instr ssa.Instruction) *Op {
	switch instr := instr.(type) {
	case *ssa.Send:
		return &Op{Kind: OpSend, Instr: instr, Operands: []ssa.Value{instr.Chan}}
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			return &Op{Kind: OpRecv, Instr: instr, Operands: []ssa.Value{instr.X}}
		}
	case *ssa.Select:
		op := &Op{Kind: OpSelect, Instr: instr}
		for _, s := range instr.States {
			op.Operands = append(op.Operands, s.Chan)
		}
		return op
	case ssa.CallInstruction:
		return classifyCall(instr)
	}
	return nil
}

// classifyCall is classify for call, go and defer.
func classifyCall(call ssa.CallInstruction) *Op {
	com := call.Common()
	if b, ok := com.Value.(*ssa.Builtin); ok {
		if b.Name() == "close" {
			return &Op{Kind: OpClose, Instr: call, Operands: com.Args[:1]}
		}
		return nil
	}
	switch a := apiOf(calleeOf(com)); a {
	case apiNone, apiNothing, apiExit, apiGoexit, apiBackground, apiWithValue, apiWithoutCancel, apiRLocker, apiNewCond,
		apiAtomicLoad, apiAtomicStore, apiAtomicAdd, apiAtomicSwap, apiAtomicCAS, apiCtxDone, apiCtxErr,
		apiOnceFunc, apiOnceValue, apiAfter, apiNewTimer, apiNewTicker, apiTick, apiPipe, apiGroupWithContext:
		return nil
	case apiWithCancel, apiWithTimeout, apiNotifyContext:
		return nil
	case apiAfterFunc:
		return nil // a launch
	default:
		if recv := com.Signature().Recv(); recv != nil || com.IsInvoke() {
			return &Op{Kind: OpCall, Instr: call, Operands: []ssa.Value{receiver(com)}}
		}
		if len(com.Args) > 0 {
			return &Op{Kind: OpCall, Instr: call, Operands: com.Args[:1]}
		}
	}
	return nil
}

// receiver returns the receiver of a method call.
func receiver(com *ssa.CallCommon) ssa.Value {
	if com.IsInvoke() {
		return com.Value
	}
	if len(com.Args) > 0 {
		return com.Args[0]
	}
	return nil
}

// isContextType reports whether t is context.Context.
func isContextType(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context" && named.Obj().Name() == "Context"
}
