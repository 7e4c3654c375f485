// Package maps keeps channels, and what is on its way, in maps.
package maps

// All has one channel for every key, and receives from each.
func All(keys []string, f func(string) int) map[string]int {
	m := map[string]chan int{}
	for _, k := range keys {
		if m[k] != nil {
			continue
		}
		c := make(chan int)
		m[k] = c
		go func() { c <- f(k) }()
	}
	out := map[string]int{}
	for k, c := range m {
		out[k] = <-c
	}
	return out
}

// Overwritten forgets the channel of a key that comes twice.
func Overwritten(keys []string, f func(string) int) map[string]int {
	m := map[string]chan int{}
	for _, k := range keys {
		c := make(chan int)
		m[k] = c
		go func() { c <- f(k) }() // want "the send on c can block for ever"
	}
	out := map[string]int{}
	for k, c := range m {
		out[k] = <-c
	}
	return out
}

// Dispatch counts what is on its way by the keys of a map.
func Dispatch(in <-chan int, f func(int)) (n int) {
	done := make(chan int)
	busy := map[int]bool{}
	for in != nil || len(busy) > 0 {
		select {
		case v, ok := <-in:
			if !ok {
				in = nil
				continue
			}
			if busy[v] {
				continue
			}
			busy[v] = true
			go func() {
				f(v)
				done <- v
			}()
		case v := <-done:
			delete(busy, v)
			n++
		}
	}
	return n
}

// DispatchTwice starts a second one for a key that is on its way.
func DispatchTwice(in <-chan int, f func(int)) (n int) {
	done := make(chan int)
	busy := map[int]bool{}
	for in != nil || len(busy) > 0 {
		select {
		case v, ok := <-in:
			if !ok {
				in = nil
				continue
			}
			busy[v] = true
			go func() {
				f(v)
				done <- v // want "the send on done can block for ever"
			}()
		case v := <-done:
			delete(busy, v)
			n++
		}
	}
	return n
}

// Seen has a comma-ok look-up.
func Seen(keys []int, f func(int) int) (sum int) {
	m := map[int]chan int{}
	for _, k := range keys {
		if _, ok := m[k]; ok {
			continue
		}
		c := make(chan int)
		m[k] = c
		go func() { c <- f(k) }()
	}
	for _, c := range m {
		sum += <-c
	}
	return sum
}
