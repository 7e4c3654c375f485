package explore

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A sample is a program of testdata and what is expected of it. Its text
// begins with the version line; comment lines in it say
//
//	// want leak 7        a default finding at the instruction with position 7
//	// want low 7         a low one
//	// want victim 7      a related operation of any finding
//	// states 40          not more states than that
//	// ok OLD => NEW      its correct twin has NEW for OLD, and is silent
//
// and a program without wants is silent. \n in OLD and NEW is a line break.
type sample struct {
	file, name, text string
	want             []string
	states           int
	p                *prog.Program
}

// samples reads the programs of all files below dir.
func samples(t testing.TB, dir string) []sample {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.leak"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs in %s: %v", dir, err)
	}
	var out []sample
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range splitPrograms(string(b)) {
			s := sample{file: file, text: text}
			if s.p, err = prog.Parse(text); err != nil {
				t.Fatalf("%s: %v\n%s", file, err, text)
			}
			s.name = s.p.Name
			s.readWants(t)
			out = append(out, s)
			if twin, ok := s.twin(t); ok {
				out = append(out, twin)
			}
		}
	}
	return out
}

// splitPrograms cuts a file before each version line.
func splitPrograms(text string) []string {
	var out []string
	for _, part := range strings.Split("\n"+text, "\nleak ")[1:] {
		out = append(out, "leak "+part)
	}
	return out
}

// readWants reads the comments of a program.
func (s *sample) readWants(t testing.TB) {
	for _, line := range strings.Split(s.text, "\n") {
		if w, ok := strings.CutPrefix(line, "// want "); ok {
			s.want = append(s.want, w)
		}
		if n, ok := strings.CutPrefix(line, "// states "); ok {
			var err error
			if s.states, err = strconv.Atoi(n); err != nil {
				t.Fatalf("%s: %v", s.file, err)
			}
		}
	}
	slices.Sort(s.want)
}

// twin returns the correct twin of a program, if it has one.
func (s *sample) twin(t testing.TB) (sample, bool) {
	var edits [][2]string
	var code []string
	breaks := strings.NewReplacer(`\n`, "\n  ")
	for _, line := range strings.Split(s.text, "\n") {
		edit, ok := strings.CutPrefix(line, "// ok ")
		if !ok && !strings.HasPrefix(line, "//") {
			code = append(code, line)
		}
		if from, to, both := strings.Cut(edit, " => "); ok && both {
			edits = append(edits, [2]string{breaks.Replace(from), breaks.Replace(to)})
		}
	}
	if len(edits) == 0 {
		return sample{}, false
	}
	twin := sample{file: s.file, name: s.name + ", correct", text: strings.Join(code, "\n")}
	for _, e := range edits {
		if strings.Count(twin.text, e[0]) != 1 {
			t.Fatalf("%s: %s: %q does not occur once", s.file, s.name, e[0])
		}
		twin.text = strings.Replace(twin.text, e[0], e[1], 1)
	}
	var err error
	if twin.p, err = prog.Parse(twin.text); err != nil {
		t.Fatalf("%s: %v\n%s", s.file, err, twin.text)
	}
	return twin, true
}

// testTable is a confidence table for tests, after docs/design.md section 9.2.
func testTable(_ *Blocked, assumed []Assumption) Confidence {
	for _, a := range assumed {
		switch a.Kind {
		case prog.AssumeZero, prog.AssumeDiffer, prog.AssumeLoopEnds, prog.AssumeNeverFails, prog.AssumePanic,
			prog.AssumeTestFatal, prog.AssumeNotThereLow, prog.AssumeTryFails, prog.AssumeEnvFills,
			prog.AssumeEnvTakes, prog.AssumeCallsFill, prog.AssumeEnvDelivers, prog.AssumeLost, prog.AssumeServiceStop:
			return Low
		}
	}
	return Default
}

// findings returns the leaks of a result in the form of wants.
func findings(r *Result) []string {
	var out []string
	add := func(kind string, pos prog.Pos) {
		if s := fmt.Sprintf("%s %d", kind, pos); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for i := range r.Leaks {
		l := &r.Leaks[i]
		kind := "leak"
		if l.Confidence() == Low {
			kind = "low"
		}
		add(kind, l.Op.Pos)
		for _, v := range append(l.Victims, l.Rest...) {
			add("victim", v.Pos)
		}
	}
	slices.Sort(out)
	return out
}

// dirs are the folders of programs.
var dirs = []string{"prims", "go", "kernels"}

// TestPrograms runs every program of testdata.
func TestPrograms(t *testing.T) {
	n := 0
	for _, dir := range dirs {
		for _, s := range samples(t, dir) {
			n++
			t.Run(s.name, func(t *testing.T) {
				r := Run(s.p, Options{Confidence: testTable})
				if got := findings(r); !slices.Equal(got, s.want) {
					t.Errorf("%s: found %q, want %q\n%s", s.file, got, s.want, describe(s.p, r))
				}
				if r.Truncated || r.Rung != 0 {
					t.Errorf("%s: truncated on rung %d", s.file, r.Rung)
				}
				if s.states > 0 && r.States > s.states {
					t.Errorf("%s: %d states, want at most %d", s.file, r.States, s.states)
				}
			})
		}
	}
	if n < 40 {
		t.Errorf("only %d programs", n)
	}
}

// TestEveryInstruction checks that some program of testdata has each operation.
func TestEveryInstruction(t *testing.T) {
	have := map[prog.Op]bool{}
	for _, dir := range dirs {
		for _, s := range samples(t, dir) {
			for _, f := range s.p.Funcs {
				for i := range f.Code {
					have[f.Code[i].Op] = true
				}
			}
		}
	}
	for _, op := range prog.Ops() {
		if !have[op] && op != prog.OpNop { // nop only carries a label
			t.Errorf("no program has %s", op)
		}
	}
}

// describe prints a result for a failing test.
func describe(p *prog.Program, r *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d states, truncated %v, rung %d\n", r.States, r.Truncated, r.Rung)
	for _, o := range r.Ops {
		fmt.Fprintf(&b, "  %s:%d @%d %v\n", p.Funcs[o.Site.Func].Name, o.Site.Instr, o.Site.Pos, o.Verdict)
	}
	for _, l := range r.Leaks {
		fmt.Fprintf(&b, "leak at %s:%d @%d, %d goroutines, confidence %d\n", p.Funcs[l.Op.Func].Name,
			l.Op.Instr, l.Op.Pos, l.Op.Count, l.Confidence())
		for _, s := range l.Witness.Steps {
			b.WriteString("  " + stepText(p, &l.Witness, s) + "\n")
		}
	}
	return b.String()
}

// stepText prints one step.
func stepText(p *prog.Program, w *Witness, s Step) string {
	in := &p.Funcs[s.Site.Func].Code[s.Site.Instr]
	out := fmt.Sprintf("g%d %s at %s:%d", s.Goroutine, in.Op, p.Funcs[s.Site.Func].Name, s.Site.Instr)
	switch s.Kind {
	case StepStart:
		out += fmt.Sprintf(" starts g%d", s.Other)
	case StepReturn:
		out += " returns"
	case StepBlocked:
		out += " stays"
	case StepAssume:
		a := w.Assumptions[s.Assumed]
		out += fmt.Sprintf(" assumes %s (%d) decisive %v", a.Kind, a.Outcome, a.Decisive)
	case StepDo:
		if s.Other >= 0 {
			out += fmt.Sprintf(" with g%d", s.Other)
		}
	}
	return out
}
