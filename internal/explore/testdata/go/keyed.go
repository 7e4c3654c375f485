package samples

import "sync"

// keyed keeps a lock per key.
type keyed struct {
	mu    sync.Mutex
	locks map[string]*sync.Mutex
}

func (k *keyed) lock(id string) *sync.Mutex {
	k.mu.Lock()
	defer k.mu.Unlock()
	l, ok := k.locks[id]
	if !ok {
		l = new(sync.Mutex)
		k.locks[id] = l
	}
	l.Lock() // in the same knot: under mu, which unlock needs
	return l
}

func (k *keyed) unlock(id string) {
	k.mu.Lock() // leak
	k.locks[id].Unlock()
	k.mu.Unlock()
}

// Use lets two goroutines work under one key.
func Use() {
	k := &keyed{locks: map[string]*sync.Mutex{}}
	for i := 0; i < 2; i++ {
		go func() {
			k.lock("a")
			k.unlock("a")
		}()
	}
}
