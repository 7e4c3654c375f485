package reference

import "github.com/leaklint/leaklint/internal/explore/prog"

// environment are the operations that say what unseen code may do.
var environment = map[prog.Op]func(*cpu){
	prog.OpWilling: func(c *cpu) {
		if v := c.arg(0); v.kind == kRef {
			c.object(v).will |= c.in.Env
		}
		c.next()
	},
	prog.OpGone: func(c *cpu) {
		if v := c.arg(0); v.kind == kRef {
			c.object(v).will = 0
		}
		c.next()
	},
	prog.OpMay:    func(c *cpu) { c.may(1) },
	prog.OpEndMay: func(c *cpu) { c.may(-1) },
	prog.OpOpen: func(c *cpu) {
		c.open(c.arg(0), c.in.Env)
		c.next()
	},
}

// may changes by d how many unseen callers may make the operations of the
// instruction.
func (c *cpu) may(d int8) {
	if v := c.arg(0); v.kind == kRef {
		o := c.object(v)
		for i := range o.may {
			if c.in.Env&(1<<i) != 0 {
				o.may[i] = min(15, max(0, o.may[i]+d))
			}
		}
	}
	c.next()
}

// open gives v to unseen code.
func (r *ref) open(v val, ops prog.EnvOps) {
	v = r.settle(v)
	if v.kind == kFunc {
		r.s.fatal = "a function value goes to unseen code"
		return
	}
	if v.obj == 0 {
		return
	}
	o := r.at(v)
	if o.open&ops == ops {
		return
	}
	if o.kind == "ctx" {
		ops &^= prog.EnvCancel
	}
	o.open |= ops
	for i, f := range o.f {
		if o.kind != "mem" || r.exported(o, i) {
			r.open(f, prog.EnvAll)
		}
	}
	r.open(o.v, prog.EnvAll)
	if o.other != 0 {
		r.open(val{kind: kRef, obj: o.other}, prog.EnvAll)
	}
}

// ignore says that the machine has lost track of v.
func (r *ref) ignore(v val) {
	const all = prog.EnvAll | prog.EnvUnlock
	v = r.settle(v)
	if v.obj == 0 || r.at(v).ign == all {
		return
	}
	r.at(v).ign = all
	for _, f := range r.at(v).f {
		r.ignore(f)
	}
	r.ignore(r.at(v).v)
	if r.at(v).other != 0 {
		r.ignore(val{kind: kRef, obj: r.at(v).other})
	}
}

// environment fills, or empties, a buffer where the environment only sends, or
// only receives.
func (r *ref) environment() {
	var ways []func()
	for _, o := range r.s.heap[1:] {
		if o.kind != "chan" {
			continue
		}
		switch o.ops(true) & (prog.EnvSend | prog.EnvRecv) {
		case prog.EnvSend:
			if !o.flag && o.n > 0 && len(o.f) < o.n {
				ways = append(ways, func() {
					for len(o.f) < o.n {
						o.f = append(o.f, r.free(false, false))
					}
				})
			}
		case prog.EnvRecv:
			if len(o.f) > 0 {
				ways = append(ways, func() { o.f = nil })
			}
		}
	}
	if len(ways) == 0 {
		r.ok = false
		return
	}
	ways[r.choose(len(ways))]()
}
