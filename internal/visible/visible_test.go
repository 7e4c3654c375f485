package visible_test

import (
	"go/types"
	"testing"

	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/visible"
)

var files = map[string]string{
	"p.go": `package p

type T struct {
	called, written, compared, blank, keyed, tested, tagged func()
	Exported func()
}

var global, unread func()

func f(t *T) {
	t.called()
	t.written = nil
	println(t.compared == nil)
	_ = t.blank
	*t = T{keyed: nil}
	global()
	unread = nil
}
`,
	"p_plan9.go": "package p\n\nfunc g(t *T) { t.tagged() }\n",
	"q_test.go":  "package p\n\nfunc h(t *T) { t.tested() }\n",
	"script.go":  "//go:build ignore\n\npackage main\n\nfunc written() {}\n",
}

func TestMayRead(t *testing.T) {
	pass := passtest.LoadFiles(t, files)
	view := visible.New(pass)
	scope := pass.Pkg.Scope()
	code := scope.Lookup("f").Pos()
	s := scope.Lookup("T").Type().Underlying().(*types.Struct)
	vars := map[string]*types.Var{"global": scope.Lookup("global").(*types.Var), "unread": scope.Lookup("unread").(*types.Var)}
	for field := range s.Fields() {
		vars[field.Name()] = field
	}
	for name, want := range map[string]bool{
		"called": true, "written": false, "compared": false, "blank": false, "keyed": false,
		"tested": false, "tagged": true, "Exported": true, "global": true, "unread": false,
	} {
		if got := view.MayRead(vars[name], code); got != want {
			t.Errorf("MayRead(%s) = %t, want %t", name, got, want)
		}
	}
	test := scope.Lookup("h").Pos()
	if !view.InTest(test) || view.InTest(code) {
		t.Error("InTest does not tell test files")
	}
	if !view.MayRead(vars["tested"], test) {
		t.Error("a test does not count for a test")
	}
}

// Converted between struct types, a field is read under another object.
func TestConversion(t *testing.T) {
	pass := passtest.Load(t, `package p

type A struct{ stop func() }
type B struct{ stop func() }

func f(a A) { B(a).stop() }
`)
	s := pass.Pkg.Scope().Lookup("A").Type().Underlying().(*types.Struct)
	if !visible.New(pass).MayRead(s.Field(0), pass.Pkg.Scope().Lookup("f").Pos()) {
		t.Error("a field that is read after a conversion counts as unread")
	}
}

// Code that is not Go may read anything.
func TestAssembly(t *testing.T) {
	pass := passtest.Load(t, "package p\n\nvar stop func()\n")
	pass.OtherFiles = []string{"p_amd64.s"}
	v := pass.Pkg.Scope().Lookup("stop").(*types.Var)
	if !visible.New(pass).MayRead(v, v.Pos()) {
		t.Error("a variable that assembly may read counts as unread")
	}
}

// A field is used by its name after a dot or as a key; variables and functions
// by their name, which directives can use as well.
func TestMentioned(t *testing.T) {
	pass := passtest.LoadFiles(t, map[string]string{
		"p.go": `package p

import _ "unsafe"

type T struct{ dotted, keyed, local int }

//go:linkname linked
func linked() {}
`,
		"p_plan9.go": "package p\n\nfunc g(t *T) T {\n\tlocal := t.dotted\n\treturn T{keyed: local}\n}\n",
	})
	view := visible.New(pass)
	for name, want := range map[string]bool{"dotted": true, "keyed": true, "local": false, "linked": false} {
		if got := view.MentionedField(name); got != want {
			t.Errorf("MentionedField(%s) = %t, want %t", name, got, want)
		}
	}
	for name, want := range map[string]bool{"local": true, "linked": true, "g": true, "absent": false} {
		if got := view.Mentioned(name); got != want {
			t.Errorf("Mentioned(%s) = %t, want %t", name, got, want)
		}
	}
}
