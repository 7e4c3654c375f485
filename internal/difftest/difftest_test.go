package difftest

import (
	"flag"
	"testing"
)

var dump = flag.String("difftest.dump", "", "print the scenarios of this family")

// TestGenerate: a seed decides everything, and what it gives builds and runs.
func TestGenerate(t *testing.T) {
	all := Generate(1, 150)
	again := Generate(1, 80)
	for i, s := range again {
		if string(s.Source) != string(all[i].Source) {
			t.Fatalf("scenario %d differs from one call to the next", i)
		}
	}
	if *dump != "" {
		for _, s := range Generate(1, 12, *dump) {
			t.Logf("%s %s\n%s", s.Name, s.Family, s.Numbered())
		}
	}
	if testing.Short() {
		t.Skip("runs the go command")
	}
	leaks, err := Truth(t.TempDir(), all, Effort{Rounds: 6, Runs: 10})
	if err != nil {
		t.Fatal(err)
	}
	leaking := 0
	for _, c := range Compare(all, leaks, nil, nil) {
		if len(c.Leaked) > 0 {
			leaking++
		}
	}
	if leaking < len(all)/5 || leaking > len(all)*4/5 {
		t.Errorf("%d of %d scenarios leak: the generator should draw both kinds", leaking, len(all))
	}
	t.Logf("%d of %d scenarios leak a sender", leaking, len(all))
}

// TestTruth: the runtime's verdict on programs whose verdict is known, the
// last two only thanks to delays.
func TestTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	tests := []struct {
		body string
		want int // line of the leaked operation, 0 for none
	}{
		{"go func() {\n\t\tch <- 1\n\t}()\n\tif env.Cond() {\n\t\treturn\n\t}\n\t<-ch", 8},
		{"go func() {\n\t\tch <- 1\n\t}()\n\tenv.Work()\n\t<-ch", 0},
		{"go func() {\n\t\tselect {\n\t\tcase ch <- 1:\n\t\tcase <-ctx.Done():\n\t\t}\n\t}()\n\tenv.Work()", 0},
		{"go func() {\n\t\tch <- 1\n\t}()\n\tselect {\n\tcase <-ch:\n\tcase <-ctx.Done():\n\t}\n\tenv.Work()", 8},
		{"go func() {\n\t\tch <- 1\n\t}()\n\tenv.Work()\n\tselect {\n\tcase <-ch:\n\tdefault:\n\t}", 8},
	}
	var all []*Scenario
	for i, test := range tests {
		name := []string{"s9000", "s9001", "s9002", "s9003", "s9004"}[i]
		all = append(all, &Scenario{Name: name, HasCtx: true, Source: []byte("package " + name +
			"\n\nimport (\"context\"; \"difftest/env\")\n\nfunc Run(ctx context.Context) {\n\tch := make(chan int)\n\t" + test.body + "\n}\n")})
	}
	leaks, err := Truth(t.TempDir(), all, Effort{Rounds: 6, Runs: 20})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range Compare(all, leaks, nil, nil) {
		if want := tests[i].want; want == 0 && len(c.Leaked) > 0 || want != 0 && (len(c.Leaked) != 1 || c.Leaked[0] != want) {
			t.Errorf("want a leak at line %d:\n%s", want, c)
		}
	}
}

// TestCompare: a select is one place, wherever it is named.
func TestCompare(t *testing.T) {
	s := &Scenario{Name: "s1", Source: []byte("package s1\nfunc Run(a chan int) {\n\tselect {\n\tcase a <- 1:\n\tcase <-a:\n\t}\n\ta <- 1\n\t<-a\n}\n")}
	truth, named := Leaks{}, Leaks{}
	truth.Add("s1", 3)
	truth.Add("s1", 8)
	named.Add("s1", 4)
	named.Add("s1", 7)
	all := Compare([]*Scenario{s}, truth, named, nil)
	if c := all[0]; len(c.Leaked) != 1 || len(c.Missed) != 0 || len(c.False) != 1 || c.False[0] != 7 || len(c.Elsewhere) != 1 {
		t.Errorf("got %v", c)
	}
	if score, _ := Total(all); score.Precision() != 0 || score.Recall() != 1 {
		t.Errorf("got %v", score)
	}
}
