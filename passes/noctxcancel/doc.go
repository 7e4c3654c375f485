// Package noctxcancel defines an Analyzer that finds release functions, such
// as the CancelFunc of a context, that are not called on some way out.
//
// # Analyzer noctxcancel
//
// noctxcancel: find contexts whose cancel function is lost
//
// A context made by context.WithCancel, WithTimeout or WithDeadline (or their
// Cause forms) stays registered with its parent, with its timer and with every
// goroutine that waits for it, until its cancel function is called or the
// parent ends. The same holds for what signal.NotifyContext,
// context.AfterFunc, iter.Pull and iter.Pull2 leave behind until their stop
// function is called, and for functions of your own that hand such a function
// on.
//
//	// WRONG
//	ctx, cancel := context.WithTimeout(parent, time.Minute)
//	resp, err := do(ctx)
//	if err != nil {
//		return err // cancel is not called: the timer runs for a minute
//	}
//	cancel()
//
//	// RIGHT
//	ctx, cancel := context.WithTimeout(parent, time.Minute)
//	defer cancel()
//	resp, err := do(ctx)
//	if err != nil {
//		return err
//	}
//
// Vet's lostcancel takes any mention of the variable for a call. This pass
// asks who owns the cancel function on each way out. The duty to call it
// passes on when it is returned, stored where something may call it, given to
// a callee that may keep it, or captured by a closure that may call it and is
// run, started or handed on. It does not pass on to
//
//   - the blank identifier, also as _ = cancel;
//   - a closure that is never run;
//   - a field or unexported package variable that the package never reads;
//   - a callee or goroutine that can leave without calling it;
//   - a variable that is overwritten, say by the next turn of a loop.
//
// A deferred call in a loop without bound runs too late and is reported too.
//
// Branches on the same condition are kept consistent (cancel != nil, a flag, a
// named error). A way out on which the context, or its parent, is already done
// needs no cancel, nor does the end of main.main, nor a call that never
// returns.
//
// A goroutine that waits for a context whose cancel function is in safe hands,
// which do not call it on some way, is reported where it waits; its trail is
// the way there.
//
// Limits: an exported field or variable, a map, a slice, a channel and an
// interface method are taken to release what they get. A method that has to be
// called to release a field (Close) is not checked to be called.
//
// With -noctxcancel.confidence=low it also reports contexts that hold nothing
// (made by WithCancel from a parent that never ends, and not used), calls of
// context.AfterFunc whose stop function is dropped, and cancel functions kept
// in a field to abort with, on a way out that has waited for the work.
//
// In a goroutine profile the goroutines that such a context keeps stand at
// "select" or "chan receive" in a function that waits for ctx.Done().
//
//	goroutine 21 [select, 58 minutes]:
//	main.refresh({0x7da100, 0xc0000b2000})
//		session.go:32 +0x37
//	created by main.session in goroutine 7
//
// To suppress a finding write //nolint:noctxcancel or
// //lint:ignore leaklint/noctxcancel reason on the line or the line above.
package noctxcancel
