package driver_test

import (
	"go/ast"
	"go/types"
	"os"
	"reflect"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/report"
)

// The analyzers of the tests find what the source says they should:
//
//	drop()      a finding of drops with a trail; "drop" becomes "keep" by its fix
//	dropLow()   the same with low confidence
//	dropVet()   the same, and go vet reports it as well
//	p.F()       the same, if F calls drop and is in another package
//	boom()      drops panics
//	bust()      what drops and spills ask for fails
//	spill()     a finding of spills
//	slow()      spills takes a minute
//	pause()     spills takes five seconds
//	die()       spills ends the process

// calledFact says that a function calls drop.
type calledFact struct{}

func (*calledFact) AFact() {}

// drops answers whether a function of another package calls drop.
type drops func(*types.Func) bool

// Counters returns a number that -debug prints.
func (drops) Counters() map[string]int { return map[string]int{"functions": 1} }

// callers exports a fact for each function that calls drop.
var callers = &analysis.Analyzer{
	Name:       "callers",
	Doc:        "exports which functions drop",
	FactTypes:  []analysis.Fact{new(calledFact)},
	ResultType: reflect.TypeFor[drops](),
	Run: func(pass *analysis.Pass) (any, error) {
		for _, file := range pass.Files {
			for _, d := range file.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					continue // declares no function
				}
				eachCall(fn, func(_ *ast.CallExpr, name string) {
					if obj := pass.TypesInfo.Defs[fn.Name]; name == "drop" && fn.Recv == nil {
						pass.ExportObjectFact(obj, new(calledFact))
					}
				})
			}
		}
		return drops(func(fn *types.Func) bool {
			return fn.Pkg() != pass.Pkg && pass.ImportObjectFact(fn, new(calledFact))
		}), nil
	},
}

// asked is what drops and spills ask for. It fails on packages that call bust.
var asked = &analysis.Analyzer{
	Name:       "asked",
	Doc:        "fails where bust is called",
	ResultType: reflect.TypeFor[failures](),
	Run: func(pass *analysis.Pass) (any, error) {
		var fs failures
		for _, file := range pass.Files {
			eachCall(file, func(_ *ast.CallExpr, name string) {
				if name == "bust" {
					fs = append(fs, &report.Failure{Analyzer: "asked", Package: pass.Pkg.Path(), Part: "function F", Cause: "bust"})
				}
			})
		}
		return fs, nil
	},
}

// failures are the errors of an analyzer that is no pass.
type failures []error

// Failures returns them.
func (fs failures) Failures() []error { return fs }

// eachCall calls f for each call below n of a function that has a name.
func eachCall(n ast.Node, f func(call *ast.CallExpr, name string)) {
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			switch fun := call.Fun.(type) {
			case *ast.Ident:
				f(call, fun.Name)
			case *ast.SelectorExpr:
				f(call, fun.Sel.Name)
			}
		}
		return true
	})
}

// The analyzers that the leaklint of the tests runs. The last one finds nothing
// and asks another one.
var (
	quietAnalyzer = report.NewAnalyzer(report.Spec{
		Name:     "quiet",
		Doc:      "finds nothing",
		Requires: []*analysis.Analyzer{dropsAnalyzer},
		Run:      func(*analysis.Pass) ([]report.Finding, error) { return nil, nil },
	})
	dropsAnalyzer = report.NewAnalyzer(report.Spec{
		Name:     "drops",
		Doc:      "finds calls of drop\n\nA call of drop is wrong. Write keep.",
		Requires: []*analysis.Analyzer{callers, asked},
		Run:      runDrops,
	})
	spillsAnalyzer = report.NewAnalyzer(report.Spec{
		Name:     "spills",
		Doc:      "finds calls of spill",
		Requires: []*analysis.Analyzer{asked},
		Run: func(pass *analysis.Pass) (found []report.Finding, err error) {
			for _, file := range pass.Files {
				eachCall(file, func(call *ast.CallExpr, name string) {
					switch name {
					case "slow":
						time.Sleep(time.Minute)
					case "pause":
						time.Sleep(5 * time.Second)
					case "die":
						os.Exit(7)
					case "spill":
						found = append(found, report.Finding{Shape: "all", Pos: call.Pos(), End: call.End(), Message: "spill is called"})
					}
				})
			}
			return found, nil
		},
	})
)

// runDrops is the Run function of drops.
func runDrops(pass *analysis.Pass) (found []report.Finding, err error) {
	for _, file := range pass.Files {
		eachCall(file, func(call *ast.CallExpr, name string) {
			f := report.Finding{Shape: "direct", Pos: call.Pos(), End: call.End(), Message: name + " is called"}
			switch name {
			case "boom":
				panic("boom is called")
			case "dropLow":
				f.Confidence = report.Low
			case "dropVet":
				f.Vet = true
			case "drop":
				f.Trail = []report.Step{
					{Pos: file.Name.Pos(), Role: report.Made, Text: "this file has it"},
					{Pos: call.Pos(), Role: report.Stays, Text: "drops", Assumes: "it runs"},
				}
				f.Fixes = []analysis.SuggestedFix{{Message: "Keep it", TextEdits: []analysis.TextEdit{
					{Pos: call.Fun.End() - 4, End: call.Fun.End(), NewText: []byte("keep")},
				}}}
			default:
				sel, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || !calleeDrops(pass, sel) {
					return
				}
				f.Shape, f.Message = "far", strings.TrimSpace(name)+" of another package drops"
			}
			found = append(found, f)
		})
	}
	return found, nil
}

// calleeDrops reports whether the function has the fact.
func calleeDrops(pass *analysis.Pass, sel *ast.SelectorExpr) bool {
	fn, ok := pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	return ok && pass.ResultOf[callers].(drops)(fn)
}
