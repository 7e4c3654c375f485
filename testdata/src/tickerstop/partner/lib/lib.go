// Package lib has the callees of package partner.
package lib

import (
	"time"

	"corpus/tickerstop/partner/lib/deep"
)

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

// EndFar stops t in another package.
func EndFar(t *time.Ticker) { deep.End(t) }

// OverFar does not.
func OverFar(t *time.Ticker) { deep.Over(t) }

// NewFar makes one in another package.
func NewFar() *time.Ticker { return deep.New() }
