package leaks

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// unanswered adds the leaks that need no exploration: operations on the channel
// in a field or package variable on which no code of the package, or of its
// tests, makes the other side (docs/design.md section 7.2). One channel is one
// finding, at its first operation.
func (r *runner) unanswered(tests bool) {
	for _, u := range r.ix.Unanswered() {
		var leak *Leak
		for _, op := range u.Ops {
			if r.inTest(op.Instr.Pos()) != tests {
				continue
			}
			if leak == nil {
				leak = r.alone(u, op)
			} else {
				leak.Victims = append(leak.Victims, Victim{Op: leak.Op, Pos: op.Instr.Pos(), at: op.Instr.Pos()})
			}
		}
		if leak != nil && !r.told(u, leak) {
			leak.Trail = r.aloneTrail(leak)
			r.best[leak.Pos] = leak
		}
	}
}

// alone returns the leak of an operation without a counterpart.
func (r *runner) alone(u skeleton.Unanswered, op *skeleton.Op) *Leak {
	leak := &Leak{
		Op: waitOp(op), Primitive: Chan, Case: -1, Instr: op.Instr, Func: op.Func, Root: op.Func,
		Made: u.Made[0].Pos(), MadeSite: u.Made[0], Cap: -1, Confidence: report.Default, Held: true,
	}
	if size, ok := u.Made[0].(*ssa.MakeChan).Size.(*ssa.Const); ok {
		leak.Cap = int(size.Int64())
	}
	leak.LaunchSite = r.ix.LaunchOf(op.Func)
	if leak.LaunchSite != nil {
		leak.Launch = leak.LaunchSite.Pos()
	}
	t := &teller{files: r.pass.Files}
	t.placeAt(leak, op.Instr.Pos())
	leak.Owner = owner.Of(owner.Shape{Send: leak.Op == Send, Receive: leak.Op != Send, Own: leak.LaunchSite == nil})
	return leak
}

// told reports whether a leak on the same channel, or of the same goroutine, is
// told with a witness of the machine.
func (r *runner) told(u skeleton.Unanswered, leak *Leak) bool {
	for _, l := range r.best {
		if l.Confidence == report.Low || l.Pos == leak.Pos {
			continue // that nobody is there at all says more than a witness
		}
		if leak.Launch != token.NoPos && l.Launch == leak.Launch {
			return true
		}
		for _, made := range u.Made {
			if l.MadeSite == made {
				return true
			}
		}
	}
	return false
}

// aloneTrail returns the trail of such a leak: made, started, stays, and who
// else does.
func (r *runner) aloneTrail(leak *Leak) []report.Step {
	t := &teller{files: r.pass.Files}
	steps := []report.Step{{Pos: leak.Made, Role: report.Made, Text: t.madeText(leak)}}
	if leak.Launch.IsValid() {
		steps = append(steps, report.Step{Pos: leak.Launch, Role: report.Started, Text: "starts a goroutine"})
	}
	doing, other := "sends on ", "sends on it, too"
	if leak.Op != Send {
		doing, other = "receives from ", "receives from it, too"
	}
	steps = append(steps, report.Step{Pos: leak.Pos, End: leak.End, Role: report.Blocks, Goroutine: leak.Launch, Text: doing + leak.Name})
	for _, v := range leak.Victims {
		steps = append(steps, report.Step{Pos: v.Pos, Role: report.Victim, Text: other})
	}
	return steps
}
