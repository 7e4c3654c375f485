package reference

import (
	"errors"
	"fmt"
	"sort"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// Limits of what is tried.
type Limits struct {
	States     int // give up beyond
	Goroutines int // in all
	Symbols    int // largest value of a symbol
	Frames     int
}

// ErrTooBig says that a program is beyond the limits.
var ErrTooBig = errors.New("too big")

// A site is an instruction.
type Site struct{ Func, Instr int }

// Leaks returns where goroutines of p can stay for ever.
func Leaks(p *prog.Program, l Limits) ([]Site, int, error) {
	r := &ref{p: p, lim: l, index: map[string]int{}}
	s := &state{heap: []*object{nil}, syms: make([]int, len(p.Syms))}
	r.s = s
	for _, g := range p.Globals {
		s.glob = append(s.glob, r.layout(int(g.Layout), -1))
	}
	s.gs = []*gor{{frames: []*frame{r.newFrame(int(p.Entry), nil, nil)}}}
	r.addState(s)
	for _, f := range p.Funcs {
		for _, in := range f.Code {
			r.env = r.env || in.Op == prog.OpWilling || in.Op == prog.OpMay || in.Op == prog.OpOpen
		}
	}
	for i := 0; i < len(r.states); i++ {
		if err := r.expand(i); err != nil {
			return nil, len(r.states), err
		}
		if len(r.states) > l.States {
			return nil, len(r.states), ErrTooBig
		}
	}
	return r.leaks(), len(r.states), nil
}

// A ref is one enumeration.
type ref struct {
	p      *prog.Program
	lim    Limits
	states []*state
	next   [][]trans
	index  map[string]int
	w      writer
	env    bool // the environment may do something

	// The step being tried.
	s      *state
	moved  uint64
	script []int
	sizes  []int
	pos    int
	ok     bool // the step could be done
}

// A trans is a transition.
type trans struct {
	to    int
	moved uint64 // goroutines that made a step
}

// add returns the number of a state.
func (r *ref) addState(s *state) int {
	k := s.key(&r.w)
	i, ok := r.index[string(k)]
	if !ok {
		i = len(r.states)
		r.index[string(k)] = i
		r.states = append(r.states, s)
		r.next = append(r.next, nil)
	}
	return i
}

// choose picks one of n alternatives; expand tries them all.
func (r *ref) choose(n int) int {
	if n == 0 {
		panic("nothing to choose from")
	}
	if r.pos == len(r.script) {
		r.script = append(r.script, 0)
		r.sizes = append(r.sizes, n)
	}
	r.sizes[r.pos] = n
	r.pos++
	return r.script[r.pos-1]
}

// expand tries every step of every goroutine, and of the environment.
func (r *ref) expand(i int) error {
	from := r.states[i]
	if from.exit || from.drop {
		return nil
	}
	r.ok = true
	first := 0
	if r.env {
		first = -1
	}
	for g := first; g < len(from.gs); g++ {
		r.script, r.sizes = r.script[:0], r.sizes[:0]
		for {
			if r.ok || len(r.script) > 0 { // else the last step changed nothing
				r.s = from.copy()
			}
			r.moved, r.pos, r.ok = 0, 0, true
			if g < 0 {
				r.environment()
			} else {
				r.goroutine(g)
			}
			if r.s.fatal != "" {
				return fmt.Errorf("%w: %s", ErrTooBig, r.s.fatal)
			}
			if r.ok {
				r.next[i] = append(r.next[i], trans{r.addState(r.s), r.moved})
			}
			if !r.another() {
				break
			}
		}
	}
	return nil
}

// another moves to the next alternative.
func (r *ref) another() bool {
	n := min(r.pos, len(r.script))
	r.script, r.sizes = r.script[:n], r.sizes[:n]
	for n > 0 {
		if r.script[n-1]+1 < r.sizes[n-1] {
			r.script[n-1]++
			r.script, r.sizes = r.script[:n], r.sizes[:n]
			return true
		}
		n--
	}
	return false
}

// leaks reads the leaks off: a goroutine that has not ended, that moves on no
// way on, in a state from which some way never ends the process.
func (r *ref) leaks() []Site {
	ends := r.backwards(func(i int) bool { return r.states[i].exit || r.states[i].drop })
	stays := r.backwards(func(i int) bool { return !ends[i] })
	found := map[Site]bool{}
	for g := range r.lim.Goroutines {
		moves := r.backwards(func(i int) bool {
			for _, t := range r.next[i] {
				if t.moved&(1<<g) != 0 {
					return true
				}
			}
			return false
		})
		for i, s := range r.states {
			if g < len(s.gs) && stays[i] && !moves[i] && !s.gs[g].ended && s.gs[g].armed == 0 {
				f := s.gs[g].frames[len(s.gs[g].frames)-1]
				found[Site{f.fn, f.pc}] = true
			}
		}
	}
	var out []Site
	for s := range found {
		out = append(out, s)
	}
	sort.Slice(out, func(a, b int) bool {
		return out[a].Func < out[b].Func || out[a].Func == out[b].Func && out[a].Instr < out[b].Instr
	})
	return out
}

// backwards returns the states that are, or can reach, one for which is holds.
func (r *ref) backwards(is func(int) bool) []bool {
	out := make([]bool, len(r.states))
	for i := range out {
		out[i] = is(i)
	}
	for again := true; again; {
		again = false
		for i := len(out) - 1; i >= 0; i-- {
			for _, t := range r.next[i] {
				if out[t.to] && !out[i] {
					out[i], again = true, true
				}
			}
		}
	}
	return out
}
