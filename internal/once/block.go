package once

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/spawn"
)

// channelOp returns the hazard that a channel operation is, or nil: a send, a
// receive, or a select with a single channel. A select with more cases or a
// default has an alternative.
func (w *walk) channelOp(f *frame, instr ssa.Instruction) *Hazard {
	switch instr := instr.(type) {
	case *ssa.Send:
		return w.onChannel(f, instr, instr.Chan, "a send on ")
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			return w.onChannel(f, instr, instr.X, "a receive from ")
		}
	case *ssa.Select:
		if instr.Blocking && len(instr.States) == 0 {
			return &Hazard{Kind: Wait, Op: instr, What: "select {}"}
		}
	}
	return nil
}

// onChannel judges an operation on a channel.
func (w *walk) onChannel(f *frame, instr ssa.Instruction, ch ssa.Value, what string) *Hazard {
	v, at := resolve(f, ch)
	if ctx := endless.DoneOf(v); ctx != nil {
		if w.neverEnds(at, ctx) {
			return &Hazard{Kind: Wait, Op: instr, What: "a context that never ends", Never: true}
		}
		return nil
	}
	if d := timerOf(v); d != nil {
		return keepIf(&Hazard{Kind: Sleep, Op: instr, What: "a timer"}, isLong(d))
	}
	h := &Hazard{Kind: Wait, Op: instr, What: what + chanName(ch), Low: true}
	if send, ok := instr.(*ssa.Send); ok && w.hasRoom(f, send) {
		return nil
	}
	mk, ok := v.(*ssa.MakeChan)
	if !ok {
		return h
	}
	if c, ok := mk.Size.(*ssa.Const); !ok || constant.Sign(c.Value) != 0 {
		return nil // a buffer takes the one reply there is
	}
	if mk.Parent() == w.run.Outer.Parent() && w.servedAfter(mk, instr) {
		h.Low = false
	}
	return h
}

// timerOf returns the duration of the timer whose channel v is, or nil.
func timerOf(v ssa.Value) ssa.Value {
	if call, ok := v.(*ssa.Call); ok && endless.IsFunc(&call.Call, "time", "After") {
		return call.Call.Args[0]
	}
	if load, ok := v.(*ssa.UnOp); ok {
		if f, ok := load.X.(*ssa.FieldAddr); ok {
			if call, ok := spawn.Origin(f.X).(*ssa.Call); ok && endless.IsFunc(&call.Call, "time", "NewTimer") {
				return call.Call.Args[0]
			}
		}
	}
	return nil
}

// isLong reports whether a duration is a constant of a minute or more.
func isLong(d ssa.Value) bool {
	c, ok := d.(*ssa.Const)
	if !ok || c.Value == nil {
		return false
	}
	n, exact := constant.Int64Val(constant.ToInt(c.Value))
	return exact && time.Duration(n) >= time.Minute
}

// chanName names the variable or field that holds a channel.
func chanName(ch ssa.Value) string {
	if f := endless.FieldOf(ch); f != nil {
		return f.Name()
	}
	switch v := ch.(type) {
	case *ssa.UnOp:
		return chanName(v.X)
	case *ssa.FreeVar, *ssa.Parameter, *ssa.Global:
		return v.Name()
	case *ssa.Alloc:
		return v.Comment
	}
	return "a channel"
}

// servedAfter reports whether a channel that the caller of Do has made is
// served only after Do has returned: all its other uses stand in that function
// itself, behind the call. Then the operation waits for what waits for it.
func (w *walk) servedAfter(mk *ssa.MakeChan, op ssa.Instruction) bool {
	do := w.run.Outer
	if w.run.Recv == nil {
		return false // the function value runs whenever it is called
	}
	uses, ok := usesOf(mk)
	if !ok {
		return false
	}
	for _, use := range uses {
		switch {
		case use == op || w.inBody(use):
		case use.Parent() != do.Parent():
			return false // another goroutine or function may serve it
		case !after(do, use):
			return false
		}
	}
	return true
}

// inBody reports whether an instruction runs as part of the function under the
// Once, on its goroutine.
func (w *walk) inBody(instr ssa.Instruction) bool {
	_, launched := instr.(*ssa.Go)
	return !launched && instr.Parent() == w.run.Body
}

// after reports whether instr can only run after do.
func after(do, instr ssa.Instruction) bool {
	if do.Block() == instr.Block() {
		return index(do) < index(instr)
	}
	return do.Block().Dominates(instr.Block())
}

// usesOf returns the operations on a channel, through the local variable that
// holds it and the closures that capture that. It reports false when the
// channel goes where it cannot be followed.
func usesOf(mk *ssa.MakeChan) (uses []ssa.Instruction, ok bool) {
	seen := make(map[ssa.Value]bool)
	var follow func(v ssa.Value) bool
	follow = func(v ssa.Value) bool {
		if seen[v] {
			return true
		}
		seen[v] = true
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.Send, *ssa.Select:
				uses = append(uses, ref)
			case *ssa.UnOp:
				if ref.Op == token.ARROW {
					uses = append(uses, ref)
				} else if !follow(ref) {
					return false
				}
			case *ssa.Store:
				if ref.Val == v && !isVariable(ref.Addr) || ref.Val == v && !follow(ref.Addr) {
					return false
				}
			case *ssa.MakeClosure:
				fn := ref.Fn.(*ssa.Function)
				for i, b := range ref.Bindings {
					if b == v && !follow(fn.FreeVars[i]) {
						return false
					}
				}
			case *ssa.ChangeType:
				if !follow(ref) {
					return false
				}
			case ssa.CallInstruction:
				if b, isBuiltin := ref.Common().Value.(*ssa.Builtin); isBuiltin && b.Name() != "close" {
					continue // len and cap
				} else if !isBuiltin {
					return false
				}
				uses = append(uses, ref)
			case *ssa.DebugRef:
			default:
				return false
			}
		}
		return true
	}
	ok = follow(mk)
	return uses, ok
}

// isVariable reports whether addr is a local variable.
func isVariable(addr ssa.Value) bool {
	_, ok := addr.(*ssa.Alloc)
	return ok
}

// neverEnds reports whether a context is Background or TODO, or derived from
// one without a timeout and without anybody to cancel it.
func (w *walk) neverEnds(f *frame, ctx ssa.Value) bool {
	if ctx == nil {
		return false
	}
	v, at := resolve(f, ctx)
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	switch c := &call.Call; {
	case endless.IsFunc(c, "context", "Background"), endless.IsFunc(c, "context", "TODO"),
		endless.IsFunc(c, "context", "WithoutCancel"):
		return true
	case endless.IsFunc(c, "context", "WithValue"):
		return w.neverEnds(at, c.Args[0])
	}
	return false
}

// isLocal reports whether a call dials on this machine, or without waiting for
// an answer: over unix sockets or a protocol without connections.
func isLocal(c *ssa.CallCommon) bool {
	for _, arg := range c.Args {
		k, ok := arg.(*ssa.Const)
		if !ok || k.Value == nil || k.Value.Kind() != constant.String {
			continue
		}
		switch s := constant.StringVal(k.Value); {
		case strings.HasPrefix(s, "unix"), strings.HasPrefix(s, "udp"), strings.HasPrefix(s, "ip"):
			return true
		case strings.HasPrefix(s, "127.0.0.1:"), strings.HasPrefix(s, "localhost:"), strings.HasPrefix(s, "[::1]:"):
			return true
		}
	}
	return false
}

// unconfigured reports whether the object on which a call is made is visibly
// without what would bound it: a timeout, a context. What cannot be seen is
// taken to be configured.
func (w *walk) unconfigured(f *frame, c *ssa.CallCommon, h *Hazard) bool {
	recv := receiver(c)
	if recv == nil {
		return false
	}
	if h.Kind == Child {
		return w.childUnbounded(f, recv, h)
	}
	v, _ := resolve(f, recv)
	switch v := v.(type) {
	case *ssa.UnOp:
		g, ok := v.X.(*ssa.Global)
		if !ok || g.Object().Pkg().Path() != "net/http" || g.Name() != "DefaultClient" {
			return false
		}
	case *ssa.Alloc:
		if !isPlain(v, "Timeout", "Deadline", "Cancel", "Control") {
			return false
		}
	default:
		return false
	}
	return !w.boundRequest(f, c)
}

// receiver returns the receiver of a method call.
func receiver(c *ssa.CallCommon) ssa.Value {
	if c.IsInvoke() {
		return c.Value
	}
	if c.Signature().Recv() != nil && len(c.Args) > 0 {
		return c.Args[0]
	}
	return nil
}

// isPlain reports whether a struct is made here and none of the named fields is
// set, nor is it handed to anybody who could.
func isPlain(v *ssa.Alloc, fields ...string) bool {
	st, ok := coretype.Struct(coretype.Deref(v.Type()))
	if !ok {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			for _, name := range fields {
				if st.Field(ref.Field).Name() == name {
					return false
				}
			}
		case ssa.CallInstruction:
			if receiver(ref.Common()) != v {
				return false
			}
		case *ssa.Store:
			if ref.Addr == v {
				return false // copied from elsewhere
			}
		case *ssa.MakeClosure, *ssa.DebugRef, *ssa.UnOp:
		default:
			return false
		}
	}
	return true
}

// boundRequest reports whether an argument of a call is a request that was made
// with a context that can end. Requests that come from elsewhere may be.
func (w *walk) boundRequest(f *frame, c *ssa.CallCommon) bool {
	for _, arg := range c.Args {
		p, ok := arg.Type().(*types.Pointer)
		if !ok || !spawn.IsNetHTTP(p.Elem(), "Request") {
			continue
		}
		v, at := resolve(f, arg)
		ex, ok := v.(*ssa.Extract)
		if !ok {
			return true
		}
		call, ok := ex.Tuple.(*ssa.Call)
		switch {
		case !ok:
			return true
		case endless.IsFunc(&call.Call, "net/http", "NewRequest"):
			return false
		case endless.IsFunc(&call.Call, "net/http", "NewRequestWithContext"):
			return !w.neverEnds(at, call.Call.Args[0])
		}
		return true
	}
	return false
}

// childUnbounded reports whether a command is made without a context that can
// end, and notes whether its command line is constant.
func (w *walk) childUnbounded(f *frame, cmd ssa.Value, h *Hazard) bool {
	v, at := resolve(f, cmd)
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	switch {
	case endless.IsFunc(&call.Call, "os/exec", "Command"):
		return true
	case endless.IsFunc(&call.Call, "os/exec", "CommandContext"):
		h.Never = w.neverEnds(at, call.Call.Args[0])
		return h.Never
	}
	return false
}
