// Leaklint finds goroutines, contexts, tickers and timers that Go code leaves
// behind. Run "leaklint help" for how to use it.
package main

import (
	"github.com/leaklint/leaklint"
	"github.com/leaklint/leaklint/internal/driver"
)

func main() { driver.Main(leaklint.Analyzers()...) }
