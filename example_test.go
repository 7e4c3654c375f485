package leaklint_test

import (
	"golang.org/x/tools/go/analysis/multichecker"

	"github.com/leaklint/leaklint"
)

// A driver of your own: it runs leaklint's analyzers, and others if you add
// them, on the packages named on the command line or under go vet -vettool.
func Example() {
	multichecker.Main(leaklint.Analyzers()...)
}
