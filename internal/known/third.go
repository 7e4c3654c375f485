package known

import "github.com/leaklint/leaklint/internal/fact"

// The tables of this file are needed where the source of the module does not
// show what a call does: behind interfaces, hooks and function variables.

var grpcTable = table{
	"Server.Serve":                  api(blocks(fact.Serving, fact.Unbounded)),
	"Server.Stop":                   nothing,
	"Server.GracefulStop":           api(blocks(fact.Waiting, fact.Unbounded)),
	"DialContext":                   api(blocksUntil(fact.Dialing, 0)),
	"ClientConnInterface.Invoke":    api(blocksUntil(fact.Requesting, 0)),
	"ClientConnInterface.NewStream": api(blocksUntil(fact.Requesting, 0)),
	"ClientConn.Invoke":             api(blocksUntil(fact.Requesting, 0)),
	"ClientConn.NewStream":          api(blocksUntil(fact.Requesting, 0)),
	"ClientStream.RecvMsg":          api(blocks(fact.Requesting, fact.ByConfig)),
	"ClientStream.SendMsg":          api(blocks(fact.Requesting, fact.ByConfig)),
	"ServerStream.RecvMsg":          api(blocks(fact.Requesting, fact.ByConfig)),
	"ServerStream.SendMsg":          api(blocks(fact.Requesting, fact.ByConfig)),
}

// queries are the methods that ask a database under the context that is their
// first parameter.
var queries = api(blocksUntil(fact.Querying, 0))

var pgxTable = join(
	table{"Connect": api(blocksUntil(fact.Dialing, 0)), "ConnectConfig": api(blocksUntil(fact.Dialing, 0))},
	rows(queries,
		"Conn.Query", "Conn.QueryRow", "Conn.Exec", "Conn.Ping", "Conn.Begin", "Conn.BeginTx", "Conn.Prepare",
		"Conn.SendBatch", "Conn.CopyFrom", "Conn.Close", "Conn.WaitForNotification",
		"Tx.Query", "Tx.QueryRow", "Tx.Exec", "Tx.Begin", "Tx.Commit", "Tx.Rollback", "Tx.Prepare",
		"Tx.SendBatch", "Tx.CopyFrom"),
)

var pgxpoolTable = join(
	table{"New": api(blocksUntil(fact.Dialing, 0)), "NewWithConfig": api(blocksUntil(fact.Dialing, 0))},
	rows(queries,
		"Pool.Query", "Pool.QueryRow", "Pool.Exec", "Pool.Ping", "Pool.Begin", "Pool.BeginTx", "Pool.Acquire",
		"Pool.SendBatch", "Pool.CopyFrom", "Conn.Query", "Conn.QueryRow", "Conn.Exec", "Conn.Ping", "Conn.Begin"),
	table{"Pool.Close": api(blocks(fact.Waiting, fact.Unbounded)), "Pool.AcquireFunc": api(mayCall(1), blocksUntil(fact.Querying, 0))},
)

// redisTable: commands are methods of interfaces, all of them under a context.
var redisTable = rows(queries, "Cmdable.*", "UniversalClient.*", "StatefulCmdable.*", "Pipeliner.Exec", "cmdable.*")

var gormTable = rows(api(blocks(fact.Querying, fact.ByConfig)),
	"DB.Find", "DB.First", "DB.Take", "DB.Last", "DB.Create", "DB.Save", "DB.Updates", "DB.Update", "DB.Delete",
	"DB.Scan", "DB.Count", "DB.Exec", "DB.Row", "DB.Rows", "DB.Pluck", "DB.Commit", "DB.Rollback")

var websocketTable = join(
	rows(api(blocks(fact.Reading, fact.ByConfig)),
		"Conn.ReadMessage", "Conn.ReadJSON", "Conn.NextReader", "Conn.WriteMessage", "Conn.WriteJSON"),
	table{
		"Dialer.Dial":        api(blocks(fact.Dialing, fact.ByConfig)),
		"Dialer.DialContext": api(blocksUntil(fact.Dialing, 0)),
	},
)

var ctxWebsocketTable = join(
	rows(api(blocksUntil(fact.Reading, 0)), "Conn.Read", "Conn.Write", "Conn.Ping", "Conn.Reader"),
	table{"Dial": api(blocksUntil(fact.Dialing, 0))},
)

var natsTable = table{
	"Connect":                 api(blocks(fact.Dialing, fact.ByConfig)),
	"Conn.Request":            api(blocks(fact.Requesting, fact.ByDeadline)),
	"Conn.RequestWithContext": api(blocksUntil(fact.Requesting, 0)),
	"Conn.Flush":              api(blocks(fact.Requesting, fact.ByDeadline)),
}

// handler is the row of methods that register a function for a path.
func handler(i int) *API {
	return api(perRequest, effect(fact.Effect{
		Op: fact.Call, On: fact.Param(i, ""), Where: fact.Spawned, Hi: fact.Many}))
}

var muxTable = table{
	"Router.HandleFunc": handler(1), "Route.HandlerFunc": handler(0),
}

var chiTable = join(
	rows(handler(1),
		"Router.Get", "Router.Post", "Router.Put", "Router.Delete", "Router.Patch", "Router.Head", "Router.Options",
		"Router.HandleFunc", "Mux.Get", "Mux.Post", "Mux.Put", "Mux.Delete", "Mux.Patch", "Mux.Head", "Mux.Options",
		"Mux.HandleFunc"),
	rows(handler(2), "Router.MethodFunc", "Mux.MethodFunc"),
)

// ginTable also serves echo. Handlers are variadic; the slice is kept.
var ginTable = rows(api(perRequest, effect(fact.Effect{
	Op: fact.Call, On: fact.Param(1, "[]"), Where: fact.Spawned, Hi: fact.Many}), effect(fact.Effect{
	Op: fact.Call, On: fact.Param(1, ""), Where: fact.Spawned, Hi: fact.Many})),
	"RouterGroup.GET", "RouterGroup.POST", "RouterGroup.PUT", "RouterGroup.DELETE", "RouterGroup.PATCH",
	"RouterGroup.HEAD", "RouterGroup.OPTIONS", "RouterGroup.Any", "IRoutes.GET", "IRoutes.POST", "IRoutes.PUT",
	"IRoutes.DELETE", "IRoutes.PATCH", "Echo.GET", "Echo.POST", "Echo.PUT", "Echo.DELETE", "Echo.PATCH")

// cobraTable: initialisers run before each command.
var cobraTable = rows(api(effect(fact.Effect{
	Op: fact.Call, On: fact.Param(0, "[]"), Where: fact.Later, Lo: 0, Hi: fact.Many})), "OnInitialize", "OnFinalize")

var zapTable = join(
	rows(printing,
		"Logger.Debug", "Logger.Info", "Logger.Warn", "Logger.Error", "Logger.DPanic", "Logger.Log",
		"SugaredLogger.Debug", "SugaredLogger.Info", "SugaredLogger.Warn", "SugaredLogger.Error", "SugaredLogger.DPanic",
		"SugaredLogger.Debugf", "SugaredLogger.Infof", "SugaredLogger.Warnf", "SugaredLogger.Errorf", "SugaredLogger.DPanicf",
		"SugaredLogger.Debugw", "SugaredLogger.Infow", "SugaredLogger.Warnw", "SugaredLogger.Errorw", "SugaredLogger.DPanicw",
		"SugaredLogger.Debugln", "SugaredLogger.Infoln", "SugaredLogger.Warnln", "SugaredLogger.Errorln"),
	rows(exits, "Logger.Fatal",
		"SugaredLogger.Fatal", "SugaredLogger.Fatalf", "SugaredLogger.Fatalw", "SugaredLogger.Fatalln"),
	rows(panics, "Logger.Panic",
		"SugaredLogger.Panic", "SugaredLogger.Panicf", "SugaredLogger.Panicw", "SugaredLogger.Panicln"),
)

var logrusTable = join(
	rows(printing,
		"Debug", "Debugf", "Debugln", "Info", "Infof", "Infoln", "Warn", "Warnf", "Warnln", "Warning", "Warningf",
		"Error", "Errorf", "Errorln", "Print", "Printf", "Println", "Trace", "Tracef",
		"Logger.Debug", "Logger.Debugf", "Logger.Info", "Logger.Infof", "Logger.Warn", "Logger.Warnf", "Logger.Error",
		"Logger.Errorf", "Logger.Print", "Logger.Printf",
		"Entry.Debug", "Entry.Debugf", "Entry.Info", "Entry.Infof", "Entry.Warn", "Entry.Warnf", "Entry.Error",
		"Entry.Errorf", "Entry.Print", "Entry.Printf"),
	rows(exits, "Fatal", "Fatalf", "Fatalln", "Exit", "Logger.Fatal", "Logger.Fatalf", "Logger.Fatalln", "Logger.Exit",
		"Entry.Fatal", "Entry.Fatalf", "Entry.Fatalln"),
	rows(panics, "Panic", "Panicf", "Panicln", "Logger.Panic", "Logger.Panicf", "Logger.Panicln",
		"Entry.Panic", "Entry.Panicf", "Entry.Panicln"),
)

// klogTable also serves glog.
var klogTable = join(
	rows(printing,
		"Info", "Infof", "Infoln", "InfoS", "InfoDepth", "Warning", "Warningf", "Warningln", "WarningDepth",
		"Error", "Errorf", "Errorln", "ErrorS", "ErrorDepth", "Verbose.Info", "Verbose.Infof", "Verbose.Infoln",
		"Verbose.InfoS", "Verbose.Error", "Verbose.ErrorS"),
	rows(exits, "Fatal", "Fatalf", "Fatalln", "FatalDepth", "FatalDepthf", "Exit", "Exitf", "Exitln", "ExitDepth",
		"FatalContext", "FatalContextf", "FlushAndExit"),
	rows(nothing, "V", "Flush", "FromContext", "Background", "TODO"),
)

// waits is the row of testify's functions that poll a condition on other
// goroutines; the condition is parameter i.
func waits(i int) *API {
	return api(runs(i, fact.Spawned, 0, fact.Many, fact.Place{}))
}

// eventually lists testify's polling functions, whose condition is parameter 1
// (parameter 0 as a method).
var eventually = join(
	rows(waits(1), "Eventually", "Eventuallyf", "EventuallyWithT", "EventuallyWithTf", "Never", "Neverf"),
	rows(waits(0), "Assertions.Eventually", "Assertions.Eventuallyf", "Assertions.EventuallyWithT",
		"Assertions.EventuallyWithTf", "Assertions.Never", "Assertions.Neverf"),
)

// requireTable names what never returns; that the assertions may end the test
// follows from their source.
var requireTable = join(eventually,
	rows(endsGo, "Fail", "Failf", "FailNow", "FailNowf", "TestingT.FailNow",
		"Assertions.Fail", "Assertions.Failf", "Assertions.FailNow", "Assertions.FailNowf"))

var assertTable = join(eventually,
	rows(endsGo, "FailNow", "FailNowf", "Assertions.FailNow", "Assertions.FailNowf"),
	rows(printing, "TestingT.Errorf"))

var checkTable = rows(endsGo, "C.FailNow", "C.Fatal", "C.Fatalf", "C.Skip")

var ginkgoTable = rows(panics, "Fail", "Skip", "AbortSuite")
