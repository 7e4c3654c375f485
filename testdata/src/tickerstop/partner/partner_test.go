package partner

import "testing"

func TestService(t *testing.T) {
	s := newTested()
	s.tested.Stop()
	newClosed().closed.Stop()
}
