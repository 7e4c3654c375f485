package samples

// Pool leaves its workers behind when a result is an error: they send on
// results. Without any worker, the caller itself stays at the first job, which
// is shorter, but only for n == 0.
func Pool(n int, jobs []int, work func(int) error) error {
	in := make(chan int)
	results := make(chan error)
	for i := 0; i < n; i++ {
		go func() {
			for j := range in {
				results <- work(j) // leak
			}
		}()
	}
	go func() {
		for _, j := range jobs {
			in <- j // victim
		}
		close(in)
	}()
	for range jobs {
		if err := <-results; err != nil { // low, for n == 0
			return err
		}
	}
	return nil
}
