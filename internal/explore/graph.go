package explore

import (
	"slices"
	"sync"
)

// An edge is a transition of the explored graph.
type edge struct {
	to    int32
	moved uint16 // goroutines of the source that made a step
	perm  uint64 // four bits each: index of the source → index of the target
	cost  cost
}

// Marks of states.
const (
	stExit      uint8 = 1 << iota // the process has ended, or the execution was dropped
	stUnknown                     // not followed: everybody may move
	stUnchecked                   // not expanded yet
)

// A graph is what has been explored: states in the order of discovery.
type graph struct {
	states [][]uint64 // the encodings, within blocks that never move
	blocks [][]uint64
	used   int      // so many blocks
	room   []uint64 // what is left of the last of them
	words  int      // in all states
	mark   []uint8
	first  []int32 // state → first edge; one more at the end
	edges  []edge
	hash   []uint64
	table  []int32 // hash table of states, +1
	cut    bool    // some state was not followed
}

// graphs keeps the storage of graphs that are done with: a package has hundreds
// of them.
var graphs = sync.Pool{New: func() any { return &graph{table: make([]int32, leastTable)} }}

// leastTable is the size of the hash table of an empty graph.
const leastTable = 1 << 9

// newGraph returns a graph with room for some states.
func newGraph() *graph { return graphs.Get().(*graph) }

// release gives the storage of a graph back, states and edges included.
func (gr *graph) release() {
	table := gr.table[:leastTable]
	clear(table)
	graphs.Put(&graph{blocks: gr.blocks, table: table, states: gr.states[:0], mark: gr.mark[:0],
		first: gr.first[:0], edges: gr.edges[:0], hash: gr.hash[:0]})
}

// size returns the number of states.
func (gr *graph) size() int { return len(gr.states) }

// state returns the encoding of state i.
func (gr *graph) state(i int) []uint64 { return gr.states[i] }

// gors returns the number of goroutines of state i.
func (gr *graph) gors(i int) int {
	if gr.mark[i]&stExit != 0 {
		return 0
	}
	return int(gr.states[i][0] & 0xff)
}

// add returns the number of a state, a new one if it is not known.
func (gr *graph) add(enc []uint64, mark uint8) int {
	if 2*gr.size() > len(gr.table) {
		gr.rehash()
	}
	mask := uint64(len(gr.table) - 1)
	h := hashWords(enc)
	at := h & mask
	for gr.table[at] != 0 {
		if i := int(gr.table[at]) - 1; gr.hash[i] == h && slices.Equal(gr.state(i), enc) {
			return i
		}
		at = (at + 1) & mask
	}
	gr.hash = append(gr.hash, h)
	gr.states = append(gr.states, gr.keep(enc))
	gr.mark = append(gr.mark, mark)
	gr.table[at] = int32(gr.size())
	return gr.size() - 1
}

// Blocks of states are as large as all before, within these bounds.
const (
	minBlock = 1 << 9
	maxBlock = 1 << 17
)

// keep returns a copy of an encoding.
func (gr *graph) keep(enc []uint64) []uint64 {
	n := len(enc)
	for len(gr.room) < n {
		if gr.used == len(gr.blocks) {
			gr.blocks = append(gr.blocks, make([]uint64, max(n, min(max(gr.words, minBlock), maxBlock))))
		}
		gr.room = gr.blocks[gr.used]
		gr.used++
	}
	out := gr.room[:n:n]
	gr.room = gr.room[n:]
	copy(out, enc)
	gr.words += n
	return out
}

// rehash doubles the table.
func (gr *graph) rehash() {
	n := 2 * len(gr.table)
	if cap(gr.table) < n {
		gr.table = make([]int32, n)
	}
	gr.table = gr.table[:n]
	clear(gr.table)
	mask := uint64(len(gr.table) - 1)
	for i := range gr.size() {
		at := gr.hash[i] & mask
		for gr.table[at] != 0 {
			at = (at + 1) & mask
		}
		gr.table[at] = int32(i + 1)
	}
}

// out returns the edges that leave state i.
func (gr *graph) out(i int) []edge { return gr.edges[gr.first[i]:gr.first[i+1]] }

// exitState and unknownState are the encodings of the states that stand for
// the end of the process and for what was not followed.
var (
	exitState    = []uint64{0}
	unknownState = []uint64{0, 1}
)

// wordsPerState is how large states may be on average: a budget in states alone
// would let a program that piles up memory take all there is.
const wordsPerState = 400

// explore fills the graph breadth first from an encoded state.
func (m *machine) explore(gr *graph, from []uint64, states int) {
	gr.add(exitState, stExit)
	gr.add(unknownState, stUnknown)
	gr.first = append(gr.first, 0, 0)
	gr.add(from, 0)
	for s := 2; s < gr.size(); s++ {
		gr.first = append(gr.first, int32(len(gr.edges)))
		if gr.size() >= states || gr.words > states*wordsPerState || *m.work <= 0 {
			gr.cut = true
			gr.mark[s] |= stUnknown
			continue
		}
		m.expand(gr.state(s), func(t transition) {
			m.addEdge(gr, s, t)
		})
	}
	gr.first = append(gr.first, int32(len(gr.edges)))
}

// A transition is one way on from a state. The machine holds the target.
type transition struct {
	out   outcome
	mover int // goroutine, or -1 for the environment
}

// addEdge records a transition.
func (m *machine) addEdge(gr *graph, s int, t transition) {
	e := edge{moved: m.moved, cost: m.cost}
	switch t.out {
	case oExit, oDiscard:
		e.to = 0
		e.perm = ^uint64(0)
	case oTrunc:
		e.to = 1
		gr.cut = true
		e.moved = ^uint16(0)
		e.perm = ^uint64(0)
	default:
		e.to = int32(gr.add(m.enc.out, 0))
		for i, p := range m.enc.perm {
			e.perm |= uint64(p) << (4 * i)
		}
	}
	if m.faults&faultPartner != 0 && t.mover >= 0 {
		e.moved &= 1 << t.mover
	}
	gr.edges = append(gr.edges, e)
}

// expand calls yield for every transition from an encoded state, in a fixed
// order. After it, m.enc holds the target.
func (m *machine) expand(enc []uint64, yield func(transition)) {
	m.st.decode(enc, m.c.nSyms)
	n := len(m.st.gs)
	m.enc.perm = resize(m.enc.perm, n)
	chooser := -1
	if !m.full {
		chooser = slices.IndexFunc(m.st.gs, func(g gor) bool { return g.flags&gChoice != 0 })
	}
	fresh := true // the working state is still enc
	if chooser >= 0 {
		goesOn := false
		fresh = !m.alternatives(enc, chooser, func(t transition) {
			goesOn = goesOn || t.out == oDone
			yield(t)
		})
		if goesOn { // and so do the others, after it
			return
		}
	}
	for i := range n {
		if i == chooser {
			continue
		}
		if !fresh {
			m.st.decode(enc, m.c.nSyms)
		}
		fresh = !m.alternatives(enc, i, yield)
	}
	for k := 0; m.c.hasEnv; k++ {
		m.st.decode(enc, m.c.nSyms)
		if m.envStep(k) != oDone {
			break
		}
		m.enc.encode(&m.st)
		yield(transition{oDone, -1})
	}
}

// alternatives yields the transitions of goroutine i, whose state is decoded,
// and reports whether there are any (else the state is unchanged).
func (m *machine) alternatives(enc []uint64, i int, yield func(transition)) bool {
	m.script = m.script[:0]
	for first := true; ; first = false {
		if !first {
			m.st.decode(enc, m.c.nSyms)
		}
		out := m.run(i)
		if out == oBlocked {
			return !first
		}
		if out == oDone {
			m.enc.encode(&m.st)
		}
		yield(transition{out, i})
		if !m.nextScript() {
			return true
		}
	}
}
