package confirm

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/cover"

	"github.com/leaklint/leaklint/internal/profile"
)

// TestPatch holds that this Go's package testing can be given the harness, and
// that its lines stay where they are.
func TestPatch(t *testing.T) {
	//lint:ignore SA1019 it runs where it was built
	data, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "src/testing/testing.go"))
	if err != nil {
		t.Skip(err)
	}
	patched, err := patchRun(data)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(patched), " defer m.leaklintConfirm();"); n != 1 || strings.Count(string(patched), "\n") != strings.Count(string(data), "\n") {
		t.Errorf("the harness is called %d times", n)
	}
	for _, text := range []string{string(patched), harness} {
		if _, err := parser.ParseFile(token.NewFileSet(), "x.go", text, 0); err != nil {
			t.Error(err)
		}
	}
	for _, other := range []string{"package testing", "package testing\nfunc (t *T) Run() {}", "package"} {
		if out, err := patchRun([]byte(other)); err == nil {
			t.Errorf("%q becomes %q", other, out)
		}
	}
}

// TestJudge holds what a run of tests says about a finding.
func TestJudge(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "p.go")
	text := "package p\n\nfunc F() {\n\tc <- 1\n\tc <- 2\n\tgo func() { c <- 3 }()\n}\n"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	c := profile.NewCheckout([]profile.Module{{Path: "example.com/m", Dir: dir}})
	covered := []*cover.Profile{{FileName: "example.com/m/p.go", Blocks: []cover.ProfileBlock{
		{StartLine: 3, EndLine: 6, Count: 1}, {StartLine: 5, EndLine: 5, Count: 0}, {StartLine: 6, EndLine: 6, Count: 1}, {StartLine: 6, EndLine: 6, Count: 0},
	}}}
	for _, test := range []struct {
		name           string
		pass           string
		line           int
		assumes        string
		blocks, leaked bool
		stands         int
		want           Status
		file           string
	}{
		{name: "leaked", pass: "unbufsend", line: 4, blocks: true, leaked: true, stands: 2, want: Confirmed},
		{name: "leaked, and the line is not known", pass: "unbufsend", line: 5, blocks: true, leaked: true, stands: 1, want: Confirmed},
		{name: "a loop stays", pass: "selectnoexit", line: 4, blocks: true, stands: 2, want: Stayed},
		{name: "a sender that only stands there", pass: "unbufsend", line: 4, blocks: true, stands: 2, want: Contradicted},
		{name: "contradicted", pass: "unbufsend", line: 4, blocks: true, want: Contradicted},
		{name: "not seen", pass: "unbufsend", line: 4, blocks: true, assumes: "ctx ends", want: NotSeen},
		{name: "not reached", pass: "unbufsend", line: 5, blocks: true, want: NotReached},
		{name: "a literal on the line that starts it", pass: "unbufsend", line: 6, blocks: true, want: NotReached},
		{name: "no goroutine", pass: "noctxcancel", line: 4, want: NotVisible},
		{name: "no goroutine, not reached", pass: "noctxcancel", line: 5, want: NotReached},
		{name: "not measured", pass: "unbufsend", line: 4, blocks: true, want: NotMeasured, file: filepath.Join(dir, "p_test.go")},
	} {
		at := profile.Place{File: file, Line: test.line}
		if test.file != "" {
			at.File = test.file
		}
		f := profile.Finding{Pass: test.pass, Check: test.pass, At: at}
		if test.blocks {
			f.Steps = []profile.Step{{At: at, Role: "blocked", Assumes: test.assumes}}
		}
		p := &profile.Profile{Form: profile.Dump, Stacks: []*profile.Stack{}}
		if test.stands > 0 {
			p.Stacks = append(p.Stacks, &profile.Stack{Count: test.stands, State: "chan send", Leaked: test.leaked,
				Frames: []profile.Frame{{Func: "example.com/m.F", File: "/x/p.go", Line: test.line}}})
		}
		a := &profile.Analysis{Findings: []profile.Finding{f}}
		profiles := []*profile.Profile{p}
		joined := c.NewReport(profiles, profile.Span{}, c.Groups(profiles), a)
		r := Judge(c, &Result{Profile: p, Covered: covered}, joined, a)
		if it := r.Items[0]; it.Status != test.want || len(r.Unknown) > 0 {
			t.Errorf("%s: %s, want %s; %d unknown", test.name, it.Status, test.want, len(r.Unknown))
		}
	}
}
