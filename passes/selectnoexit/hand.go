package selectnoexit

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/stay"
)

// hand is what is at hand to stop a loop, and is not used.
type hand struct {
	ctx      string // a context in scope: "ctx", "r.Context()", "s.ctx"
	ctxes    int    // how many there are
	used     bool   // the loop mentions or waits for it all the same
	done     string // a channel in scope that a method closes: "s.done"
	dones    int
	signal   stay.Signal
	received bool   // the loop receives from it and goes on
	param    string // a done channel in scope
	ignored  bool   // the loop receives from that, and goes on
	silent   string // a channel that the loop does look at, and on which nothing ever happens
	stopper  string // a Close, Stop or Shutdown that closes nothing the loop could see
	typ      string // the type that has no way to stop its goroutine
	brk      *ast.BranchStmt
}

// findHand looks for contexts and closed channels that the loop could use, in
// scopes around it from the inside out.
func findHand(pass *analysis.Pass, res *stay.Result, l *stay.Loop, src *source) *hand {
	h := &hand{brk: src.brk, silent: silentChannel(l)}
	signals := res.Signals()
	if h.silent != "" {
		signals = nil // the one that is meant to end it is there
	}
	for scope := src.scope; scope != nil && scope != pass.Pkg.Scope(); scope = scope.Parent() {
		for _, name := range scope.Names() {
			v, ok := scope.Lookup(name).(*types.Var)
			if !ok || name == "_" || v.Pos() > src.at {
				continue
			}
			if _, seen := src.scope.LookupParent(name, src.at); seen != v {
				continue // shadowed
			}
			h.consider(l, v, signals)
		}
	}
	if h.ctx != "" {
		h.used = mentions(pass, src, h.ctx) || waitsForCtx(l)
	}
	h.ignored = h.param != "" && mentions(pass, src, h.param)
	h.findStopper(l)
	return h
}

// silentChannel names the channel whose case would leave the loop, if nothing
// ever arrives on it.
func silentChannel(l *stay.Loop) string {
	if len(l.Silent) == 0 {
		return ""
	}
	return endless.FieldOf(l.Silent[0]).Name()
}

// consider notes what the variable v offers.
func (h *hand) consider(l *stay.Loop, v *types.Var, signals []stay.Signal) {
	switch {
	case endless.IsContext(v.Type()):
		h.addCtx(v.Name())
		return
	case isRequest(v.Type()):
		h.addCtx(v.Name() + ".Context()")
		return
	case isSignal(v.Type()):
		h.param = v.Name()
		return
	}
	st := structOf(v.Type())
	if st == nil {
		return
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if endless.IsContext(f.Type()) && !f.Embedded() {
			h.addCtx(v.Name() + "." + f.Name())
			continue
		}
		for _, s := range signals {
			if s.Field == f.Origin() && sameType(s, v.Type()) {
				h.addDone(v.Name()+"."+f.Name(), s, l.ReceivesFrom(s.Field))
			}
		}
	}
}

// addCtx notes a context; the first one found is the innermost.
func (h *hand) addCtx(expr string) {
	h.ctxes++
	if h.ctx == "" {
		h.ctx = expr
	}
}

// addDone notes a channel that some method closes.
func (h *hand) addDone(expr string, s stay.Signal, received bool) {
	h.dones++
	if h.done == "" {
		h.done, h.signal, h.received = expr, s, received
	}
}

// sameType reports whether the signal is closed by a method of t's type.
func sameType(s stay.Signal, t types.Type) bool {
	fn := s.By
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	recv := fn.Signature.Recv()
	return recv != nil && spawn.TypeName(recv.Type()) == spawn.TypeName(t)
}

// structOf returns the struct behind t, through a pointer.
func structOf(t types.Type) *types.Struct {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if _, ok := types.Unalias(t).(*types.Named); !ok {
		return nil
	}
	st, _ := t.Underlying().(*types.Struct)
	return st
}

// isRequest reports whether t is *http.Request.
func isRequest(t types.Type) bool {
	p, ok := t.(*types.Pointer)
	return ok && spawn.IsNetHTTP(p.Elem(), "Request")
}

// isSignal reports whether t is a channel of empty structs that can be
// received from.
func isSignal(t types.Type) bool {
	ch, ok := t.Underlying().(*types.Chan)
	if !ok || ch.Dir() == types.SendOnly {
		return false
	}
	st, ok := ch.Elem().Underlying().(*types.Struct)
	return ok && st.NumFields() == 0
}

// mentions reports whether the loop mentions the variable at the start of expr.
func mentions(pass *analysis.Pass, src *source, expr string) bool {
	if src.loop == nil {
		return false
	}
	name, _, _ := strings.Cut(expr, ".")
	found := false
	ast.Inspect(src.loop, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name && canTell(pass.TypesInfo.TypeOf(id))
		return !found
	})
	return found
}

// canTell reports whether t is a context, carries one, or is a done channel.
func canTell(t types.Type) bool {
	return t != nil && (endless.IsContext(t) || isRequest(t) || isSignal(t))
}

// waitsForCtx reports whether the loop receives from the Done channel of a
// context, and goes on.
func waitsForCtx(l *stay.Loop) bool {
	return slices.ContainsFunc(l.Waits(), func(w endless.Wait) bool { return w.Kind == endless.Ctx })
}

// findStopper looks at the object that the goroutine serves: has its type a
// method that promises to stop it?
func (h *hand) findStopper(l *stay.Loop) {
	recv := l.In.Signature.Recv()
	if recv == nil {
		if l.Site.Instance == nil {
			return
		}
		h.setType(l.Site.Instance.Type())
		return
	}
	h.setType(recv.Type())
}

// setType notes the type and its stopper.
func (h *hand) setType(t types.Type) {
	if structOf(t) == nil {
		return
	}
	h.typ = spawn.TypeName(t)
	for _, name := range []string{"Close", "Stop", "Shutdown"} {
		if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name); obj != nil {
			if _, ok := obj.(*types.Func); ok {
				h.stopper = name
				return
			}
		}
	}
}

// reason says what is at hand, for the message.
func (h *hand) reason() string {
	switch {
	case h.brk != nil:
		return "break leaves only the select"
	case h.silent != "":
		return fmt.Sprintf("nothing ever closes %s or sends to it", h.silent)
	case h.done != "" && h.received:
		return fmt.Sprintf("it receives from %s, which %s closes, and goes on", h.done, name(h.signal.By))
	case h.ctx != "" && h.used:
		return fmt.Sprintf("it does not stop when %s ends", h.ctx)
	case h.ctx != "" && !strings.Contains(h.ctx, "."):
		return fmt.Sprintf("%s is in scope and never consulted", h.ctx)
	case h.done != "":
		return fmt.Sprintf("%s is closed by %s but this loop never receives from it", h.done, name(h.signal.By))
	case h.ctx != "":
		return fmt.Sprintf("%s is in scope and never consulted", h.ctx)
	case h.ignored:
		return fmt.Sprintf("it receives from %s and goes on", h.param)
	case h.param != "":
		return fmt.Sprintf("%s is in scope and does not end it", h.param)
	case h.stopper != "":
		return fmt.Sprintf("%s.%s cannot end it", h.typ, h.stopper)
	case h.typ != "":
		return fmt.Sprintf("%s has no way to stop it", h.typ)
	}
	return ""
}

// steps relate what is at hand.
func (h *hand) steps() []report.Step {
	var steps []report.Step
	if h.brk != nil {
		steps = append(steps, report.Step{Pos: h.brk.Pos(), End: h.brk.End(), Role: report.Note, Text: "leaves only the select"})
	}
	if h.done != "" && h.signal.At.Pos() != token.NoPos {
		steps = append(steps, report.Step{
			Pos: h.signal.At.Pos(), Role: report.Note, Text: fmt.Sprintf("%s closes %s", name(h.signal.By), h.done),
		})
	}
	return steps
}
