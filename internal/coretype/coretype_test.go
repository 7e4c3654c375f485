package coretype_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/leaklint/leaklint/internal/coretype"
)

func TestOf(t *testing.T) {
	tests := []struct{ params, want string }{
		{"T any", "any"},
		{"T comparable", "interface{comparable}"},
		{"T chan int", "chan int"},
		{"T ~chan int", "chan int"},
		{"T chan int | <-chan int", "<-chan int"},
		{"T <-chan int | chan int | Named", "<-chan int"},
		{"T <-chan int | chan<- int", "<-chan int | chan<- int"},
		{"T chan int | chan string", "chan int | chan string"},
		{"T struct{ c chan int }", "struct{c chan int}"},
		{"T ~[]E, E any", "[]E"},
		{"T ~map[K]E, K comparable, E any", "map[K]E"},
		{"T interface{ *E; String() string }, E any", "*E"},
		{"T Few", "func()"},
		{"T interface{ Few }", "func()"},
		{"T ~string | ~[]byte", "~string | ~[]byte"},
		{"T interface{ String() string }", "interface{String() string}"},
	}
	for _, test := range tests {
		src := "package p\n\ntype Named chan int\n\ntype Few interface{ ~func() }\n\nfunc F[" + test.params + "](t T) {}\n"
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "p.go", src, 0)
		if err != nil {
			t.Fatal(err)
		}
		conf := types.Config{Importer: importer.Default()}
		pkg, err := conf.Check("p", fset, []*ast.File{file}, nil)
		if err != nil {
			t.Fatal(err)
		}
		typ := pkg.Scope().Lookup("F").(*types.Func).Signature().Params().At(0).Type()
		if got := types.TypeString(coretype.Of(typ), func(*types.Package) string { return "" }); got != test.want {
			t.Errorf("[%s]: got %s, want %s", test.params, got, test.want)
		}
	}
}

func TestDeref(t *testing.T) {
	str := types.Typ[types.String]
	for _, typ := range []types.Type{str, types.NewPointer(str)} {
		if got := coretype.Deref(typ); got != str {
			t.Errorf("%s: got %s", typ, got)
		}
	}
	if s, ok := coretype.Struct(str); ok {
		t.Errorf("%s is the struct %s", str, s)
	}
}
