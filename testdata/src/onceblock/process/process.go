// Package process holds Once bodies that wait for child processes.
package process

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"time"
)

var (
	once sync.Once
	out  []byte
	err  error
)

// Any command may hang.
func Run(name string) {
	once.Do(func() {
		out, err = exec.Command(name, "--version").Output() // want onceblock/process:"every caller of Do waits for exec.Cmd.Output, nothing bounds that"
	})
}

// ok: a context with a timeout kills it.
func RunOK(name string) {
	once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		out, err = exec.CommandContext(ctx, name, "--version").Output()
	})
}

// A context that never ends kills nothing.
func Background(name string) {
	once.Do(func() {
		out, err = exec.CommandContext(context.Background(), name).Output() // want onceblock/process:"its context never ends"
	})
}

// ok at the default confidence: a constant command line is a probe.
func Probe() {
	once.Do(func() {
		out, err = exec.Command("uname", "-r").Output()
	})
}

// ok: started only.
func Start(name string) {
	once.Do(func() {
		err = exec.Command(name).Start()
	})
}

// Started, and waited for.
func Wait(name string) {
	once.Do(func() {
		cmd := exec.Command(name)
		if err = cmd.Start(); err != nil {
			return
		}
		err = cmd.Wait() // want onceblock/process:"exec.Cmd.Wait"
	})
}

// ok at the default confidence: a probe that runs this very program.
func Self() {
	once.Do(func() {
		err = exec.Command(os.Args[0], "-test.list=^$").Run()
	})
}

var compiler = "cc"

// ok at the default confidence: a probe, whatever the compiler is called.
func Compiler() {
	once.Do(func() {
		out, err = probe(name(), "--version")
	})
}

func name() string {
	if cc := os.Getenv("CC"); cc != "" {
		return cc
	}
	return compiler
}

func probe(line ...string) ([]byte, error) {
	return exec.Command(line[0], line[1:]...).Output()
}

type tools struct {
	once sync.Once
	path string
	out  []byte
	err  error
}

// The same for what the caller asks for.
func (t *tools) Version() {
	t.once.Do(func() {
		t.out, t.err = probe(t.path, "--version") // want onceblock/process:"Do → probe → exec.Cmd.Output"
	})
}
