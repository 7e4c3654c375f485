// Package lib has clocks that tests can replace.
package lib

import "time"

type Timer interface {
	Ch() <-chan time.Time
	Reset(d time.Duration) bool
	Stop() bool
}

type Ticker interface {
	Chan() <-chan time.Time
	Stop()
}

type Clock interface {
	Now() time.Time
	At(when time.Time) Timer
	Every(d time.Duration) Ticker
	Current() Ticker // no maker: it takes no time
}
