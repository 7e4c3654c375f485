package unbufsend_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/passes/unbufsend"
)

// shapes are the functions of the synthetic packages; %d makes their names
// differ.
var shapes = []string{`
func Early%[1]d(try func() error) int {
	ch := make(chan int)
	go func() { ch <- 1 }()
	if try() != nil {
		return 0
	}
	return <-ch
}
`, `
func Timeout%[1]d(ctx context.Context, f func() int) int {
	ch := make(chan int, 1)
	go func() { ch <- f() }()
	select {
	case v := <-ch:
		return v
	case <-ctx.Done():
		return 0
	}
}
`, `
func Workers%[1]d(xs []int, f func(int) (int, error)) (sum int, err error) {
	var wg sync.WaitGroup
	out := make(chan int)
	for _, x := range xs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if v, err := f(x); err == nil {
				out <- v
			}
		}()
	}
	go func() { wg.Wait(); close(out) }()
	for v := range out {
		if v < 0 {
			return 0, context.Canceled
		}
		sum += v
	}
	return sum, nil
}
`, `
type actor%[1]d struct {
	jobs chan int
	quit chan struct{}
}

func (a *actor%[1]d) loop() {
	for {
		select {
		case <-a.jobs:
		case <-a.quit:
			return
		}
	}
}

func Actor%[1]d(n int) {
	a := &actor%[1]d{make(chan int), make(chan struct{})}
	go a.loop()
	for i := range n {
		a.jobs <- i
	}
	close(a.quit)
}
`, `
func Plain%[1]d(xs map[string][]int) (sum int) {
	for k, vs := range xs {
		for _, v := range vs {
			if len(k) > v {
				sum += v
			}
		}
	}
	return sum
}
`}

// hostile is one function with more of everything than anybody writes.
func hostile(cases int) string {
	var b strings.Builder
	b.WriteString("func Hostile(ctx context.Context, v int, on func() bool) {\n\tch := make(chan int)\n\tdone := make(chan struct{})\n")
	for i := range 200 {
		fmt.Fprintf(&b, "\tgo func() { ch <- %d }()\n", i)
	}
	for range 50 {
		b.WriteString("\tselect {\n\tcase <-ch:\n\tcase <-done:\n\tcase <-ctx.Done():\n\t\treturn\n\t}\n")
	}
	for i := range 100 {
		fmt.Fprintf(&b, "\tif on() {\n\t\tch <- %d\n\t}\n", i)
	}
	b.WriteString("\tswitch v {\n")
	for i := range cases {
		fmt.Fprintf(&b, "\tcase %d:\n\t\tv++\n", i)
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}

// BenchmarkPackage analyses packages of 10, 100 and 1,000 functions and
// two with a hostile function, beyond and below what is built: ns/op must grow with the number of functions.
func BenchmarkPackage(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		var src strings.Builder
		for i := range n {
			fmt.Fprintf(&src, shapes[i%len(shapes)], i)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmark(b, src.String()) })
	}
	b.Run("hostile", func(b *testing.B) { benchmark(b, hostile(10000)) })
	b.Run("crowded", func(b *testing.B) { benchmark(b, hostile(3000)) })
}

// benchmark analyses one package over and over.
func benchmark(b *testing.B, body string) {
	dir := b.TempDir()
	imports := "import \"context\"\n"
	if strings.Contains(body, "sync.") {
		imports += "import \"sync\"\n"
	}
	for name, text := range map[string]string{"go.mod": "module bench\n\ngo 1.26\n", "p.go": "package p\n\n" + imports + body} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadSyntax | packages.NeedModule,
		Dir:  dir,
		Env:  append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod"),
	}, ".")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		graph, err := checker.Analyze([]*analysis.Analyzer{unbufsend.Analyzer}, pkgs, nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, act := range graph.Roots {
			if act.Err != nil {
				b.Fatal(act.Err)
			}
			b.ReportMetric(float64(len(act.Diagnostics)), "findings")
		}
	}
}
