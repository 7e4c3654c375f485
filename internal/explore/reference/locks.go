package reference

import "github.com/leaklint/leaklint/internal/explore/prog"

// locks are the operations on locks, Conds, wait groups and Onces.
var locks = map[prog.Op]func(*cpu){
	prog.OpLock:  func(c *cpu) { c.lock(false) },
	prog.OpRLock: func(c *cpu) { c.lock(true) },
	prog.OpUnlock: func(c *cpu) {
		c.unlock(false)
	},
	prog.OpRUnlock: func(c *cpu) { c.unlock(true) },
	prog.OpTryLock: func(c *cpu) { c.tryLock(false) }, prog.OpTryRLock: func(c *cpu) { c.tryLock(true) },
	prog.OpRLocker: func(c *cpu) {
		v := c.arg(0)
		if v.kind == kRef {
			v = c.made(object{kind: "rlocker", site: c.siteNo(), other: c.object(v).id})
		}
		c.next(v)
	},
	prog.OpNewCond: func(c *cpu) {
		c.next(c.made(object{kind: "cond", site: c.siteNo(), v: c.arg(0)}))
	},
	prog.OpCondL: func(c *cpu) {
		if v := c.arg(0); v.kind == kRef {
			c.object(v).v = c.arg(1)
		}
		c.next()
	},
	prog.OpLoadL: func(c *cpu) {
		v := c.arg(0)
		if v.kind == kRef {
			v = c.settle(c.object(v).v)
		}
		c.next(v)
	},
	prog.OpWait: (*cpu).condWait, prog.OpSignal: (*cpu).signal, prog.OpBroadcast: (*cpu).signal,
	prog.OpAddWG: (*cpu).wgAdd, prog.OpDone: (*cpu).wgAdd,
	prog.OpWaitWG: func(c *cpu) {
		o := c.prim()
		if o == nil {
			return
		}
		if o.n != 0 {
			if o.ops(false)&prog.EnvDone == 0 {
				c.wait()
				return
			}
			o.n, o.m = 0, 0
		}
		c.next()
	},
	prog.OpOnceBegin: (*cpu).onceBegin,
	prog.OpOnceEnd: func(c *cpu) {
		if v := c.arg(0); v.kind == kRef {
			c.object(v).n = 2
		}
		c.next()
	},
}

// prim returns the primitive of argument 0. For others it finishes the step
// and returns nil: nil panics, unknown ones go on.
func (c *cpu) prim() *object {
	v := c.arg(0)
	switch v.kind {
	case kNil:
		c.unwind("panic", val{kind: kLost})
	case kExpr, kLost:
		c.next()
	default:
		return c.object(v)
	}
	return nil
}

// side resolves an RLocker.
func (r *ref) side(o *object, reader bool) (*object, bool) {
	if o.kind == "rlocker" {
		return r.s.heap[o.other], true
	}
	return o, reader
}

// A lock: n readers, flag while held for writing, m while a writer waits for
// the readers.

// acquire tries to take o. It returns "yes", "no", or "announced".
func (c *cpu) acquire(o *object, reader bool, announced bool) string {
	switch {
	case reader && !o.flag && o.m == 0:
		o.n++
		return "yes"
	case !reader && announced && o.n == 0:
		o.flag, o.m = true, 0
		return "yes"
	case !reader && !announced && !o.flag && o.m == 0 && o.n == 0:
		o.flag = true
		return "yes"
	case !reader && !announced && !o.flag && o.m == 0:
		o.m = 1
		return "announced"
	case o.ops(false)&prog.EnvUnlock != 0:
		o.flag, o.m, o.n = !reader, 0, 0
		if reader {
			o.n = 1
		}
		return "yes"
	}
	return "no"
}

// lock runs Lock, or RLock for a reader.
func (c *cpu) lock(reader bool) {
	o := c.prim()
	if o == nil {
		return
	}
	o, reader = c.side(o, reader)
	switch c.acquire(o, reader, c.gr.phase == "announced") {
	case "yes":
		c.gr.phase = ""
		c.next()
	case "no":
		c.wait()
	case "announced":
		c.gr.phase = "announced"
	}
}

// release releases o and reports whether it was held.
func release(o *object, reader bool) bool {
	switch {
	case reader && o.n > 0:
		o.n--
	case !reader && o.flag:
		o.flag = false
	case o.ops(false)&prog.EnvUnlock != 0:
	default:
		return false
	}
	return true
}

// unlock runs Unlock, or RUnlock for a reader.
func (c *cpu) unlock(reader bool) {
	o := c.prim()
	if o == nil {
		return
	}
	o, reader = c.side(o, reader)
	if !release(o, reader) {
		c.s.exit = true
		return
	}
	c.next()
}

// tryLock runs TryLock or TryRLock, which may always fail.
func (c *cpu) tryLock(reader bool) {
	v := c.arg(0)
	switch v.kind {
	case kNil:
		c.unwind("panic", val{kind: kLost})
		return
	case kExpr, kLost:
		c.next(c.free(false, false))
		return
	}
	o, reader := c.side(c.object(v), reader)
	can := !o.flag && o.m == 0 && (reader || o.n == 0)
	if can = can && c.choose(2) == 0; can {
		c.acquire(o, reader, false)
	}
	c.next(boolean(can))
}

// condWait runs the three parts of Cond.Wait: unlock, sleep, lock.
func (c *cpu) condWait() {
	o := c.prim()
	if o == nil {
		return
	}
	l := c.settle(o.v)
	switch c.gr.phase {
	case "":
		if l.kind == kNil {
			c.unwind("panic", val{kind: kLost})
			return
		}
		if l.kind == kRef {
			if lo, reader := c.side(c.object(l), false); !release(lo, reader) {
				c.s.exit = true
				return
			}
		}
		c.gr.phase = "sleeps"
	case "sleeps":
		if o.ops(false)&prog.EnvSignal == 0 {
			c.wait()
			return
		}
		c.gr.phase = "woken"
	default:
		how := "yes"
		if l.kind == kRef {
			lo, reader := c.side(c.object(l), false)
			how = c.acquire(lo, reader, c.gr.phase == "woken, announced")
		}
		switch how {
		case "yes":
			c.gr.phase = ""
			c.next()
		case "no":
			c.wait()
		case "announced":
			c.gr.phase = "woken, announced"
		}
	}
}

// signal runs Cond.Signal and Cond.Broadcast.
func (c *cpu) signal() {
	o := c.prim()
	if o == nil {
		return
	}
	var asleep []int
	for g := range c.s.gs {
		h := c.other(g)
		if h == nil || h.gr.phase != "sleeps" || h.in.Op != prog.OpWait {
			continue
		}
		if v := h.arg(0); v.kind == kRef && c.object(v) == o {
			asleep = append(asleep, g)
		}
	}
	if c.in.Op == prog.OpSignal && len(asleep) > 1 {
		k := c.choose(len(asleep))
		asleep = asleep[k : k+1]
	}
	for _, g := range asleep {
		c.s.gs[g].phase = "woken"
		c.moved |= 1 << g
	}
	c.next()
}

// wgAdd runs Add and Done of a WaitGroup.
func (c *cpu) wgAdd() {
	o := c.prim()
	if o == nil {
		return
	}
	d := number(-1, 0)
	if c.in.Op == prog.OpAddWG {
		d = c.decided(c.arg(1))
	}
	n := number(o.n, o.m)
	if d.kind != kInt {
		c.ignore(val{kind: kRef, obj: o.id})
		c.next()
		return
	}
	sum := c.add(n, d, 1)
	if sum.kind != kInt {
		c.ignore(val{kind: kRef, obj: o.id})
		c.next()
		return
	}
	if n.tag != 0 && d.tag == 0 && d.n > 4 || d.tag != 0 && n.tag == 0 && n.n > 4 {
		c.ignore(val{kind: kRef, obj: o.id})
	}
	if sum.n < 0 {
		if o.ops(false)&prog.EnvDone == 0 {
			c.unwind("panic", val{kind: kLost})
			return
		}
		sum.n = 0
	}
	if o.n, o.m = sum.n, sum.tag; o.n == 0 {
		o.m = 0
	}
	c.next()
}

// onceBegin enters a Once: the first goes on, the others wait for its end.
func (c *cpu) onceBegin() {
	v := c.arg(0)
	switch v.kind {
	case kNil:
		c.unwind("panic", val{kind: kLost})
		return
	case kExpr, kLost:
		c.next(c.free(false, false))
		return
	}
	o := c.object(v)
	if o.n == 1 && o.ign&^o.ops(true)&prog.EnvUnlock == 0 {
		c.wait()
		return
	}
	first := o.n == 0
	if first {
		o.n = 1
	}
	c.next(boolean(first))
}
