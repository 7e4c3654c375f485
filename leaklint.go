// Package leaklint finds Go code that leaves goroutines, contexts, tickers and
// timers behind. It is a suite of golang.org/x/tools/go/analysis analyzers.
package leaklint
