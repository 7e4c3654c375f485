package counts

// Tail starts a goroutine for every element but the first.
func Tail(xs []int, f func(int) int) (sum int) {
	if len(xs) == 0 {
		return 0
	}
	ch := make(chan int)
	for _, x := range xs[1:] {
		go func() { ch <- f(x) }()
	}
	for range len(xs) - 1 {
		sum += <-ch
	}
	return sum
}

// TailLess does not wait for the last.
func TailLess(xs []int, f func(int) int) (sum int) {
	if len(xs) == 0 {
		return 0
	}
	ch := make(chan int)
	for _, x := range xs[1:] {
		go func() { ch <- f(x) }() // want "the send on ch can block for ever: TailLess returns"
	}
	for range len(xs) - 2 {
		sum += <-ch
	}
	return sum
}

// Head leaves the last element out.
func Head(xs []int, f func(int) int) (sum int) {
	if len(xs) == 0 {
		return 0
	}
	ch := make(chan int)
	for _, x := range xs[:len(xs)-1] {
		go func() { ch <- f(x) }()
	}
	for range xs[1:] {
		sum += <-ch
	}
	return sum
}

// Kept keeps the tail in a variable.
func Kept(xs []int, f func(int) int) (sum int) {
	first, rest := xs[0], xs[1:]
	ch := make(chan int, len(rest))
	for _, x := range rest {
		go func() { ch <- f(x) }()
	}
	for range rest {
		sum += <-ch
	}
	return sum + f(first)
}

// Chunks starts a goroutine for each chunk, and waits for as many.
func Chunks(xs []int, size int, f func([]int) int) (sum int) {
	ch := make(chan int)
	n := 0
	for i := 0; i < len(xs); i += size {
		chunk := xs[i:min(i+size, len(xs))]
		go func() { ch <- f(chunk) }()
		n++
	}
	for range n {
		sum += <-ch
	}
	return sum
}

// ChunksFirst waits for the first.
func ChunksFirst(xs []int, size int, f func([]int) int) (sum int) {
	ch := make(chan int)
	for i := 0; i < len(xs); i += size {
		chunk := xs[i:min(i+size, len(xs))]
		go func() { ch <- f(chunk) }() // want "the send on ch can block for ever: ChunksFirst returns when the number of turns is at least 2"
	}
	return <-ch
}

// Shares has room for as many chunks as there are: each is a share, rounded up.
func Shares(xs []int, n int, f func([]int) int) (sum int) {
	size := (len(xs) + n - 1) / n
	ch := make(chan int, n)
	for i := 0; i < len(xs); i += size {
		chunk := xs[i:min(i+size, len(xs))]
		go func() { ch <- f(chunk) }()
	}
	return <-ch
}

// SharesLess has room for one less, of which one is received.
func SharesLess(xs []int, n int, f func([]int) int) (sum int) {
	size := len(xs)/n + 1
	ch := make(chan int)
	for i := 0; i < len(xs); i += size {
		chunk := xs[i:min(i+size, len(xs))]
		go func() { ch <- f(chunk) }() // want "the send on ch can block for ever: SharesLess returns"
	}
	for range n - 1 {
		sum += <-ch
	}
	return sum
}
