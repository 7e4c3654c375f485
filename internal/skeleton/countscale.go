package skeleton

import (
	"fmt"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// This file scales constants: ten goroutines that send a hundred times each, and
// a thousand receives, become two that send twice, and four. Constants that are
// products of others stay that, or the numbers would not match any more.

// maxRelation is the largest number that a constant is scaled to.
const maxRelation = 12

// note records a constant number.
func (ct *counts) note(v ssa.Value) {
	if n, ok := constInt(v); ok {
		ct.seen[n] = true
	}
}

// scaledNear returns the scaled constant that n is expressed by: itself, or one
// that differs by at most 2.
func (ct *counts) scaledNear(n int) (int, bool) {
	for _, d := range []int{0, -1, 1, -2, 2} {
		if _, ok := ct.consts[n+d]; ok {
			return n + d, true
		}
	}
	return 0, false
}

// relate finds the constants that are products of others in the root, has all
// of them scaled if one is, and returns what they become. Other scaled constants
// are some, two or three.
func (ct *counts) relate() map[int]int {
	fixed := map[int]int{}
	var ns []int
	for n := range ct.seen {
		if n > 1 {
			ns = append(ns, n)
		}
	}
	slices.Sort(ns)
	for _, ways := range []func(int, []int) [][]int{ct.products, ct.multiples} {
		for _, n := range slices.Backward(ns) {
			if _, ok := fixed[n]; ok || n <= exactLoop {
				continue
			}
			for _, factors := range ways(n, ns) {
				if ct.fix(fixed, n, factors) {
					break
				}
			}
		}
	}
	return fixed
}

// products returns the ways in which n is a product of constants of the root.
func (ct *counts) products(n int, ns []int) (ways [][]int) {
	for i, a := range ns {
		if a*a > n {
			break
		}
		for _, b := range ns[i:] {
			switch {
			case n%(a*b) != 0 || a*b > n:
			case a*b == n:
				ways = append(ways, []int{a, b})
			case n/(a*b) >= b && ct.seen[n/(a*b)]:
				ways = append(ways, []int{a, b, n / (a * b)})
			}
		}
	}
	return ways
}

// multiples returns the ways in which n is a small number of times a constant of
// the root.
func (ct *counts) multiples(n int, _ []int) (ways [][]int) {
	for k := 2; k <= exactLoop; k++ {
		if a := n / k; n%k == 0 && a > exactLoop && ct.seen[a] {
			ways = append(ways, []int{k, a})
		}
	}
	return ways
}

// fix scales n to the product of what its factors are scaled to, if one of them
// or n itself is scaled. It reports whether that is possible.
func (ct *counts) fix(fixed map[int]int, n int, factors []int) bool {
	scaled, product := false, 1
	for _, a := range append([]int{n}, factors...) {
		as, ok := ct.scaledNear(a)
		if ok && as != a {
			return false // it is expressed by another one
		}
		scaled = scaled || ok
	}
	for _, a := range factors {
		product *= scaledTo(fixed, a)
	}
	if !scaled || product > maxRelation {
		return false
	}
	for _, a := range factors {
		if a > exactLoop {
			ct.scaleConst(a)
			fixed[a] = scaledTo(fixed, a)
		}
	}
	ct.scaleConst(n)
	fixed[n] = product
	return true
}

// scaledTo returns what a factor becomes.
func scaledTo(fixed map[int]int, a int) int {
	if v, ok := fixed[a]; ok {
		return v
	}
	if a <= exactLoop {
		return a
	}
	return 2
}

// makeConsts makes the symbols of the scaled constants.
func (ct *counts) makeConsts(fixed map[int]int) {
	for _, n := range slices.Sorted(maps.Keys(ct.consts)) {
		d := prog.SymDef{Name: fmt.Sprintf("N%d", n), Min: 2, Max: 3, Const: true}
		if v, ok := fixed[n]; ok {
			d.Min, d.Max = v, v
		}
		ct.consts[n] = ct.c.b.Sym(d)
		ct.c.unit.Symbols = append(ct.c.unit.Symbols, fmt.Sprint(n))
	}
}
