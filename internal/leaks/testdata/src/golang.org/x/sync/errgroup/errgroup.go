// Package errgroup stands for the real one: leaklint knows what it does.
package errgroup

// A Group is a collection of goroutines.
type Group struct{ n int }

// SetLimit limits the number of goroutines.
func (g *Group) SetLimit(n int) { g.n = n }

// TryGo starts f on a goroutine if the limit allows it.
func (g *Group) TryGo(f func() error) bool { return g.n > 0 }
