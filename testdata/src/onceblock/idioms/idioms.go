// Package idioms holds correct Once bodies found in well-kept code.
package idioms

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
)

type conn struct {
	once   sync.Once
	mu     sync.Mutex
	wg     sync.WaitGroup
	c      net.Conn
	stop   chan struct{}
	done   chan struct{}
	res    chan error
	cancel context.CancelFunc
	mux    *http.ServeMux
	home   string
	data   []byte
	err    error
}

// ok: O1, close guards.
func (c *conn) O1() {
	c.once.Do(func() { close(c.stop) })
	c.once.Do(func() { c.c.Close() })
}

// ok: O2, signal then join.
func (c *conn) O2() {
	c.once.Do(func() {
		c.cancel()
		<-c.done
	})
	c.once.Do(func() {
		close(c.stop)
		c.wg.Wait()
	})
}

// ok: O3, exactly one reply.
func (c *conn) O3(err error) {
	res := make(chan error, 1)
	c.once.Do(func() { res <- err })
	c.once.Do(func() {
		select {
		case c.res <- err:
		case <-c.done:
		}
	})
	c.once.Do(func() { c.reply(err) })
}

func (c *conn) reply(err error) {
	select {
	case c.res <- err:
	default:
	}
}

// ok: O4, probes of the host.
func (c *conn) O4() {
	c.once.Do(func() { c.data, c.err = os.ReadFile("/etc/hosts") })
	c.once.Do(func() { c.data, c.err = exec.Command("uname").Output() })
	c.once.Do(func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			l.Close()
		}
	})
}

// ok: O5, no I/O though from net, os and http.
func (c *conn) O5() {
	c.once.Do(func() {
		c.home = net.JoinHostPort(os.Getenv("HOST"), "80")
		c.mux = http.NewServeMux()
		_ = net.ParseIP(c.home)
	})
}

// ok: O6, a go statement inside Do; closures that are registered.
func (c *conn) O6() {
	c.once.Do(func() {
		go func() { <-c.done }()
		c.mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) { <-c.done })
	})
}

// ok: O7, a short lock.
func (c *conn) O7() {
	c.once.Do(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		close(c.stop)
	})
}

// ok: O8, start-up work with a ctx.
func (c *conn) O8(ctx context.Context) {
	c.once.Do(func() {
		var d net.Dialer
		c.c, c.err = d.DialContext(ctx, "tcp", "example.com:80")
	})
}
