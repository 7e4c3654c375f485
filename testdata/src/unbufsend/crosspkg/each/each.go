// Package each calls a function for every element.
package each

// Do calls f with each element.
func Do[T any](xs []T, f func(T)) {
	for _, x := range xs {
		f(x)
	}
}

// Line calls f with each line.
func Line(lines []string, f func(string)) {
	for _, l := range lines {
		f(l)
	}
}
