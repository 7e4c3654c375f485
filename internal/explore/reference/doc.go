// Package reference answers the question of package explore the slow way, to
// check it: every instruction is a step, every interleaving of every goroutine
// is tried, nothing is reduced, sorted or cleaned up.
//
// It shares no code with explore and is written from the comments of package
// prog and from what Go does. It leaves out what explore says about the
// machine's ignorance of callbacks (launches in unbounded loops, function
// values given to unseen code), so programs that need those are refused.
package reference
