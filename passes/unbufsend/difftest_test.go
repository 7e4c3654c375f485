package unbufsend_test

import (
	"flag"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/internal/difftest"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/passes/unbufsend"
)

var (
	diffN      = flag.Int("difftest.n", 60, "number of scenarios")
	diffSeed   = flag.Uint64("difftest.seed", 1, "seed of the scenarios")
	diffFamily = flag.String("difftest.family", "", "draw from these families only, separated by commas")
	diffLow    = flag.Bool("difftest.low", false, "count findings of low confidence as well")
	diffRounds = flag.Int("difftest.rounds", 9, "rounds of 20 runs of each scenario")
)

// TestDifferential compares the findings on random programs with what the
// runtime sees leak. Differences that the runtime's side may explain, because
// no run met the leak, are looked for again with more runs.
func TestDifferential(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	var families []string
	if *diffFamily != "" {
		families = strings.Split(*diffFamily, ",")
	}
	scenarios := difftest.Generate(*diffSeed, *diffN, families...)
	dir := t.TempDir()
	truth, err := difftest.Truth(dir, scenarios, difftest.Effort{Rounds: *diffRounds, Runs: 20})
	if err != nil {
		t.Fatal(err)
	}
	named, victims := lint(t, scenarios)
	doubtful := slices.DeleteFunc(slices.Clone(difftest.Compare(scenarios, truth, named, victims)),
		func(c difftest.Comparison) bool { return len(c.False) == 0 })
	lookAgain(t, dir, doubtful, truth)
	all := difftest.Compare(scenarios, truth, named, victims)
	for _, c := range all {
		if c.Differs() {
			t.Log(c)
		}
	}
	total, byFamily := difftest.Total(all)
	for _, f := range difftest.Families() {
		if s, ok := byFamily[f]; ok {
			t.Logf("%-12s %v", f, s)
		}
	}
	t.Logf("%-12s %v", "total", total)
	if total.FalseAlarms > total.Alarms/100 {
		t.Errorf("more than 1%% of the findings are wrong")
	}
	if missed := total.Leaking - total.Found; missed > max(2, total.Leaking/20) { // a few draw odd programs
		t.Errorf("more than 5%% of the leaks are missed")
	}
}

// lookAgain adds to the truth what many more runs of these scenarios show.
func lookAgain(t *testing.T, dir string, doubtful []difftest.Comparison, truth difftest.Leaks) {
	t.Helper()
	if len(doubtful) == 0 {
		return
	}
	var scenarios []*difftest.Scenario
	for _, c := range doubtful {
		scenarios = append(scenarios, c.Scenario)
	}
	more, err := difftest.Truth(dir, scenarios, difftest.Effort{Rounds: 4 * *diffRounds, Runs: 100})
	if err != nil {
		t.Fatal(err)
	}
	for name, lines := range more {
		for line := range lines {
			truth.Add(name, line)
		}
	}
}

// lint returns the lines that unbufsend names in the scenarios, and those of
// the sends that wait for another goroutine which is at fault.
func lint(t *testing.T, scenarios []*difftest.Scenario) (named, victims difftest.Leaks) {
	t.Helper()
	dir := t.TempDir()
	if err := difftest.WriteModule(dir, scenarios); err != nil {
		t.Fatal(err)
	}
	patterns := make([]string, len(scenarios))
	for i, s := range scenarios {
		patterns[i] = "./" + s.Name
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode:      packages.LoadAllSyntax | packages.NeedModule,
		ParseFile: passtest.ParseFile,
		Dir:       dir,
		Env:       append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod"),
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	if *diffLow {
		if err := unbufsend.Analyzer.Flags.Set("confidence", "low"); err != nil {
			t.Fatal(err)
		}
		defer unbufsend.Analyzer.Flags.Set("confidence", "default")
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{unbufsend.Analyzer, leaks.Analyzer}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	named, victims = difftest.Leaks{}, difftest.Leaks{}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Fatal(act.Err)
		}
		for _, d := range act.Diagnostics {
			pos := act.Package.Fset.Position(d.Pos)
			if strings.HasSuffix(d.Category, "internal-error") {
				t.Errorf("%s: %s", pos, d.Message)
				continue
			}
			named.Add(filepath.Base(filepath.Dir(pos.Filename)), pos.Line)
		}
		if res, ok := act.Result.(*leaks.Result); ok {
			addVictims(victims, act.Package.Fset, res)
		}
	}
	return named, victims
}

// addVictims adds the sends that only wait for an operation that another pass
// reports.
func addVictims(victims difftest.Leaks, fset *token.FileSet, res *leaks.Result) {
	for _, l := range res.Leaks {
		if l.Owner == "unbufsend" || l.Confidence != report.Default {
			continue
		}
		for _, v := range l.Victims {
			pos := fset.Position(v.Pos)
			victims.Add(filepath.Base(filepath.Dir(pos.Filename)), pos.Line)
		}
	}
}
