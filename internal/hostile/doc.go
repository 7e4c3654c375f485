// Package hostile writes programs that are hard to analyse, of any size: shapes
// of code on which a walk over calls, types, paths, values or states takes
// forever, or all memory, unless it is bounded.
//
// A Shape is everyday code taken to an extreme: a tree walk that hands a channel
// on in many recursive calls, a parser whose functions all call each other, a
// function with thousands of go statements. The tests analyse each in a small and
// in twice that size, and compare how much was allocated: a count, not a time.
// Nightly runs leaklint itself on the full size.
package hostile
