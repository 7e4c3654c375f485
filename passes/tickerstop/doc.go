// Package tickerstop defines an Analyzer that finds tickers and timers that
// keep a goroutine or a callback for ever.
//
// # Analyzer tickerstop
//
// tickerstop: find tickers and timers that nothing ends
//
// A goroutine that only waits for a ticker never ends: a ticker goes on for
// ever, and Stop does not close its channel, so that a reader of a stopped
// ticker blocks for good.
//
//	// WRONG
//	func (c *Cache) start() {
//		t := time.NewTicker(time.Minute)
//		go func() {
//			for range t.C { // one goroutine for every Cache, for ever
//				c.evict()
//			}
//		}()
//	}
//
//	// RIGHT
//	func (c *Cache) start(ctx context.Context) {
//		t := time.NewTicker(time.Minute)
//		go func() {
//			defer t.Stop()
//			for {
//				select {
//				case <-t.C:
//					c.evict()
//				case <-ctx.Done():
//					return
//				}
//			}
//		}()
//	}
//
// Nor does a timer close its channel: whoever waits for one that is stopped, or
// that has fired already, waits for ever.
//
// Goroutines that live as long as the process are left alone: those started
// once from main, init or under a package-level Once.
//
// The callback of time.AfterFunc is kept, with all it refers to, until it has
// run. A timer that is kept in a variable and not stopped on some way out, one
// that is started for every request or turn of a loop for a minute or more or
// with the request captured, and a callback that always starts itself again are
// reported.
//
// # Versions
//
// Before Go 1.23 a Ticker that was not stopped was never collected, and a Timer
// only after it had fired. Since then both are collected as soon as nothing
// refers to them, so that a missing Stop leaks nothing. The go line of the main
// module decides (below 1.23: the old rule), and //go:debug asynctimerchan=1 in
// package main; from Go 1.27 on the new rule holds for all. Under the old rule
// every way out has to stop the ticker or hand it on; a Timer counts where it
// is made again in a loop or runs for a minute or more. The ticker of time.Tick
// has no Stop: a function that leaves it leaks it. Under the new rule a
// missing Stop is of low confidence. -tickerstop.go=1.22 overrides the go line.
//
// Under both rules a defer of Stop in a loop without bound keeps the timers of
// all turns until the function returns.
//
// Limits: a timer in an exported field, a map, a slice or an interface is taken
// to be stopped by somebody. A method that has to be called to stop one (Close)
// is not checked to be called.
//
// In a goroutine profile such a goroutine stands at "chan receive" or "select"
// below the function that reads the ticker.
//
//	goroutine 21 [chan receive, 58 minutes]:
//	main.handle.func1()
//		progress.go:21 +0x37
//	created by main.handle in goroutine 7
//
// To suppress a finding write //nolint:tickerstop or
// //lint:ignore leaklint/tickerstop reason on the line or the line above.
package tickerstop
