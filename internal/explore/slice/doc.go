// Package slice leaves out of a program what cannot decide who waits for ever.
//
// It is a backward slice (Weiser, Program slicing, IEEE TSE 1984) over the
// machine's programs: kept are the operations that wait or end a wait, what
// starts, leaves or ends a goroutine, and what their operands, their order and
// the branches around them depend on. Memory is followed by classes of places
// (Steensgaard, Points-to analysis in almost linear time, POPL 1996, with one
// class for each field). What is left out becomes a nop or a jump, so that
// every instruction keeps its number.
//
// A slice does what the program does, but for two things: a loop that is left
// out is taken to end, and a runtime error in what is left out does not happen.
// A loop that polls an atomic, a lock or a context is never left out.
package slice
