package site_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/valueflow"
)

func TestOf(t *testing.T) {
	pass := passtest.Load(t, `package p

import "context"

type T struct { stop func() }

func mk(c context.Context) (int, func()) { return 0, nil }

func define(c context.Context)  { _, stop := mk(c); stop() }
func blank(c context.Context)   { n, _ := mk(c); _ = n }
func taken(c context.Context)   { n, _ := mk(c); stop := n; _ = stop }
func assign(c context.Context)  { var stop func(); _, stop = mk(c); stop() }
func field(c context.Context, t *T) { _, t.stop = mk(c) }
func variable(c context.Context) { var _, stop = mk(c); stop() }
func loop(c context.Context)    { for { _, stop := mk(c); stop() } }
func inner(c context.Context)   { for { func() { _, stop := mk(c); stop() }() } }
func branch(c context.Context, b bool) { if b { _, stop := mk(c); stop() } }
func dropped(c context.Context) { mk(c) }
`)
	want := map[string]struct{ name, fix string }{
		"define": {"stop", "defer stop()"}, "blank": {"_", "defer stop()"}, "taken": {"_", ""}, "assign": {"stop", "defer stop()"},
		"field": {"t.stop", ""}, "variable": {"stop", ""}, "loop": {"stop", ""}, "inner": {"stop", "defer stop()"},
		"branch": {"stop", "defer stop()"}, "dropped": {"", ""},
	}
	for _, fn := range lazyssa.New(pass, lazyssa.Hooks{}).Funcs() {
		for call := range valueflow.Calls(fn) {
			if callee := site.Callee(call); callee == nil || callee.Name() != "mk" {
				continue
			}
			name := outer(fn).Name()
			s := site.Of(pass, call, 1)
			if s.Name != want[name].name {
				t.Errorf("%s: assigned to %q, want %q", name, s.Name, want[name].name)
			}
			got := ""
			for _, fix := range s.DeferFix("stop", func(name string) string { return name + "()" }) {
				got = strings.TrimPrefix(fix.Message, "Add ")
			}
			if got != want[name].fix {
				t.Errorf("%s: fix %q, want %q", name, got, want[name].fix)
			}
			delete(want, name)
		}
	}
	for name := range want {
		t.Errorf("%s: no call found", name)
	}
}

// outer returns the declared function around fn.
func outer(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}
