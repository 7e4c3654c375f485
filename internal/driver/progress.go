package driver

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// progressVariable names, in the environment of the vet tools of a run, a file
// to which each appends one byte: the go command does not tell how far it is.
const progressVariable = "LEAKLINT_PROGRESS"

// noteProgress is called by a vet tool when it starts on a package.
func noteProgress() {
	name := os.Getenv(progressVariable)
	if name == "" {
		return
	}
	if f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0); err == nil {
		_, _ = f.Write([]byte{'.'})
		_ = f.Close()
	}
}

// progress shows how far a long run is, in one line of a terminal.
type progress struct {
	w     io.Writer
	total func(context.Context) (int, error) // counts the packages asked for; slow
	file  string                             // the file of progressVariable

	mu   sync.Mutex
	done map[string]bool // packages whose result has come

	ctx    context.Context // done when the run ends
	cancel context.CancelFunc
	over   sync.WaitGroup
}

// progressDelay is how long a run may take before there is a progress line.
const progressDelay = 2 * time.Second

// startProgress starts to show progress on w after a while. It returns nil,
// which shows nothing, if that is not possible.
func startProgress(ctx context.Context, w io.Writer, total func(context.Context) (int, error)) *progress {
	f, err := os.CreateTemp("", "leaklint-progress-*")
	if err != nil {
		return nil
	}
	_ = f.Close()
	p := &progress{w: w, total: total, file: f.Name(), done: make(map[string]bool)}
	p.ctx, p.cancel = context.WithCancel(ctx)
	p.over.Go(p.show)
	return p
}

// env returns what to add to the environment of the go command.
func (p *progress) env() []string {
	if p == nil {
		return nil
	}
	return []string{progressVariable + "=" + p.file}
}

// add notes that the result of a package has come.
func (p *progress) add(importPath string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done[importPath] = true
}

// end removes the line, if there is one.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.cancel()
	p.over.Wait()
	_ = os.Remove(p.file)
}

// show writes the line until end is called.
func (p *progress) show() {
	select {
	case <-p.ctx.Done():
		return
	case <-time.After(progressDelay):
	}
	total, err := p.total(p.ctx)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.ctx.Done():
			fmt.Fprint(p.w, "\r\x1b[K")
			return
		case <-tick.C:
			fmt.Fprintf(p.w, "\r\x1b[K%s", p.line(total, err == nil))
		}
	}
}

// line returns the progress line. Units are packages of all modules, analysed
// now and not taken from the cache.
func (p *progress) line(total int, known bool) string {
	p.mu.Lock()
	done := len(p.done)
	p.mu.Unlock()
	line := fmt.Sprintf("leaklint: %s done", count(done, "package"))
	if known {
		line = fmt.Sprintf("leaklint: %d/%s done", min(done, total), count(total, "package"))
	}
	if info, err := os.Stat(p.file); err == nil && info.Size() > int64(done) {
		line += fmt.Sprintf(", %d with dependencies", info.Size())
	}
	return line
}
