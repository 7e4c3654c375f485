// Package explore answers: can a goroutine of this program stop at an
// operation for ever?
//
// [Run] explores a program of package prog breadth first, reads the leaks off
// the explored graph (docs/design.md section 8.1), judges which operation of a
// deadlock is to be fixed (9.1), and gives each a witness: a finite schedule
// with the assumptions it made about the environment. It knows nothing of Go
// syntax, SSA or analysis.Pass; positions are numbers of the caller.
package explore
