package known

import "github.com/leaklint/leaklint/internal/fact"

// A part adds one thing to a row. Rows are written as lists of parts.
type part func(*API)

// api returns the row made of the parts.
func api(parts ...part) *API {
	a := new(API)
	for _, p := range parts {
		p(a)
	}
	a.Sort()
	return a
}

// nothing is the row of a call that does nothing to what it is given.
var nothing = api()

// effect adds an effect.
func effect(e fact.Effect) part {
	return func(a *API) { a.Effects = append(a.Effects, e) }
}

// result adds a statement about a result.
func result(r fact.ResultFact) part {
	return func(a *API) { a.Results = append(a.Results, r) }
}

// does says that op is done to the receiver exactly once.
func does(op fact.Op) part {
	return effect(fact.Effect{Op: op, On: fact.Recv(""), Lo: 1, Hi: 1})
}

// mayDo says that op is done to the receiver at most once.
func mayDo(op fact.Op) part {
	return effect(fact.Effect{Op: op, On: fact.Recv(""), Hi: 1})
}

// mayCall says that parameter i is called at most once before the call returns.
func mayCall(i int) part {
	return effect(fact.Effect{Op: fact.Call, On: fact.Param(i, ""), Hi: 1})
}

// callsMany says that parameter i is called any number of times before the
// call returns.
func callsMany(i int) part {
	return effect(fact.Effect{Op: fact.Call, On: fact.Param(i, ""), Hi: fact.Many})
}

// runs says that parameter i is called lo to hi times, there and then.
func runs(i int, where fact.Where, lo, hi uint8, by fact.Place) part {
	return effect(fact.Effect{Op: fact.Call, On: fact.Param(i, ""), Where: where, Lo: lo, Hi: hi, By: by})
}

// stores says that parameter i is kept at the place, or somewhere unknown.
func stores(i int, to fact.Place) part {
	return effect(fact.Effect{Op: fact.Store, On: fact.Param(i, ""), Lo: 1, Hi: 1, To: to})
}

// keeps says that the code beyond the call may do anything to parameter i.
func keeps(i int) part {
	return effect(fact.Effect{Op: fact.Keep, On: fact.Param(i, ""), Lo: 1, Hi: 1})
}

// returns says that result k is what is found at the place.
func returns(k int, from fact.Place) part {
	return result(fact.ResultFact{Index: k, Kind: fact.Same, From: from})
}

// derives says that result 0 is a context derived from parameter i, and result
// 1, if release is set, its release function.
func derives(i int, of string, release bool) part {
	return func(a *API) {
		effect(fact.Effect{Op: fact.Derive, On: fact.Param(i, ""), Lo: 1, Hi: 1, To: fact.Result(0, "")})(a)
		result(fact.ResultFact{Index: 0, Kind: fact.DerivedCtx, From: fact.Param(i, ""), Of: of})(a)
		notNil(0)(a)
		if release {
			releases(1, 0, of)(a)
			notNil(1)(a)
		}
	}
}

// releases says that calling result k releases result n, or something that is
// no result (-1).
func releases(k, n int, of string) part {
	return result(fact.ResultFact{Index: k, Kind: fact.Release, N: n, Of: of})
}

// makes says that result 0 is a new timer or ticker and never nil.
func makes(kind fact.ResultKind, of string) part {
	return func(a *API) {
		result(fact.ResultFact{Index: 0, Kind: kind, Of: of})(a)
		notNil(0)(a)
	}
}

// notNil says that result k is never nil.
func notNil(k int) part {
	return result(fact.ResultFact{Index: k, Kind: fact.NotNil})
}

// nilOnlyIf says that result k is nil only if parameter i is zero.
func nilOnlyIf(k, i int) part {
	return result(fact.ResultFact{Index: k, Kind: fact.NilOnlyIf, From: fact.Param(i, "")})
}

// blocks says that the call may block.
func blocks(why fact.Why, bound fact.Bound) part {
	return func(a *API) { a.Blocks = &fact.Block{Why: why, Bound: bound} }
}

// blocksUntil says that the call may block until the context that is parameter
// i ends.
func blocksUntil(why fact.Why, i int) part {
	return func(a *API) { a.Blocks = &fact.Block{Why: why, Bound: fact.ByContext, Ctx: fact.Param(i, "")} }
}

// neverFails says that the error returned is always nil.
func neverFails(a *API) { a.NeverFails = true }

// prints says that methods of the arguments are called to print them.
func prints(a *API) { a.Prints = true }

// perRequest says that function arguments run once for each request.
func perRequest(a *API) { a.PerRequest = true }

// runsOnce says that the function argument is called at most once, and that
// all other callers wait for it.
func runsOnce(a *API) { a.Once = true }

// end says that no call returns normally.
func end(how fact.End) part {
	return func(a *API) { a.Ends = how }
}

// Rows that many tables share.
var (
	printing = api(prints)
	exits    = api(end(fact.EndsProcess), prints)
	panics   = api(end(fact.EndsPanicking), prints)
	endsGo   = api(end(fact.EndsGoroutine), prints)
)

// rows returns a table in which every name has the same row.
func rows(a *API, names ...string) table {
	t := make(table, len(names))
	for _, name := range names {
		t[name] = a
	}
	return t
}

// join returns the union of tables, later ones winning.
func join(tables ...table) table {
	all := make(table)
	for _, t := range tables {
		for name, a := range t {
			all[name] = a
		}
	}
	return all
}

// onlyPlain is the table of a package whose functions only compute.
var onlyPlain = table{"*": nothing}
