package known

import (
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/internal/fact"
)

// load returns the types of the std packages that have tables.
func load(t *testing.T) []*types.Package {
	t.Helper()
	var paths []string
	for path := range tables {
		if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
			paths = append(paths, path)
		}
	}
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []*types.Package
	for _, pkg := range loaded {
		if pkg.Types == nil || len(pkg.Errors) > 0 {
			t.Fatalf("%s: %v", pkg.PkgPath, pkg.Errors)
		}
		pkgs = append(pkgs, pkg.Types)
	}
	if len(pkgs) != len(paths) {
		t.Fatalf("loaded %d packages, want %d", len(pkgs), len(paths))
	}
	return pkgs
}

// functions returns the functions and methods of a package by symbol.
func functions(pkg *types.Package) map[string]*types.Func {
	all := make(map[string]*types.Func)
	add := func(fn *types.Func) { all[symbol(fn)] = fn }
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			add(obj)
		case *types.TypeName:
			if obj.IsAlias() {
				continue
			}
			named := obj.Type().(*types.Named)
			for m := range named.Methods() {
				add(m)
			}
			if iface, ok := named.Underlying().(*types.Interface); ok {
				for m := range iface.ExplicitMethods() {
					add(m)
				}
			}
		}
	}
	return all
}

// servesOthers names rows of tables that several packages share.
var servesOthers = map[string]bool{"database/sql": true}

// TestRowsExist checks that the rows of std packages name functions that exist
// and parameters and results that these have, of types that fit.
func TestRowsExist(t *testing.T) {
	for _, pkg := range load(t) {
		all := functions(pkg)
		if len(all) == 0 && pkg.Path() != "unsafe" {
			continue // export data without unexported types
		}
		for name, row := range tables[pkg.Path()] {
			if strings.HasSuffix(name, "*") {
				continue
			}
			fn, ok := all[name]
			recv, _, _ := strings.Cut(name, ".")
			switch {
			case ok:
				checkRow(t, fn, row)
			case servesOthers[pkg.Path()], strings.ToLower(recv) == recv:
				// A table that serves another package, or an unexported type.
			default:
				t.Errorf("%s.%s does not exist", pkg.Path(), name)
			}
		}
	}
}

// checkRow checks the places of a row against the signature.
func checkRow(t *testing.T, fn *types.Func, row *API) {
	t.Helper()
	sig := fn.Signature()
	check := func(p fact.Place) {
		switch {
		case p.Root == fact.ParamRoot && p.Index >= sig.Params().Len(),
			p.Root == fact.ResultRoot && p.Index >= sig.Results().Len(),
			p.Root == fact.RecvRoot && sig.Recv() == nil:
			t.Errorf("%s has no %s", fn.FullName(), p)
		}
	}
	for _, e := range row.Effects {
		check(e.On)
		check(e.To)
		check(e.By)
		if e.Op == fact.Call && e.On.Root == fact.ParamRoot && e.On.Path == "" {
			if _, ok := sig.Params().At(e.On.Index).Type().Underlying().(*types.Signature); !ok && fn.Name() != "Fuzz" && fn.Name() != "Collect" && fn.Name() != "Sorted" {
				t.Errorf("%s: %s is no function", fn.FullName(), e.On)
			}
		}
		if e.Lo > e.Hi {
			t.Errorf("%s: %s: bounds", fn.FullName(), e)
		}
	}
	for _, r := range row.Results {
		check(fact.Result(r.Index, ""))
		check(r.From)
		if r.Kind == fact.Release && r.N >= 0 {
			check(fact.Result(r.N, ""))
		}
	}
	if row.Blocks != nil && row.Blocks.Bound == fact.ByContext && row.Blocks.Ctx.Index < sig.Params().Len() {
		if got := sig.Params().At(row.Blocks.Ctx.Index).Type().String(); got != "context.Context" && tables[fn.Pkg().Path()]["Resolver.*"] != row {
			t.Errorf("%s: %s is a %s", fn.FullName(), row.Blocks.Ctx, got)
		}
	}
	if row.NeverFails {
		results := sig.Results()
		if results.Len() == 0 || results.At(results.Len()-1).Type().String() != "error" {
			t.Errorf("%s returns no error", fn.FullName())
		}
	}
}

// TestLookup checks how objects are matched.
func TestLookup(t *testing.T) {
	objects := make(map[string]*types.Func)
	for _, pkg := range load(t) {
		for name, fn := range functions(pkg) {
			objects[pkg.Path()+"."+name] = fn
		}
	}
	tests := []struct {
		name, want string
		ok         bool
	}{
		{"context.WithTimeout", "must derive param0 to result0; result0 derived ctx param0 of context.WithTimeout; " +
			"result0 not nil; result1 release result0 of context.WithTimeout; result1 not nil", true},
		{"context.Context.Done", "result0 same recv.Done", true},
		{"sync.Mutex.Lock", "must lock recv; may block on a lock, unbounded", true},
		{"sync.WaitGroup.Go", "must call param0 spawned by recv; must add recv", true},
		{"net/http.Client.Do", "may block on a request, bounded if configured", true},
		{"net.Resolver.LookupHost", "may block on a dial, bounded by ctx param0", true},
		{"os.Exit", "ends the process", true},
		{"strings.Map", "may call param0 (repeatedly)", true},
		{"strings.Repeat", "nothing", true},
		{"sync/atomic.Pointer.Store", "must store param0 to recv", true},
		{"net/http.NewFileTransport", "", false},
	}
	for _, test := range tests {
		fn, ok := objects[test.name]
		if !ok {
			t.Fatalf("%s does not exist", test.name)
		}
		row, ok := Lookup(fn)
		if ok != test.ok {
			t.Errorf("%s is known: %t, want %t", test.name, ok, test.ok)
		} else if ok && row.String() != test.want {
			t.Errorf("%s: %s\nwant %s", test.name, row, test.want)
		}
	}
}

// TestUnversioned checks which path elements are major versions.
func TestUnversioned(t *testing.T) {
	tests := map[string]string{
		"github.com/redis/go-redis/v9":    "github.com/redis/go-redis",
		"github.com/jackc/pgx/v5/pgxpool": "github.com/jackc/pgx/pgxpool",
		"k8s.io/klog":                     "k8s.io/klog",
		"example.com/vendor/x":            "example.com/vendor/x",
		"example.com/v/x":                 "example.com/v/x",
		"example.com/v2x":                 "example.com/v2x",
	}
	for path, want := range tests {
		if got := unversioned(path); got != want {
			t.Errorf("unversioned(%q) = %q, want %q", path, got, want)
		}
	}
}
