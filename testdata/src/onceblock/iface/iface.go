// Package iface reaches the wait through an unexported interface.
package iface

import (
	"net/http"
	"sync"
)

type loader interface {
	load() (*http.Response, error)
}

type web struct{ url string }

func (w *web) load() (*http.Response, error) { return http.Get(w.url) }

type namer interface{ named() string }

type constant struct{}

func (constant) named() string { return "constant" }

type Client struct {
	once sync.Once
	from loader
	name namer
	resp *http.Response
	err  error
	text string
}

// The only implementation waits.
func (c *Client) Get() {
	c.once.Do(func() {
		c.resp, c.err = c.from.load() // want onceblock/network:"Do → web.load → http.Get"
	})
}

// ok: this one does not.
func (c *Client) GetOK() {
	c.once.Do(func() {
		c.text = c.name.named()
	})
}

// New makes one.
func New(url string) *Client { return &Client{from: &web{url}, name: constant{}} }
