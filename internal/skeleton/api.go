package skeleton

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// An api is what the machine does for a call of a std or x/sync function: an
// instruction of docs/design.md section 5.4, or the making of a primitive.
type api int

const (
	apiNone api = iota
	apiLock
	apiUnlock
	apiRLock
	apiRUnlock
	apiTryLock
	apiTryRLock
	apiRLocker
	apiAdd
	apiDone
	apiWait
	apiWgGo
	apiOnceDo
	apiOnceFunc
	apiOnceValue
	apiNewCond
	apiCondWait
	apiSignal
	apiBroadcast
	apiBackground
	apiWithCancel  // results: ctx, cancel
	apiWithTimeout // the same, and it ends by itself
	apiWithValue   // the parent itself
	apiWithoutCancel
	apiCtxAfterFunc
	apiNotifyContext
	apiCtxDone
	apiCtxErr
	apiAfter
	apiNewTimer
	apiNewTicker
	apiTick
	apiAfterFunc
	apiTimerStop
	apiTimerReset
	apiTickerStop
	apiTickerReset
	apiGroupWithContext
	apiGroupGo
	apiGroupTryGo
	apiGroupWait
	apiGroupSetLimit
	apiPipe
	apiPipeRead
	apiPipeWrite
	apiPipeClose
	apiAtomicLoad
	apiAtomicStore
	apiAtomicAdd
	apiAtomicSwap
	apiAtomicCAS
	apiExit
	apiGoexit
	apiNothing // known to do nothing that matters here
)

// apis maps the full name of a function to what the machine does for it.
var apis = map[string]api{
	"(*sync.Mutex).Lock": apiLock, "(*sync.Mutex).Unlock": apiUnlock, "(*sync.Mutex).TryLock": apiTryLock,
	"(*sync.RWMutex).Lock": apiLock, "(*sync.RWMutex).Unlock": apiUnlock, "(*sync.RWMutex).TryLock": apiTryLock,
	"(*sync.RWMutex).RLock": apiRLock, "(*sync.RWMutex).RUnlock": apiRUnlock, "(*sync.RWMutex).TryRLock": apiTryRLock,
	"(*sync.RWMutex).RLocker": apiRLocker,
	"(sync.Locker).Lock":      apiLock, "(sync.Locker).Unlock": apiUnlock,
	"(*sync.WaitGroup).Add": apiAdd, "(*sync.WaitGroup).Done": apiDone, "(*sync.WaitGroup).Wait": apiWait, "(*sync.WaitGroup).Go": apiWgGo,
	"(*sync.Once).Do": apiOnceDo, "sync.OnceFunc": apiOnceFunc, "sync.OnceValue": apiOnceValue, "sync.OnceValues": apiOnceValue,
	"sync.NewCond": apiNewCond, "(*sync.Cond).Wait": apiCondWait, "(*sync.Cond).Signal": apiSignal, "(*sync.Cond).Broadcast": apiBroadcast,

	"context.Background": apiBackground, "context.TODO": apiBackground,
	"context.WithCancel": apiWithCancel, "context.WithCancelCause": apiWithCancel,
	"context.WithTimeout": apiWithTimeout, "context.WithTimeoutCause": apiWithTimeout,
	"context.WithDeadline": apiWithTimeout, "context.WithDeadlineCause": apiWithTimeout,
	"context.WithValue": apiWithValue, "context.WithoutCancel": apiWithoutCancel, "context.AfterFunc": apiCtxAfterFunc,
	"os/signal.NotifyContext": apiNotifyContext,
	"(context.Context).Done":  apiCtxDone, "(context.Context).Err": apiCtxErr, "context.Cause": apiCtxErr,

	"time.After": apiAfter, "time.NewTimer": apiNewTimer, "time.NewTicker": apiNewTicker, "time.Tick": apiTick,
	"time.AfterFunc": apiAfterFunc, "(*time.Timer).Stop": apiTimerStop, "(*time.Timer).Reset": apiTimerReset,
	"(*time.Ticker).Stop": apiTickerStop, "(*time.Ticker).Reset": apiTickerReset,

	"golang.org/x/sync/errgroup.WithContext": apiGroupWithContext, "(*golang.org/x/sync/errgroup.Group).Go": apiGroupGo,
	"(*golang.org/x/sync/errgroup.Group).TryGo": apiGroupTryGo, "(*golang.org/x/sync/errgroup.Group).Wait": apiGroupWait,
	"(*golang.org/x/sync/errgroup.Group).SetLimit": apiGroupSetLimit,

	"io.Pipe": apiPipe, "(*io.PipeReader).Read": apiPipeRead, "(*io.PipeReader).Close": apiPipeClose,
	"(*io.PipeReader).CloseWithError": apiPipeClose, "(*io.PipeWriter).Write": apiPipeWrite,
	"(*io.PipeWriter).Close": apiPipeClose, "(*io.PipeWriter).CloseWithError": apiPipeClose,

	"runtime.Goexit": apiGoexit, "os.Exit": apiExit,
	"log.Fatal": apiExit, "log.Fatalf": apiExit, "log.Fatalln": apiExit,
	"(*log.Logger).Fatal": apiExit, "(*log.Logger).Fatalf": apiExit, "(*log.Logger).Fatalln": apiExit,
	"runtime.Gosched": apiNothing, "time.Sleep": apiNothing, "runtime.GC": apiNothing,
	"(*sync.Pool).Put": apiNothing,
}

// The methods that end a test's goroutine, on testing.T, B, F and TB.
var testEnds = map[string]bool{"Fatal": true, "Fatalf": true, "FailNow": true, "Skip": true, "Skipf": true, "SkipNow": true}

// apiOf returns what the machine does for a call of fn.
func apiOf(fn *types.Func) api {
	if fn == nil || fn.Pkg() == nil {
		return apiNone
	}
	fn = fn.Origin()
	switch fn.Pkg().Path() {
	case "sync/atomic":
		return atomicAPI(fn)
	case "testing":
		if testEnds[fn.Name()] && fn.Signature().Recv() != nil {
			return apiGoexit
		}
	case "sync", "context", "time", "io", "runtime", "os", "os/signal", "log", "golang.org/x/sync/errgroup":
		return apis[fn.FullName()]
	}
	return apiNone
}

// atomicAPI classifies the functions and methods of sync/atomic: loads and
// stores of their location.
func atomicAPI(fn *types.Func) api {
	name := fn.Name()
	for prefix, a := range map[string]api{"Load": apiAtomicLoad, "Store": apiAtomicStore, "Add": apiAtomicAdd,
		"Swap": apiAtomicSwap, "CompareAndSwap": apiAtomicCAS} {
		if strings.HasPrefix(name, prefix) {
			return a
		}
	}
	return apiNone
}

// calleeOf returns the declared function or interface method that a call names.
func calleeOf(com *ssa.CallCommon) *types.Func {
	if com.IsInvoke() {
		if isTypeParam(com.Value.Type()) {
			return nil // of a primitive, or of a type with methods of its own
		}
		return com.Method
	}
	if fn := com.StaticCallee(); fn != nil {
		if len(fn.FreeVars) > 0 && fn.Parent() == nil {
			return nil // a bound method: its receiver is captured, not an argument
		}
		if obj, ok := fn.Object().(*types.Func); ok {
			return obj
		}
		if o := fn.Origin(); o != nil {
			obj, _ := o.Object().(*types.Func)
			return obj
		}
	}
	return nil
}

// A prim names the kind of a primitive; "" is none.
type prim string

const (
	primChan   prim = "chan"
	primMutex  prim = "mutex"
	primRW     prim = "rwmutex"
	primWG     prim = "waitgroup"
	primOnce   prim = "once"
	primCond   prim = "cond"
	primCtx    prim = "context"
	primTimer  prim = "timer"
	primTicker prim = "ticker"
	primGroup  prim = "errgroup"
	primPipe   prim = "pipe"
)

// prims maps named struct types to the primitive they are.
var prims = map[string]prim{
	"sync.Mutex": primMutex, "sync.RWMutex": primRW, "sync.WaitGroup": primWG, "sync.Once": primOnce, "sync.Cond": primCond,
	"time.Timer": primTimer, "time.Ticker": primTicker, "golang.org/x/sync/errgroup.Group": primGroup,
	"io.PipeReader": primPipe, "io.PipeWriter": primPipe,
}

// primitiveOf returns the primitive that a value of type t is (not points to).
func primitiveOf(t types.Type) prim {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		if _, ok := t.Underlying().(*types.Chan); ok {
			return ""
		}
		return ""
	}
	switch named.Obj().Pkg().Path() {
	case "sync", "time", "io", "golang.org/x/sync/errgroup":
		return prims[named.Obj().Pkg().Path()+"."+named.Obj().Name()]
	}
	return ""
}

// makes lists the calls whose result, or first result, is a new primitive.
var makes = map[api]prim{
	apiNewCond: primCond, apiWithCancel: primCtx, apiWithTimeout: primCtx, apiNotifyContext: primCtx, apiAfter: primTimer,
	apiNewTimer: primTimer, apiNewTicker: primTicker, apiTick: primTicker, apiGroupWithContext: primGroup,
	apiPipe: primPipe, apiOnceFunc: primOnce, apiOnceValue: primOnce,
}

// makesPrimitive reports whether fn's result is a new primitive.
func makesPrimitive(fn *ssa.Function) bool {
	obj, _ := fn.Object().(*types.Func)
	return makes[apiOf(obj)] != ""
}

// derivesFrom reports whether fn's result leads to its argument.
func derivesFrom(fn *ssa.Function) bool {
	obj, _ := fn.Object().(*types.Func)
	switch apiOf(obj) {
	case apiWithValue, apiWithoutCancel, apiRLocker, apiNewCond, apiOnceFunc, apiOnceValue:
		return true
	}
	return false
}

// keepsNothing reports whether the callee of a call out of the package keeps
// none of its arguments and does nothing to them.
func keepsNothing(com *ssa.CallCommon) bool {
	fn := calleeOf(com)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "log", "strings", "strconv", "bytes", "math", "unicode", "unicode/utf8", "path", "path/filepath", "sort", "slices", "maps":
		return true
	case "fmt":
		return !strings.HasPrefix(fn.Name(), "Fscan")
	case "errors":
		return true
	}
	return apiOf(fn) != apiNone
}
