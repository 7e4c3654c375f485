// Package difftest answers: does a static verdict agree with the Go runtime?
//
// It generates small random concurrent programs, called scenarios, runs each
// of them many times under the runtime's goroutine leak profile, and compares
// the lines where goroutines stayed blocked (the truth) with the lines a
// linter names (the verdict).
//
// A scenario is a package with one exported function, Run. Its choices are
// opaque: conditions, counts and errors come from package env of the same
// program or are parameters of Run, and no constant decides them. Nothing of a
// scenario is package-level: the runtime takes what a global reaches as alive
// and would not call it leaked. Nobody but the generator knows which scenarios
// leak, and it does not say: templates of the leak families draw buffer sizes,
// counts, ways out and repairs at random, and free programs are random
// statements altogether.
//
// The truth is a lower bound: a leak that no run met is unknown to it. To come
// close, every statement is preceded by a random delay (nothing, a yield or a
// sleep, in several scales), parameters are enumerated, opaque values are
// biased differently from round to round, and contexts end at random times.
// Lines never move: delays are put in front of the statement on its line.
package difftest
