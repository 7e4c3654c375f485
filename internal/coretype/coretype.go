// Package coretype answers: as what is a value of a type worked on?
//
// Mostly that is its underlying type. A type parameter has an interface there,
// but make, receive, call, index and selector work on it if all types of its
// constraint have one underlying type, its core type:
//
//	func Stream[C ~chan E, E any](v E) C { c := make(C); … }    // a channel
//	func New[T struct{ c chan int }]() T { … T{c: …} … }        // a struct
//	func Set[P interface{ *T; Set(string) }, T any](p P) { … }  // a pointer
package coretype

import "go/types"

// Of returns the core type of t. Where a type parameter has none, that is its
// constraint, an interface.
func Of(t types.Type) types.Type {
	p, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	c := core{}
	if c.embedded(p.Underlying().(*types.Interface)); c.one == nil || c.several {
		return p.Underlying()
	}
	return c.one
}

// Struct returns the struct that t is.
func Struct(t types.Type) (*types.Struct, bool) {
	s, ok := Of(t).(*types.Struct)
	return s, ok
}

// Pointed returns the type that t points to.
func Pointed(t types.Type) (types.Type, bool) {
	p, ok := Of(t).(*types.Pointer)
	if !ok {
		return nil, false
	}
	return p.Elem(), true
}

// Deref returns the type that t points to, or t if it is no pointer.
func Deref(t types.Type) types.Type {
	if to, ok := Pointed(t); ok {
		return to
	}
	return t
}

// Field returns field i of the struct that t is or points to, as declared: the
// generic one for an instance. It is nil if there is none.
func Field(t types.Type, i int) *types.Var {
	s, ok := Struct(Deref(t))
	if !ok || i >= s.NumFields() {
		return nil
	}
	return s.Field(i).Origin()
}

// A core collects the underlying types of a constraint.
type core struct {
	one     types.Type // the only one so far
	several bool
}

// embedded adds what an interface embeds. Sets that it intersects are added as
// if it were their union: that finds several types where there is one, at worst.
func (c *core) embedded(i *types.Interface) {
	for e := range i.EmbeddedTypes() {
		switch e := types.Unalias(e).(type) {
		case *types.Union:
			for t := range e.Terms() {
				c.add(t.Type())
			}
		default:
			c.add(e)
		}
	}
}

// add adds one type of a constraint, which may itself be an interface.
func (c *core) add(t types.Type) {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		c.embedded(u)
	default:
		switch ch, isChan := u.(*types.Chan); {
		case c.one == nil:
			c.one = u
		case types.Identical(c.one, u):
		case isChan && sameElem(c.one, ch):
			if ch.Dir() != types.SendRecv {
				c.one = ch // what may be done to all of them
			}
		default:
			c.several = true
		}
	}
}

// sameElem reports whether t is a channel with the elements of ch, and one of
// the two goes both ways.
func sameElem(t types.Type, ch *types.Chan) bool {
	other, ok := t.(*types.Chan)
	return ok && types.Identical(other.Elem(), ch.Elem()) && (other.Dir() == types.SendRecv || ch.Dir() == types.SendRecv)
}
