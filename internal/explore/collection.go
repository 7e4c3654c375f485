package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// collectionSteps are the operations on slices, arrays and maps.
var collectionSteps = map[prog.Op]func(*machine, *gor, *instr) outcome{
	prog.OpMakeSlice: (*machine).stepMakeSlice, prog.OpElem: (*machine).stepElem,
	prog.OpIndex: (*machine).stepIndex, prog.OpAppend: (*machine).stepAppend,
	prog.OpAppendAll: (*machine).stepAppendAll, prog.OpReslice: (*machine).stepReslice,
	prog.OpCopySlice: (*machine).stepCopySlice, prog.OpLen: (*machine).stepLen, prog.OpCap: (*machine).stepCap,
	prog.OpMakeMap: (*machine).stepMakeMap, prog.OpMapGet: (*machine).stepMapGet,
	prog.OpMapSet: (*machine).stepMapSet, prog.OpMapDel: (*machine).stepMapDel,
	prog.OpMapRange: (*machine).stepMapRange, prog.OpMapNext: (*machine).stepMapNext,
}

// optional returns argument i, or nil.
func (m *machine) optional(g *gor, in *instr, i int) value {
	if i < len(in.args) {
		return m.get(g, in.args[i])
	}
	return valNil
}

// stepMakeSlice makes a slice; beyond maxElems its tail is lost.
func (m *machine) stepMakeSlice(g *gor, in *instr) outcome {
	n, ok := m.size(m.get(g, in.args[0]), in)
	if !ok {
		return oPark
	}
	zero := m.optional(g, in, 1)
	switch {
	case n.kind() == vFree:
		return m.done(g, in, m.st.newFree(frNonNil))
	case n.kind() == vLost:
		return m.done(g, in, m.newSlice(nil, zero, maxElems, 0, true, in))
	case n.kind() != vInt:
		m.bug(in, n)
	case n.int() < 0:
		return m.startPanic(g, valLost)
	}
	size := min(n.int(), maxElems)
	return m.done(g, in, m.newSlice(nil, zero, size, n.intTag(), n.int() > maxElems, in))
}

// newSlice makes a slice of n elements: those given, then zero.
func (m *machine) newSlice(elems []value, zero value, n, tag int, over bool, in *instr) value {
	o := m.st.newObj(uint8(Memory), in.site, n)
	f := m.st.objs[o].f
	for i := copy(f, elems); i < n; i++ {
		f[i] = zero
	}
	if tag > tagMixed {
		tag = tagMixed
	}
	return mkSlice(o, 0, n, tag, over)
}

// index resolves an index into n elements. Not ok means that it is unknown.
func (m *machine) index(g *gor, in *instr, v value) (i int, ok bool, out outcome) {
	v, picked := m.size(v, in)
	switch {
	case !picked:
		return 0, false, oPark
	case v.kind() == vInt:
		return v.int(), true, oDone
	case v.kind() == vFree || v.kind() == vLost:
		return 0, false, oDone
	}
	m.bug(in, v)
	return 0, false, oDone
}

// stepElem takes the address of an element.
func (m *machine) stepElem(g *gor, in *instr) outcome {
	s := m.get(g, in.args[0])
	i, known, out := m.index(g, in, m.get(g, in.args[1]))
	if out != oDone {
		return out
	}
	if s.kind() == vFree {
		return m.done(g, in, m.elemOfFree(g, in, s, tkElem, clFixed, frNonNil))
	}
	at, out := m.elem(g, in, s, i, known)
	if at == valNil {
		return out
	}
	return m.done(g, in, at)
}

// elemOfFree returns an element of a free slice, or its address.
func (m *machine) elemOfFree(g *gor, in *instr, s value, key uint32, class uint8, flags int) value {
	i := m.get(g, in.args[1])
	if i.kind() == vLost {
		return m.st.newFree(flags)
	}
	v, _ := m.st.ask(key, class, flags, s, i)
	return v
}

// elem returns the address of element i of s, or nil after a panic.
func (m *machine) elem(g *gor, in *instr, s value, i int, known bool) (value, outcome) {
	switch s.kind() {
	case vNil:
		return valNil, m.startPanic(g, valLost)
	case vFree, vLost:
		return s, oDone
	case vSlice:
		switch {
		case !known:
			return m.anyElem(s, s.sliceOff(), s.sliceLen())
		case i >= 0 && i < s.sliceLen():
			return mkRef(s.obj(), s.sliceOff()+i), oDone
		case i >= 0 && s.over():
			return valLost, oDone
		}
		return valNil, m.startPanic(g, valLost)
	case vRef:
		n := len(m.st.objs[s.obj()].f) - s.off()
		switch {
		case !known:
			return m.anyElem(s, s.off(), n)
		case i >= 0 && i < n:
			return mkRef(s.obj(), s.off()+i), oDone
		case i >= 0:
			return valLost, oDone // an array too long to be kept
		}
		return valNil, m.startPanic(g, valLost)
	}
	m.bug(in, s)
	return valNil, oDone
}

// anyElem is the address of an element nobody knows: a single element is that,
// otherwise the machine loses track of all of them.
func (m *machine) anyElem(s value, off, n int) (value, outcome) {
	if n == 1 {
		return mkRef(s.obj(), off), oDone
	}
	for i := range n {
		m.ignore(m.st.objs[s.obj()].f[off+i])
	}
	return valLost, oDone
}

// stepIndex reads an element.
func (m *machine) stepIndex(g *gor, in *instr) outcome {
	s := m.get(g, in.args[0])
	i, known, out := m.index(g, in, m.get(g, in.args[1]))
	if out != oDone {
		return out
	}
	if s.kind() == vFree {
		return m.done(g, in, m.elemOfFree(g, in, s, tkIndex, classOf(in), 0))
	}
	at, out := m.elem(g, in, s, i, known)
	if at.kind() == vNil {
		return out
	}
	return m.done(g, in, m.readAt(at, classOf(in)))
}

// elems returns the elements of a slice.
func (st *state) elems(s value) []value {
	if s.kind() != vSlice {
		return nil
	}
	return st.objs[s.obj()].f[s.sliceOff() : s.sliceOff()+s.sliceLen()]
}

// stepAppend appends values. The result never shares its elements with the
// old slice, which Go leaves open.
func (m *machine) stepAppend(g *gor, in *instr) outcome {
	s := m.get(g, in.args[0])
	var add []value
	for _, a := range in.args[1:] {
		add = append(add, m.get(g, a))
	}
	return m.done(g, in, m.grow(in, s, add, false))
}

// stepAppendAll appends the elements of another slice.
func (m *machine) stepAppendAll(g *gor, in *instr) outcome {
	s, t := m.get(g, in.args[0]), m.get(g, in.args[1])
	unknown := t.kind() == vFree || t.kind() == vLost
	return m.done(g, in, m.grow(in, s, m.st.elems(t), unknown || t.kind() == vSlice && t.over()))
}

// grow returns s with the values added, and an unknown number more if over.
func (m *machine) grow(in *instr, s value, add []value, over bool) value {
	switch {
	case s.kind() == vFree || s.kind() == vLost:
		for _, v := range add {
			m.ignore(v)
		}
		if s.kind() == vFree {
			return m.st.newFree(frNonNil)
		}
		return s
	case s.kind() != vNil && s.kind() != vSlice && s.kind() != vRef && s.kind() != vStr:
		m.bug(in, s)
	case len(add) == 0 && !over:
		return s
	}
	all := append(append([]value(nil), m.st.elems(s)...), add...)
	tag := 0
	if s.kind() == vSlice {
		over = over || s.over()
		tag = s.sliceTag()
	}
	if len(all) > maxElems {
		for _, v := range all[maxElems:] {
			m.ignore(v)
		}
		all, over = all[:maxElems], true
	}
	return m.newSlice(all, valNil, len(all), tag, over, in)
}

// stepReslice takes a part of a slice.
func (m *machine) stepReslice(g *gor, in *instr) outcome {
	s := m.get(g, in.args[0])
	switch {
	case s.kind() == vLost:
		return m.done(g, in, s)
	case s.kind() == vFree:
		if lo, hi := m.get(g, in.args[1]), m.get(g, in.args[2]); lo.kind() == vLost || hi.kind() == vLost {
			s = m.st.newFree(0)
		} else if lo != valNil || hi != valNil { // it need not be as long
			s, _ = m.st.ask(tkSlice, clFixed, 0, s, lo, hi)
		}
		return m.done(g, in, s)
	}
	lo, hi := 0, 0
	if s.kind() == vSlice {
		hi = s.sliceLen()
	}
	over := s.kind() == vSlice && s.over()
	for k, bound := range []*int{&lo, &hi} {
		v := m.get(g, in.args[1+k])
		if v == valNil {
			continue
		}
		i, known, out := m.index(g, in, v)
		if out != oDone {
			return out
		}
		if !known {
			for _, e := range m.st.elems(s) {
				m.ignore(e)
			}
			return m.done(g, in, valLost)
		}
		*bound = i
		over = over && k == 0
	}
	if s.kind() == vNil && lo == 0 && hi == 0 {
		return m.done(g, in, s)
	}
	if s.kind() != vSlice && s.kind() != vNil {
		m.bug(in, s)
	}
	if s.kind() == vSlice && s.over() && lo <= hi && hi > s.sliceLen() {
		return m.done(g, in, valLost)
	}
	if s.kind() == vNil || lo < 0 || hi < lo || hi > len(m.st.objs[s.obj()].f)-s.sliceOff() {
		return m.startPanic(g, valLost)
	}
	return m.done(g, in, mkSlice(s.obj(), s.sliceOff()+lo, hi-lo, s.sliceTag(), over))
}

// stepCopySlice copies elements.
func (m *machine) stepCopySlice(g *gor, in *instr) outcome {
	to, from := m.get(g, in.args[0]), m.get(g, in.args[1])
	src := append([]value(nil), m.st.elems(from)...)
	dst := m.st.elems(to)
	switch {
	case from.kind() == vNil || to.kind() == vNil:
		return m.done(g, in, mkInt(0, 0))
	case from.kind() == vSlice && to.kind() == vSlice:
		return m.done(g, in, mkInt(copy(dst, src), 0))
	case to.kind() == vSlice:
		for i := range dst {
			m.ignore(dst[i])
			dst[i] = valLost
		}
	}
	for _, v := range src {
		m.ignore(v)
	}
	return m.done(g, in, m.st.newFree(frNonNeg))
}

// stepLen returns a length.
func (m *machine) stepLen(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	switch v.kind() {
	case vNil:
		return m.done(g, in, mkInt(0, 0))
	case vLost:
		return m.done(g, in, valLost)
	case vStr:
		n, _ := m.st.length(v)
		return m.done(g, in, n)
	case vFree:
		return m.done(g, in, m.st.derive(mkFree(v.obj(), 0), frLen, valNil, frNonNeg))
	case vSlice:
		if v.over() {
			return m.done(g, in, valLost)
		}
		return m.done(g, in, mkInt(v.sliceLen(), v.sliceTag()))
	case vRef:
		switch ob := &m.st.objs[v.obj()]; ob.kind {
		case uint8(Chan):
			return m.done(g, in, mkInt(len(ob.f)-chBuf, 0))
		case kMap:
			if ob.f[mapFlags].word() != 0 {
				return m.done(g, in, valLost)
			}
			return m.done(g, in, mkInt((len(ob.f)-mapPairs)/2, 0))
		case uint8(Timer), uint8(Context):
			return m.done(g, in, m.st.newFree(frNonNeg))
		}
	}
	m.bug(in, v)
	return oDone
}

// stepCap returns a capacity.
func (m *machine) stepCap(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if v.kind() == vRef && m.st.objs[v.obj()].kind == uint8(Chan) {
		info := m.st.objs[v.obj()].f[chInfo].word()
		if n := info & chCapMask; n != chNever {
			return m.done(g, in, mkInt(n, info>>chTagShift))
		}
		return m.done(g, in, valLost)
	}
	switch v.kind() {
	case vNil:
		return m.done(g, in, mkInt(0, 0))
	case vBool, vInt, vFunc:
		m.bug(in, v)
	case vFree:
		n, _ := m.st.ask(tkCap, clFixed, frNonNeg, v)
		return m.done(g, in, n)
	}
	return m.done(g, in, m.st.newFree(frNonNeg)) // the growth of slices is not known
}

// A map object: the zero element, flags, then keys and elements.
const (
	mapZero = iota
	mapFlags
	mapPairs
	mapLost = 1 // an element was stored under a key nobody knows
)

// stepMakeMap makes a map.
func (m *machine) stepMakeMap(g *gor, in *instr) outcome {
	zero := m.optional(g, in, 0)
	o := m.st.newObj(kMap, in.site, mapPairs)
	f := m.st.objs[o].f
	f[mapZero], f[mapFlags] = zero, mkWord(0)
	return m.done(g, in, mkRef(o, 0))
}

// find looks key k up in map o. It returns the index of the pair or -1; known
// is false if a lost key may or may not be the same. A free key is compared
// with one pair after the other, each answer fixed.
func (m *machine) find(in *instr, o int, k value) (at int, known, ok bool) {
	known = m.st.objs[o].f[mapFlags].word()&mapLost == 0 && k.kind() != vLost
	for i := mapPairs; i < len(m.st.objs[o].f); i += 2 {
		same := m.st.compare(prog.OpEq, m.st.deref(m.st.objs[o].f[i]), k)
		if same.kind() == vLost {
			known = false
			continue
		}
		yes, ok := m.truth(same, in)
		if !ok {
			return 0, false, false
		}
		if yes {
			return i, true, true
		}
	}
	return -1, known, true
}

// mapArg resolves the map operand.
func (m *machine) mapArg(g *gor, in *instr) value {
	v := m.get(g, in.args[0])
	switch {
	case v.kind() == vNil || v.kind() == vFree || v.kind() == vLost:
	case v.kind() != vRef || m.st.objs[v.obj()].kind != kMap:
		m.bug(in, v)
	}
	return v
}

// stepMapGet looks an element up.
func (m *machine) stepMapGet(g *gor, in *instr) outcome {
	v := m.mapArg(g, in)
	switch v.kind() {
	case vNil:
		m.put(g, in, 1, valFalse)
		return m.done(g, in, valNil)
	case vFree:
		val, ok := m.lookFree(g, in, v)
		m.put(g, in, 1, ok)
		return m.done(g, in, val)
	case vLost:
		m.put(g, in, 1, valLost)
		return m.done(g, in, valLost)
	}
	at, known, ok := m.find(in, v.obj(), m.get(g, in.args[1]))
	f := m.st.objs[v.obj()].f
	switch {
	case !ok:
		return oPark
	case at >= 0:
		m.put(g, in, 1, valTrue)
		return m.done(g, in, m.st.deref(f[at+1]))
	case known || len(f) == mapPairs && f[mapFlags].word() == 0:
		m.put(g, in, 1, valFalse)
		return m.done(g, in, f[mapZero])
	}
	for i := mapPairs; i < len(f); i += 2 {
		m.ignore(f[i+1])
	}
	m.put(g, in, 1, valLost)
	return m.done(g, in, valLost)
}

// lookFree looks an element of a free map up: what is not there is zero.
func (m *machine) lookFree(g *gor, in *instr, v value) (val, ok value) {
	k := m.get(g, in.args[1])
	if k.kind() == vLost {
		return m.st.newFree(0), m.st.newFree(0)
	}
	class := classOf(in)
	ok, _ = m.st.ask(tkMapOk, class, 0, v, k)
	val, asked := m.st.ask(tkMapVal, class, 0, v, k)
	if len(in.args) > 2 && !asked {
		m.st.imply(m.st.not(ok), m.st.compare(prog.OpEq, val, m.get(g, in.args[2])))
	}
	return m.st.deref(val), m.st.deref(ok)
}

// stepMapSet stores an element. A key nobody knows adds an element, and so
// may hide any other.
func (m *machine) stepMapSet(g *gor, in *instr) outcome {
	v, val := m.mapArg(g, in), m.get(g, in.args[2])
	switch v.kind() {
	case vNil:
		return m.startPanic(g, valLost)
	case vFree:
		m.open(val, prog.EnvAll)
		m.st.dropMaps()
		return m.next(g)
	case vLost:
		m.ignore(val)
		return m.next(g)
	}
	k := m.get(g, in.args[1])
	at, known, ok := m.find(in, v.obj(), k)
	ob := &m.st.objs[v.obj()]
	switch {
	case !ok:
		return oPark
	case at >= 0:
		ob.f[at+1] = val
	case len(ob.f) < mapPairs+2*maxElems:
		m.st.push(v.obj(), k)
		m.st.push(v.obj(), val)
	default:
		m.ignore(val)
		known = false
	}
	if ob = &m.st.objs[v.obj()]; !known {
		ob.f[mapFlags] = mkWord(mapLost)
	}
	if ob.env != 0 {
		m.open(val, prog.EnvAll)
	}
	return m.next(g)
}

// stepMapDel deletes an element.
func (m *machine) stepMapDel(g *gor, in *instr) outcome {
	v := m.mapArg(g, in)
	if v.kind() == vFree {
		m.st.dropMaps()
	}
	if v.kind() != vRef {
		return m.next(g)
	}
	at, known, ok := m.find(in, v.obj(), m.get(g, in.args[1]))
	switch {
	case !ok:
		return oPark
	case at >= 0:
		m.st.remove(v.obj(), at)
		m.st.remove(v.obj(), at)
	case !known:
		m.st.objs[v.obj()].f[mapFlags] = mkWord(mapLost)
	}
	return m.next(g)
}

// stepMapRange starts to range over a map.
func (m *machine) stepMapRange(g *gor, in *instr) outcome {
	v := m.mapArg(g, in)
	if v.kind() == vFree || v.kind() == vLost {
		return m.done(g, in, v)
	}
	o := m.st.newObj(kIter, in.site, 1)
	m.st.objs[o].f[0] = v
	if v.kind() == vRef {
		for i := mapPairs; i < len(m.st.objs[v.obj()].f); i += 2 {
			m.st.push(o, m.st.objs[v.obj()].f[i])
		}
	}
	return m.done(g, in, mkRef(o, 0))
}

// stepMapNext goes on to any of the keys that were there at the start and
// still are.
func (m *machine) stepMapNext(g *gor, in *instr) outcome {
	it := m.get(g, in.args[0])
	switch {
	case it.kind() == vFree:
		m.put(g, in, 1, m.st.newFree(0))
		m.put(g, in, 2, m.st.newFree(0))
		return m.done(g, in, m.st.newFree(0))
	case it.kind() == vLost:
		m.put(g, in, 1, valLost)
		m.put(g, in, 2, valLost)
		return m.done(g, in, valLost)
	case it.kind() != vRef || m.st.objs[it.obj()].kind != kIter:
		m.bug(in, it)
	}
	mv := m.st.objs[it.obj()].f[0]
	live, at := m.pending(it.obj(), mv)
	if len(live) == 0 {
		return m.mapEnd(g, in, mv)
	}
	c, ok := m.pick(len(live))
	if !ok {
		return oPark
	}
	f := m.st.objs[mv.obj()].f
	m.put(g, in, 1, m.st.deref(f[at[c]]))
	m.put(g, in, 2, m.st.deref(f[at[c]+1]))
	m.st.remove(it.obj(), live[c])
	return m.done(g, in, valTrue)
}

// mapEnd ends a range, unless elements are there that the machine lost.
func (m *machine) mapEnd(g *gor, in *instr, mv value) outcome {
	if mv.kind() == vRef && m.st.objs[mv.obj()].f[mapFlags].word() != 0 {
		m.put(g, in, 1, valLost)
		m.put(g, in, 2, valLost)
		return m.done(g, in, valLost)
	}
	m.put(g, in, 1, valNil)
	m.put(g, in, 2, valNil)
	return m.done(g, in, valFalse)
}

// pending returns the positions in the iterator and in the map of the keys
// still to come.
func (m *machine) pending(it int, mv value) (live, at []int) {
	if mv.kind() != vRef {
		return nil, nil
	}
	keys, pairs := m.st.objs[it].f, m.st.objs[mv.obj()].f
	for i := 1; i < len(keys); i++ {
		for k := mapPairs; k < len(pairs); k += 2 {
			if m.st.deref(keys[i]) == m.st.deref(pairs[k]) {
				live, at = append(live, i), append(at, k)
				break
			}
		}
	}
	return live, at
}
