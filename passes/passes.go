// Package passes is the registry: every analyzer of leaklint and every check
// id that one of them can report.
package passes

import (
	"slices"

	"golang.org/x/tools/go/analysis"
)

// all lists the analyzers by name. Add a pass here, and its ids to Checks.
//
// Not included, and why:
//   - the analyzers in internal/ (summary, leaks): other analyzers ask them,
//     they report nothing themselves;
//   - the runtime's own deadlock and goroutine leak checks: they see what ran,
//     leaklint sees what can run;
//   - vet's lostcancel and waitgroup: go vet has them; what a pass finds as
//     well carries the suffix /vet and is left out with -skip-vet.
var all = []*analysis.Analyzer{}

// All returns the analyzers of leaklint in the order of their names. The
// slice is the caller's.
func All() []*analysis.Analyzer { return slices.Clone(all) }

// A Check is something that a pass can report.
type Check struct {
	ID   string // pass/shape, stable: users write it in ignores and baselines
	Help string // one sentence: what is wrong when it is reported
}

// Checks lists the check ids in alphabetical order. A finding of low
// confidence adds the suffix /low, one that go vet reports too adds /vet.
var Checks = []Check{}
