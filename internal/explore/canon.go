package explore

// An encoder writes states in canonical form: only what is reachable, objects
// numbered in the order of first mention, identical goroutines sorted.
type encoder struct {
	c     *code
	out   []uint64
	perm  []uint8 // index in the parent's state → index in this one, or noGor
	num   []int32 // object → number, or -1
	queue []int32
	order []int
	keys  []uint64
	live  []bool   // objects that are reachable otherwise than as the other side of an answered question
	fact  []value  // scratch
	list  []int32  // scratch
	shape []uint64 // object → hash without identities

	terms  []uint64 // the terms, written
	useful []bool   // term → it says something about a value that somebody has
	wanted []bool   // object → a question is about it
	next   []int    // scratch
}

const noGor = 15

// encode writes st. The result is valid until the next call.
func (e *encoder) encode(st *state) []uint64 {
	e.killDead(st)
	e.sortGors(st)
	prune := e.mark(st)
	e.out, e.queue = e.out[:0], e.queue[:0]
	e.num = resize(e.num, len(st.objs))
	for i := range e.num {
		e.num[i] = -1
	}
	e.out = append(e.out, 0)
	e.syms(st)
	e.words(st, st.glob)
	for i := range e.perm {
		e.perm[i] = noGor
	}
	for i, gi := range e.order {
		g := &st.gs[gi]
		if g.id >= 0 {
			e.perm[g.id] = uint8(i)
		}
		e.out = append(e.out, uint64(g.status)|uint64(g.phase)<<4|uint64(g.flags)<<8|
			uint64(len(g.stack))<<16|uint64(g.base)<<32, uint64(uint32(g.site)))
		e.word(st, g.timer)
		e.words(st, g.stack)
	}
	e.objects(st, prune)
	e.out[0] = uint64(len(e.order)) | uint64(len(e.queue))<<8 | uint64(len(st.glob))<<32
	return e.out
}

// objects writes the objects that have been mentioned, those that they mention,
// and the terms about them.
func (e *encoder) objects(st *state, prune bool) {
	terms := len(st.terms) > 0
	if terms {
		e.useTerms(st)
	}
	for k := 0; ; k++ {
		if k == len(e.queue) && (!terms || !e.moreTerms(st) || k == len(e.queue)) {
			break
		}
		o := &st.objs[e.queue[k]]
		f := o.f
		if prune && o.kind == kFree {
			f = e.facts(st, f)
		}
		e.out = append(e.out, uint64(o.kind)|uint64(len(f))<<8|uint64(uint32(o.site))<<24, o.env)
		e.words(st, f)
	}
	if terms {
		e.out = append(e.out, e.terms...)
	}
}

// mark finds the objects that somebody can still get at. What was asked about
// a free value keeps nothing alive: a question about an object that nobody has
// can't be asked again, and a loop would pile up such questions for ever. It
// reports whether there are questions about objects at all.
func (e *encoder) mark(st *state) bool {
	if !asksAboutObjects(st) {
		return false
	}
	e.live = resize(e.live, len(st.objs))
	for i := range e.live {
		e.live[i] = false
	}
	list := e.list[:0]
	visit := func(v value) {
		if v.kind() == vFree {
			v = st.deref(v)
		}
		if v.isRef() && !e.live[v.obj()] {
			e.live[v.obj()] = true
			list = append(list, int32(v.obj()))
		}
	}
	for _, v := range st.glob {
		visit(v)
	}
	for _, i := range e.order {
		visit(st.gs[i].timer)
		for _, v := range st.gs[i].stack {
			visit(v)
		}
	}
	for more := true; more; {
		for len(list) > 0 {
			o := &st.objs[list[len(list)-1]]
			list = list[:len(list)-1]
			f := o.f
			if o.kind == kFree {
				f = f[:frFacts]
			}
			for _, v := range f {
				visit(v)
			}
		}
		for i := range st.terms {
			if t := &st.terms[i]; e.termLives(st, t) {
				visit(t.res)
			}
		}
		more = len(list) > 0
	}
	e.list = list
	return true
}

// asksAboutObjects reports whether some free value was compared with something
// that has an identity.
func asksAboutObjects(st *state) bool {
	for i := range st.objs {
		o := &st.objs[i]
		if o.kind != kFree {
			continue
		}
		for k := frFacts; k < len(o.f); k += 3 {
			if st.deref(o.f[k+1]).isRef() {
				return true
			}
		}
	}
	return false
}

// facts returns the fields of a free value without the questions that nobody
// can ask again.
func (e *encoder) facts(st *state, f []value) []value {
	e.fact = append(e.fact[:0], f[:frFacts]...)
	for k := frFacts; k < len(f); k += 3 {
		if other := st.deref(f[k+1]); !other.isRef() || e.live[other.obj()] || f[k].word() >= frIfTrue {
			e.fact = append(e.fact, f[k:k+3]...)
		}
	}
	return e.fact
}

// resize returns s with length n, contents unspecified.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, 2*n)
	}
	return s[:n]
}

// syms writes the chosen symbols.
func (e *encoder) syms(st *state) {
	var w uint64
	for i, s := range st.syms {
		w |= uint64(s) << (symBits * (i % symsAWord))
		if i%symsAWord == symsAWord-1 || i == len(st.syms)-1 {
			e.out = append(e.out, w)
			w = 0
		}
	}
}

// words writes values, most of which refer to nothing.
func (e *encoder) words(st *state, vs []value) {
	for _, v := range vs {
		if v.isRef() {
			e.word(st, v)
		} else {
			e.out = append(e.out, uint64(v))
		}
	}
}

// word writes one value.
func (e *encoder) word(st *state, v value) {
	if v.isRef() {
		if v.kind() == vFree {
			v = st.deref(v)
		}
		if v.isRef() {
			o := v.obj()
			if e.num[o] < 0 {
				e.num[o] = int32(len(e.queue))
				e.queue = append(e.queue, int32(o))
			}
			v = v.rename(int(e.num[o]))
		}
	}
	e.out = append(e.out, uint64(v))
}

// killDead clears the slots that nobody will read.
func (e *encoder) killDead(st *state) {
	for i := range st.gs {
		g := &st.gs[i]
		if g.status == gEnded || len(g.stack) == 0 {
			continue
		}
		for b, top := g.base, true; ; top = false {
			f := g.frameAt(b)
			in := &e.c.funcs[f.fn].code[f.pc]
			live := in.live
			if !top && f.mode == modeNormal {
				live = in.after
			}
			slots := g.stack[b+fSlots : b+fSlots+e.c.funcs[f.fn].slots]
			for s := range slots {
				if !live.has(s) {
					slots[s] = valNil
				}
			}
			if b == 0 {
				break
			}
			b = f.prev
		}
	}
}

// sortGors orders the goroutines by launch site and content. Goroutines that
// only differ in the identity of what they hold may stay in either order.
func (e *encoder) sortGors(st *state) {
	e.order, e.keys = e.order[:0], resize(e.keys, len(st.gs))
	twins := false
	for i := range st.gs {
		if st.gs[i].status == gEnded {
			continue
		}
		for _, k := range e.order {
			twins = twins || st.gs[k].site == st.gs[i].site
		}
		e.order = append(e.order, i)
	}
	if len(e.order) < 2 {
		return
	}
	if twins {
		e.shapes(st)
	}
	for _, i := range e.order {
		e.keys[i] = 0
		if twins {
			e.keys[i] = e.gorKey(st, &st.gs[i])
		}
	}
	for i := 1; i < len(e.order); i++ { // a stable insertion sort; there are few
		for k := i; k > 0 && e.before(st, e.order[k], e.order[k-1]); k-- {
			e.order[k], e.order[k-1] = e.order[k-1], e.order[k]
		}
	}
}

// before reports whether goroutine x sorts strictly before y.
func (e *encoder) before(st *state, x, y int) bool {
	if st.gs[x].site != st.gs[y].site {
		return st.gs[x].site < st.gs[y].site
	}
	return e.keys[x] < e.keys[y]
}

// gorKey hashes what a goroutine is, without identities of objects.
func (e *encoder) gorKey(st *state, g *gor) uint64 {
	h := mix(uint64(g.status)|uint64(g.phase)<<8|uint64(g.flags)<<16, uint64(len(g.stack)))
	for _, v := range g.stack {
		h = mix(h, e.anon(st, v))
	}
	return h
}

// anon returns v with the identity of an object replaced by its shape.
func (e *encoder) anon(st *state, v value) uint64 {
	if !v.isRef() {
		return uint64(v)
	}
	if v.kind() == vFree {
		if v = st.deref(v); !v.isRef() {
			return uint64(v)
		}
	}
	return mix(uint64(v.rename(0)), e.shape[v.obj()])
}

// shapes hashes every object without identities.
func (e *encoder) shapes(st *state) {
	e.shape = resize(e.shape, len(st.objs))
	for i := range st.objs {
		o := &st.objs[i]
		h := mix(uint64(o.kind)|uint64(uint32(o.site))<<8, o.env)
		for _, v := range o.f {
			if v.isRef() {
				v = v.rename(0)
			}
			h = mix(h, uint64(v))
		}
		e.shape[i] = h
	}
}

// mix adds a word to a hash.
func mix(h, w uint64) uint64 {
	h = (h ^ w) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// hashWords hashes an encoded state.
func hashWords(ws []uint64) uint64 {
	h := uint64(len(ws))
	for _, w := range ws {
		h = mix(h, w)
	}
	return h
}
