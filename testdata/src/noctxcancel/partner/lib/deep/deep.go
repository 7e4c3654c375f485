// Package deep is what package lib calls.
package deep

import "context"

// End calls cancel.
func End(cancel context.CancelFunc) { cancel() }

// Over does not.
func Over(cancel context.CancelFunc) {}

// With hands out a release function.
func With(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}
