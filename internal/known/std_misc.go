package known

import "github.com/leaklint/leaklint/internal/fact"

// osTable: opening, reading and writing files is not taken to block.
var osTable = table{
	"*":            nothing,
	"Exit":         api(end(fact.EndsProcess)),
	"Process.Wait": api(blocks(fact.Child, fact.Unbounded)),
}

var syscallTable = table{
	"Exit": api(end(fact.EndsProcess)),
}

var logTable = join(
	table{"*": nothing},
	rows(printing,
		"Print", "Printf", "Println", "Logger.Print", "Logger.Printf", "Logger.Println", "Output", "Logger.Output"),
	rows(exits, "Fatal", "Fatalf", "Fatalln", "Logger.Fatal", "Logger.Fatalf", "Logger.Fatalln"),
	rows(panics, "Panic", "Panicf", "Panicln", "Logger.Panic", "Logger.Panicf", "Logger.Panicln"),
	table{
		"New":              api(stores(0, fact.Result(0, "")), notNil(0)),
		"SetOutput":        api(stores(0, fact.Place{})),
		"Logger.SetOutput": api(stores(0, fact.Recv(""))),
	},
)

// slogTable: handlers are asked to print on the goroutine of the caller.
var slogTable = join(
	table{"*": nothing},
	rows(printing,
		"Debug", "DebugContext", "Info", "InfoContext", "Warn", "WarnContext", "Error", "ErrorContext", "Log", "LogAttrs",
		"Logger.Debug", "Logger.DebugContext", "Logger.Info", "Logger.InfoContext", "Logger.Warn", "Logger.WarnContext",
		"Logger.Error", "Logger.ErrorContext", "Logger.Log", "Logger.LogAttrs"),
	table{
		"New":            api(stores(0, fact.Result(0, "")), notNil(0)),
		"SetDefault":     api(stores(0, fact.Place{})),
		"Any":            api(stores(1, fact.Result(0, ""))),
		"AnyValue":       api(stores(0, fact.Result(0, ""))),
		"With":           api(stores(0, fact.Result(0, "")), notNil(0)),
		"Logger.With":    api(stores(0, fact.Result(0, "")), notNil(0)),
		"NewTextHandler": api(stores(0, fact.Result(0, "")), notNil(0)),
		"NewJSONHandler": api(stores(0, fact.Result(0, "")), notNil(0)),
	},
)

// fmtTable: scanning writes to what its arguments point to, and keeps nothing.
var fmtTable = join(
	table{"*": nothing},
	rows(printing,
		"Print", "Printf", "Println", "Fprint", "Fprintf", "Fprintln", "Sprint", "Sprintf", "Sprintln",
		"Append", "Appendf", "Appendln"),
	table{"Errorf": api(prints, stores(1, fact.Result(0, "")), notNil(0))},
)

var errorsTable = table{
	"*":    nothing,
	"New":  api(notNil(0)),
	"Join": api(stores(0, fact.Result(0, ""))),
}

// slicesTable: iterators hold what they iterate over, and sequences that are
// consumed run.
var slicesTable = join(
	table{"*": nothing},
	rows(api(stores(0, fact.Result(0, "")), notNil(0)), "All", "Values", "Backward", "Chunk"),
	rows(api(stores(0, fact.Result(0, ""))), "Clone", "Clip", "Grow", "Compact", "Delete"),
	rows(api(callsMany(0)), "Collect", "Sorted"),
	table{
		"Insert":    api(stores(0, fact.Result(0, "")), stores(2, fact.Result(0, ""))),
		"AppendSeq": api(stores(0, fact.Result(0, "")), callsMany(1)),
	},
)

// mapsTable is like slicesTable.
var mapsTable = join(
	table{"*": nothing},
	rows(api(stores(0, fact.Result(0, "")), notNil(0)), "All", "Keys", "Values"),
	table{
		"Clone":   api(stores(0, fact.Result(0, ""))),
		"Collect": api(callsMany(0), notNil(0)),
		"Insert":  api(callsMany(1)),
	},
)

// sortTable: the methods of the collection that is sorted are called.
var sortTable = table{
	"*":       nothing,
	"Reverse": api(stores(0, fact.Result(0, "")), notNil(0)),
}

// testingTable names the methods of the unexported common, which T, B and F
// embed, and those of the interface TB. A subtest runs on a goroutine of its
// own, and Run waits for it until it ends or calls Parallel.
var testingTable = join(
	rows(endsGo,
		"common.FailNow", "common.Fatal", "common.Fatalf", "common.SkipNow", "common.Skip", "common.Skipf",
		"TB.FailNow", "TB.Fatal", "TB.Fatalf", "TB.SkipNow", "TB.Skip", "TB.Skipf"),
	rows(printing, "common.Log", "common.Logf", "TB.Log", "TB.Logf"),
	rows(&API{FuncFact: printing.FuncFact, Prints: true, FailsTest: true},
		"common.Error", "common.Errorf", "common.Fail", "TB.Error", "TB.Errorf", "TB.Fail"),
	rows(nothing, "common.*", "TB.*"),
	rows(api(runs(0, fact.Later, 1, 1, fact.Recv(""))), "common.Cleanup", "TB.Cleanup"),
	rows(api(notNil(0), result(fact.ResultFact{Kind: fact.DerivedCtx, Of: "testing.T.Context"})),
		"common.Context", "TB.Context"),
	table{
		"T.Run":         api(runs(1, fact.Joined, 0, 1, fact.Place{})),
		"T.Parallel":    nothing,
		"T.*":           nothing,
		"B.Run":         api(runs(1, fact.Joined, 0, fact.Many, fact.Place{})),
		"B.RunParallel": api(runs(0, fact.Joined, 1, fact.Many, fact.Place{})),
		"B.*":           nothing,
		"F.Fuzz":        api(runs(0, fact.Joined, 0, fact.Many, fact.Place{})),
		"F.*":           nothing,
		"PB.Next":       nothing,
		"M.Run":         nothing,
		"AllocsPerRun":  api(runs(1, fact.Here, 1, fact.Many, fact.Place{})),
		"Benchmark":     api(runs(0, fact.Joined, 1, fact.Many, fact.Place{})),
		"Short":         nothing, "Verbose": nothing, "Testing": nothing, "CoverMode": nothing,
	},
)
