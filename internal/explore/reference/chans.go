package reference

import "github.com/leaklint/leaklint/internal/explore/prog"

// channels are the operations on channels.
var channels = map[prog.Op]func(*cpu){
	prog.OpMake: func(c *cpu) {
		n := c.decided(c.arg(0))
		o := object{kind: "chan", site: c.siteNo(), n: n.n, m: n.tag, v: c.optional(1)}
		switch n.kind {
		case kExpr:
			o.n, o.m = -c.choose(2), 0
		case kLost:
			o.n, o.m = -1, 0
		default:
			if n.n < 0 {
				c.unwind("panic", val{kind: kLost})
				return
			}
		}
		c.next(c.made(o))
	},
	prog.OpSend: (*cpu).talk, prog.OpRecv: (*cpu).talk, prog.OpSelect: (*cpu).talk,
	prog.OpClose: func(c *cpu) {
		v := c.arg(0)
		switch {
		case v.kind == kNil || v.kind == kRef && c.at(v).flag:
			c.unwind("panic", val{kind: kLost})
			return
		case v.kind == kRef:
			c.at(v).flag = true
		}
		c.next()
	},
}

// never-full channels keep that many values.
const keep = 6

// ops returns what the environment may do to o; sure leaves out what it might
// only do for all the machine knows.
func (o *object) ops(sure bool) prog.EnvOps {
	e := o.will | o.open
	for i, n := range o.may {
		if n > 0 {
			e |= 1 << i
		}
	}
	if !sure {
		e |= o.ign
	}
	return e
}

// cases returns the cases of a communication.
func cases(in *prog.Instr) []prog.Case {
	switch in.Op {
	case prog.OpSelect:
		return in.Cases
	case prog.OpSend:
		k := prog.Case{Send: true, Chan: in.Args[0], Dst: prog.NoSlot, Ok: prog.NoSlot, Target: -1}
		if len(in.Args) > 1 {
			k.Val = in.Args[1]
		}
		return []prog.Case{k}
	case prog.OpRecv:
		k := prog.Case{Chan: in.Args[0], Dst: prog.NoSlot, Ok: prog.NoSlot, Target: -1}
		if len(in.Dst) > 0 {
			k.Dst = in.Dst[0]
		}
		if len(in.Dst) > 1 {
			k.Ok = in.Dst[1]
		}
		return []prog.Case{k}
	}
	return nil
}

// take finishes case k.
func (c *cpu) take(k int, v, ok val) {
	cs := cases(c.in)
	kase := cs[k]
	c.f.pc++
	if c.in.Op == prog.OpSelect {
		n := k
		if kase.Default {
			n = -1
		}
		if len(c.in.Dst) > 0 && c.in.Dst[0] != prog.NoSlot {
			c.f.slots[c.in.Dst[0]] = number(n, 0)
		}
		if kase.Target >= 0 {
			c.f.pc = int(kase.Target)
		}
	}
	if kase.Dst != prog.NoSlot {
		c.f.slots[kase.Dst] = v
	}
	if kase.Ok != prog.NoSlot {
		c.f.slots[kase.Ok] = ok
	}
}

// other returns a cpu for another goroutine.
func (c *cpu) other(g int) *cpu {
	o := &cpu{ref: c.ref, g: g, gr: c.s.gs[g]}
	if o.gr.ended || o.gr.armed != 0 {
		return nil
	}
	o.f = o.gr.frames[len(o.gr.frames)-1]
	o.in = &c.p.Funcs[o.f.fn].Code[o.f.pc]
	return o
}

// talk does a send, receive or select.
func (c *cpu) talk() {
	var ways []func()
	ready, dflt := false, -1
	for k, kase := range cases(c.in) {
		if kase.Default {
			dflt = k
			continue
		}
		v := c.settle(c.raw(kase.Chan))
		if kase.Send {
			w, r := c.sends(k, v, c.settle(c.raw(kase.Val)))
			ways, ready = append(ways, w...), ready || r
		} else {
			w, r := c.receives(k, v)
			ways, ready = append(ways, w...), ready || r
		}
	}
	if dflt >= 0 && !ready {
		ways = append(ways, func() { c.take(dflt, val{}, val{}) })
	}
	if len(ways) == 0 {
		c.wait()
		return
	}
	ways[c.choose(len(ways))]()
}

// receives returns the ways to receive in case k, and whether it is certain
// that one of them is open now.
func (c *cpu) receives(k int, v val) (ways []func(), ready bool) {
	way := func(f func()) { ways = append(ways, f) }
	o := c.at(v)
	switch {
	case v.kind == kNil:
	case v.kind == kExpr:
		way(func() { c.take(k, c.free(false, false), c.free(false, false)) })
	case v.kind == kLost:
		way(func() { c.take(k, v, v) })
	case o.kind == "timer":
		switch {
		case o.m > 0:
			way(func() { o.m = 0; c.take(k, c.free(false, false), boolean(true)) })
			return ways, true
		case o.flag || o.ops(false)&prog.EnvFire != 0:
			way(func() { o.flag = o.flag && o.n == 1; c.take(k, c.free(false, false), boolean(true)) })
		}
	case o.kind == "ctx":
		switch ended, can := c.ended(o); {
		case ended:
			way(func() { c.take(k, val{}, boolean(false)) })
			return ways, true
		case can:
			way(func() { c.end(o); c.take(k, val{}, boolean(false)) })
		}
	case len(o.f) > 0:
		way(func() { x := c.settle(o.f[0]); o.f = o.f[1:]; c.take(k, x, boolean(true)) })
		return ways, true
	case o.flag:
		way(func() { c.take(k, o.v, boolean(false)) })
		return ways, true
	default:
		if o.ops(false)&prog.EnvSend != 0 {
			way(func() { c.take(k, c.free(false, false), boolean(true)) })
		}
		if o.ops(false)&prog.EnvClose != 0 {
			way(func() { o.flag = true; c.take(k, o.v, boolean(false)) })
		}
	}
	return ways, false
}

// sends returns the ways to send x in case k.
func (c *cpu) sends(k int, v, x val) (ways []func(), ready bool) {
	way := func(f func()) { ways = append(ways, f) }
	o := c.at(v)
	switch {
	case v.kind == kNil:
	case v.kind == kExpr:
		way(func() { c.open(x, prog.EnvAll); c.take(k, val{}, val{}) })
	case v.kind == kLost:
		way(func() { c.ignore(x); c.take(k, val{}, val{}) })
	case o.flag:
		way(func() { c.unwind("panic", val{kind: kLost}) })
		return ways, true
	case o.n < 0 && len(o.f) >= keep:
		way(func() { c.ignore(x); o.ign |= prog.EnvSend; c.take(k, val{}, val{}) })
		return ways, true
	case o.n < 0 || len(o.f) < o.n:
		way(func() {
			o.f = append(o.f, x)
			if o.open&prog.EnvRecv != 0 {
				c.open(x, prog.EnvAll)
			}
			c.take(k, val{}, val{})
		})
		return ways, true
	default:
		if o.n == 0 {
			ways = c.partners(k, o, x)
		}
		if o.ops(false)&prog.EnvRecv != 0 {
			way(func() {
				if len(o.f) > 0 {
					o.f = append(o.f[1:], x)
				}
				c.envGets(o, x)
				c.take(k, val{}, val{})
			})
		}
	}
	return ways, false
}

// envGets gives a value to the environment, which received from o.
func (c *cpu) envGets(o *object, x val) {
	switch {
	case o.open&prog.EnvRecv != 0:
		c.open(x, prog.EnvAll)
	case o.will&prog.EnvRecv == 0:
		c.ignore(x)
	}
}

// partners returns the ways to hand x to a goroutine that receives from o.
func (c *cpu) partners(k int, o *object, x val) (ways []func()) {
	for g := range c.s.gs {
		h := c.other(g)
		if g == c.g || h == nil {
			continue
		}
		for j, kase := range cases(h.in) {
			if v := h.settle(h.raw(kase.Chan)); !kase.Send && !kase.Default && v.kind == kRef && v.obj == o.id {
				ways = append(ways, func() {
					c.moved |= 1 << g
					h.take(j, x, boolean(true))
					c.take(k, val{}, val{})
				})
			}
		}
	}
	return ways
}
