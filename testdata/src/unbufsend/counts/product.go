package counts

// Product sends as often as it receives: ten times a hundred.
func Product() (sum int) {
	const senders, each = 10, 100
	ch := make(chan int)
	for range senders {
		go func() {
			for range each {
				ch <- 1
			}
		}()
	}
	for range senders * each {
		sum += <-ch
	}
	return sum
}

// ProductLess receives once less.
func ProductLess() (sum int) {
	const senders, each = 10, 100
	ch := make(chan int)
	for range senders {
		go func() {
			for range each {
				ch <- 1 // want "the send on ch can block for ever: ProductLess returns"
			}
		}()
	}
	for range senders*each - 1 {
		sum += <-ch
	}
	return sum
}

// Thrice has three factors.
func Thrice() (sum int) {
	ch := make(chan int)
	for range 5 {
		go func() {
			for range 10 {
				for range 20 {
					ch <- 1
				}
			}
		}()
	}
	for range 1000 {
		sum += <-ch
	}
	return sum
}

// Quotient divides the work among eight.
func Quotient() (sum int) {
	const n = 1000
	ch := make(chan int)
	for range 8 {
		go func() {
			for range n / 8 {
				ch <- 1
			}
		}()
	}
	for range n {
		sum += <-ch
	}
	return sum
}

// Few are three goroutines, each of which sends forty times.
func Few() (sum int) {
	ch := make(chan int)
	for range 3 {
		go func() {
			for range 40 {
				ch <- 1
			}
		}()
	}
	for range 120 {
		sum += <-ch
	}
	return sum
}

// FewLess has four that send as often.
func FewLess() (sum int) {
	ch := make(chan int)
	for range 4 {
		go func() {
			for range 40 {
				ch <- 1 // want "the send on ch can block for ever: FewLess returns"
			}
		}()
	}
	for range 120 {
		sum += <-ch
	}
	return sum
}

// Variables multiplies variables that are only ever constants.
func Variables() (sum int) {
	senders, each := 10, 100
	ch := make(chan int)
	for range senders {
		go func() {
			for range each {
				ch <- 1
			}
		}()
	}
	for range senders * each {
		sum += <-ch
	}
	return sum
}
