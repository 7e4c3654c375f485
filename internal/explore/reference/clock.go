package reference

import "github.com/leaklint/leaklint/internal/explore/prog"

// A timer: flag while armed, m with a value in its buffer, n 1 for a ticker
// and 2 for an AfterFunc, whose function is v, and whose context and arguments
// are f.
//
// A context: flag when ended itself, n 1 if it may end by itself and 2 for a
// root, other its parent, v its error.

// times are the operations on timers, contexts and pipes.
var times = map[prog.Op]func(*cpu){
	prog.OpTimer:  func(c *cpu) { c.timer(0) },
	prog.OpTicker: func(c *cpu) { c.timer(1) },
	prog.OpTimerC: func(c *cpu) {
		if v := c.arg(0); v.kind == kNil {
			c.unwind("panic", val{kind: kLost})
		} else {
			c.next(v)
		}
	},
	prog.OpTimerStop: (*cpu).stop, prog.OpTimerReset: (*cpu).stop,
	prog.OpAfterFunc: func(c *cpu) { c.after(val{}, c.arg(0), c.args(1)) },
	prog.OpCtxAfter:  func(c *cpu) { c.after(c.arg(0), c.arg(1), c.args(2)) },
	prog.OpCtxRoot:   func(c *cpu) { c.ctx(2, 0) },
	prog.OpCtxEnv:    func(c *cpu) { c.ctx(1, 0) },
	prog.OpCtxNew: func(c *cpu) {
		p, n := c.arg(0), 0
		if c.ownType(p) {
			p = val{kind: kLost}
		}
		if unknown(p) || c.in.Flags&prog.Timeout != 0 {
			n = 1
		}
		c.ctx(n, p.obj)
	},
	prog.OpCtxCancel: func(c *cpu) {
		v := c.arg(0)
		if v.kind == kNil {
			c.unwind("panic", val{kind: kLost})
			return
		}
		if v.kind == kRef && !c.ownType(v) {
			c.at(v).flag = true
		}
		c.next()
	},
	prog.OpCtxDone: func(c *cpu) {
		v := c.arg(0)
		switch {
		case v.kind == kNil:
			c.unwind("panic", val{kind: kLost})
			return
		case c.ownType(v):
			v = c.free(false, false)
		case v.kind == kRef && c.at(v).n == 2:
			v = val{}
		}
		c.next(v)
	},
	prog.OpCtxErr: (*cpu).ctxErr,
	prog.OpPipe:   func(c *cpu) { c.next(c.made(object{kind: "pipe", site: c.siteNo()})) },
	prog.OpPipeRead: func(c *cpu) {
		c.pipe(prog.EnvSend, nil)
	},
	prog.OpPipeWrite:  (*cpu).pipeWrite,
	prog.OpPipeCloseR: func(c *cpu) { c.pipeClose(1) },
	prog.OpPipeCloseW: func(c *cpu) { c.pipeClose(2) },
}

// ownType reports whether v is an object of the program as an interface value.
func (c *cpu) ownType(v val) bool { return v.kind == kRef && v.typ > 0 && c.at(v).kind == "mem" }

// timer makes a timer or ticker; n tells which.
func (c *cpu) timer(n int) {
	c.next(c.made(object{kind: "timer", site: c.siteNo(), n: n, flag: true}))
}

// stop runs Stop of a timer, ticker or AfterFunc.
func (c *cpu) stop() {
	v := c.arg(0)
	switch v.kind {
	case kNil:
		c.unwind("panic", val{kind: kLost})
		return
	case kExpr, kLost:
		c.next(c.free(false, false))
		return
	}
	o := c.at(v)
	was := o.flag
	if was && o.n != 2 && c.p.AsyncTimers && o.m == 0 && c.choose(2) == 1 {
		o.m = 1
		was = o.n == 1
	}
	o.flag = c.in.Op == prog.OpTimerReset
	if o.n == 2 {
		c.rearm(o)
	}
	c.next(boolean(was))
}

// rearm gives AfterFunc o its waiting goroutine, or takes it away.
func (c *cpu) rearm(o *object) {
	for g, h := range c.s.gs {
		if h.armed != o.id || h.ended {
			continue
		}
		if !o.flag {
			h.ended, h.armed, h.frames = true, 0, nil
			c.moved |= 1 << g
		}
		return
	}
	if fn := c.settle(o.v); o.flag && fn.kind == kFunc {
		c.launch(fn, o.f[1:], o.id)
	}
}

// after makes an AfterFunc: fn may start with args, once ctx has ended if there is one.
func (c *cpu) after(ctx, fn val, args []val) {
	v := c.made(object{kind: "timer", site: c.siteNo(), n: 2, flag: true, v: fn, f: append([]val{ctx}, args...)})
	c.next(v)
	c.rearm(c.at(v))
}

// fire starts the waiting goroutine g.
func (r *ref) fire(g int) {
	o := r.s.heap[r.s.gs[g].armed]
	if ctx := r.settle(o.f[0]); ctx.kind == kRef {
		ended, can := r.ended(r.at(ctx))
		if !ended && !can {
			r.ok = false
			return
		}
		if !ended {
			r.end(r.at(ctx))
		}
	}
	o.flag = false
	r.s.gs[g].armed = 0
	r.moved |= 1 << g
}

// ctx makes a context that ends with parent; n tells how it ends by itself.
func (c *cpu) ctx(n, parent int) {
	c.next(c.made(object{kind: "ctx", site: c.siteNo(), n: n, other: parent}))
}

// ended reports whether a context has ended, or can end by itself.
func (r *ref) ended(o *object) (ended, can bool) {
	for ; o != nil; o = r.s.heap[o.other] {
		if o.flag {
			return true, can
		}
		can = can || o.mayEnd()
	}
	return false, can
}

// mayEnd reports whether a context may end by itself.
func (o *object) mayEnd() bool { return o.n == 1 || o.ops(false)&prog.EnvCancel != 0 }

// end ends the nearest context that may.
func (r *ref) end(o *object) {
	for !o.mayEnd() {
		o = r.s.heap[o.other]
	}
	o.flag = true
}

// ctxErr runs ctx.Err.
func (c *cpu) ctxErr() {
	v := c.arg(0)
	switch v.kind {
	case kNil:
		c.unwind("panic", val{kind: kLost})
		return
	case kLost:
		c.next(v)
		return
	case kExpr:
		c.next(c.free(false, false))
		return
	}
	if c.ownType(v) {
		c.next(c.free(false, false))
		return
	}
	ended, can := c.ended(c.at(v))
	if !ended && can && c.choose(2) == 1 {
		c.end(c.at(v))
		ended = true
	}
	if !ended {
		c.next(val{})
		return
	}
	if c.at(v).v.kind == kNil {
		c.at(v).v = c.free(true, false)
	}
	c.next(c.at(v).v)
}

// pipe reads or writes at one end; partners are the ways to meet the other.
func (c *cpu) pipe(op prog.EnvOps, partners func(o *object) []func()) {
	v := c.arg(0)
	if unknown(v) || c.isOther(v) {
		c.next(c.free(false, false))
		return
	}
	o := c.prim()
	if o == nil {
		return
	}
	if o.n != 0 {
		c.next(boolean(false))
		return
	}
	var ways []func()
	if partners != nil {
		ways = partners(o)
	}
	switch ops := o.ops(false); { // others may come before a partner that is there
	case ops&op != 0:
		ways = append(ways, func() { c.next(c.free(false, false)) })
	case ops&prog.EnvClose != 0:
		ways = append(ways, func() {
			o.n = 3
			c.next(boolean(false))
		})
	}
	if len(ways) == 0 {
		c.wait()
		return
	}
	ways[c.choose(len(ways))]()
}

// pipeWrite runs a write to a pipe, which waits for a reader or a close.
func (c *cpu) pipeWrite() {
	c.pipe(prog.EnvRecv, func(o *object) (ways []func()) {
		for g := range c.s.gs {
			h := c.other(g)
			if g == c.g || h == nil || h.in.Op != prog.OpPipeRead {
				continue
			}
			if v := h.arg(0); v.kind == kRef && v.obj == o.id {
				ways = append(ways, func() {
					c.moved |= 1 << g
					h.next(boolean(true))
					c.next(boolean(true))
				})
			}
		}
		return ways
	})
}

// isOther reports whether a pipe's instruction is given another writer.
func (c *cpu) isOther(v val) bool {
	return c.in.Flags&prog.Others != 0 && v.kind != kNil && (v.kind != kRef || c.at(v).kind != "pipe")
}

// pipeClose closes the end of a pipe that bit stands for.
func (c *cpu) pipeClose(bit int) {
	if v := c.arg(0); !unknown(v) && c.isOther(v) {
		c.next()
		return
	}
	if o := c.prim(); o != nil {
		o.n |= bit
		c.next()
	}
}
