package samples

import "sync"

type observer interface{ notify(*subject) }

type subject struct {
	mu   sync.Mutex
	list []observer
}

func (s *subject) add(o observer) {
	s.mu.Lock()
	s.list = append(s.list, o)
	s.mu.Unlock()
}

func (s *subject) publish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.list {
		o.notify(s)
	}
}

type quiet struct{}

func (quiet) notify(*subject) {}

// An oneShot takes itself off the list, while publish holds the lock.
type oneShot struct{}

func (oneShot) notify(s *subject) {
	s.mu.Lock() // leak
	s.list = s.list[:0]
	s.mu.Unlock()
}

// Observe publishes to both.
func Observe() {
	s := &subject{}
	s.add(quiet{})
	s.add(oneShot{})
	s.publish()
}
