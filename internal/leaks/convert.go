package leaks

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// blockedOps maps the machine's instructions to how a goroutine waits.
var blockedOps = map[prog.Op]Op{
	prog.OpSend: Send, prog.OpRecv: Recv, prog.OpSelect: Select, prog.OpWaitWG: Wait, prog.OpLock: Lock,
	prog.OpRLock: RLock, prog.OpWait: CondWait, prog.OpOnceBegin: Once,
	prog.OpPipeRead: Recv, prog.OpPipeWrite: Send,
}

// primitives maps the machine's kinds of objects.
var primitives = map[explore.Kind]Primitive{
	explore.Chan: Chan, explore.NilChan: NilChan, explore.Mutex: Mutex, explore.Cond: Cond, explore.WaitGroup: WaitGroup,
	explore.Once: OnceValue, explore.Timer: TimerChan, explore.Context: Context, explore.Pipe: Pipe,
}

// convert turns a leak of the machine into one of the source; nil if the
// blocked operation has no place there.
func (r *runner) convert(u *skeleton.Unit, l *explore.Leak) *Leak {
	b := &l.Op
	leak := &Leak{
		Op: blockedOps[b.Op], Pos: token.Pos(b.Pos), Root: u.Root, Case: -1, Cap: -1,
		Instr: source(u, b.At), Confidence: report.Confidence(l.Confidence()),
	}
	if leak.Instr != nil {
		leak.Func = leak.Instr.Parent()
	}
	if shown := source(u, b.Site); !leak.Pos.IsValid() && shown != nil {
		leak.Pos = shown.Pos()
	}
	if !leak.Pos.IsValid() {
		return nil
	}
	leak.Pos, leak.End = r.text.span(leak.Pos)
	if !b.Root {
		leak.LaunchSite = source(u, b.Launch)
		leak.Launch = token.Pos(b.Launch.Pos)
	}
	r.primitive(u, leak, b)
	r.refine(leak)
	leak.Name = r.text.operand(leak.Pos)
	leak.Assumes = r.assumptions(u, &l.Witness)
	leak.Trail = r.trail(u, l, leak)
	for _, v := range append(append([]explore.Blocked(nil), l.Rest...), l.Victims...) {
		leak.Victims = append(leak.Victims, Victim{blockedOps[v.Op], token.Pos(v.Pos), token.Pos(v.Launch.Pos)})
	}
	leak.Owner = owner(leak)
	return leak
}

// primitive fills in what the goroutine waits on.
func (r *runner) primitive(u *skeleton.Unit, leak *Leak, b *explore.Blocked) {
	for i, o := range b.On {
		if p := primitives[o.Kind]; i == 0 || p == Chan && leak.Primitive != Chan {
			leak.Primitive = p
			leak.MadeSite = source(u, o.Made)
			leak.Made = token.Pos(o.Made.Pos)
		}
	}
	if mc, ok := leak.MadeSite.(*ssa.MakeChan); ok {
		if c, ok := mc.Size.(*ssa.Const); ok {
			leak.Cap = int(c.Int64())
		}
	}
}

// refine tells apart what the machine has one instruction for.
func (r *runner) refine(leak *Leak) {
	switch leak.Op {
	case Select:
		sel, ok := leak.Instr.(*ssa.Select)
		if !ok {
			return
		}
		if len(sel.States) == 0 {
			leak.Op = Forever
		}
		for i, s := range sel.States {
			if s.Dir == types.SendOnly {
				leak.Case = i
				break
			}
		}
	case Recv:
		switch {
		case leak.Primitive == Context:
			leak.Op = CtxDone
		case leak.Primitive == TimerChan:
			leak.Op = Timer
		case r.text.isRange(leak.Pos):
			leak.Op = Range
		}
	}
}

// owner says which pass reports a goroutine that is blocked for ever
// (docs/design.md section 9.3).
func owner(l *Leak) string {
	switch l.Op {
	case Send:
		return "unbufsend"
	case Select:
		if l.Case >= 0 {
			return "unbufsend"
		}
		return "chanrecv"
	case Forever:
		if l.Launch.IsValid() {
			return "selectnoexit"
		}
		return "" // in the root's own goroutine it is meant
	case Recv, Range, Timer:
		return "chanrecv"
	case CtxDone:
		return "noctxcancel"
	case Wait:
		return "wgbalance"
	case Lock, RLock:
		return "lockbalance"
	case Once:
		return "onceblock"
	}
	return "waits"
}
