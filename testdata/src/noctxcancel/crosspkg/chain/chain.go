// Package chain does not look as if it mattered: nobody summarises it. If
// somebody did, its recursive function would not be understood.
package chain

// A Node is in a tree.
type Node interface{ Next() Node }

type pair struct{ left, right Node }

func (p pair) Next() Node { return p.left }

// Merge puts the nodes into one tree.
func Merge(nodes []Node) Node {
	switch len(nodes) {
	case 0:
		return nil
	case 1:
		return nodes[0]
	case 2:
		return &pair{nodes[0], nodes[1]}
	}
	mid := len(nodes) / 2
	return Merge([]Node{Merge(nodes[:mid]), Merge(nodes[mid:])})
}
