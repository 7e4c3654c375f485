package vet_test

import (
	"go/ast"
	"go/types"
	"testing"

	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/vet"
)

func TestLostCancel(t *testing.T) {
	pass := passtest.Load(t, `package p

import "context"

func lost(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	if ctx.Err() == nil {
		return
	}
	cancel()
}

func ends(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	if ctx.Err() == nil {
		die()
	}
	cancel()
}

func imported(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	if ctx.Err() == nil {
		context.Background()
	} else {
		cancel()
	}
}

func die() { panic(0) }
`)
	background := func(fn *types.Func) bool { return fn.Name() == "Background" } // say that it never returns
	lines := vet.LostCancel(pass, background)
	for _, d := range pass.Files[0].Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name == "die" {
			continue
		}
		made := fn.Body.List[0].Pos()
		if got, want := lines.Has(made), fn.Name.Name == "lost"; got != want {
			t.Errorf("%s: reported %t, want %t", fn.Name.Name, got, want)
		}
		if lines.Has(fn.Pos()) {
			t.Errorf("%s: the line of the function counts as reported", fn.Name.Name)
		}
	}
}
