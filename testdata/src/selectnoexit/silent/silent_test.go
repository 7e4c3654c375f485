package silent

import "testing"

func TestRecorder(t *testing.T) {
	r := New()
	close(r.stop)
	<-r.stopped
}
