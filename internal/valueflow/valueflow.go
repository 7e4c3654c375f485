// Package valueflow answers: where can this one value flow?
//
// It follows a value forward through φ, conversions, closure bindings, local
// variables (also captured ones), fields of local objects, slices of local
// arrays and results, and stops where the value leaves: at a call ("argument i
// of call c"), a return, a store into something that is not local, a send. The
// answer is flow-insensitive and may be too large: a use that is not listed
// does not exist, a use that is listed need not lie on any path. It is never
// used to prove that something blocks.
package valueflow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Kind says what an instruction does with the value.
type Kind int

const (
	Called   Kind = iota // it is the function that a call, defer or go statement runs
	Argument             // it is argument Index of a call (receiver first, as in ssa.CallCommon.Args; -1 is an interface receiver)
	Returned             // it is result Index of the function
	Field                // it is stored in the field Var of an object that is not local
	Global               // it is stored in the package variable Var
	Element              // it is stored in a map, or in a slice or array that is not local
	Indirect             // it is stored through a pointer of unknown target
	Sent                 // it is sent on a channel
	Captured             // it, or the variable that holds it, is captured by the closure Instr makes
	Tested               // it is compared
	Read                 // a field of it is read, or it is dereferenced
	Other                // anything else, for instance panic
)

var kindNames = [...]string{"called", "argument", "returned", "field", "global", "element", "indirect", "sent", "captured", "tested", "read", "other"}

// String returns the lower-case name of the kind.
func (k Kind) String() string { return kindNames[k] }

// A Use is one instruction at which the value arrives.
type Use struct {
	Kind  Kind
	Instr ssa.Instruction
	Value ssa.Value  // the operand through which the value arrives
	Index int        // argument or result number
	Var   *types.Var // field or package variable
	// Inside is set when Value is an object or array that holds the value.
	Inside bool
}

// Call returns the call, defer or go statement of a Called or Argument use.
func (u Use) Call() ssa.CallInstruction {
	call, _ := u.Instr.(ssa.CallInstruction)
	return call
}

// A Flow is everything one value can reach without passing a call.
type Flow struct {
	Uses []Use
	// Fields are the fields it is stored in, those of local objects included.
	Fields []*types.Var
	is     map[ssa.Value]bool // values that may be the value itself
	in     map[ssa.Value]bool // values that may hold it
}

// Is reports whether v may be the value itself.
func (f *Flow) Is(v ssa.Value) bool { return f.is[v] }

// Holds reports whether v may be an object, array or closure that holds the value.
func (f *Flow) Holds(v ssa.Value) bool { return f.in[v] }

// Has reports whether some use is of one of the kinds.
func (f *Flow) Has(kinds ...Kind) bool {
	for _, u := range f.Uses {
		for _, k := range kinds {
			if u.Kind == k {
				return true
			}
		}
	}
	return false
}

// From follows all of the values as if they were one. Its cost is linear in the
// uses of the values reached.
func From(values ...ssa.Value) *Flow {
	t := &tracer{Flow: &Flow{is: make(map[ssa.Value]bool), in: make(map[ssa.Value]bool)}, roots: values}
	for _, v := range values {
		t.reach(v, false)
	}
	for len(t.work) > 0 {
		it := t.work[0]
		t.work = t.work[1:]
		t.follow(it.value, it.inside)
	}
	return t.Flow
}

type item struct {
	value  ssa.Value
	inside bool
}

// A tracer is a worklist over the values reached.
type tracer struct {
	*Flow
	work  []item
	roots []ssa.Value
}

// reach queues v, once per mode.
func (t *tracer) reach(v ssa.Value, inside bool) {
	set := t.is
	if inside {
		set = t.in
	}
	if v == nil || set[v] {
		return
	}
	set[v] = true
	t.work = append(t.work, item{v, inside})
}

// use records that instr does kind with v.
func (t *tracer) use(kind Kind, instr ssa.Instruction, v ssa.Value, index int, obj *types.Var, inside bool) {
	t.Uses = append(t.Uses, Use{Kind: kind, Instr: instr, Value: v, Index: index, Var: obj, Inside: inside})
}

// follow visits every instruction that mentions v.
func (t *tracer) follow(v ssa.Value, inside bool) {
	refs := v.Referrers()
	if refs == nil {
		return
	}
	for _, instr := range *refs {
		t.visit(instr, v, inside)
	}
}

// visit dispatches on what instr does with v.
func (t *tracer) visit(instr ssa.Instruction, v ssa.Value, inside bool) {
	switch instr := instr.(type) {
	case *ssa.Phi, *ssa.ChangeType, *ssa.Convert, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.Slice, *ssa.SliceToArrayPointer, *ssa.TypeAssert:
		t.reach(instr.(ssa.Value), inside)
	case *ssa.Extract:
		if _, ok := v.(*ssa.TypeAssert); ok && instr.Index == 0 {
			t.reach(instr, inside)
		}
	case ssa.CallInstruction:
		t.call(instr, v, inside)
	case *ssa.Store:
		if instr.Val == v {
			t.store(instr, v, inside)
		}
	case *ssa.Return:
		for i, r := range instr.Results {
			if r == v {
				t.use(Returned, instr, v, i, nil, inside)
			}
		}
	case *ssa.MakeClosure:
		t.capture(instr, v, inside)
	case *ssa.MapUpdate:
		if instr.Value == v || instr.Key == v {
			t.use(Element, instr, v, 0, nil, inside)
		}
	case *ssa.Send:
		if instr.X == v {
			t.use(Sent, instr, v, 0, nil, inside)
		}
	case *ssa.Select:
		for _, s := range instr.States {
			if s.Send == v {
				t.use(Sent, instr, v, 0, nil, inside)
			}
		}
	case *ssa.BinOp:
		t.use(Tested, instr, v, 0, nil, inside)
	case *ssa.UnOp:
		t.load(instr, v, inside)
	case *ssa.Field, *ssa.FieldAddr, *ssa.Index, *ssa.IndexAddr, *ssa.Lookup:
		if !inside {
			t.use(Read, instr, v, 0, nil, false)
		} else {
			t.element(instr)
		}
	case *ssa.DebugRef:
	default:
		t.use(Other, instr, v, 0, nil, inside)
	}
}

// load handles *v: the content of a holder flows on, a pointer that is the value is read.
func (t *tracer) load(instr *ssa.UnOp, v ssa.Value, inside bool) {
	if inside && instr.Op == token.MUL {
		t.reach(instr, true)
		return
	}
	if !inside {
		t.use(Read, instr, v, 0, nil, false)
	}
}

// element follows the value out of an array, slice or struct that holds it: any
// element of it may be the value. Fields of local objects are told apart, see
// throughField.
func (t *tracer) element(part ssa.Instruction) {
	switch part := part.(type) {
	case *ssa.Index:
		t.reachBoth(part)
	case *ssa.Field:
		t.reachBoth(part)
	case *ssa.IndexAddr:
		t.reach(part, true)
		t.loadsOfPart(part)
	case *ssa.FieldAddr:
		if isElement(part.X) {
			t.loadsOfPart(part)
		}
	}
}

// isElement reports whether v is, or points to, an element of an array or slice.
func isElement(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.IndexAddr, *ssa.Index:
		return true
	case *ssa.UnOp:
		_, at := v.X.(*ssa.IndexAddr)
		return at && v.Op == token.MUL
	}
	return false
}

// loadsOfPart reaches every load through the address of an element, or of a
// field of one.
func (t *tracer) loadsOfPart(addr ssa.Value) {
	for _, ref := range referrers(addr) {
		if load, ok := ref.(*ssa.UnOp); ok && load.Op == token.MUL {
			t.reachBoth(load)
		}
	}
}

// reachBoth queues v as the value itself, if it has its type or is an interface,
// and as what holds it, if it is a struct, array or slice or points to one.
func (t *tracer) reachBoth(v ssa.Value) {
	typ := v.Type().Underlying()
	switch typ.(type) {
	case *types.Struct, *types.Array, *types.Slice, *types.Pointer:
		t.reach(v, true)
	}
	same := func(root ssa.Value) bool { return types.Identical(typ, root.Type().Underlying()) }
	if types.IsInterface(typ) || slices.ContainsFunc(t.roots, same) {
		t.reach(v, false)
	}
}

// call records v as the function called and as each argument it is.
func (t *tracer) call(call ssa.CallInstruction, v ssa.Value, inside bool) {
	common := call.Common()
	if common.Value == v {
		if common.IsInvoke() {
			t.use(Argument, call, v, -1, nil, inside)
		} else {
			t.use(Called, call, v, 0, nil, inside)
		}
	}
	for i, arg := range common.Args {
		if arg == v {
			t.use(Argument, call, v, i, nil, inside)
		}
	}
}

// capture follows v into the closure that binds it.
func (t *tracer) capture(mc *ssa.MakeClosure, v ssa.Value, inside bool) {
	fn := mc.Fn.(*ssa.Function)
	for i, b := range mc.Bindings {
		if b == v && i < len(fn.FreeVars) {
			t.use(Captured, mc, v, i, nil, inside)
			t.reach(mc, true)
			t.reach(fn.FreeVars[i], inside)
		}
	}
}

// store follows v into the place that instr writes.
func (t *tracer) store(instr *ssa.Store, v ssa.Value, inside bool) {
	if cell := CellOf(instr.Addr); cell != nil {
		t.throughCell(cell, inside)
		return
	}
	switch addr := instr.Addr.(type) {
	case *ssa.Global:
		obj, _ := addr.Object().(*types.Var)
		t.use(Global, instr, v, 0, obj, inside)
	case *ssa.FieldAddr:
		if f := FieldVar(addr); f != nil && !inside {
			t.Fields = append(t.Fields, f)
		}
		if root := LocalRoot(addr); root != nil {
			t.throughField(root, addr)
			return
		}
		t.use(Field, instr, v, 0, FieldVar(addr), inside)
	case *ssa.IndexAddr:
		if root := LocalRoot(addr); root != nil {
			t.reach(root, true)
			return
		}
		t.use(Element, instr, v, 0, nil, inside)
	default:
		t.use(Indirect, instr, v, 0, nil, inside)
	}
}

// throughCell follows the value into every load of a local variable, in the
// function that declares it and in the closures that capture it.
func (t *tracer) throughCell(cell ssa.Value, inside bool) {
	EachCellUse(cell, func(addr ssa.Value, instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.UnOp:
			t.reach(instr, inside)
		case *ssa.MakeClosure:
			t.use(Captured, instr, addr, 0, nil, inside)
			t.reach(instr, true)
		case ssa.CallInstruction: // the address of the variable is passed
			t.call(instr, addr, true)
		case *ssa.Return:
			t.use(Returned, instr, addr, 0, nil, true)
		case *ssa.FieldAddr:
			if inside { // a struct value is held: its fields can be read
				t.loadsOfPart(instr)
			}
		}
	})
}

// throughField follows the value into loads of the same field of the same
// local object, and the object on.
func (t *tracer) throughField(root ssa.Value, addr *ssa.FieldAddr) {
	t.reach(root, true)
	EachAlias(root, func(alias ssa.Value) {
		for _, ref := range referrers(alias) {
			if fa, ok := ref.(*ssa.FieldAddr); ok && fa.Field == addr.Field && types.Identical(fa.Type(), addr.Type()) {
				t.loadsOf(fa)
			}
		}
	})
}

// loadsOf reaches every load through addr.
func (t *tracer) loadsOf(addr ssa.Value) {
	for _, ref := range referrers(addr) {
		if load, ok := ref.(*ssa.UnOp); ok && load.Op == token.MUL {
			t.reach(load, false)
		}
	}
}
