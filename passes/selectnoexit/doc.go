// Package selectnoexit defines an Analyzer that finds goroutines whose loop
// nothing can end.
//
// # Analyzer selectnoexit
//
// selectnoexit: find goroutines with a loop that has no way out
//
// A goroutine that is started for every call, request or object has to end
// some time. This check reports one whose loop cannot be left: no case and no
// branch has a return, a break of the loop, a goto out of it, a panic, or a
// call that ends the goroutine or the process. Every call leaves one more
// goroutine behind, with all that it refers to.
//
// WRONG: nothing ends the loop, and Close cannot either.
//
//	func New() *Cache {
//		c := &Cache{done: make(chan struct{})}
//		go func() {
//			for {
//				select {
//				case k := <-c.expired:
//					c.drop(k)
//				case <-c.flush:
//					c.write()
//				}
//			}
//		}()
//		return c
//	}
//
//	func (c *Cache) Close() { close(c.done) }
//
// RIGHT: a case leaves the loop.
//
//	select {
//	case k := <-c.expired:
//		c.drop(k)
//	case <-c.flush:
//		c.write()
//	case <-c.done:
//		return
//	}
//
// A case leaves nothing whose channel is a field that the package, outside its
// tests, never closes nor sends to. A break in a case leaves only the select;
// use return, or a label. A loop over a channel, for v := range ch, has a way
// out: it ends when ch is closed.
//
// Checks:
//
//   - selectnoexit/select: no case of the select of a loop leaves it;
//   - selectnoexit/loop: any other loop without a way out, such as one around
//     time.Sleep;
//   - selectnoexit/forever: select {} in a goroutine, which serves nobody;
//   - selectnoexit/watcher: a goroutine started for every call that only the
//     end of a context ends, where that context never ends, also when another
//     function is given it, or belongs to an object that outlives what the
//     goroutine watches; or where the object has a Stop, Close or Shutdown that
//     ends another goroutine which was started with this one.
//
// Goroutines that live as long as the process are not reported: those started
// by main, init or under a package-level sync.Once, and those that work on the
// only object of its type. An exported function counts as called any number of
// times, except in package main, and so there is one loop for each call that
// gives it something: an object, a channel, an address, an interval. With
// -confidence=low the check also reports loops that use nothing of the call,
// loops of which it is not known how often they are started, and
// watchers of their caller's own context. A watcher that in the end cancels a
// context which its function returns, and does not wait for that context, is
// always reported: the caller's cancel does not end it.
//
// Limits: how often a goroutine is started is decided inside the package. A
// loop that stops when a method value or interface method it calls panics
// counts as having no way out.
//
// The fix adds a case for the end of the context, or for the channel that
// Close closes, where there is exactly one in scope.
//
// In a goroutine profile the goroutines stand at "select", "chan receive" or
// "sleep" in the loop, one more for every time it was started.
//
//	goroutine 21 [select, 58 minutes]:
//	main.(*worker).run(0xc0000b2000)
//		worker.go:37 +0x37
//	created by main.newWorker in goroutine 7
//
// To suppress a finding, explain why the goroutine is meant to stay:
//
//	//lint:ignore leaklint/selectnoexit one for each shard, for the life of the process
package selectnoexit
