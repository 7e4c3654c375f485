package summary

import (
	"go/types"
	"os"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// stdPackages are the packages whose rows in internal/known are compared with
// what their source shows.
var stdPackages = []string{
	"bufio", "context", "crypto/tls", "database/sql", "errors", "fmt", "io", "iter", "log", "log/slog", "maps", "net", "net/http",
	"os", "os/exec", "os/signal", "slices", "sort", "strings", "sync", "testing", "time",
}

// TestKnownAgreesWithSource compares the rows of internal/known with the
// summaries of std's own source. The source shows less than the row where the
// work is done behind an interface, a function variable or in the runtime; it
// must not show more.
func TestKnownAgreesWithSource(t *testing.T) {
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo |
			packages.NeedTypesSizes | packages.NeedImports,
	}, stdPackages...)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	unused := make(map[string]bool)
	for name := range reviewed {
		unused[name] = true
	}
	for _, pkg := range pkgs {
		pass := &analysis.Pass{
			Fset: pkg.Fset, Files: pkg.Syntax, Pkg: pkg.Types, TypesInfo: pkg.TypesInfo, TypesSizes: pkg.TypesSizes,
			IgnoredFiles: pkg.IgnoredFiles, OtherFiles: pkg.OtherFiles, ReadFile: os.ReadFile,
		}
		r := newResult(pass)
		r.ends.sourceOnly = true
		r.ends.decideAll(pass)
		r.blocks.decideAll(r.ends)
		lazyssa.BuildAlways(true)
		s := summarize(pass, r)
		lazyssa.BuildAlways(false)
		for _, fn := range r.ends.order {
			row, ok := known.Lookup(fn)
			if _, named := fact.FuncKey(fn); !ok || !named || !exportedReceiver(fn) {
				continue
			}
			compared++
			for _, problem := range disagreements(fn, row, s.facts[fn], r) {
				if reviewed[fn.FullName()] != "" {
					delete(unused, fn.FullName())
					continue
				}
				t.Errorf("%s: %s, but the row says: %s", fn.FullName(), problem, row)
			}
		}
	}
	if compared < 900 {
		t.Errorf("only %d functions were compared", compared)
	}
	for name := range unused {
		t.Errorf("%s agrees; its exception can go", name)
	}
}

// reviewed says why the row of a function says less than its source.
var reviewed = map[string]string{
	"(*net/http.Server).Close": "it waits for goroutines that its closing of the listeners ends",
	"(*testing.B).RunParallel": "it waits for the bodies it runs; what blocks is these",
	"os/signal.Stop":           "the channel is dropped as soon as signals on their way have arrived",
}

// exportedReceiver reports whether fn is no method of an unexported type.
func exportedReceiver(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil {
		return true
	}
	t := recv.Type()
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := t.(*types.Named)
	return ok && named.Obj().Exported()
}

// disagreements returns what the source of fn shows and its row does not say.
func disagreements(fn *types.Func, row *known.API, source *fact.FuncFact, r *Result) []string {
	var out []string
	if end := r.ends.of(fn); end != fact.Returns && !row.NeverReturns() {
		out = append(out, "never returns: "+end.String())
	}
	if b := r.blocks.blocks[fn]; b != nil && row.Blocks == nil && b.Why != fact.Channel && b.Why != fact.Reading {
		out = append(out, b.String())
	}
	if source == nil || row.NeverReturns() {
		return out
	}
	for _, e := range source.Effects {
		if e.On.Root != fact.ParamRoot || e.On.Path != "" || !lazyssa.OfInterest(fn.Signature().Params().At(e.On.Index).Type()) {
			continue
		}
		if lazyssa.IsContext(fn.Signature().Params().At(e.On.Index).Type()) {
			continue // derived from and released again
		}
		said := slices.ContainsFunc(row.Effects, func(x fact.Effect) bool {
			return x.On == e.On && (x.Op == e.Op || x.Op.Escapes() || e.Op.Escapes())
		})
		if !said {
			out = append(out, e.String())
		}
	}
	for _, res := range source.Results {
		if res.Kind == fact.NotNil || res.Kind == fact.Same {
			continue
		}
		if !slices.ContainsFunc(row.Results, func(x fact.ResultFact) bool { return x.Index == res.Index && x.Kind == res.Kind }) {
			out = append(out, res.String())
		}
	}
	return out
}
