package unanswered

import "testing"

func TestNotify(t *testing.T) {
	s := newService()
	go s.Notify()
	if <-s.tested != "x" {
		t.Error("not x")
	}
}
