// Package leaklint finds Go code that leaves goroutines, contexts, tickers and
// timers behind. It is a suite of golang.org/x/tools/go/analysis analyzers.
//
// The command is cmd/leaklint. To bundle the analyzers with others, pass
// [Analyzers] to any go/analysis driver.
package leaklint

import (
	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/passes"
)

// Analyzers returns all analyzers of leaklint, in the order of their names.
func Analyzers() []*analysis.Analyzer { return passes.All() }
