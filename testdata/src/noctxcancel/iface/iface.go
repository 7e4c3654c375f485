// Package iface hands cancel functions to interfaces of its own.
package iface

import "context"

// One implementation, which drops it.
type dropper interface{ take(context.CancelFunc) }

type drops struct{}

func (drops) take(cancel context.CancelFunc) {}

func dropped(parent context.Context, d dropper) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to take, which can leave without calling it"
	d.take(cancel)
	_ = ctx.Err()
}

// ok: one implementation, which calls it.
type ender interface{ end(context.CancelFunc) }

type calls struct{}

func (calls) end(cancel context.CancelFunc) { cancel() }

func ended(parent context.Context, e ender) {
	ctx, cancel := context.WithCancel(parent)
	e.end(cancel)
	_ = ctx.Err()
}

// ok: two, and one of them keeps it.
type keeper interface{ keep(context.CancelFunc) }

type keeps struct{ cancel context.CancelFunc }

func (k *keeps) keep(cancel context.CancelFunc) { k.cancel = cancel }

func (k *keeps) Close() { k.cancel() }

type forgets struct{}

func (forgets) keep(cancel context.CancelFunc) {}

func kept(parent context.Context, k keeper) {
	ctx, cancel := context.WithCancel(parent)
	k.keep(cancel)
	_ = ctx.Err()
}
