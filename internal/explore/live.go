package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A bitset is a set of slots.
type bitset []uint64

func (b bitset) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }
func (b bitset) set(i int)      { b[i>>6] |= 1 << (i & 63) }
func (b bitset) clear(i int)    { b[i>>6] &^= 1 << (i & 63) }

// or adds c to b and reports whether b grew.
func (b bitset) or(c bitset) bool {
	grew := false
	for i, w := range c {
		grew = grew || w&^b[i] != 0
		b[i] |= w
	}
	return grew
}

// liveness computes which slots may still be read from every instruction, so
// that states differ only in what can matter.
func liveness(f *function) {
	n := (f.slots + 63) / 64
	words := make(bitset, 2*n*len(f.code))
	for i := range f.code {
		f.code[i].live, words = words[:n:n], words[n:]
		f.code[i].after, words = words[:n:n], words[n:]
	}
	in := make(bitset, n)
	for changed := true; changed; {
		changed = false
		for k := len(f.code) - 1; k >= 0; k-- {
			ci := &f.code[k]
			liveAfter(f, k, ci.after)
			copy(in, ci.after)
			addUses(ci, in)
			changed = ci.live.or(in) || changed
		}
	}
}

// liveAfter adds to out what is read after instruction k, apart from its own
// results. A recovered panic can go on at Recover from anywhere.
func liveAfter(f *function, k int, out bitset) {
	in := &f.code[k]
	for i := range in.cases { // what a case receives is its own
		c := &in.cases[i]
		got := slices.Clone(f.code[c.target].live)
		for _, d := range []prog.Slot{c.dst, c.ok} {
			if !c.dflt && !c.send && d != prog.NoSlot {
				got.clear(int(d))
			}
		}
		out.or(got)
	}
	for _, t := range successors(f, k) {
		if in.op != prog.OpSelect {
			out.or(f.code[t].live)
		}
	}
	for _, d := range in.dst {
		if d != prog.NoSlot {
			out.clear(int(d))
		}
	}
	if f.recover >= 0 {
		out.or(f.code[f.recover].live)
	}
}

// addUses adds the slots that in reads.
func addUses(in *instr, out bitset) {
	use := func(a arg) {
		if a.slot >= 0 {
			out.set(int(a.slot))
		}
	}
	for _, a := range in.args {
		use(a)
	}
	for i := range in.cases {
		use(in.cases[i].ch)
		use(in.cases[i].val)
	}
}
