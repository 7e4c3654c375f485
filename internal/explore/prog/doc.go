// Package prog says what a program of the exploration machine is: functions of
// numbered instructions over local slots (docs/design.md section 5).
//
// It holds the representation, a [Builder] that writes it, [Program.Validate]
// that refuses what the machine could not run, and a versioned text form
// ([Parse], [Program.String]) for tests, bug reports and debug output. It knows
// nothing of Go syntax, SSA or the machine that runs it.
//
// # Values
//
// A slot, field, element or cell holds one of
//
//	nil            the zero pointer, channel, func, map, slice, interface
//	bool, int      exact; ints beyond ±MaxInt are lost
//	string         any constant that is only compared with itself: strings,
//	               floats, big integers, named error values
//	reference      to an object, or to one field or element of it
//	function       with the values it has captured
//	free           chosen by the environment at the first branch that needs it
//	lost           known to the program, but not kept by the machine
//
// Every value except a nil interface may carry a dynamic type (iface, assert).
// A struct value is a reference to an object of its own: compile a load of a
// whole struct to clone, a store to copyto. Nested structs and arrays are
// flattened into the layout of their holder; field adds an offset.
//
// # Primitives
//
// Channels, contexts, timers and pipes are references to their object.
// Mutexes, wait groups, Onces and Conds are fields of a layout with a Prim:
// new makes them with their holder, and an instruction on one takes the
// address of that field. A local `var mu sync.Mutex` is an object of a layout
// with one field.
//
// # Who may see a step
//
// load and store are local steps: the machine does not let another goroutine
// run between them. Between ordinary memory accesses of a program without data
// races nothing can be seen there. sync/atomic operations compile to the
// atomic instructions (aload, astore, …), which other goroutines see one by
// one.
//
// # Numbers
//
// [Sym] operands (n+c) stand for a count that takes a few small values, the
// same at every occurrence. An index or counter of a loop that such a symbol
// bounds starts as [Scaled] (0#n): it is exact against that symbol and 0, and
// lost against anything else. Arithmetic keeps the tag.
package prog
