// Package network holds Once bodies that wait for other machines.
package network

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"sync"
	"time"
)

var (
	once sync.Once
	resp *http.Response
	conn net.Conn
	err  error
)

// A request without any bound.
func Get() {
	once.Do(func() {
		resp, err = http.Get("https://example.com") // want onceblock/network:"every caller of Do waits for http.Get, nothing bounds that .Do → http.Get."
	})
}

// ok: a client with a timeout.
func GetOK() {
	once.Do(func() {
		client := &http.Client{Timeout: time.Second}
		resp, err = client.Get("https://example.com")
	})
}

// Its twin has none.
func Client() {
	once.Do(func() {
		client := &http.Client{}
		resp, err = client.Get("https://example.com") // want onceblock/network:"http.Client.Get"
	})
}

// ok: how a client made elsewhere is configured is not known.
func Given(client *http.Client) {
	once.Do(func() {
		resp, err = client.Get("https://example.com")
	})
}

// The default client has no timeout.
func Default() {
	once.Do(func() {
		resp, err = http.DefaultClient.Get("https://example.com") // want onceblock/network:"http.Client.Get"
	})
}

// A request with a context that never ends.
func Request() {
	once.Do(func() {
		req, _ := http.NewRequestWithContext(context.Background(), "GET", "https://example.com", nil)
		resp, err = http.DefaultClient.Do(req) // want onceblock/network:"http.Client.Do"
	})
}

// ok: this one does.
func RequestOK() {
	once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, "GET", "https://example.com", nil)
		resp, err = http.DefaultClient.Do(req)
	})
}

// A dial.
func Dial() {
	once.Do(func() {
		conn, err = net.Dial("tcp", "example.com:80") // want onceblock/network:"net.Dial"
	})
}

// ok: a dial with a timeout.
func DialOK() {
	once.Do(func() {
		conn, err = net.DialTimeout("tcp", "example.com:80", time.Second)
	})
}

// ok: a socket of this machine connects at once, as a datagram socket does.
func DialLocal() {
	once.Do(func() {
		conn, err = net.DialUnix("unixgram", nil, &net.UnixAddr{Name: "/run/notify"})
	})
}

// A dialer without a timeout, and a context that never ends.
func Dialer() {
	once.Do(func() {
		var d net.Dialer
		ctx := context.TODO()
		conn, err = d.DialContext(ctx, "tcp", "example.com:80") // want onceblock/network:"its context never ends"
	})
}

// ok: the caller's context.
func DialerOK(ctx context.Context) {
	once.Do(func() {
		var d net.Dialer
		conn, err = d.DialContext(ctx, "tcp", "example.com:80")
	})
}

// A value in a context does not end it.
func Value() {
	once.Do(func() {
		var d net.Dialer
		ctx := context.WithValue(context.Background(), "k", "v")
		conn, err = d.DialContext(ctx, "tcp", "example.com:80") // want onceblock/network:"its context never ends"
	})
}

// A query.
func Query(db *sql.DB) {
	once.Do(func() {
		err = db.Ping() // want onceblock/network:"sql.DB.Ping"
	})
}

// ok: to open is not to connect.
func QueryOK() {
	once.Do(func() {
		_, err = sql.Open("sqlite", "")
	})
}

// An accept.
func Accept(l net.Listener) {
	once.Do(func() {
		conn, err = l.Accept() // want onceblock/network:"net.Listener.Accept"
	})
}

// ok: it is accepted elsewhere.
func AcceptOK(l net.Listener) {
	once.Do(func() {
		go func() { conn, err = l.Accept() }()
	})
}

// ok: the resolver has a timeout of its own.
func Resolve() {
	once.Do(func() {
		_, err = net.LookupHost("example.com")
	})
}
