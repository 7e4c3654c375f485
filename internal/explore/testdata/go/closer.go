package samples

import "sync"

// Each buffers one result per item, waits for all and closes.
func Each(items []string, f func(string) (int, bool)) (sum int) {
	out := make(chan int, len(items))
	var wg sync.WaitGroup
	for _, it := range items {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if v, ok := f(it); ok {
				out <- v
			}
		}()
	}
	wg.Wait()
	close(out)
	for v := range out {
		sum += v
	}
	return sum
}
