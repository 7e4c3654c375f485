package known

import "github.com/leaklint/leaklint/internal/fact"

// Rows of the functions that hand out something that has to be released.

// derives returns the row of a function that derives the context result 0 from
// parameter 0 and returns its release function as result 1.
func derives(name string) *API {
	return &API{FuncFact: fact.FuncFact{
		Effects: []fact.Effect{{Op: fact.Derive, On: fact.Param(0, ""), Lo: 1, Hi: 1, To: fact.Result(0, "")}},
		Results: []fact.ResultFact{
			{Index: 0, Kind: fact.DerivedCtx, From: fact.Param(0, ""), Of: name},
			{Index: 0, Kind: fact.NotNil},
			{Index: 1, Kind: fact.Release, N: 0, Of: name},
			{Index: 1, Kind: fact.NotNil},
		},
	}}
}

var contextTable = table{
	"WithCancel":        derives("context.WithCancel"),
	"WithCancelCause":   derives("context.WithCancelCause"),
	"WithTimeout":       derives("context.WithTimeout"),
	"WithTimeoutCause":  derives("context.WithTimeoutCause"),
	"WithDeadline":      derives("context.WithDeadline"),
	"WithDeadlineCause": derives("context.WithDeadlineCause"),
	"AfterFunc": {FuncFact: fact.FuncFact{
		Effects: []fact.Effect{{Op: fact.Call, On: fact.Param(1, ""), Where: fact.Spawned, Lo: 0, Hi: 1}},
		Results: []fact.ResultFact{
			{Index: 0, Kind: fact.Release, N: -1, Of: "context.AfterFunc"},
			{Index: 0, Kind: fact.NotNil},
		},
	}},
}

var signalTable = table{
	"NotifyContext": derives("signal.NotifyContext"),
}

// pull is the row of iter.Pull and iter.Pull2: the sequence runs on a coroutine
// that stays until it ends or stop (result 1) is called.
func pull(name string) *API {
	return &API{FuncFact: fact.FuncFact{
		Effects: []fact.Effect{{Op: fact.Keep, On: fact.Param(0, "")}},
		Results: []fact.ResultFact{
			{Index: 0, Kind: fact.NotNil},
			{Index: 1, Kind: fact.Release, N: 0, Of: name},
			{Index: 1, Kind: fact.NotNil},
		},
	}}
}

var iterTable = table{
	"Pull":  pull("iter.Pull"),
	"Pull2": pull("iter.Pull2"),
}
