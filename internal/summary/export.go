package summary

import (
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// export returns those effects of the family's declared function that its
// callers can see: on its parameters, and on what it returns.
func (f *family) export(effects []effect) []fact.Effect {
	homes := f.homes(effects)
	escaped := make(map[any]bool)
	for _, e := range effects {
		if e.op == fact.Store || e.op == fact.Return || e.op == fact.Keep {
			escaped[e.on.root] = true
		}
	}
	var out []fact.Effect
	index := make(map[fact.Effect]int) // effect without bounds → position in out
	for _, e := range effects {
		on := f.place(e.on, homes)
		if on.IsZero() || on.Root == fact.ResultRoot && e.op == fact.Return {
			continue // not visible, or how it came to be visible
		}
		x := fact.Effect{Op: e.op, On: on, Where: e.where, To: f.place(e.to, homes), By: f.place(e.by, homes)}
		if e.op == fact.Store && (x.To == on || !escaped[e.to.root] && isLocal(e.to.root)) {
			continue // where it is already, or in an object that nobody else has
		}
		if i, ok := index[x]; ok {
			out[i].Lo = max(out[i].Lo, e.lo)
			out[i].Hi = saturate(int(out[i].Hi) + int(e.hi))
			continue
		}
		index[x] = len(out)
		x.Lo, x.Hi = e.lo, e.hi
		out = append(out, x)
	}
	return out
}

// isLocal reports whether the root is an object made in the family.
func isLocal(root any) bool {
	_, ok := root.(*ssa.Alloc)
	return ok
}

// homes says where local objects and function values go that leave the
// function: to a result, or to a place reached from a parameter.
func (f *family) homes(effects []effect) map[any]ref {
	homes := make(map[any]ref)
	for _, e := range effects {
		if e.on.path != "" || e.where != fact.Here || e.op != fact.Return && e.op != fact.Store || e.to == (ref{}) {
			continue
		}
		if _, param := e.on.root.(*ssa.Parameter); param || e.on.root == e.to.root {
			continue
		}
		if _, ok := homes[e.on.root]; !ok || e.op == fact.Return {
			homes[e.on.root] = e.to
		}
	}
	return homes
}

// place returns a ref as a place at the boundary of the declared function; the
// zero place if it is none.
func (f *family) place(r ref, homes map[any]ref) fact.Place {
	path := r.path
	for range 4 { // an object in an object in a result
		switch root := r.root.(type) {
		case resultIndex:
			return shorten(fact.Result(int(root), path))
		case *ssa.Parameter:
			if !f.s.reach.typ(root.Type()) && !lazyssa.IsContext(root.Type()) {
				return fact.Place{} // leads to nothing of interest
			}
			return shorten(f.param(root, path))
		}
		home, ok := homes[r.root]
		if !ok {
			return fact.Place{}
		}
		r, path = home, home.path+path
	}
	return fact.Place{}
}

// param returns the place of a parameter of the declared function.
func (f *family) param(p *ssa.Parameter, path string) fact.Place {
	if p.Parent() != f.top {
		return fact.Place{}
	}
	i := 0
	for i = range f.top.Params {
		if f.top.Params[i] == p {
			break
		}
	}
	if f.top.Signature.Recv() != nil {
		if i == 0 {
			return fact.Recv(path)
		}
		i--
	}
	return fact.Param(i, path)
}

// shorten returns the place, or none if its path became too long.
func shorten(p fact.Place) fact.Place {
	if steps(p.Path) > maxPath {
		return fact.Place{}
	}
	return p
}
