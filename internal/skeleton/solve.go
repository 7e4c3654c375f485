package skeleton

// This file propagates allocation events through the copies of a package:
// Tarjan's algorithm without recursion, and one union for each component, in
// topological order.

// solve computes the sets of all nodes.
func (o *origins) solve() {
	comp, count := o.components()
	pred := make([][]int32, count) // component → components before it
	own := make([][]int, count)
	for n, to := range o.succ {
		own[comp[n]] = append(own[comp[n]], o.base[int32(n)]...)
		for _, t := range to {
			if comp[t] != comp[n] {
				pred[comp[t]] = append(pred[comp[t]], comp[n])
			}
		}
	}
	o.comp, o.sets = comp, make([]bits, count)
	for c := count - 1; c >= 0; c-- { // sources are found last
		o.sets[c] = o.union(own[c], pred[c], o.sets)
	}
}

// union returns the set of a component: what is made there, and what comes from
// the components before it. A set that only one of them has is shared.
func (o *origins) union(own []int, pred []int32, sets []bits) bits {
	var set bits
	shared := true
	for _, p := range pred {
		switch {
		case sets[p] == nil || len(set) > 0 && &set[0] == &sets[p][0]:
		case set == nil:
			set = sets[p]
		default:
			if shared {
				set, shared = append(bits(nil), set...), false
			}
			for i, w := range sets[p] {
				set[i] |= w
			}
		}
	}
	if len(own) == 0 {
		return set
	}
	if set == nil {
		set = make(bits, (len(o.sites)+63)/64)
	} else if shared {
		set = append(bits(nil), set...)
	}
	for _, i := range own {
		set.add(i)
	}
	return set
}

// components numbers the strongly connected components, each after those that
// it leads to.
func (o *origins) components() (comp []int32, count int) {
	n := len(o.succ)
	comp = make([]int32, n)
	low, index, next := make([]int32, n), make([]int32, n), make([]int32, n)
	var stack, path []int32
	found := int32(0)
	enter := func(v int32) {
		found++
		index[v], low[v] = found, found
		stack, path = append(stack, v), append(path, v)
	}
	for v := range int32(n) {
		if index[v] != 0 {
			continue
		}
		for enter(v); len(path) > 0; {
			u := path[len(path)-1]
			if int(next[u]) < len(o.succ[u]) {
				w := o.succ[u][next[u]]
				next[u]++
				if index[w] == 0 {
					enter(w)
				} else if index[w] > 0 {
					low[u] = min(low[u], index[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				p := path[len(path)-1]
				low[p] = min(low[p], low[u])
			}
			if low[u] != index[u] {
				continue
			}
			for {
				w := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				comp[w], index[w] = int32(count), -1
				if w == u {
					break
				}
			}
			count++
		}
	}
	return comp, count
}
