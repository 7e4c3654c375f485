// Package idioms holds correct loops found in well-kept code.
package idioms

import (
	"context"
	"sync"
	"time"
)

type conn struct {
	msgs chan string
	quit chan struct{}
	done chan error
}

// ok: S1, return in a case.
func (c *conn) S1a() {
	go func() {
		for {
			select {
			case <-c.msgs:
			case <-c.quit:
				return
			}
		}
	}()
}

// ok: S1, v, ok with return.
func (c *conn) S1b() {
	go func() {
		for {
			select {
			case m, ok := <-c.msgs:
				if !ok {
					return
				}
				_ = m
			case <-time.After(time.Second):
			}
		}
	}()
}

// ok: S1, zero-value check and labelled break.
func (c *conn) S1c() {
	go func() {
	loop:
		for {
			select {
			case m := <-c.msgs:
				if m == "" {
					break loop
				}
			case <-time.After(time.Second):
			}
		}
	}()
}

// ok: S1, return after the select.
func (c *conn) S1d() {
	go func() {
		for {
			select {
			case <-c.msgs:
				continue
			case <-c.quit:
			}
			return
		}
	}()
}

// ok: S2, the label of an outer loop.
func (c *conn) S2() {
	go func() {
	outer:
		for {
			for {
				select {
				case <-c.msgs:
				case <-c.quit:
					break outer
				}
			}
		}
	}()
}

// ok: S3, goto out.
func (c *conn) S3() {
	go func() {
		for {
			select {
			case <-c.msgs:
			case <-c.quit:
				goto out
			}
		}
	out:
		close(c.done)
	}()
}

// ok: S4, a flag and a break after the select.
func (c *conn) S4() {
	go func() {
		var err error
		for {
			select {
			case <-c.msgs:
			case err = <-c.done:
			}
			if err != nil {
				break
			}
		}
	}()
}

// ok: S5, panic as the only other way out.
func (c *conn) S5() {
	go func() {
		for {
			select {
			case <-c.msgs:
			case err := <-c.done:
				must(err)
			}
		}
	}()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

var start sync.Once

// ok: S6, under a package-level Once.
func (c *conn) S6() {
	start.Do(func() {
		go func() {
			for {
				select {
				case <-c.msgs:
				case <-time.After(time.Second):
				}
			}
		}()
	})
}

// ok: S7, the inner loop drains, the outer one has an exit.
func (c *conn) S7(ctx context.Context) {
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-c.msgs:
			}
		flush:
			for {
				select {
				case <-c.msgs:
				default:
					break flush
				}
			}
		}
	}()
}
