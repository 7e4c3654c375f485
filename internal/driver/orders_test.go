package driver_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// ordersModule has packages of every kind that matters to how the go command
// caches results: without tests, with in-package tests, with external tests,
// with tests that the build excludes, and one whose external tests import a
// package that imports it.
const ordersModule = `
-- go.mod --
module example.com/m

go 1.25
-- none/a.go --
package none

func drop() {}

func F() { drop() }
-- in/a.go --
package in

import "example.com/m/none"

func drop() {}

func F() { drop(); none.F() }
-- in/a_test.go --
package in

func f() { drop() }
-- ext/a.go --
package ext

import "example.com/m/in"

func drop() {}

func F() { drop(); in.F() }
-- ext/a_test.go --
package ext_test

func drop() {}

func f() { drop() }
-- excluded/a.go --
package excluded

import "example.com/m/none"

func drop() {}

func F() { drop(); none.F() }
-- excluded/a_test.go --
//go:build never

package excluded
-- excluded/_ignored_test.go --
package excluded
-- both/a.go --
package both

func drop() {}

func F() { drop() }
-- both/a_test.go --
package both

func f() { drop() }
-- both/x_test.go --
package both_test

import "example.com/m/user"

func f() { user.F() }
-- middle/a.go --
package middle

import "example.com/m/both"

func drop() {}

func F() { drop(); both.F() }
-- user/a.go --
package user

import "example.com/m/middle"

func drop() {}

func F() { drop(); middle.F() }
`

// TestOrders holds, in many orders of runs, that no finding is lost and none
// is repeated. The go command keeps what it found for a dependency, which is
// nothing, under the key of the same package asked for by name.
func TestOrders(t *testing.T) {
	patterns := []string{"./none", "./in", "./ext", "./excluded", "./both", "./middle", "./user", "./...", "./u..."}
	orders := 5
	if testing.Short() {
		orders = 2
	}
	reference := t.TempDir()
	writeArchive(t, reference, ordersModule)
	all := findingLines(run(t, reference, "leaklint", "-standalone", "./..."))
	if len(all) != 16 {
		t.Fatalf("%d findings in the whole module, want 16: %q", len(all), all)
	}
	for i := range orders {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(i), 1))
			dir := t.TempDir() // a cache of its own: its path is part of the key
			writeArchive(t, dir, ordersModule)
			shuffled := slices.Clone(patterns)
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			for _, pattern := range shuffled {
				want := linesIn(all, pattern)
				if random.IntN(2) == 0 {
					got := findingLines(run(t, dir, "leaklint", pattern))
					if !slices.Equal(got, want) {
						t.Errorf("order %q, leaklint %s:\ngot  %q\nwant %q", shuffled, pattern, got, want)
					}
					continue
				}
				got := findingLines(run(t, dir, "go", "vet", "-vettool="+leaklintPath(t), pattern))
				if asked := linesIn(got, pattern); !slices.Equal(asked, want) {
					t.Errorf("order %q, go vet %s:\ngot  %q\nwant %q", shuffled, pattern, asked, want)
				}
				if once := slices.Compact(slices.Clone(got)); len(once) < len(got) {
					t.Errorf("order %q, go vet %s: repeated in %q", shuffled, pattern, got)
				}
			}
		})
	}
}

// findingLine matches the line of a finding in the text of leaklint and of go
// vet, but not the lines of a trail.
var findingLine = regexp.MustCompile(`(?m)^(\S+\.go:\d+:\d+: .*?(?:is called|drops))(?: \(drops/\w+\))?$`)

// findingLines returns the findings in a text, in order.
func findingLines(text string) []string {
	var lines []string
	for _, m := range findingLine.FindAllStringSubmatch(text, -1) {
		lines = append(lines, m[1])
	}
	slices.Sort(lines)
	return lines
}

// linesIn returns the lines about files that the pattern means.
func linesIn(lines []string, pattern string) []string {
	prefix := strings.TrimPrefix(pattern, "./")
	prefix, tree := strings.CutSuffix(prefix, "...")
	if !tree {
		prefix += "/"
	}
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !strings.HasPrefix(l, prefix) })
}

// writeArchive writes the files of a txtar archive below dir.
func writeArchive(t *testing.T, dir, archive string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// leaklintPath returns the path of the leaklint of the tests.
func leaklintPath(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("leaklint")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs a command that may exit with findings and returns its output.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "GOFLAGS=", "GOWORK=off")
	if scriptsGo != "" {
		cmd.Env = append(cmd.Env, "GOTOOLCHAIN="+scriptsGo)
	}
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("%s %q: %v\n%s", name, args, err, &out)
	}
	return out.String()
}
