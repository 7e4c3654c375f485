package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A look is what looking ahead from a state gave: a function of that state
// alone, and many states of an exploration differ in nothing that the function
// looked at can get at.
type look struct {
	fn    int
	from  []uint64 // the canonical state: the call, and what it reaches
	wants []want   // objects by their canonical numbers
}

// wordsPerStep is how many words of a known look cost what an instruction does.
const wordsPerStep = 8

// lookFrom returns what the only goroutine of h, which is about to run fn, would
// do to the objects of its state, which are those of m: all to all that it can
// get at, if a bound was met. It looks only if it has not done so from the same
// state.
func (m *machine) lookFrom(h *machine, fn int) []want {
	from := h.enc.encode(&h.st)
	*m.work -= len(from) / wordsPerStep
	key := hashWords(from)
	for i := range m.looks[key] {
		if l := &m.looks[key][i]; l.fn == fn && slices.Equal(l.from, from) {
			return l.wantsOf(h.enc.queue)
		}
	}
	l := look{fn: fn, from: slices.Clone(from)}
	num, objs := slices.Clone(h.enc.num), slices.Clone(h.enc.queue)
	for _, w := range h.collect(len(num)) {
		if num[w.obj] >= 0 { // nobody gets at others
			l.wants = append(l.wants, want{int(num[w.obj]), w.op})
		}
	}
	if h.unseen {
		for i := range objs {
			l.wants = append(l.wants, want{i, prog.EnvAll})
		}
	}
	if m.looks == nil {
		m.looks = map[uint64][]look{}
	}
	m.looks[key] = append(m.looks[key], l)
	return l.wantsOf(objs)
}

// wantsOf returns the wants with the numbers that the objects have in a state,
// in the order of their canonical ones.
func (l *look) wantsOf(objs []int32) []want {
	wants := make([]want, len(l.wants))
	for i, w := range l.wants {
		wants[i] = want{int(objs[w.obj]), w.op}
	}
	return wants
}
