// Package lib has the callees of package crosspkg.
package lib

import "time"

// Stop stops t.
func Stop(t *time.Timer) { t.Stop() }

// Stops stops *t.
func Stops(t **time.Timer) { (*t).Stop() }

// Ignore does not stop it.
func Ignore(t *time.Timer) {}

// NewTicker is a wrapper.
func NewTicker() *time.Ticker { return time.NewTicker(time.Second) }

var all []*time.Ticker

// Keep keeps t.
func Keep(t *time.Ticker) { all = append(all, t) }
