package slice

import (
	"fmt"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// An idler finds the locks, and Onces, that nobody can hold for ever: every part
// of the program that takes one goes on to release it, and meets nothing on the
// way that can wait or that others can see. Nobody waits for ever for such a
// lock, and whoever has it does so in one step of the machine: without it the
// program does the same.
type idler struct {
	s     *slicer
	noisy []bool         // functions that do what a holder must not do
	idle  map[*node]bool // the locks found so far
	held  map[*node]bool // classes on which something may wait for ever
}

// findIdle returns the classes of such locks. A lock that is taken while another
// is held is looked at after that one, so that two that are taken in either
// order are never both found.
func (s *slicer) findIdle() map[*node]bool {
	d := &idler{s: s, idle: map[*node]bool{}, held: map[*node]bool{}}
	locks := d.candidates()
	for grew := len(locks) > 0; grew; {
		grew = false
		d.findNoisy()
		for n, at := range locks {
			if d.released(at) {
				d.idle[n], grew = true, true
				delete(locks, n)
			}
		}
	}
	return d.idle
}

// candidates returns the locks that are only taken and released, with where
// they are taken.
func (d *idler) candidates() map[*node][]ref {
	locks, other := map[*node][]ref{}, map[*node]bool{}
	d.s.each(func(r ref, in *prog.Instr) {
		if waits[in.Op] && d.s.mayStay(r, in) {
			if n := d.s.a.operand(r.f, in.Args[0]); n != nil {
				d.held[n.find()] = true
			}
		}
		if in.Op == prog.OpSelect {
			for _, c := range in.Cases {
				if n := d.s.a.operand(r.f, c.Chan); !c.Default && n != nil && d.s.closed(n) {
					d.held[n.find()] = true
				}
			}
		}
		if len(in.Args) == 0 {
			return
		}
		n := d.s.a.operand(r.f, in.Args[0])
		if n == nil || n == d.s.a.null {
			return
		}
		switch n = n.find(); in.Op {
		case prog.OpLock, prog.OpRLock, prog.OpOnceBegin:
			if d.s.a.owned(n) {
				locks[n] = append(locks[n], r)
			}
		case prog.OpTryLock, prog.OpTryRLock, prog.OpNewCond, prog.OpRLocker:
			other[n] = true
		case prog.OpCondL:
			if l := d.s.a.operand(r.f, in.Args[1]); l != nil {
				other[l.find()] = true
			}
		case prog.OpWilling, prog.OpMay:
			other[n] = other[n] || in.Env&prog.EnvUnlock != 0
		}
	})
	for n := range other {
		delete(locks, n)
	}
	return locks
}

// findNoisy finds the functions that a holder of a lock must not call.
func (d *idler) findNoisy() {
	d.noisy = make([]bool, len(d.s.p.Funcs))
	for changed := true; changed; {
		changed = false
		d.s.each(func(r ref, in *prog.Instr) {
			if d.noisy[r.f] {
				return
			}
			if !d.quiet(r, in) || in.Op == prog.OpPanic || in.Op == prog.OpGoexit || d.s.graphs[r.f].stuck[r.i] {
				d.noisy[r.f], changed = true, true
			}
		})
	}
}

// quiet reports whether who executes in goes on at once, and nobody sees it.
func (d *idler) quiet(r ref, in *prog.Instr) bool {
	switch {
	case in.Op == prog.OpSelect:
		return false
	case waits[in.Op], ends[in.Op]:
		n := d.s.a.operand(r.f, in.Args[0])
		return n == nil || !d.held[n.find()] || d.idle[n.find()]
	case in.Op == prog.OpYield, in.Op == prog.OpCtxErr:
		return false
	case in.Op == prog.OpALoad, in.Op == prog.OpAStore, in.Op == prog.OpASwap, in.Op == prog.OpACas, in.Op == prog.OpAAdd:
		return !d.s.a.owned(d.s.a.operand(r.f, in.Args[0]))
	case in.Op == prog.OpCall, in.Op == prog.OpDefer:
		for _, fn := range d.s.a.callees(r.f, in.Args[0]) {
			if d.noisy[fn] {
				return false
			}
		}
	}
	return true
}

// released reports whether a lock taken at each of some places is released on
// every way from there.
func (d *idler) released(at []ref) bool {
	for _, r := range at {
		if !d.releasedFrom(r) {
			return false
		}
	}
	return true
}

// releasedFrom follows every way from where a lock is taken.
func (d *idler) releasedFrom(r ref) bool {
	type step struct {
		i        int32
		deferred bool // its release is
	}
	f := d.s.p.Funcs[r.f]
	lock := f.Code[r.i].Args[0]
	seen := map[step]bool{}
	todo := []step{{d.holder(r), false}}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		if int(at.i) >= len(f.Code) || d.s.graphs[r.f].stuck[at.i] {
			return false
		}
		in := &f.Code[at.i]
		switch {
		case d.releases(r.f, in, lock):
			continue
		case in.Op == prog.OpDefer && d.defersRelease(r.f, in, lock):
			at.deferred = true
		case in.Op == prog.OpExit, at.deferred && (in.Op == prog.OpRunDefers || in.Op == prog.OpPanic || in.Op == prog.OpGoexit):
			continue
		case !d.quiet(ref{r.f, int(at.i)}, in), prog.SigOf(in.Op).Ends && len(in.Targets) == 0:
			return false
		}
		for _, t := range after(f, int(at.i)) {
			todo = append(todo, step{t, at.deferred})
		}
	}
	return true
}

// holder returns where who has taken a lock goes on. Who comes to a Once second
// does not have it.
func (d *idler) holder(r ref) int32 {
	in, next := d.s.instr(r), r.i+1
	if in.Op == prog.OpOnceBegin && next < len(d.s.p.Funcs[r.f].Code) {
		if br := &d.s.p.Funcs[r.f].Code[next]; br.Op == prog.OpIf && br.Args[0] == prog.S(in.Dst[0]) {
			return br.Targets[0]
		}
	}
	return int32(next)
}

// releases reports whether in releases lock.
func (d *idler) releases(f int, in *prog.Instr, lock prog.Operand) bool {
	return ending(in.Op) && d.path(f, in.Args[0], 0) == d.path(f, lock, 0)
}

// ending reports whether op gives back a lock or a Once.
func ending(op prog.Op) bool {
	return op == prog.OpUnlock || op == prog.OpRUnlock || op == prog.OpOnceEnd
}

// defersRelease reports whether in defers a call that does nothing but release
// lock, which it gets or has captured.
func (d *idler) defersRelease(f int, in *prog.Instr, lock prog.Operand) bool {
	fns := d.s.a.callees(f, in.Args[0])
	if len(fns) != 1 {
		return false
	}
	g := d.s.p.Funcs[fns[0]]
	want := d.s.a.operand(f, lock)
	for i := range g.Code {
		op := &g.Code[i]
		if !ending(op.Op) {
			if len(op.Targets) > 1 || !d.quiet(ref{fns[0], i}, op) || op.Op == prog.OpPanic || op.Op == prog.OpGoexit {
				return false
			}
			continue
		}
		n := d.s.a.operand(fns[0], op.Args[0])
		if n == nil || want == nil || n.find() != want.find() {
			return false
		}
		return len(in.Args) == 1 || d.path(f, in.Args[1], 0) == d.path(f, lock, 0)
	}
	return false
}

// path writes an address as the way to it from a variable, so that two that are
// computed twice are the same.
func (d *idler) path(f int, o prog.Operand, depth int) string {
	if o.Kind != prog.KindSlot {
		return fmt.Sprint(o)
	}
	defs := d.s.defs[f][o.N]
	if len(defs) != 1 || depth > 8 {
		return fmt.Sprint("v", o.N)
	}
	switch in := d.s.instr(defs[0]); in.Op {
	case prog.OpCopy:
		return d.path(f, in.Args[0], depth+1)
	case prog.OpField:
		return fmt.Sprint(d.path(f, in.Args[0], depth+1), ".", in.N)
	case prog.OpLoad:
		return "*" + d.path(f, in.Args[0], depth+1)
	}
	return fmt.Sprint("v", o.N)
}
