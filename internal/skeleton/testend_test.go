package skeleton

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGivingUp: a test that leaves the timer case of a select says so, and any
// other way of failing is told apart.
func TestGivingUp(t *testing.T) {
	const source = `package p
import ("testing"; "time")
func waits(t *testing.T) {
	ch := make(chan int)
	go func() { ch <- 1 }()
	select {
	case <-ch:
	case <-time.After(1):
		t.Fatal("timeout")
	}
}
func fails(t *testing.T) {
	ch := make(chan int)
	go func() { ch <- 1 }()
	if t.Name() == "" {
		t.FailNow()
	}
	<-ch
}
func closed(t *testing.T, done chan int) {
	ch := make(chan int)
	go func() { ch <- 1 }()
	select {
	case <-ch:
	case <-done:
		t.Fatal("done")
	}
}
`
	file := filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	pkg, fns := load(t, file)
	ix := NewIndex(pkg, fns, nil)
	for name, want := range map[string]string{"waits": "testtimeout", "fails": "testfatal", "closed": "testfatal"} {
		u, err := ix.Compile(pkg.Func(name))
		if err != nil {
			t.Fatal(err)
		}
		text := u.Prog.String()
		if strings.Count(text, "?test") != 1 || !strings.Contains(text, "?"+want+" ") {
			t.Errorf("want one %s in\n%s", want, text)
		}
	}
}
