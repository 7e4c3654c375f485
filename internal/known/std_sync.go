package known

import "github.com/leaklint/leaklint/internal/fact"

var contextTable = table{
	"Background":        api(result(fact.ResultFact{Kind: fact.Endless}), notNil(0)),
	"TODO":              api(result(fact.ResultFact{Kind: fact.Endless}), notNil(0)),
	"WithCancel":        api(derives(0, "context.WithCancel", true)),
	"WithCancelCause":   api(derives(0, "context.WithCancelCause", true)),
	"WithTimeout":       api(derives(0, "context.WithTimeout", true)),
	"WithTimeoutCause":  api(derives(0, "context.WithTimeoutCause", true)),
	"WithDeadline":      api(derives(0, "context.WithDeadline", true)),
	"WithDeadlineCause": api(derives(0, "context.WithDeadlineCause", true)),
	"WithValue":         api(derives(0, "context.WithValue", false), stores(1, fact.Result(0, "")), stores(2, fact.Result(0, ""))),
	"WithoutCancel":     api(result(fact.ResultFact{Kind: fact.Endless}), notNil(0)),
	"AfterFunc": api(runs(1, fact.Spawned, 0, 1, fact.Place{}), releases(0, -1, "context.AfterFunc"), notNil(0),
		effect(fact.Effect{Op: fact.Receive, On: fact.Param(0, ".Done"), Where: fact.Spawned, Hi: 1})),
	"Cause":            nothing,
	"Context.Done":     api(returns(0, fact.Recv(".Done"))),
	"Context.Err":      nothing,
	"Context.Deadline": nothing,
	"Context.Value":    nothing,
}

var syncTable = table{
	"Mutex.Lock":       api(does(fact.Lock), blocks(fact.Locking, fact.Unbounded)),
	"Mutex.TryLock":    api(mayDo(fact.Lock)),
	"Mutex.Unlock":     api(does(fact.Unlock)),
	"RWMutex.Lock":     api(does(fact.Lock), blocks(fact.Locking, fact.Unbounded)),
	"RWMutex.TryLock":  api(mayDo(fact.Lock)),
	"RWMutex.Unlock":   api(does(fact.Unlock)),
	"RWMutex.RLock":    api(does(fact.RLock), blocks(fact.Locking, fact.Unbounded)),
	"RWMutex.TryRLock": api(mayDo(fact.RLock)),
	"RWMutex.RUnlock":  api(does(fact.RUnlock)),
	"RWMutex.RLocker": api(notNil(0),
		effect(fact.Effect{Op: fact.Return, On: fact.Recv(""), Lo: 1, Hi: 1, To: fact.Result(0, "")})),
	"Locker.Lock":   api(does(fact.Lock), blocks(fact.Locking, fact.Unbounded)),
	"Locker.Unlock": api(does(fact.Unlock)),

	"WaitGroup.Add":  api(does(fact.Add)),
	"WaitGroup.Done": api(does(fact.Done)),
	"WaitGroup.Wait": api(does(fact.Wait), blocks(fact.Waiting, fact.Unbounded)),
	"WaitGroup.Go":   api(does(fact.Add), runs(0, fact.Spawned, 1, 1, fact.Recv(""))),

	"NewCond":        api(stores(0, fact.Result(0, ".L")), notNil(0)),
	"Cond.Wait":      api(does(fact.Wait), blocks(fact.Waiting, fact.Unbounded)),
	"Cond.Signal":    api(does(fact.Signal)),
	"Cond.Broadcast": api(does(fact.Broadcast)),

	"Once.Do": api(does(fact.Do), mayCall(0), runsOnce),
	"OnceFunc": api(notNil(0), runsOnce,
		runs(0, fact.Later, 0, 1, fact.Result(0, ""))),
	"OnceValue": api(notNil(0), runsOnce,
		runs(0, fact.Later, 0, 1, fact.Result(0, ""))),
	"OnceValues": api(notNil(0), runsOnce,
		runs(0, fact.Later, 0, 1, fact.Result(0, ""))),

	"Map.Load":             nothing,
	"Map.Store":            api(stores(0, fact.Recv("")), stores(1, fact.Recv(""))),
	"Map.LoadOrStore":      api(stores(0, fact.Recv("")), stores(1, fact.Recv(""))),
	"Map.LoadAndDelete":    nothing,
	"Map.Delete":           nothing,
	"Map.Clear":            nothing,
	"Map.Swap":             api(stores(0, fact.Recv("")), stores(1, fact.Recv(""))),
	"Map.CompareAndSwap":   api(stores(2, fact.Recv(""))),
	"Map.CompareAndDelete": nothing,
	"Map.Range":            api(callsMany(0)),

	"Pool.Get": api(effect(fact.Effect{Op: fact.Call, On: fact.Recv(".New"), Hi: 1})),
	"Pool.Put": api(stores(0, fact.Recv(""))),
}

// atomicTable lists what keeps its argument; all else is plain.
var atomicTable = table{
	"*":                      nothing,
	"Value.Store":            api(stores(0, fact.Recv(""))),
	"Value.Swap":             api(stores(0, fact.Recv(""))),
	"Value.CompareAndSwap":   api(stores(1, fact.Recv(""))),
	"Pointer.Store":          api(stores(0, fact.Recv(""))),
	"Pointer.Swap":           api(stores(0, fact.Recv(""))),
	"Pointer.CompareAndSwap": api(stores(1, fact.Recv(""))),
	"StorePointer":           api(keeps(1)),
	"SwapPointer":            api(keeps(1)),
	"CompareAndSwapPointer":  api(keeps(2)),
}

var timeTable = table{
	"*":            nothing,
	"Sleep":        api(blocks(fact.Sleeping, fact.ByDeadline)),
	"NewTimer":     api(makes(fact.FreshTimer, "time.NewTimer")),
	"NewTicker":    api(makes(fact.FreshTicker, "time.NewTicker")),
	"After":        api(makes(fact.FreshTimer, "time.After")),
	"Tick":         api(result(fact.ResultFact{Kind: fact.FreshTicker, Of: "time.Tick"})),
	"AfterFunc":    api(makes(fact.FreshAfter, "time.AfterFunc"), runs(1, fact.Spawned, 0, 1, fact.Place{})),
	"Timer.Stop":   api(does(fact.Stop)),
	"Timer.Reset":  api(does(fact.Reset)),
	"Ticker.Stop":  api(does(fact.Stop)),
	"Ticker.Reset": api(does(fact.Reset)),
}

var signalTable = table{
	"Notify": api(stores(0, fact.Place{}),
		effect(fact.Effect{Op: fact.Poll, On: fact.Param(0, ""), Where: fact.Spawned, Hi: fact.Many})),
	"Stop":          nothing,
	"Ignore":        nothing,
	"Ignored":       nothing,
	"Reset":         nothing,
	"NotifyContext": api(derives(0, "signal.NotifyContext", true)),
}

// iterTable: the sequence runs on a goroutine of its own that goes on only
// within calls of next and stop; stop ends it.
var iterTable = table{
	"Pull":  api(runs(0, fact.Spawned, 0, 1, fact.Place{}), notNil(0), releases(1, 0, "iter.Pull"), notNil(1)),
	"Pull2": api(runs(0, fact.Spawned, 0, 1, fact.Place{}), notNil(0), releases(1, 0, "iter.Pull2"), notNil(1)),
}

var runtimeTable = table{
	"*":            nothing,
	"Goexit":       api(end(fact.EndsGoroutine)),
	"SetFinalizer": api(keeps(0), keeps(1)),
	"AddCleanup":   api(keeps(0), keeps(1), keeps(2)),
}

var errgroupTable = table{
	"WithContext": api(notNil(0), notNil(1),
		effect(fact.Effect{Op: fact.Derive, On: fact.Param(0, ""), Lo: 1, Hi: 1, To: fact.Result(1, "")}),
		result(fact.ResultFact{Index: 1, Kind: fact.DerivedCtx, From: fact.Param(0, ""), Of: "errgroup.WithContext"})),
	"Group.Go":       api(does(fact.Add), runs(0, fact.Spawned, 1, 1, fact.Recv("")), blocks(fact.Waiting, fact.ByConfig)),
	"Group.TryGo":    api(mayDo(fact.Add), runs(0, fact.Spawned, 0, 1, fact.Recv(""))),
	"Group.Wait":     api(does(fact.Wait), blocks(fact.Waiting, fact.Unbounded)),
	"Group.SetLimit": nothing,
}

var singleflightTable = table{
	"Group.Do": api(mayCall(1), blocks(fact.Waiting, fact.Unbounded)),
	"Group.DoChan": api(runs(1, fact.Spawned, 0, 1, fact.Place{}), notNil(0),
		result(fact.ResultFact{Kind: fact.FreshChan, N: 1})),
	"Group.Forget": nothing,
}

var semaphoreTable = table{
	"NewWeighted":         api(notNil(0)),
	"Weighted.Acquire":    api(blocksUntil(fact.Waiting, 0), does(fact.Lock)),
	"Weighted.TryAcquire": api(mayDo(fact.Lock)),
	"Weighted.Release":    api(does(fact.Unlock)),
}

var rateTable = table{
	"*":             nothing,
	"Limiter.Wait":  api(blocksUntil(fact.Waiting, 0)),
	"Limiter.WaitN": api(blocksUntil(fact.Waiting, 0)),
}

// clockTable serves clock packages that wrap package time behind interfaces.
// The channel of their timers is what a method returns.
var clockTable = join(
	rows(api(makes(fact.FreshTicker, "clock.NewTicker")),
		"Clock.NewTicker", "WithTicker.NewTicker", "WithTickerAndDelayedExecution.NewTicker", "RealClock.NewTicker",
		"Clock.Ticker"),
	rows(api(makes(fact.FreshTimer, "clock.NewTimer")),
		"Clock.NewTimer", "WithDelayedExecution.NewTimer", "RealClock.NewTimer", "Clock.Timer"),
	rows(api(makes(fact.FreshTimer, "clock.After")), "Clock.After", "PassiveClock.After", "RealClock.After"),
	rows(api(makes(fact.FreshAfter, "clock.AfterFunc"), runs(1, fact.Spawned, 0, 1, fact.Place{})),
		"Clock.AfterFunc", "WithDelayedExecution.AfterFunc", "RealClock.AfterFunc"),
	rows(api(returns(0, fact.Recv(".C"))), "Ticker.C", "Timer.C", "Ticker.Chan", "Timer.Chan"),
	rows(api(does(fact.Stop)), "Ticker.Stop", "Timer.Stop"),
	rows(api(does(fact.Reset)), "Ticker.Reset", "Timer.Reset"),
	rows(api(blocks(fact.Sleeping, fact.ByDeadline)), "Clock.Sleep", "PassiveClock.Sleep", "RealClock.Sleep"),
)
