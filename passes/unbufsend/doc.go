// Package unbufsend defines an Analyzer that finds sends that can block for
// ever.
//
// # Analyzer unbufsend
//
// unbufsend: find goroutines that stay blocked sending on a channel
//
// A send on a channel without free room waits for a receiver. If the receiver
// can leave first, the goroutine that sends stays, with everything it refers
// to, until the process ends.
//
// WRONG: when ctx is done first, nobody receives the result.
//
//	func Fetch(ctx context.Context, f func() int) (int, error) {
//		res := make(chan int)
//		go func() { res <- f() }()
//		select {
//		case v := <-res:
//			return v, nil
//		case <-ctx.Done():
//			return 0, ctx.Err()
//		}
//	}
//
// RIGHT: the buffer takes the one result, received or not.
//
//	res := make(chan int, 1)
//
// RIGHT: the sender leaves with the receiver.
//
//	go func() {
//		select {
//		case res <- f():
//		case <-ctx.Done():
//		}
//	}()
//
// Every finding has a witness: the steps that lead to the blocked send are its
// related positions, with what each assumes of code that cannot be seen. The
// check ids are
//
//   - unbufsend/timeout: the receiver leaves because a context or timer ends,
//   - unbufsend/left: the receiver leaves otherwise, by an early return, a
//     break, or a panic that is recovered,
//   - unbufsend/count: there are more sends than receives,
//   - unbufsend/noreceiver: no code receives from the channel at all,
//   - unbufsend/nil: the channel is nil,
//   - unbufsend/pipe: a write to an io.Pipe that nobody reads,
//   - unbufsend/test: a test leaves by t.Fatal because a context or timer ends
//     (low: a test that passes leaves nothing).
//
// The fix makes room for the sends if their number is known and nothing comes
// after them, or gives the sends another way out if a context is in scope. It is
// offered only if the fixed source, explored again, has no new wait that nothing
// ends, also of a receiver that would miss what is not sent any more.
//
// Limits: a channel that code outside the package can receive from, because it
// is exported, returned to an unknown caller or stored where others find it,
// is taken to be received from.
//
// In a goroutine profile the goroutines stand at "chan send", or at "select"
// where the send is one of its cases; those of unbufsend/nil at "chan send (nil
// chan)".
//
//	goroutine 21 [chan send, 58 minutes]:
//	main.Fetch.func1()
//		fetch.go:10 +0x37
//	created by main.Fetch in goroutine 7
//
// To suppress a finding, say why the send may wait:
//
//	//lint:ignore leaklint/unbufsend the consumer lives as long as the process
package unbufsend
