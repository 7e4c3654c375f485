package crosspkg

import "corpus/unbufsend/crosspkg/each"

// Twice sends and receives once for every element.
func Twice(xs []int, f func(int) int) (sum int) {
	ch := make(chan int)
	each.Do(xs, func(x int) {
		go func() { ch <- f(x) }()
	})
	each.Do(xs, func(int) { sum += <-ch })
	return sum
}

// TwiceOthers receives for every element of another slice.
func TwiceOthers(xs, ys []int, f func(int) int) (sum int) {
	ch := make(chan int)
	each.Do(xs, func(x int) {
		go func() { ch <- f(x) }() // want "the send on ch can block for ever: TwiceOthers returns"
	})
	each.Do(ys, func(int) { sum += <-ch })
	return sum
}

// Lines is Twice with a function that is not generic.
func Lines(ls []string, f func(string) int) (sum int) {
	ch := make(chan int)
	each.Line(ls, func(l string) {
		go func() { ch <- f(l) }()
	})
	each.Line(ls, func(string) { sum += <-ch })
	return sum
}

// LinesOnce receives the first only.
func LinesOnce(ls []string, f func(string) int) int {
	ch := make(chan int)
	each.Line(ls, func(l string) {
		go func() { ch <- f(l) }() // want "the send on ch can block for ever: LinesOnce returns"
	})
	return <-ch
}
