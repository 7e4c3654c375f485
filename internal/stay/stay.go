// Package stay answers: which goroutines that this package starts can never
// end, because of a loop without a way out or because only a context of
// somebody else could end them?
//
// It joins internal/spawn (where do goroutines start, how long can they live)
// with internal/endless (can control leave this function) and with the facts
// of called functions. It needs nothing of the machine: a loop that nothing
// ends is one whatever the schedule. Goroutines that live as long as the
// process are left out (docs/design.md sections 6.1 and 10).
package stay

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/summary"
	"github.com/leaklint/leaklint/internal/valueflow"
	"github.com/leaklint/leaklint/internal/visible"
)

// Analyzer finds the goroutines of a package that stay.
var Analyzer = &analysis.Analyzer{
	Name:       "leaklintstay",
	Doc:        "find goroutines that nothing can end\n\nIt reports nothing itself; the leaklint passes require it.",
	Run:        run,
	Requires:   []*analysis.Analyzer{summary.Analyzer},
	ResultType: reflect.TypeFor[*Result](),
}

// A Result holds the launch sites of a package and the goroutines that stay.
type Result struct {
	Launches *spawn.Launches
	Judge    *endless.Judge
	// Loops are the endless loops that goroutines of this package get into,
	// one entry for each loop, in source order.
	Loops []*Loop
	// Watchers are the goroutines that only a context can end, one entry for
	// each launch site, in source order.
	Watchers []*Watcher
	// Given are the contexts that never end and are given to functions with
	// such a goroutine, in source order.
	Given []*Given

	funcs   []*ssa.Function
	view    *visible.Package
	silent  *silent
	failure error
}

// Counters counts the go statements outside and in tests by the lifetime of
// their goroutines.
func (r *Result) Counters() map[string]int {
	n := make(map[string]int)
	for _, s := range r.Launches.Sites {
		if s.Kind != spawn.Go {
			continue
		}
		where := "code"
		if r.Launches.InTest(s.Where()) {
			where = "tests"
		}
		n[where+":"+strings.ReplaceAll(s.Lifetime.String(), " ", "-")]++
	}
	return n
}

// A Launch is a goroutine with the function that it runs.
type Launch struct {
	Site *spawn.Site
	Body *ssa.Function
}

// A Loop is an endless loop that outlives what it was started for, or a wait at
// select {}, which nothing was started for.
type Loop struct {
	*endless.Loop
	Launch          // the one that shows the leak best
	Owner    string // the pass that reports it
	Launches int    // how many sites lead to it
	// Idle reports whether it uses nothing of the call that started it: as a
	// rule that call happens once.
	Idle bool
	// Signals reports whether it waits only for what is delivered to the process
	// as a whole: one such goroutine in a process is meant.
	Signals bool
}

// A Watcher is a goroutine whose only way out is the end of a context.
type Watcher struct {
	Launch
	Ctx Ctx
	At  ssa.Instruction // the wait
	// Served reports whether the goroutine holds nothing with a life of its
	// own beside the object that keeps the context.
	Served bool
	Holds  ssa.Value // what of the call it holds, if not Served
	// Deaf is the cancel function that the launching function returns and that
	// the goroutine calls in the end, if it does not wait for the context that
	// this cancels: whoever is done with that context does not end it.
	Deaf *ssa.Extract
	// Left says what ends the other goroutines of the object, but not this one.
	Left *rest

	param *ssa.Parameter // the caller's context
}

// run finds the goroutines that stay. A failure of ours must not fail the package:
// the passes report it.
func run(pass *analysis.Pass) (any, error) {
	sum := pass.ResultOf[summary.Analyzer].(*summary.Result)
	res := &Result{Launches: new(spawn.Launches)}
	res.failure = report.Protect(pass, func() error {
		if sum.SSA.Matters() {
			res.find(pass, sum)
		}
		return nil
	})
	return res, nil
}

// Failures returns the internal error after which goroutines are missing, if there
// was one.
func (r *Result) Failures() []error {
	if r.failure == nil {
		return nil
	}
	return []error{r.failure}
}

// find finds where goroutines start, and those that stay.
func (r *Result) find(pass *analysis.Pass, sum *summary.Result) {
	pkg := sum.SSA.SSA()
	r.funcs = sum.SSA.Funcs()
	r.Launches = spawn.Find(pkg, r.funcs, func(fn *types.Func, arg int) spawn.Runs { return runs(sum, fn, arg) })
	r.view = visible.New(pass)
	r.findSilent()
	r.Judge = endless.NewJudge(endless.Callees{
		Local:  r.Launches.Local,
		Ends:   func(fn *types.Func) (fact.End, fact.Escapes) { return endOf(sum, fn) },
		Silent: r.Silent,
	})
	r.findLoops(sum)
	r.findWatchers()
	r.findGiven(sum)
}

// endOf returns how calls of a function of another package end and may end.
func endOf(sum *summary.Result, fn *types.Func) (fact.End, fact.Escapes) {
	if f, ok := sum.Func(fn); ok {
		return f.Ends, f.MayEnd
	}
	return fact.Returns, 0
}

// placeOf names argument arg of a call of fn, counted as in SSA.
func placeOf(fn *types.Func, arg int) fact.Place {
	switch {
	case fn.Signature().Recv() == nil:
		return fact.Param(arg, "")
	case arg == 0:
		return fact.Recv("")
	}
	return fact.Param(arg-1, "")
}

// runs says what a function of another package does with argument arg.
func runs(sum *summary.Result, fn *types.Func, arg int) spawn.Runs {
	place := placeOf(fn, arg)
	api, isKnown := known.Lookup(fn)
	if isKnown && api.PerRequest {
		return spawn.OnNewMany
	}
	f, ok := sum.Func(fn)
	if !ok || f.Opaque {
		return spawn.Unseen
	}
	answer := spawn.Never
	for _, e := range f.EffectsOn(place) {
		switch {
		case e.Op == fact.Call && e.Where == fact.Here && doesOnce(f, e):
			return spawn.Once
		case e.Op == fact.Call && e.Where == fact.Later && isKnown && api.Once:
			return spawn.WrapsAtMostOnce
		case e.Op == fact.Call && e.Where == fact.Spawned && isAfter(f):
			return spawn.OnNewAfter
		case e.Op == fact.Call:
			answer = max(answer, runsEffect(e))
		case e.Op == fact.Keep, e.Op == fact.Store:
			return spawn.Unseen
		}
	}
	return answer
}

// doesOnce reports whether a method runs a Once of its receiver, as Once.Do
// itself does: what it calls at most once, it calls for the Once.
func doesOnce(f *fact.FuncFact, call fact.Effect) bool {
	if call.Lo != 0 || call.Hi != 1 {
		return false
	}
	for _, e := range f.Effects {
		if e.Op == fact.Do && e.Where == fact.Here && e.On.Root == fact.RecvRoot {
			return true
		}
	}
	return false
}

// isAfter reports whether a function is an AfterFunc: what it returns stops
// the goroutine that it starts later.
func isAfter(f *fact.FuncFact) bool {
	for _, r := range f.Results {
		if r.Kind == fact.FreshAfter || r.Kind == fact.Release && r.Of == "context.AfterFunc" {
			return true
		}
	}
	return false
}

// runsEffect translates the effect that an argument is called.
func runsEffect(e fact.Effect) spawn.Runs {
	switch e.Where {
	case fact.Spawned:
		if e.Hi == fact.Many {
			return spawn.OnNewMany
		}
		return spawn.OnNew
	case fact.Later:
		if e.By.Root != fact.ResultRoot {
			return spawn.Unseen
		}
		return spawn.Wraps
	}
	if e.Hi == 1 {
		return spawn.Here
	}
	return spawn.HereMany
}

// findLoops collects the endless loops of all goroutines that are not excused. A loop that many goroutines get into is one entry, with
// the launch that shows it best.
func (r *Result) findLoops(sum *summary.Result) {
	found := make(map[*ssa.BasicBlock]*Loop)
	for _, s := range r.Launches.Sites {
		for _, body := range s.Bodies {
			r.addLoops(found, Launch{s, body})
		}
	}
	for _, l := range r.Loops {
		l.Owner = owner.Of(owner.Shape{Endless: l.Empty == nil, Empty: l.Empty != nil, Timer: timerOnly(l.Loop)})
		l.Signals = signalsOnly(l.Loop, sum)
	}
}

// addLoops adds the endless loops of one goroutine.
func (r *Result) addLoops(found map[*ssa.BasicBlock]*Loop, next Launch) {
	for _, l := range r.Judge.Of(next.Body).Loops {
		who := r.serviceOf(next, l)
		if r.onlyTest(next, l.In) || l.Empty == nil && who == servesMain {
			continue
		}
		loop := &Loop{Loop: l, Launch: next, Launches: 1, Idle: who == servesAll}
		old := found[l.Blocks[0]]
		if old == nil {
			found[l.Blocks[0]] = loop
			r.Loops = append(r.Loops, loop)
			continue
		}
		old.Launches++
		if !old.Many() && loop.Many() {
			old.Loop, old.Launch, old.Idle = l, next, loop.Idle
		}
	}
}

// Many reports whether there is one such loop for each of any number of calls,
// requests or objects.
func (l *Loop) Many() bool { return l.Site.Lifetime.Many() && !l.Idle }

// onlyTest reports whether a test starts a goroutine that stays in code outside
// tests: a finding there would come and go with the tests (docs/design.md
// section 7.3).
func (r *Result) onlyTest(l Launch, stays *ssa.Function) bool {
	return r.Launches.InTest(l.Site.Where()) && !r.Launches.InTest(stays)
}

// timerOnly reports whether a loop waits, and only for tickers and timers.
func timerOnly(l *endless.Loop) bool {
	waits := l.Waits()
	return len(waits) > 0 && !slices.ContainsFunc(waits, func(w endless.Wait) bool { return w.Kind != endless.Timer })
}

// signalsOnly reports whether a loop waits, and only for channels on which code
// of another package sends for ever, waiting for nobody: os/signal.
func signalsOnly(l *endless.Loop, sum *summary.Result) bool {
	waits := l.Waits()
	return len(waits) > 0 && !slices.ContainsFunc(waits, func(w endless.Wait) bool {
		return w.Kind != endless.Channel || !delivers(spawn.Origin(w.Chan), sum)
	})
}

// delivers reports whether a channel is handed to a function that has a
// goroutine poll it with sends, without end.
func delivers(ch ssa.Value, sum *summary.Result) bool {
	for _, u := range valueflow.From(ch).Uses {
		if u.Kind != valueflow.Argument || u.Index < 0 || u.Inside {
			continue
		}
		fn := site.Callee(u.Call())
		if fn == nil {
			continue
		}
		f, ok := sum.Func(fn)
		if !ok {
			continue
		}
		for _, e := range f.EffectsOn(placeOf(fn, u.Index)) {
			if e.Op == fact.Poll && e.Where == fact.Spawned && e.Hi == fact.Many {
				return true
			}
		}
	}
	return false
}

// A service says whom a goroutine with an endless loop serves.
type service int

const (
	serves     service = iota // the call or the object that it was started for
	servesAll                 // nobody in particular: it uses nothing of its call
	servesMain                // the process, or a call that does not end
)

// serviceOf says whom a goroutine serves that goes round in l for ever. The
// process: it lives as long, or as the call that starts it, which does not end
// either; or it works on an object that the process has one of. Its call: it is
// given something else than that, its loop uses a parameter, or a ctx or done
// channel says that the call has an end. Without any of this it serves nobody in
// particular.
func (r *Result) serviceOf(next Launch, l *endless.Loop) service {
	switch {
	case next.Site.Lifetime == spawn.Process:
		return servesMain
	case next.Site.Kind == spawn.Handler:
		return serves
	case !r.callEnds(next.Site.Instr, 0):
		return servesMain
	}
	only := false // is there an object that the process has one of?
	for _, h := range next.Site.Holds(next.Body) {
		v := spawn.Origin(h.Outer)
		if isData(v.Type()) {
			continue
		}
		if !r.Launches.ProcessWide(v) {
			return serves
		}
		only = only || isObject(v.Type())
	}
	switch {
	case hasEnd(next.Site.In()), r.usesCall(next, l):
		return serves
	case only:
		return servesMain
	}
	return servesAll
}

// hasEnd reports whether a call of fn, or of a function around it, is given a
// ctx or done channel.
func hasEnd(fn *ssa.Function) bool {
	for ; fn != nil; fn = fn.Parent() {
		for _, p := range fn.Params {
			if endless.IsContext(p.Type()) || isSignal(p.Type()) {
				return true
			}
		}
	}
	return false
}

// isObject reports whether t is a pointer to a named type: something with a
// life of its own.
func isObject(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	_, named := types.Unalias(p.Elem()).(*types.Named)
	return named
}

// callEnds reports whether what goes on behind instr may end: the function can
// be left, and if only known calls run it, one of their functions, too. A helper
// that starts the goroutine of a main loop is called once for that loop.
func (r *Result) callEnds(instr ssa.Instruction, depth int) bool {
	if !r.Judge.MayLeave(instr) {
		return false
	}
	calls, closed := r.Launches.Callers(instr.Parent())
	if !closed || len(calls) == 0 || depth > 3 {
		return true
	}
	return slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool {
		_, called := c.(*ssa.Call)
		return !called || paths.InLoop(c.Block()) || r.callEnds(c, depth+1)
	})
}

// isSignal reports whether t is a channel that can say only that something
// has happened.
func isSignal(t types.Type) bool {
	ch, ok := t.Underlying().(*types.Chan)
	if !ok || ch.Dir() == types.SendOnly {
		return false
	}
	s, ok := ch.Elem().Underlying().(*types.Struct)
	return ok && s.NumFields() == 0
}

// isData reports whether values of t are plain data: a number, a string, a
// setting. What the variable itself is, counts: not what it points to.
func isData(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Struct:
		for i := range u.NumFields() {
			if !isData(u.Field(i).Type()) {
				return false
			}
		}
		return true
	case *types.Array:
		return isData(u.Elem())
	}
	return false
}
