//go:build unix

package driver_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterrupt holds that an interrupt reaches the go command and the tools
// it runs, and that the run then counts as failed.
func TestInterrupt(t *testing.T) {
	for _, test := range []struct {
		name string
		sig  syscall.Signal
		args []string
	}{
		{"SIGINT", syscall.SIGINT, []string{"./..."}},
		{"SIGTERM", syscall.SIGTERM, []string{"./..."}},
		{"standalone", syscall.SIGINT, []string{"-standalone", "./..."}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeArchive(t, dir, "-- go.mod --\nmodule example.com/m\n\ngo 1.26\n-- a.go --\npackage a\n\nfunc slow() {}\n\nfunc F() { slow() }\n")
			mark := filepath.Join(dir, "units")
			if err := os.WriteFile(mark, nil, 0o666); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			cmd := exec.Command("leaklint", test.args...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "PWD="+dir, "GOFLAGS=", "GOWORK=off", "LEAKLINT_PROGRESS="+mark)
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitUntilBusy(t, mark, len(test.args) > 1)
			start := time.Now()
			if err := cmd.Process.Signal(test.sig); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != 2 || !strings.Contains(out.String(), "leaklint: interrupted") {
				t.Errorf("exit status %d, %v, output:\n%s", code, err, &out)
			}
			if took := time.Since(start); took > 8*time.Second {
				t.Errorf("it took %v to end", took)
			}
		})
	}
}

// waitUntilBusy waits until a vet tool has started on the package, or for as
// long as an analysis in one process takes to get there.
func waitUntilBusy(t *testing.T, mark string, standalone bool) {
	t.Helper()
	if standalone {
		time.Sleep(time.Second)
		return
	}
	for range 600 {
		if info, err := os.Stat(mark); err == nil && info.Size() > 0 {
			time.Sleep(200 * time.Millisecond)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("no vet tool has started")
}
