// Package tests: code in _test.go files is nobody's canceller outside them.
package tests

import "context"

type service struct {
	ctx     context.Context
	cancel  context.CancelFunc // read by a test only
	tagged  context.CancelFunc // read by a file that the build leaves out
	ordered context.CancelFunc
}

func newService(parent context.Context) *service {
	s := &service{}
	s.ctx, s.cancel = context.WithCancel(parent) // want noctxcancel/unread:"s.cancel, the cancel function of context.WithCancel, is stored in cancel, which nothing in this package reads"
	return s
}

func newTagged(parent context.Context) *service {
	s := &service{}
	s.ctx, s.tagged = context.WithCancel(parent)
	return s
}

func newOrdered(parent context.Context) *service {
	s := &service{}
	s.ctx, s.ordered = context.WithCancel(parent)
	return s
}

func (s *service) Close() { s.ordered() }
