package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// memorySteps are the operations on single locations.
var memorySteps = map[prog.Op]func(*machine, *gor, *instr) outcome{
	prog.OpNew: func(m *machine, g *gor, in *instr) outcome {
		return m.done(g, in, mkRef(m.st.newLayout(m.c, int(in.n), in.site), 0))
	},
	prog.OpField: (*machine).stepField, prog.OpClone: (*machine).stepClone,
	prog.OpCopyTo: (*machine).stepCopyTo, prog.OpClosure: (*machine).stepClosure,
	prog.OpLoad: (*machine).stepLoad, prog.OpALoad: (*machine).stepLoad,
	prog.OpStore: (*machine).stepStore, prog.OpAStore: (*machine).stepStore,
	prog.OpMerge: (*machine).stepMerge, prog.OpASwap: (*machine).stepSwap,
	prog.OpACas: (*machine).stepCas, prog.OpAAdd: (*machine).stepAtomicAdd,
}

// place resolves a pointer to a location of ordinary memory. Unknown pointers
// give no object; nil panics.
func (m *machine) place(g *gor, in *instr, p value, words int) (ob *object, off int, out outcome) {
	switch p.kind() {
	case vNil:
		return nil, 0, m.startPanic(g, valLost)
	case vFree, vLost:
		return nil, 0, oDone
	case vRef:
		ob, off = &m.st.objs[p.obj()], p.off()
		if ob.kind == uint8(Memory) && off+words <= len(ob.f) {
			return ob, off, oDone
		}
	}
	m.bug(in, p)
	return nil, 0, oDone
}

// stepField adds to an address.
func (m *machine) stepField(g *gor, in *instr) outcome {
	p := m.get(g, in.args[0])
	switch p.kind() {
	case vNil:
		return m.startPanic(g, valLost)
	case vLost:
		return m.done(g, in, p)
	case vFree:
		return m.done(g, in, m.moveFree(p, int(in.n)))
	case vRef:
		return m.done(g, in, mkRef(p.obj(), p.off()+int(in.n)))
	}
	m.bug(in, p)
	return oDone
}

// moveFree returns the address n words behind a free one.
func (m *machine) moveFree(p value, n int) value {
	if off := p.freeOff() + n; off < freeBias {
		return mkFree(p.obj(), off)
	}
	return m.st.newFree(frNonNil) // too far away to be told apart
}

// readAt returns what is at an address that is not nil: what the environment
// may write is free, and the same until that may have happened.
func (m *machine) readAt(p value, class uint8) value {
	switch p.kind() {
	case vLost:
		return p
	case vRef:
		ob := &m.st.objs[p.obj()]
		if ob.env>>envOpenShift&envOpsMask == 0 || !m.exported(ob, p.off()) {
			return m.read(ob, p.off())
		}
	}
	v, _ := m.st.ask(tkLoad, class, 0, p)
	return v
}

// read returns what is at a location; what the environment may write is free.
func (m *machine) read(ob *object, off int) value {
	switch {
	case ob.env == 0:
	case ob.env>>envOpenShift&envOpsMask != 0 && m.exported(ob, off):
		return m.st.newFree(0)
	case ob.env>>envIgnShift&envOpsMask != 0:
		return valLost
	}
	v := ob.f[off]
	if v.kind() == vEmb {
		return valLost // a primitive by value: copies of it are not kept
	}
	return m.st.deref(v)
}

// exported reports whether code outside the package can reach field off.
func (m *machine) exported(ob *object, off int) bool {
	if l := m.layoutOf(ob); l != nil {
		return l.Fields[off].Exported
	}
	return true
}

// layoutOf returns the layout of an object made by new or clone, or nil.
func (m *machine) layoutOf(ob *object) *prog.Layout {
	if ob.site <= 0 {
		return nil
	}
	if in := m.c.at(ob.site); in.Op == prog.OpNew || in.Op == prog.OpClone {
		return &m.c.p.Layouts[in.N]
	}
	return nil
}

// stepLoad reads a location.
func (m *machine) stepLoad(g *gor, in *instr) outcome {
	p := m.get(g, in.args[0])
	ob, off, out := m.place(g, in, p, 1)
	switch {
	case p.kind() == vNil:
		return out
	case in.op == prog.OpALoad: // others change it at any time
		return m.done(g, in, m.readOr(p, ob, off))
	case ob == nil && p.kind() == vRef:
		return m.done(g, in, valLost)
	}
	return m.done(g, in, m.readAt(p, classOf(in)))
}

// write stores v, which becomes known to whoever knows the location.
func (m *machine) write(p value, ob *object, off int, v value) {
	switch {
	case ob == nil && p.kind() == vLost:
		m.ignore(v)
	case ob == nil:
		m.open(v, prog.EnvAll)
		if p.kind() == vFree {
			m.st.stored(p, v, clWatched)
		}
	default:
		if ob.f[off].kind() != vEmb {
			ob.f[off] = v
		}
		if ob.env != 0 && m.exported(ob, off) {
			m.open(v, prog.EnvAll)
			m.st.stored(mkRef(p.obj(), off), v, clWatched)
		} else {
			m.st.changed(p.obj())
		}
	}
}

// stepStore writes a location.
func (m *machine) stepStore(g *gor, in *instr) outcome {
	p := m.get(g, in.args[0])
	ob, off, out := m.place(g, in, p, 1)
	if p.kind() == vNil {
		return out
	}
	m.write(p, ob, off, m.get(g, in.args[1]))
	return m.next(g)
}

// stepMerge writes a location that keeps one value only: where two meet, both
// are lost, and the machine no longer knows who can reach them.
func (m *machine) stepMerge(g *gor, in *instr) outcome {
	p, v := m.get(g, in.args[0]), m.get(g, in.args[1])
	ob, off, out := m.place(g, in, p, 1)
	if p.kind() == vNil {
		return out
	}
	if ob != nil {
		if old := m.st.deref(ob.f[off]); old != valNil && old != v {
			m.ignore(old)
			m.ignore(v)
			v = valLost
		}
	}
	m.write(p, ob, off, v)
	return m.next(g)
}

// stepClone copies fields into an object of their own.
func (m *machine) stepClone(g *gor, in *instr) outcome {
	p := m.get(g, in.args[0])
	n := len(m.c.zeros[in.n])
	_, off, out := m.place(g, in, p, n)
	if p.kind() == vNil {
		return out
	}
	o := m.st.newLayout(m.c, int(in.n), in.site)
	for i := range n {
		m.copyWord(p, off+i, mkRef(o, 0), i, classOf(in))
	}
	return m.done(g, in, mkRef(o, 0))
}

// copyWord copies one field, of an unknown object as an unknown value.
func (m *machine) copyWord(from value, i int, to value, k int, class uint8) {
	v := valLost
	switch from.kind() {
	case vFree:
		v = m.readAt(m.moveFree(from, i), class)
	case vRef:
		if src := &m.st.objs[from.obj()]; src.f[i].kind() == vEmb {
			m.copyPrim(src.f[i], to, k)
			return
		}
		v = m.readAt(mkRef(from.obj(), i), class)
	}
	if to.kind() != vRef {
		if to.kind() == vFree {
			to = m.moveFree(to, k)
		}
		m.write(to, nil, 0, v)
		return
	}
	m.write(to, &m.st.objs[to.obj()], k, v)
}

// copyPrim copies the state of an embedded primitive.
func (m *machine) copyPrim(src, to value, k int) {
	if to.kind() != vRef {
		return
	}
	if dst := m.st.objs[to.obj()].f[k]; dst.kind() == vEmb && dst != src {
		copy(m.st.objs[dst.obj()].f, m.st.objs[src.obj()].f)
	}
}

// stepCopyTo copies fields from one object over those of another.
func (m *machine) stepCopyTo(g *gor, in *instr) outcome {
	to, from := m.get(g, in.args[0]), m.get(g, in.args[1])
	n := int(in.n)
	if to.kind() == vNil || from.kind() == vNil {
		return m.startPanic(g, valLost)
	}
	_, k, _ := m.place(g, in, to, n)
	_, i, _ := m.place(g, in, from, n)
	if to == from {
		return m.next(g)
	}
	for d := range n {
		m.copyWord(from, i+d, to, k+d, classOf(in))
	}
	return m.next(g)
}

// stepClosure makes a function value.
func (m *machine) stepClosure(g *gor, in *instr) outcome {
	if len(in.args) == 0 {
		return m.done(g, in, mk(vFunc, value(in.n)))
	}
	o := m.st.newObj(kClosure, in.site, 1+len(in.args))
	f := m.st.objs[o].f
	f[0] = mk(vFunc, value(in.n))
	for i, a := range in.args {
		f[1+i] = m.get(g, a)
	}
	return m.done(g, in, mkRef(o, 0))
}

// stepSwap exchanges atomically.
func (m *machine) stepSwap(g *gor, in *instr) outcome {
	p := m.get(g, in.args[0])
	ob, off, out := m.place(g, in, p, 1)
	if p.kind() == vNil {
		return out
	}
	m.put(g, in, 0, m.readOr(p, ob, off))
	m.write(p, ob, off, m.get(g, in.args[1]))
	return m.next(g)
}

// readOr reads a location that may be unknown.
func (m *machine) readOr(p value, ob *object, off int) value {
	switch {
	case ob != nil:
		return m.read(ob, off)
	case p.kind() == vFree:
		return m.st.newFree(0)
	}
	return valLost
}

// stepCas compares and swaps atomically.
func (m *machine) stepCas(g *gor, in *instr) outcome {
	p := m.get(g, in.args[0])
	ob, off, out := m.place(g, in, p, 1)
	if p.kind() == vNil {
		return out
	}
	same := m.st.compare(prog.OpEq, m.readOr(p, ob, off), m.get(g, in.args[1]))
	yes, ok := m.truth(same, in)
	if !ok {
		return oPark
	}
	if yes {
		m.write(p, ob, off, m.get(g, in.args[2]))
	}
	return m.done(g, in, mkBool(yes))
}

// stepAtomicAdd adds atomically and returns the new value.
func (m *machine) stepAtomicAdd(g *gor, in *instr) outcome {
	p := m.get(g, in.args[0])
	ob, off, out := m.place(g, in, p, 1)
	if p.kind() == vNil {
		return out
	}
	a, ok := m.number(m.readOr(p, ob, off), in)
	if !ok {
		return oPark
	}
	b, ok := m.number(m.get(g, in.args[1]), in)
	if !ok {
		return oPark
	}
	sum := m.st.add(a, b, 1)
	m.write(p, ob, off, sum)
	return m.done(g, in, sum)
}
