package known

import "github.com/leaklint/leaklint/internal/fact"

// tables lists the known packages by import path without major version.
var tables = map[string]table{
	"context":   contextTable,
	"iter":      iterTable,
	"log":       logTable,
	"os":        osTable,
	"os/signal": signalTable,
	"runtime":   runtimeTable,
	"syscall":   syscallTable,
	"testing":   testingTable,
}

// ends returns the row of a function that never returns.
func ends(how fact.End) *API { return &API{FuncFact: fact.FuncFact{Ends: how}} }

var (
	exits  = ends(fact.EndsProcess)
	panics = ends(fact.EndsPanicking)
	endsGo = ends(fact.EndsGoroutine)
)

var osTable = table{
	"Exit": exits,
}

var syscallTable = table{
	"Exit": exits,
}

var runtimeTable = table{
	"Goexit": endsGo,
}

var logTable = table{
	"Fatal": exits, "Fatalf": exits, "Fatalln": exits,
	"Panic": panics, "Panicf": panics, "Panicln": panics,
	"Logger.Fatal": exits, "Logger.Fatalf": exits, "Logger.Fatalln": exits,
	"Logger.Panic": panics, "Logger.Panicf": panics, "Logger.Panicln": panics,
}

// testingTable names the methods of the unexported common, which T, B and F
// embed, and those of the interface TB.
var testingTable = table{
	"common.FailNow": endsGo, "common.Fatal": endsGo, "common.Fatalf": endsGo,
	"common.SkipNow": endsGo, "common.Skip": endsGo, "common.Skipf": endsGo,
	"TB.FailNow": endsGo, "TB.Fatal": endsGo, "TB.Fatalf": endsGo,
	"TB.SkipNow": endsGo, "TB.Skip": endsGo, "TB.Skipf": endsGo,
}
