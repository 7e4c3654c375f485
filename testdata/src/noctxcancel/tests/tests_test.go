package tests

import (
	"context"
	"testing"
)

type fixture struct{ cancel context.CancelFunc }

func TestService(t *testing.T) {
	s := newService(context.Background())
	s.cancel()
}

// A test counts for tests.
func TestFixture(t *testing.T) {
	var f fixture
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	f.cancel()
	<-ctx.Done()
}

// t.Fatal ends the test with its deferred calls; the call comes too late.
func TestFatal(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	if ctx.Err() != nil {
		t.Fatal("done")
	}
	cancel()
}

func TestDiscard(t *testing.T) {
	ctx, _ := context.WithCancel(t.Context()) // want noctxcancel/discarded/vet:"discarded"
	<-ctx.Done()
}
