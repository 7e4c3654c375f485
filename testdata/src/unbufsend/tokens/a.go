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
