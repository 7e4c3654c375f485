// Package lib has the callees of package partner.
package lib

import (
	"context"

	"corpus/noctxcancel/partner/lib/deep"
)

// End calls cancel, one call further.
func End(cancel context.CancelFunc) { end(cancel) }

func end(cancel context.CancelFunc) { cancel() }

// Over does not call it.
func Over(cancel context.CancelFunc) { over(cancel) }

func over(cancel context.CancelFunc) {}

// EndFar calls it in another package.
func EndFar(cancel context.CancelFunc) { deep.End(cancel) }

// OverFar does not.
func OverFar(cancel context.CancelFunc) { deep.Over(cancel) }

// WithFar hands out a release function of another package.
func WithFar(ctx context.Context) (context.Context, context.CancelFunc) { return deep.With(ctx) }

// Each calls f with v.
func Each[T any](v T, f func(T)) { f(v) }

// Skip does not.
func Skip[T any](v T, f func(T)) {}

// A Box has a value and a method that takes a release function.
type Box[T any] struct{ Value T }

// End calls cancel.
func (b Box[T]) End(cancel context.CancelFunc) { cancel() }

// Over does not.
func (b Box[T]) Over(cancel context.CancelFunc) {}
