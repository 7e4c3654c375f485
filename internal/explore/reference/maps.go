package reference

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// makeMap runs the making of a map.
func (c *cpu) makeMap() {
	c.next(val{kind: kRef, obj: &object{kind: "map", site: c.siteNo(), v: c.optional(0)}})
}

// find looks a key up: its index or -1, and whether that is certain.
func (c *cpu) find(m *object, k val) (int, bool) {
	known := !m.flag && k.kind != kLost
	for i := 0; i < len(m.f); i += 2 {
		same := c.compare(prog.OpEq, c.settle(m.f[i]), c.settle(k))
		if same.kind == kLost {
			known = false
			continue
		}
		if c.truth(same) {
			return i, true
		}
	}
	return -1, known
}

// mapGet runs the look-up of a key.
func (c *cpu) mapGet() {
	m := c.arg(0)
	switch {
	case m.kind == kNil:
		c.next(val{}, boolean(false))
		return
	case m.kind == kExpr:
		c.next(c.free(false, false), c.free(false, false))
		return
	case m.kind == kLost:
		c.next(m, m)
		return
	}
	i, known := c.find(m.obj, c.arg(1))
	switch {
	case i >= 0:
		c.next(c.settle(m.obj.f[i+1]), boolean(true))
	case known || len(m.obj.f) == 0 && !m.obj.flag:
		c.next(m.obj.v, boolean(false))
	default:
		for k := 1; k < len(m.obj.f); k += 2 {
			c.ignore(m.obj.f[k])
		}
		c.next(val{kind: kLost}, val{kind: kLost})
	}
}

// mapSet runs the store under a key.
func (c *cpu) mapSet() {
	m, v := c.arg(0), c.arg(2)
	switch {
	case m.kind == kNil:
		c.unwind("panic", val{kind: kLost})
		return
	case m.kind == kExpr:
		c.open(v, prog.EnvAll)
		c.next()
		return
	case m.kind == kLost:
		c.ignore(v)
		c.next()
		return
	}
	k := c.arg(1)
	i, known := c.find(m.obj, k)
	k = c.settle(k)
	switch {
	case i >= 0:
		m.obj.f[i+1] = v
	case len(m.obj.f) < 2*maxLen:
		m.obj.f = append(m.obj.f, k, v)
	default:
		c.ignore(v)
		known = false
	}
	if !known {
		m.obj.flag = true
	}
	if m.obj.open != 0 || m.obj.ign != 0 {
		c.open(v, prog.EnvAll)
	}
	c.next()
}

// mapDel runs delete.
func (c *cpu) mapDel() {
	m := c.arg(0)
	if m.kind != kRef {
		c.next()
		return
	}
	i, known := c.find(m.obj, c.arg(1))
	if i >= 0 {
		m.obj.f = slices.Delete(m.obj.f, i, i+2)
	} else if !known {
		m.obj.flag = true
	}
	c.next()
}

// mapRange begins an iteration over a map.
func (c *cpu) mapRange() {
	m := c.arg(0)
	if unknown(m) {
		c.next(m)
		return
	}
	it := &object{kind: "iter", v: m}
	if m.kind == kRef {
		for i := 0; i < len(m.obj.f); i += 2 {
			it.f = append(it.f, m.obj.f[i])
		}
	}
	c.next(val{kind: kRef, obj: it})
}

// mapNext runs one step of an iteration over a map.
func (c *cpu) mapNext() {
	it := c.arg(0)
	switch it.kind {
	case kExpr:
		c.next(c.free(false, false), c.free(false, false), c.free(false, false))
		return
	case kLost:
		c.next(it, it, it)
		return
	}
	m := it.obj.v
	type hit struct{ key, pair int }
	var hits []hit
	if m.kind == kRef {
		for i, k := range it.obj.f {
			for j := 0; j < len(m.obj.f); j += 2 {
				if c.settle(k) == c.settle(m.obj.f[j]) {
					hits = append(hits, hit{i, j})
					break
				}
			}
		}
	}
	switch {
	case len(hits) > 0:
		h := hits[c.choose(len(hits))]
		c.next(boolean(true), c.settle(m.obj.f[h.pair]), c.settle(m.obj.f[h.pair+1]))
		it.obj.f = slices.Delete(it.obj.f, h.key, h.key+1)
	case m.kind == kRef && m.obj.flag:
		c.next(val{kind: kLost}, val{kind: kLost}, val{kind: kLost})
	default:
		c.next(boolean(false), val{}, val{})
	}
}
