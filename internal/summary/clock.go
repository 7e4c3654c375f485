package summary

import (
	"go/types"

	"github.com/leaklint/leaklint/internal/fact"
)

// timerMaker returns the fact of an interface method that makes a timer or
// ticker behind an interface, as clocks do that tests can replace, or nil. Such
// a method takes a duration or a time and nothing else, and its result has a
// method Stop and one that returns the channel.
func timerMaker(fn *types.Func) *fact.FuncFact {
	sig := fn.Signature()
	if sig.Params().Len() == 0 || sig.Results().Len() != 1 || sig.Variadic() {
		return nil
	}
	for p := range sig.Params().Variables() {
		if !isOfTime(p.Type(), "Duration") && !isOfTime(p.Type(), "Time") {
			return nil
		}
	}
	timer, ok := sig.Results().At(0).Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	kind, ok := timerKind(timer)
	if !ok {
		return nil
	}
	return &fact.FuncFact{Results: []fact.ResultFact{{Kind: kind, Of: "clock." + fn.Name()}}}
}

// timerMethod returns the fact of a method of such a timer or ticker, or nil.
func timerMethod(fn *types.Func) *fact.FuncFact {
	timer, ok := fn.Signature().Recv().Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	if _, ok := timerKind(timer); !ok {
		return nil
	}
	f := new(fact.FuncFact)
	switch res := fn.Signature().Results(); {
	case fn.Name() == "Stop":
		f.Effects = []fact.Effect{{Op: fact.Stop, On: fact.Recv(""), Lo: 1, Hi: 1}}
	case fn.Name() == "Reset":
		f.Effects = []fact.Effect{{Op: fact.Reset, On: fact.Recv(""), Lo: 1, Hi: 1}}
	case res.Len() == 1 && isTimeChan(res.At(0).Type()):
		f.Results = []fact.ResultFact{{Kind: fact.Same, From: fact.Recv(".C")}}
	default:
		return nil
	}
	return f
}

// timerKind tells what an interface is that has a method Stop and a method that
// returns the channel: the Stop of a timer says whether it was in time.
func timerKind(t *types.Interface) (kind fact.ResultKind, ok bool) {
	stops, ticks := false, false
	for m := range t.Methods() {
		res := m.Signature().Results()
		switch {
		case m.Signature().Params().Len() > 0:
		case m.Name() == "Stop":
			stops, kind = true, fact.FreshTicker
			if res.Len() == 1 && types.Identical(res.At(0).Type(), types.Typ[types.Bool]) {
				kind = fact.FreshTimer
			}
		case res.Len() == 1:
			ticks = ticks || isTimeChan(res.At(0).Type())
		}
	}
	return kind, stops && ticks
}

// isTimeChan reports whether t is a channel of times.
func isTimeChan(t types.Type) bool {
	ch, ok := t.Underlying().(*types.Chan)
	return ok && isOfTime(ch.Elem(), "Time")
}

// isOfTime reports whether t is the named type of package time.
func isOfTime(t types.Type, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time"
}
