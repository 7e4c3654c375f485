// Package lib has the callees of package partner.
package lib

import "time"

// End stops t, one call further.
func End(t *time.Ticker) { end(t) }

func end(t *time.Ticker) { t.Stop() }

// Over does not stop t.
func Over(t *time.Ticker) { over(t) }

func over(t *time.Ticker) {}

// Apply calls f.
func Apply[T any](v T, f func()) { f() }

// Ignore does nothing.
func Ignore[T any](v T) {}
