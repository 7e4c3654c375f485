// Package onceblock defines an Analyzer that finds functions run by a
// sync.Once that may block without bound.
//
// # Analyzer onceblock
//
// onceblock: find functions under a sync.Once that may block for ever
//
// While the function of a sync.Once runs, every other caller of Do waits for
// it. If it waits for a machine that does not answer, all of them wait as
// long, and there is no second try. This check reports functions given to
// Once.Do, OnceFunc, OnceValue or OnceValues that wait without any bound, in
// themselves or in what they call, in any package.
//
// WRONG: a server that does not answer blocks every caller.
//
//	func Config() *Settings {
//		once.Do(func() {
//			resp, err := http.Get(url)
//			...
//		})
//		return settings
//	}
//
// RIGHT: the request has a deadline.
//
//	once.Do(func() {
//		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
//		defer cancel()
//		req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
//		...
//	})
//
// WRONG: load waits for itself.
//
//	func (c *Cache) load() {
//		c.once.Do(func() { c.fill() }) // fill calls load
//	}
//
// Checks:
//
//   - onceblock/reentry: the function runs the same Once again, and waits for
//     itself;
//   - onceblock/network: it dials, accepts, requests or queries, and neither a
//     deadline nor a context that can end bounds that;
//   - onceblock/process: it waits for a child process without a context;
//   - onceblock/sleep: it sleeps for a minute or longer;
//   - onceblock/wait: it waits on a channel that is served only after Do has
//     returned, or whose other side can be gone: the trail shows how;
//   - onceblock/error: it drops an error, and later callers get the zero value
//     for ever (low).
//
// A context that is made from context.Background or TODO without a timeout
// bounds nothing. An http.Client with a Timeout, a deadline and a context that
// can end do.
//
// With -confidence=low the check also reports other waits on channels and
// WaitGroups, child processes whose command line does not depend on the caller
// (probes of the host), dropped errors, and network calls that stay on this
// machine. Waits for what the function has
// just asked for (close(stop), then a receive) are not reported, nor are
// selects with an alternative and locks.
//
// Limits: calls of function values and interface methods are followed where
// the package shows the only function that can be meant. What bounds a client
// that is made elsewhere is not known; it is taken to be bounded.
//
// In a goroutine profile the callers stand at sync.(*Once).doSlow, below
// "sync.Mutex.Lock", all but the one that runs the function: it stands at what
// it waits for, or for a re-entry at the same lock.
//
//	goroutine 21 [sync.Mutex.Lock, 58 minutes]:
//	sync.(*Once).doSlow(...)
//	sync.(*Once).Do(...)
//	main.use()
//		settings.go:23 +0x37
//
// To suppress a finding, say why nobody waits for ever:
//
//	//lint:ignore leaklint/onceblock the server is this process's own
package onceblock
