// Package low holds what is reported only at low confidence.
package low

//leaktest:flags -confidence=low

import (
	"net"
	"os"
	"os/exec"
	"sync"
)

var (
	once sync.Once
	out  []byte
	conn net.Conn
	err  error
)

// A constant command line.
func Probe() {
	once.Do(func() {
		out, err = exec.Command("uname", "-r").Output() // want onceblock/process/low:"exec.Cmd.Output"
	})
}

// Somebody else's channel.
func Given(ch chan int) {
	once.Do(func() {
		ch <- 1 // want onceblock/wait/low:"a send on ch"
	})
}

// A socket of this machine.
func Local() {
	once.Do(func() {
		conn, err = net.Dial("unix", "/run/x.sock") // want onceblock/network/low:"net.Dial"
	})
}

// Workers of somebody else.
func Join(wg *sync.WaitGroup) {
	once.Do(func() {
		wg.Wait() // want onceblock/wait/low:"sync.WaitGroup.Wait"
	})
}

// A dropped error: callers see no bytes, and never learn why.
func Drop(name string) []byte {
	once.Do(func() {
		out, _ = os.ReadFile(name) // want onceblock/error/low:"the error of os.ReadFile is dropped under a Once"
	})
	return out
}

// ok: kept beside the value.
func DropOK(name string) ([]byte, error) {
	once.Do(func() {
		out, err = os.ReadFile(name)
	})
	return out, err
}

// Compared, and dropped.
func Compare(name string) []byte {
	once.Do(func() {
		b, err := os.ReadFile(name) // want onceblock/error/low:"os.ReadFile"
		if err != nil {
			return
		}
		out = b
	})
	return out
}
