package profile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkoutOf writes files and returns a checkout with the module example.com/m
// in the directory m.
func checkoutOf(t *testing.T, files map[string]string) (*Checkout, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return NewCheckout([]Module{{Path: "example.com/m", Dir: filepath.Join(dir, "m")}}), dir
}

// TestPlaces holds that positions are found wherever the program was built.
func TestPlaces(t *testing.T) {
	const server = "package main\n\nfunc main() {}\n\nfunc run() {\n\tselect {}\n}\n"
	const client = "package main\n\nfunc main() {\n\n\n\tselect {}\n}\n"
	c, dir := checkoutOf(t, map[string]string{
		"m/p/p.go": "package p\n\nfunc F() {}\n", "m/m.go": "package m\n\nfunc G() {}\n",
		"m/p/p_test.go":        "package p_test\n\nfunc T() {}\n",
		"m/cmd/server/main.go": server, "m/cmd/client/main.go": client, "secret.go": "package secret\n",
	})
	for _, test := range []struct{ name, symbol, file, want string }{
		{"here", "example.com/m/p.F", filepath.Join(dir, "m/p/p.go"), "m/p/p.go"},
		{"elsewhere", "example.com/m/p.F", "/builds/7/src/p/p.go", "m/p/p.go"},
		{"trimmed", "example.com/m/p.F", "example.com/m/p/p.go", "m/p/p.go"},
		{"the module itself", "example.com/m.G", "/builds/7/src/m.go", "m/m.go"},
		{"module cache", "example.com/m/p.F", "/go/pkg/mod/example.com/m@v1.2.3/p/p.go", "m/p/p.go"},
		{"vendored", "example.com/m/p.F", "/builds/other/vendor/example.com/m/p/p.go", "m/p/p.go"},
		{"windows", "example.com/m/p.F", `C:\src\m\p\p.go`, "m/p/p.go"},
		{"external test", "example.com/m/p_test.T", "/x/p/p_test.go", "m/p/p_test.go"},
		{"no such file", "example.com/m/p.F", "/builds/7/src/p/q.go", ""},
		{"another module", "example.com/mm/p.F", "/x/p/p.go", ""},
		{"out of the module", "example.com/m/../..secret.F", "/x/../secret.go", ""},
		{"main here", "main.run", filepath.Join(dir, "m/cmd/server/main.go"), "m/cmd/server/main.go"},
		{"main trimmed", "main.run", "example.com/m/cmd/server/main.go", "m/cmd/server/main.go"},
		{"main of a version", "main.run", "example.com/m@v1.2.3/cmd/server/main.go", "m/cmd/server/main.go"},
		{"main elsewhere", "main.run", "/home/x/m/cmd/server/main.go", "m/cmd/server/main.go"},
		{"main of another command", "main.run", "/home/x/m/cmd/client/main.go", ""},
		{"main of a stranger", "main.stranger", "/home/x/other/main.go", ""},
	} {
		line := 3
		if strings.HasPrefix(test.symbol, "main.") {
			line = 6
		}
		got := c.Place(Frame{Func: test.symbol, File: test.file, Line: line}).File
		want := ""
		if test.want != "" {
			want = filepath.Join(dir, filepath.FromSlash(test.want))
		}
		if got != want {
			t.Errorf("%s: %s in %s is at %q, want %q", test.name, test.symbol, test.file, got, want)
		}
	}
}

// TestLearn holds that frames of packages tell where the files of package main
// were, also where two commands look alike.
func TestLearn(t *testing.T) {
	const text = "package main\n\nfunc main() {\n\tselect {}\n}\n"
	c, dir := checkoutOf(t, map[string]string{"m/p/p.go": "package p\n\nfunc F() {}\n", "m/a/main.go": text, "m/x/a/main.go": text})
	at := Frame{Func: "main.main", File: "/b/7/x/a/main.go", Line: 4}
	c.Learn(&Profile{Stacks: []*Stack{{Frames: []Frame{{Func: "example.com/m/p.F", File: "/b/7/p/p.go", Line: 3}, at}}}})
	if got, want := c.Place(at).File, filepath.Join(dir, "m/x/a/main.go"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestMisfit holds that the place of another version is no place.
func TestMisfit(t *testing.T) {
	c, dir := checkoutOf(t, map[string]string{"m/p/p.go": "package p\n\ntype T[X any] struct{}\n\nfunc (t *T[X]) Run() {\n}\n\nfunc F() {\n}\n\nvar V = func() {\n}\n"})
	for _, test := range []struct {
		symbol string
		line   int
		want   string
	}{
		{"example.com/m/p.F", 8, ""},
		{"example.com/m/p.F.func1", 9, ""},
		{"example.com/m/p.(*T[...]).Run", 5, ""},
		{"example.com/m/p.init.func1", 11, ""},
		{"example.com/m/p.F", 5, "line 5 is in T.Run here, and in F in the profile"},
		{"example.com/m/p.F", 3, "line 3 is in no function here, and in F in the profile"},
		{"example.com/m/p.F", 99, "the file has 12 lines here, and the profile names line 99"},
	} {
		got := c.misfit(Place{filepath.Join(dir, "m/p/p.go"), test.line}, test.symbol)
		if got != test.want && got != strings.Replace(test.want, "12", "13", 1) {
			t.Errorf("%s at %d: %q, want %q", test.symbol, test.line, got, test.want)
		}
	}
}

// TestOperations holds that lines are read for what a goroutine can wait for.
func TestOperations(t *testing.T) {
	const text = `package p

func f(ctx C, c, d chan int, w W) {
	c <- g(1)
	x := <-c
	for range c {
	}
	select {
	case <-ctx.Done():
	case c <- h(func() { d <- 1 }):
	case v, ok := <-d:
	}
	select {}
	w.wg.Wait()
	c <- w.Get(); w.Put(x)
	func() { <-d }()
}
`
	c, dir := checkoutOf(t, map[string]string{"m/p/p.go": text})
	for _, test := range []struct {
		line          int
		state, callee string
		want          string
		done          bool
	}{
		{4, "chan send", "", "sends on c", false},
		{4, "", "", "sends on c", false},
		{4, "IO wait", "g", "calls g", false},
		{4, "chan receive", "", "", false},
		{5, "chan receive", "", "receives from c", false},
		{6, "chan receive", "", "ranges over c", false},
		{8, "select", "", "waits in a select for a receive from ctx.Done() or a send on c or a receive from d", true},
		{13, "select (no cases)", "", "waits in select {}, which nothing ends", false},
		{14, "sync.WaitGroup.Wait", "Wait", "calls w.wg.Wait", false},
		{14, "select", "", "", false},
		{15, "sleep", "Put", "calls w.Put", false},
		{15, "sleep", "Get", "calls w.Get", false},
		{15, "sleep", "Other", "", false},
		{16, "chan receive", "", "receives from d", false},
	} {
		op, _ := c.operationAt(Place{filepath.Join(dir, "m/p/p.go"), test.line}, test.state, test.callee)
		if op.text != test.want || op.done != test.done {
			t.Errorf("line %d, %q in %q: %q, done %t; want %q, %t", test.line, test.state, test.callee, op.text, op.done, test.want, test.done)
		}
	}
}

// TestMadeAt holds that the place where a channel is made is named only if
// there is one.
func TestMadeAt(t *testing.T) {
	const text = `package p

type a struct{ one, two, lit chan int }

func New() *a {
	x := &a{lit: make(chan int)}
	x.one = make(chan int, 1)
	x.two = make(chan int)
	return x
}

func (x *a) renew() { x.two = make(chan int) }

func (x *a) use() {
	c := make(chan int)
	c <- 1
	x.one <- 1
	x.two <- 1
	x.lit <- 1
}
`
	c, dir := checkoutOf(t, map[string]string{"m/p/p.go": text})
	for line, want := range map[int]int{16: 15, 17: 7, 18: 0, 19: 6} {
		at := Place{filepath.Join(dir, "m/p/p.go"), line}
		op, ok := c.operationAt(at, "chan send", "")
		if made := c.madeAt(at, op); !ok || made.Line != want {
			t.Errorf("the channel of line %d is made at %v, want line %d", line, made, want)
		}
	}
}
