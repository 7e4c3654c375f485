// Package deep is what package lib calls.
package deep

import "time"

// End stops t.
func End(t *time.Ticker) { t.Stop() }

// Over does not.
func Over(t *time.Ticker) {}

// New makes a ticker.
func New() *time.Ticker { return time.NewTicker(time.Second) }
