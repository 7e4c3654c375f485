package once

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// hasRoom reports whether a send under a Once is the only one into a buffer
// with room: all channels that can stand there have a buffer, nobody else sends
// on them, and the Once, which lets it happen once, lives as long as they do.
//
//	func New() *Conn { return &Conn{faults: make(chan error, 1)} }
//
//	func (c *Conn) fail(err error) {
//		c.once.Do(func() { c.faults <- err })
//	}
func (w *walk) hasRoom(f *frame, send *ssa.Send) bool {
	if send.Parent() != w.run.Body || reaches(send.Block(), send.Block(), make(map[*ssa.BasicBlock]bool)) {
		return false
	}
	ch := send.Chan
	if field := endless.FieldOf(ch); field != nil {
		return !field.Exported() && w.sameOwner(f, ch) && w.onlyInto(field, send)
	}
	ld, ok := ch.(*ssa.UnOp)
	if !ok {
		return false
	}
	cell, _ := valueflow.CellOf(ld.X).(*ssa.Alloc)
	return cell != nil && onlyIntoCell(cell, send)
}

// sameOwner reports whether the channel and the Once are fields of one object,
// or the channel is a field of one that is made for a single run of a Once.
func (w *walk) sameOwner(f *frame, ch ssa.Value) bool {
	ld, ok := spawn.Origin(ch).(*ssa.UnOp)
	if !ok || w.run.Recv == nil {
		return false
	}
	addr, ok := ld.X.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	if owner, _ := resolve(f, addr.X); w.isFresh(owner) {
		return true
	}
	once, ok := spawn.Origin(w.run.Recv).(*ssa.FieldAddr)
	if !ok {
		return false
	}
	if a, local := addr.X.(*ssa.Alloc); local && a == once.X {
		return true
	}
	p, _ := pathOf(f, addr.X)
	q, _ := pathOf(doFrame(w.run), once.X)
	return p == q
}

// isFresh reports whether v is made by the function that has the Once run, for
// this run alone.
func (w *walk) isFresh(v ssa.Value) bool {
	do := w.run.Outer
	made, ok := v.(*ssa.Alloc)
	return ok && made.Parent() == do.Parent() && !reaches(do.Block(), do.Block(), make(map[*ssa.BasicBlock]bool))
}

// onlyInto reports whether every channel stored in the field has a buffer and
// send is all that puts something in.
func (w *walk) onlyInto(field *types.Var, send *ssa.Send) bool {
	made := w.launches.Stores(field)
	for _, v := range made {
		if !hasBuffer(v) {
			return false
		}
	}
	for _, v := range w.launches.Loads(field) {
		if !onlySend(v, send) {
			return false
		}
	}
	return len(made) > 0
}

// onlyIntoCell is onlyInto for a local variable.
func onlyIntoCell(cell *ssa.Alloc, send *ssa.Send) bool {
	made := 0
	var follow func(v ssa.Value) bool
	follow = func(v ssa.Value) bool {
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.Store:
				if ref.Addr != v || !hasBuffer(ref.Val) {
					return false
				}
				made++
			case *ssa.UnOp:
				if !onlySend(ref, send) {
					return false
				}
			case *ssa.MakeClosure:
				for i, b := range ref.Bindings {
					if b == v && !follow(ref.Fn.(*ssa.Function).FreeVars[i]) {
						return false
					}
				}
			case *ssa.DebugRef:
			default:
				return false
			}
		}
		return true
	}
	return follow(cell) && made > 0
}

// hasBuffer reports whether v is a channel that is made here with room for one
// value at least, or nil.
func hasBuffer(v ssa.Value) bool {
	for {
		c, ok := v.(*ssa.ChangeType)
		if !ok {
			break
		}
		v = c.X
	}
	mk, ok := v.(*ssa.MakeChan)
	if !ok {
		return false
	}
	size, ok := mk.Size.(*ssa.Const)
	return ok && size.Value != nil && constant.Sign(size.Value) > 0
}

// onlySend reports whether nothing but send puts a value into the channel v:
// it is received from, closed, compared, or handed out for receiving only.
func onlySend(v ssa.Value, send *ssa.Send) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Send:
			if ref != send {
				return false
			}
		case *ssa.UnOp:
			if ref.Op != token.ARROW {
				return false
			}
		case *ssa.Select:
			for _, st := range ref.States {
				if st.Chan == v && st.Dir == types.SendOnly {
					return false
				}
			}
		case *ssa.ChangeType:
			ch, ok := ref.Type().Underlying().(*types.Chan)
			if !ok || ch.Dir() != types.RecvOnly && !onlySend(ref, send) {
				return false
			}
		case *ssa.Call:
			if _, builtin := ref.Call.Value.(*ssa.Builtin); !builtin {
				return false
			}
		case *ssa.Defer:
			if _, builtin := ref.Call.Value.(*ssa.Builtin); !builtin {
				return false
			}
		case *ssa.BinOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}
