package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
)

// What is converted to a sync.Locker is a lock, or an object that embeds one
// (type conn struct { sync.Mutex; … }, withLock(c, f), sync.NewCond(c)): then the
// value is the address of the lock in it. Any other is a stranger: unknown, so that
// what the machine has for a sync.Locker is always a lock.

// isLocker reports whether t is sync.Locker.
func isLocker(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "sync" && n.Obj().Name() == "Locker"
}

// embeddedLock returns the fields that lead from the object that is converted to
// a sync.Locker to the lock that it embeds, by their index; nil if the value is
// something else.
func embeddedLock(mi *ssa.MakeInterface) []int {
	if _, ok := coretype.Pointed(mi.X.Type()); !ok || !isLocker(mi.Type()) || isTypeParam(mi.X.Type()) {
		return nil
	}
	lock, path, _ := types.LookupFieldOrMethod(mi.X.Type(), false, nil, "Lock")
	unlock, _, _ := types.LookupFieldOrMethod(mi.X.Type(), false, nil, "Unlock")
	for m, want := range map[types.Object]api{lock: apiLock, unlock: apiUnlock} {
		if fn, ok := m.(*types.Func); !ok || apiOf(fn) != want || types.IsInterface(fn.Signature().Recv().Type()) {
			return nil
		}
	}
	return path[:len(path)-1]
}

// lockIn returns the field that holds the lock which mi makes a sync.Locker of,
// nil if that is not embedded.
func lockIn(mi *ssa.MakeInterface) (f *types.Var) {
	t := mi.X.Type()
	for _, i := range embeddedLock(mi) {
		f = coretype.Field(t, i)
		t = f.Type()
	}
	return f
}

// boxedLock returns the class of the lock that mi makes a sync.Locker of: it is
// in memory where the field is, or behind the pointer there.
func (fl *flow) boxedLock(mi *ssa.MakeInterface) *class {
	f := lockIn(mi)
	if f == nil {
		return nil
	}
	if _, pointer := coretype.Pointed(f.Type()); pointer {
		return fl.content(fl.field(f))
	}
	return fl.field(f)
}

// iface compiles a conversion to an interface type.
func (f *function) iface(v *ssa.MakeInterface) {
	if !isLocker(v.Type()) || primitiveOf(coretype.Deref(v.X.Type())) != "" {
		f.box(v, v.X)
		return
	}
	path := embeddedLock(v)
	if len(path) == 0 {
		f.stranger(f.slot(v), v.X)
		return
	}
	at, t := f.val(v.X), v.X.Type()
	for _, i := range path {
		off := f.c.offset(coretype.Deref(t), i)
		if off < 0 {
			f.stranger(f.slot(v), v.X)
			return
		}
		f.emit(prog.OpField, f.slot(v), at).Imm(off)
		at, t = prog.S(f.slot(v)), coretype.Field(t, i).Type()
		if _, pointer := coretype.Pointed(t); pointer {
			f.emit(prog.OpLoad, f.slot(v), at)
		}
	}
}

// changeType compiles a conversion that leaves the value as it is.
func (f *function) changeType(v, x ssa.Value) {
	switch {
	case isLocker(v.Type()) && !isLocker(x.Type()):
		f.stranger(f.slot(v), x)
	case isTypeParam(x.Type()) && types.IsInterface(v.Type()) && !isTypeParam(v.Type()): // no interface where it is instantiated
		f.box(v, x)
	default:
		f.copyTo(f.slot(v), f.val(x))
	}
}

// stranger makes a sync.Locker of x, of which only x knows what it does.
func (f *function) stranger(d prog.Slot, x ssa.Value) {
	f.openValue(x)
	f.emit(prog.OpUnknown, d).With(prog.NonNil, prog.AssumeNone)
}
