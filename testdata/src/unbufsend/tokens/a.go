// Package tokens: a semaphore's token is not given back on one way out.
package tokens

func Lost(jobs []int, do func(int) error) {
	sem := make(chan struct{}, 2)
	for _, j := range jobs {
		sem <- struct{}{} // want `the send on sem can block for ever`
		go func() {
			if do(j) != nil {
				return
			}
			<-sem
		}()
	}
}

func GivenBack(jobs []int, do func(int) error) {
	sem := make(chan struct{}, 2)
	for _, j := range jobs {
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }() // ok: on every way out
			if do(j) != nil {
				return
			}
		}()
	}
}

// Sized, unlike Lost, takes a token that the goroutine gives back: the size is a value of the
// environment, and 0, for which the first send blocks, is a mistake of the
// caller's.
func Sized(n int, size *int, work func()) {
	sem := make(chan struct{}, *size)
	for range n {
		sem <- struct{}{} // ok: every goroutine gives its token back
		go func() {
			defer func() { <-sem }()
			work()
		}()
	}
}
