package reference

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// makeMap runs the making of a map.
func (c *cpu) makeMap() {
	c.next(c.made(object{kind: "map", site: c.siteNo(), v: c.optional(0)}))
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
		k := c.arg(1)
		if k.kind == kLost {
			c.next(c.free(false, false), c.free(false, false))
			return
		}
		c.next(c.ask(term{kind: "value", args: []val{m, k}}, false, false), c.ask(term{kind: "ok", args: []val{m, k}}, false, false))
		return
	case m.kind == kLost:
		c.next(m, m)
		return
	}
	i, known := c.find(c.at(m), c.arg(1))
	switch {
	case i >= 0:
		c.next(c.settle(c.at(m).f[i+1]), boolean(true))
	case known || len(c.at(m).f) == 0 && !c.at(m).flag:
		c.next(c.at(m).v, boolean(false))
	default:
		for k := 1; k < len(c.at(m).f); k += 2 {
			c.ignore(c.at(m).f[k])
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
		c.dropMaps()
		c.next()
		return
	case m.kind == kLost:
		c.ignore(v)
		c.next()
		return
	}
	k := c.arg(1)
	i, known := c.find(c.at(m), k)
	k = c.settle(k)
	switch {
	case i >= 0:
		c.at(m).f[i+1] = v
	case len(c.at(m).f) < 2*maxLen:
		c.at(m).f = append(c.at(m).f, k, v)
	default:
		c.ignore(v)
		known = false
	}
	if !known {
		c.at(m).flag = true
	}
	if c.at(m).open != 0 || c.at(m).ign != 0 {
		c.open(v, prog.EnvAll)
	}
	c.next()
}

// mapDel runs delete.
func (c *cpu) mapDel() {
	m := c.arg(0)
	if m.kind == kExpr {
		c.dropMaps()
	}
	if m.kind != kRef {
		c.next()
		return
	}
	i, known := c.find(c.at(m), c.arg(1))
	if i >= 0 {
		c.at(m).f = slices.Delete(c.at(m).f, i, i+2)
	} else if !known {
		c.at(m).flag = true
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
	it := object{kind: "iter", v: m}
	if m.kind == kRef {
		for i := 0; i < len(c.at(m).f); i += 2 {
			it.f = append(it.f, c.at(m).f[i])
		}
	}
	c.next(c.made(it))
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
	m := c.at(it).v
	type hit struct{ key, pair int }
	var hits []hit
	if m.kind == kRef {
		for i, k := range c.at(it).f {
			for j := 0; j < len(c.at(m).f); j += 2 {
				if c.settle(k) == c.settle(c.at(m).f[j]) {
					hits = append(hits, hit{i, j})
					break
				}
			}
		}
	}
	switch {
	case len(hits) > 0:
		h := hits[c.choose(len(hits))]
		c.next(boolean(true), c.settle(c.at(m).f[h.pair]), c.settle(c.at(m).f[h.pair+1]))
		c.at(it).f = slices.Delete(c.at(it).f, h.key, h.key+1)
	case m.kind == kRef && c.at(m).flag:
		c.next(val{kind: kLost}, val{kind: kLost}, val{kind: kLost})
	default:
		c.next(boolean(false), val{}, val{})
	}
}

// dropMaps forgets what free maps hold: one of them is written.
func (c *cpu) dropMaps() { c.drop(func(t *term) bool { return t.kind != "load" && t.kind != "index" }) }
