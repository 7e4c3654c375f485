package fact

import (
	"fmt"
	"strings"
)

// A Root is the kind of value at which a Place starts.
type Root uint8

const (
	NoRoot     Root = iota // unknown, or a package variable: outside the call
	ParamRoot              // parameter Index, counted without the receiver
	RecvRoot               // the receiver
	ResultRoot             // result Index
)

// A Place names a value at the boundary of a function: a parameter, the
// receiver or a result, or what is reached from it by Path. A path is a row of
// ".f" (field f, through a pointer or not; the field itself and its address are
// not told apart), "*" (what a pointer to no struct points to) and "[]" (any
// element). Places are comparable.
type Place struct {
	Root  Root
	Index int
	Path  string
}

// Param returns the place of parameter i (the receiver does not count).
func Param(i int, path string) Place { return Place{ParamRoot, i, path} }

// Recv returns a place that starts at the receiver.
func Recv(path string) Place { return Place{RecvRoot, 0, path} }

// Result returns a place that starts at result i.
func Result(i int, path string) Place { return Place{ResultRoot, i, path} }

// IsZero reports whether the place says nothing.
func (p Place) IsZero() bool { return p.Root == NoRoot }

// Base returns the place without its path.
func (p Place) Base() Place { return Place{p.Root, p.Index, ""} }

// Within reports whether p is q or is reached from it.
func (p Place) Within(q Place) bool {
	return p.Root == q.Root && p.Index == q.Index && strings.HasPrefix(p.Path, q.Path) &&
		(len(p.Path) == len(q.Path) || strings.IndexByte(".*[", p.Path[len(q.Path)]) >= 0)
}

// String returns "param0.f", "recv.mu", "result1" and the like.
func (p Place) String() string {
	switch p.Root {
	case ParamRoot:
		return fmt.Sprintf("param%d%s", p.Index, p.Path)
	case RecvRoot:
		return "recv" + p.Path
	case ResultRoot:
		return fmt.Sprintf("result%d%s", p.Index, p.Path)
	}
	return "elsewhere"
}

// less orders places.
func (p Place) less(q Place) bool {
	if p.Root != q.Root {
		return p.Root < q.Root
	}
	if p.Index != q.Index {
		return p.Index < q.Index
	}
	return p.Path < q.Path
}
