package hostile

import (
	"fmt"
	"strings"
)

// A Shape is a family of programs of one form.
type Shape struct {
	Name  string
	Short int // size for the tests, which double it
	Full  int // size for nightly
	// Source returns the one file of package p, module ex.
	Source func(n int) string
}

// Shapes are all shapes.
var Shapes = []Shape{
	{"recursive-channel", 4, 14, recursive("c chan int", "c", "c <- n.v", "c := make(chan int)\n\tgo func() {\n\t\tdefer close(c)\n\t\twalk(n, c)\n\t}()\n\tfor range c {\n\t}")},
	{"recursive-lock", 4, 14, recursive("mu *sync.Mutex", "mu", "mu.Lock()\n\tn.v++\n\tmu.Unlock()", "mu := new(sync.Mutex)\n\tgo walk(n, mu)\n\twalk(n, mu)")},
	{"recursive-group", 4, 14, recursive("wg *sync.WaitGroup", "wg", "wg.Add(1)\n\tgo func() {\n\t\tdefer wg.Done()\n\t}()", "wg := new(sync.WaitGroup)\n\twalk(n, wg)\n\twg.Wait()")},
	{"recursive-ticker", 4, 14, recursive("t *time.Ticker", "t", "<-t.C", "t := time.NewTicker(time.Second)\n\twalk(n, t)")},
	{"recursive-cancel", 4, 14, recursive("f context.CancelFunc", "f", "if n.v == 0 {\n\t\tf()\n\t}", "ctx, cancel := context.WithCancel(context.Background())\n\twalk(n, cancel)\n\t<-ctx.Done()")},
	{"recursive-context", 8, 14, recursive("ctx context.Context", "ctx", "ctx, cancel := context.WithCancel(ctx)\n\tdefer cancel()\n\tgo func() { <-ctx.Done() }()", "walk(n, context.Background())")},
	{"recursive-error", 4, 14, recursive("errs chan<- error", "errs", "if n.v < 0 {\n\t\terrs <- errors.New(\"no\")\n\t\treturn\n\t}", "errs := make(chan error, 1)\n\tgo walk(n, errs)\n\tprintln(<-errs)")},
	{"mutual-calls", 5, 16, mutual},
	{"mutual-methods", 5, 16, mutualMethods},
	{"fan-out", 5, 12, fanOut},
	{"call-chain", 60, 2000, callChain},
	{"contexts", 20, 400, contexts},
	{"contexts-branches", 10, 300, contextsBranches},
	{"tickers", 20, 300, tickers},
	{"timers-loop", 10, 200, timersLoop},
	{"doubled-struct", 10, 20, doubledStruct},
	{"doubled-pointer", 10, 30, doubledPointer},
	{"doubled-interface", 10, 200, doubledInterface},
	{"doubled-generic", 6, 16, doubledGeneric},
	{"channel-types", 20, 400, channelTypes},
	{"nested-closures", 6, 40, nestedClosures},
	{"closure-ladder", 10, 200, closureLadder},
	{"closure-calls", 10, 200, closureCalls},
	{"nested-ifs", 20, 450, nested("if x > %d {", 0)},
	{"nested-loops", 10, 450, nested("for x > %d {", 0)},
	{"nested-selects", 10, 150, nestedSelects},
	{"nested-goroutines", 6, 60, nestedGoroutines},
	{"parentheses", 50, 500, parentheses},
	{"else-if", 40, 450, elseIf},
	{"bool-flags", 10, 300, boolFlags},
	{"and-or", 10, 400, andOr},
	{"cases", 25, 10000, cases},
	{"type-cases", 30, 1000, typeCases},
	{"select-cases", 20, 1000, selectCases},
	{"channels-selects", 10, 200, channelsSelects},
	{"go-statements", 40, 5000, goStatements},
	{"go-calls", 40, 5000, goCalls},
	{"functions", 100, 20000, functions},
	{"goroutines", 40, 4000, goroutines},
	{"long-function", 200, 40000, longFunction},
	{"long-locks", 40, 4000, longLocks},
	{"defers", 20, 1000, defers},
	{"fields", 40, 1000, fields},
	{"implementations", 15, 300, implementations},
	{"handlers", 40, 5000, handlers},
	{"rotation", 10, 150, rotation},
	{"recursive-generics", 4, 12, recursiveGenerics},
	{"growing-generics", 4, 12, growingGenerics},
	{"recursive-closures", 5, 30, recursiveClosures},
	{"once-calls", 5, 16, onceCalls},
	{"starters", 10, 300, starters},
	{"callback-chain", 10, 300, callbackChain},
	{"returns", 20, 1000, returns},
	{"loops-in-row", 15, 400, loopsInRow},
	{"globals", 30, 2000, globals},
	{"groups", 10, 300, groups},
	{"conds", 10, 200, conds},
	{"literal-tables", 50, 10000, literalTables},
}

// file returns a source file; what it does not use is not imported.
func file(body string) string {
	var b strings.Builder
	b.WriteString("package p\n\n")
	for _, path := range []string{"context", "errors", "fmt", "sync", "time"} {
		if strings.Contains(body, path+".") {
			fmt.Fprintf(&b, "import %q\n", path)
		}
	}
	b.WriteString("\n" + body)
	return b.String()
}

// repeat returns format with each number below n put in place of every %d.
func repeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(format, "%d", fmt.Sprint(i)), "%e", fmt.Sprint(i+1)))
	}
	return b.String()
}

// recursive returns a tree walk with n children that hands a parameter on.
func recursive(param, arg, work, use string) func(int) string {
	return func(n int) string {
		return file("type Node struct {\n" + repeat(n, "\tk%d *Node\n") + "\tv int\n}\n\n" +
			"func walk(n *Node, " + param + ") {\n\t" + work + "\n" +
			repeat(n, "\tif n.k%d != nil {\n\t\twalk(n.k%d, "+arg+")\n\t}\n") + "}\n\n" +
			"func Use(n *Node) {\n\t" + use + "\n}\n")
	}
}

// mutual has n functions that all call each other with a channel.
func mutual(n int) string {
	calls := repeat(n, "\tif n == %d {\n\t\tf%d(c, n-1)\n\t}\n")
	return file(strings.ReplaceAll(repeat(n, "func f%d(c chan int, n int) {\n\tc <- n\nCALLS}\n\n"), "CALLS", calls) +
		"func Use(n int) {\n\tc := make(chan int)\n\tgo func() {\n\t\tdefer close(c)\n\t\tf0(c, n)\n\t}()\n\tfor range c {\n\t}\n}\n")
}

// mutualMethods has n methods that all call each other under a lock, with closures.
func mutualMethods(n int) string {
	calls := repeat(n, "\tif n == %d {\n\t\tfunc() { p.f%d(n-1) }()\n\t}\n")
	return file("type P struct {\n\tmu sync.Mutex\n\tc  chan int\n\tdone chan bool\n}\n\n" +
		strings.ReplaceAll(repeat(n, "func (p *P) f%d(n int) {\n\tp.mu.Lock()\n\tdefer p.mu.Unlock()\n\tselect {\n\tcase p.c <- n:\n\tcase <-p.done:\n\t}\nCALLS}\n\n"), "CALLS", calls) +
		"func New() *P {\n\tp := &P{c: make(chan int), done: make(chan bool)}\n\tgo p.f0(3)\n\treturn p\n}\n\nfunc (p *P) Close() { close(p.done) }\n")
}

// fanOut has a call tree n deep in which every function calls the next four times.
func fanOut(n int) string {
	return file(repeat(n, "func f%d(c chan int, mu *sync.Mutex) {\n\tf%e(c, mu)\n\tf%e(c, mu)\n\tf%e(c, mu)\n\tf%e(c, mu)\n}\n\n") +
		fmt.Sprintf("func f%d(c chan int, mu *sync.Mutex) {\n\tmu.Lock()\n\tc <- 1\n\tmu.Unlock()\n}\n\n", n) +
		"func Use() {\n\tc := make(chan int)\n\tgo f0(c, new(sync.Mutex))\n\t<-c\n}\n")
}

// callChain has n functions that hand a channel down.
func callChain(n int) string {
	return file(repeat(n, "func f%d(c chan int) int { return f%e(c) + 1 }\n\n") +
		fmt.Sprintf("func f%d(c chan int) int {\n\tc <- 1\n\treturn <-c\n}\n\n", n) +
		"func Use() {\n\tc := make(chan int)\n\tgo f0(c)\n\tprintln(<-c)\n}\n")
}

// contexts derives n contexts in one function.
func contexts(n int) string {
	return file("func Use(c0 context.Context) {\n" +
		repeat(n, "\tc%e, cancel%d := context.WithCancel(c%d)\n\tdefer cancel%d()\n\tgo func() { <-c%e.Done() }()\n") + "}\n")
}

// contextsBranches derives n contexts, each with a way out that forgets its cancel.
func contextsBranches(n int) string {
	return file("func Use(c0 context.Context, f func(context.Context) error) error {\n" +
		repeat(n, "\tc%e, cancel%d := context.WithCancel(c%d)\n\tif err := f(c%e); err != nil {\n\t\treturn err\n\t}\n\tcancel%d()\n") + "\treturn nil\n}\n")
}

// tickers makes n tickers of which some ways out stop some.
func tickers(n int) string {
	return file("func Use(x int) {\n" + repeat(n, "\tt%d := time.NewTicker(time.Second)\n\tif x == %d {\n\t\treturn\n\t}\n\t<-t%d.C\n") +
		repeat(n, "\tt%d.Stop()\n") + "}\n")
}

// timersLoop has n timers in one loop.
func timersLoop(n int) string {
	return file("func Use(done chan bool) {\n" + repeat(n, "\tt%d := time.NewTimer(time.Minute)\n") + "\tfor {\n\t\tselect {\n\t\tcase <-done:\n\t\t\treturn\n" +
		repeat(n, "\t\tcase <-t%d.C:\n\t\t\tt%d.Reset(time.Minute)\n") + "\t\t}\n\t}\n}\n")
}

// doubledStruct doubles a struct type n times.
func doubledStruct(n int) string {
	return file("type T0 struct {\n\tc  chan int\n\tmu sync.Mutex\n}\n\n" + repeat(n, "type T%e struct{ a, b T%d }\n\n") +
		fmt.Sprintf("func Use(t *T%d) {\n\tgo func() { t"+strings.Repeat(".a", n)+".c <- 1 }()\n}\n\nfunc Make() *T%d { return new(T%d) }\n", n, n, n))
}

// doubledPointer doubles a type through pointers, slices and maps.
func doubledPointer(n int) string {
	return file("type T0 struct{ c chan int }\n\n" + repeat(n, "type T%e struct {\n\ta *T%d\n\tb []T%d\n\tm map[string]func(T%d) *T%d\n}\n\n") +
		fmt.Sprintf("func Use(t *T%d) {\n\tc := make(chan int)\n\tt"+strings.Repeat(".a", n)+".c = c\n\tgo func() { c <- 1 }()\n}\n", n))
}

// doubledInterface has n interfaces, each with methods on the others.
func doubledInterface(n int) string {
	return file(repeat(n, "type I%d interface {\n\tF%d(I%e) I%e\n\tG%d(chan I%e)\n}\n\n") + fmt.Sprintf("type I%d interface{ C() chan int }\n\n", n) +
		"func Use(x I0) {\n\tc := make(chan I1)\n\tgo x.G0(c)\n\tgo func() { c <- nil }()\n}\n")
}

// doubledGeneric nests a generic pair n deep.
func doubledGeneric(n int) string {
	return file("type P[A any] struct {\n\ta, b *A\n\tc    chan A\n}\n\nfunc (p *P[A]) put(a A) { go func() { p.c <- a }() }\n\n" +
		"type T0 struct{ c chan int }\n\n" + repeat(n, "type T%e = P[struct{ x, y T%d }]\n\n") +
		fmt.Sprintf("func Use(t *T%d) {\n\tt.put(struct{ x, y T%d }{})\n}\n", n, n-1))
}

// channelTypes has a channel of channels of channels.
func channelTypes(n int) string {
	return file("func Use() {\n\tc := make(" + strings.Repeat("chan ", n) + "int)\n\tgo func() { c <- nil }()\n\tx := <-c\n\t<-x\n}\n")
}

// nestedClosures has n function literals in each other, each called and started.
func nestedClosures(n int) string {
	body := "c <- 1"
	for i := range n {
		body = fmt.Sprintf("f%d := func() {\n%s\n}\nf%d()\ngo f%d()\n", i, body, i, i)
	}
	return file("func Use(c chan int) {\n" + body + "}\n")
}

// closureLadder has closures that each call the one before twice.
func closureLadder(n int) string {
	return file("func Use() {\n\tc := make(chan int)\n\tf0 := func() { c <- 1 }\n" + repeat(n, "\tf%e := func() {\n\t\tf%d()\n\t\tf%d()\n\t}\n") +
		fmt.Sprintf("\tgo f%d()\n\t<-c\n}\n", n))
}

// closureCalls passes n closures to a function that runs them.
func closureCalls(n int) string {
	return file("func run(f func()) { f() }\n\nfunc Use() {\n\tc := make(chan int)\n\tvar mu sync.Mutex\n" +
		repeat(n, "\tgo run(func() {\n\t\tmu.Lock()\n\t\tdefer mu.Unlock()\n\t\tc <- %d\n\t})\n") + "\t<-c\n}\n")
}

// nested opens n blocks in each other.
func nested(open string, _ int) func(int) string {
	return func(n int) string {
		return file("func Use(x int) {\n\tc := make(chan int)\n\tgo func() { c <- 1 }()\n" + repeat(n, open+"\nx++\n") + "if x == 7 {\nreturn\n}\n" + strings.Repeat("}\n", n) + "\t<-c\n}\n")
	}
}

// nestedSelects has selects in each other's cases.
func nestedSelects(n int) string {
	return file("func Use(ctx context.Context) {\n\tc := make(chan int)\n\tgo func() { c <- 1 }()\n" +
		strings.Repeat("select {\ncase <-ctx.Done():\nreturn\ncase c <- 1:\n", n) + strings.Repeat("}\n", n) + "}\n")
}

// nestedGoroutines has go statements in each other.
func nestedGoroutines(n int) string {
	return file("func Use() {\n" + repeat(n, "c%d := make(chan int)\ngo func() {\n") + "println()\n" + func() string {
		var b strings.Builder
		for i := n - 1; i >= 0; i-- {
			fmt.Fprintf(&b, "c%d <- 1\n}()\n<-c%d\n", i, i)
		}
		return b.String()
	}() + "}\n")
}

// parentheses nests an expression.
func parentheses(n int) string {
	return file("func Use(x int) {\n\tc := make(chan int)\n\tgo func() { c <- " + strings.Repeat("(1+", n) + "x" + strings.Repeat(")", n) + " }()\n}\n")
}

// elseIf is one long chain.
func elseIf(n int) string {
	return file("func Use(x int, s string) {\n\tc := make(chan string)\n\tt := time.NewTicker(time.Second)\n\tgo func() { c <- s }()\n\tif x == -1 {\n\t\tt.Stop()\n\t\treturn\n\t}" +
		repeat(n, " else if x == %d {\n\t\ts += <-c\n\t}") + "\n\tt.Stop()\n}\n")
}

// boolFlags sets flags that later branches read.
func boolFlags(n int) string {
	return file("func Use(ctx context.Context, f func() bool) {\n\tctx, cancel := context.WithCancel(ctx)\n\tc := make(chan int)\n\tgo func() { c <- 1 }()\n" +
		repeat(n, "\tb%d := f()\n\tif b%d {\n\t\tprintln(%d)\n\t}\n") + repeat(n, "\tif !b%d {\n\t\tprintln(%d)\n\t}\n") + "\tif b0 {\n\t\tcancel()\n\t\t<-c\n\t}\n\tprintln(ctx)\n}\n")
}

// andOr is one long condition.
func andOr(n int) string {
	return file("func Use(ctx context.Context, x []int) {\n\tctx, cancel := context.WithCancel(ctx)\n\tc := make(chan int)\n\tgo func() { c <- 1 }()\n\tif " +
		repeat(n, "x[%d] > 1 && x[%e] < 2 || ") + "x[0] == 0 {\n\t\tcancel()\n\t\t<-c\n\t}\n\tprintln(ctx)\n}\n")
}

// cases is a switch with n cases in a goroutine.
func cases(n int) string {
	return file("func Use(x int) {\n\tc := make(chan int)\n\tgo func() {\n\t\tswitch x {\n" + repeat(n, "\t\tcase %d:\n\t\t\tc <- %d\n") + "\t\t}\n\t}()\n\tif x > 3 {\n\t\t<-c\n\t}\n}\n")
}

// typeCases is a type switch with n cases.
func typeCases(n int) string {
	return file(repeat(n, "type T%d struct{ c chan int }\n\n") + "func Use(x any) {\n\tswitch x := x.(type) {\n" +
		repeat(n, "\tcase *T%d:\n\t\tgo func() { x.c <- 1 }()\n") + "\t}\n}\n\nfunc All() {\n\tc := make(chan int)\n" + repeat(n, "\tUse(&T%d{c})\n") + "}\n")
}

// selectCases is a select with n cases.
func selectCases(n int) string {
	return file("func Use() {\n" + repeat(n, "\tc%d := make(chan int)\n") + "\tgo func() {\n\t\tselect {\n" + repeat(n, "\t\tcase c%d <- 1:\n") + "\t\t}\n\t}()\n\t<-c0\n}\n")
}

// channelsSelects has n goroutines that select on n channels.
func channelsSelects(n int) string {
	return file("func Use() {\n" + repeat(n, "\tc%d := make(chan int)\n") +
		strings.ReplaceAll(repeat(n, "\tgo func() {\n\t\tfor {\n\t\t\tselect {\nCASES\t\t\t}\n\t\t}\n\t}()\n"), "CASES", repeat(n, "\t\t\tcase <-c%d:\n")) + "}\n")
}

// goStatements starts n goroutines in one function.
func goStatements(n int) string {
	return file("func Use(f func(int) int) {\n\tc := make(chan int)\n" + repeat(n, "\tgo func() { c <- f(%d) }()\n") + "\t<-c\n}\n")
}

// goCalls starts n calls of one function, each with a channel of its own.
func goCalls(n int) string {
	return file("func send(c chan int) { c <- 1 }\n\nfunc Use() {\n" + repeat(n, "\tc%d := make(chan int)\n\tgo send(c%d)\n\t<-c%d\n") + "}\n")
}

// functions has n functions that call each other; every twentieth starts a
// goroutine.
func functions(n int) string {
	plain := func(i int) string {
		return fmt.Sprintf("func F%d(x int) int {\n\tif x > %d {\n\t\treturn F%d(x - 1)\n\t}\n\treturn x\n}\n\n", i, i, i+1)
	}
	var b strings.Builder
	for i := range n {
		if i%20 == 0 {
			b.WriteString(goroutine(i))
		} else {
			b.WriteString(plain(i))
		}
	}
	return file(b.String() + fmt.Sprintf("func F%d(x int) int { return x }\n", n))
}

// goroutines has n functions that each start a goroutine, and call each other.
func goroutines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(goroutine(i))
	}
	return file(b.String() + fmt.Sprintf("func F%d(x int) int { return x }\n", n))
}

// goroutine is function i, which starts one and calls function i+1.
func goroutine(i int) string {
	return fmt.Sprintf("func F%d(x int) int {\n\tc := make(chan int, 1)\n\tgo func() { c <- x }()\n\tif x > 0 {\n\t\treturn F%d(x - 1)\n\t}\n\treturn <-c\n}\n\n", i, i+1)
}

// longFunction has n plain statements.
func longFunction(n int) string {
	return file("func Use(x, y int, p *[8]int) int {\n\tc := make(chan int)\n\tgo func() { c <- 1 }()\n" + repeat(n, "\tx = x*%d + y\n\tp[%d&7] = x\n\tif x > %d {\n\t\ty++\n\t}\n") + "\treturn x + y + <-c\n}\n")
}

// longLocks takes and gives back a lock n times.
func longLocks(n int) string {
	return file("type T struct {\n\tmu sync.Mutex\n\tm  map[int]int\n}\n\nfunc (t *T) Use(x int) {\n" + repeat(n, "\tt.mu.Lock()\n\tt.m[%d]++\n\tif x == %d {\n\t\tt.mu.Unlock()\n\t\treturn\n\t}\n\tt.mu.Unlock()\n") + "}\n")
}

// defers defers n closures.
func defers(n int) string {
	return file("func Use(f func(int) error) (err error) {\n\tc := make(chan error)\n\tgo func() { c <- f(0) }()\n" + repeat(n, "\tdefer func() {\n\t\tif err != nil {\n\t\t\terr = f(%d)\n\t\t}\n\t}()\n\tif err = f(%d); err != nil {\n\t\treturn err\n\t}\n") + "\treturn <-c\n}\n")
}

// fields is a struct with n channels, methods on them, and a run loop.
func fields(n int) string {
	return file("type T struct {\n" + repeat(n, "\tc%d chan int\n") + "\tdone chan bool\n}\n\nfunc New() *T {\n\tt := &T{\n" + repeat(n, "\t\tc%d: make(chan int),\n") + "\t\tdone: make(chan bool),\n\t}\n\tgo t.run()\n\treturn t\n}\n\n" +
		"func (t *T) run() {\n\tfor {\n\t\tselect {\n\t\tcase <-t.done:\n\t\t\treturn\n" + repeat(n, "\t\tcase <-t.c%d:\n") + "\t\t}\n\t}\n}\n\n" + repeat(n, "func (t *T) Put%d(x int) { t.c%d <- x }\n\n") + "func (t *T) Close() { close(t.done) }\n")
}

// implementations has n types for an interface and n calls through it.
func implementations(n int) string {
	return file("type I interface{ Do(c chan int, n int) }\n\n" + repeat(n, "type t%d struct{ next I }\n\nfunc (t *t%d) Do(c chan int, n int) {\n\tc <- %d\n\tif t.next != nil && n > 0 {\n\t\tt.next.Do(c, n-1)\n\t}\n}\n\n") +
		"var all = []I{\n" + repeat(n, "\t&t%d{},\n") + "}\n\nfunc Use(i int) {\n\tc := make(chan int)\n" + repeat(n, "\tgo all[i+%d].Do(c, %d)\n") + "\t<-c\n}\n")
}

// handlers is a table of n function literals.
func handlers(n int) string {
	return file("var table = map[string]func(chan int){\n" + repeat(n, "\t\"h%d\": func(c chan int) { c <- %d },\n") + "}\n\nfunc Use(s string) {\n\tc := make(chan int)\n\tgo table[s](c)\n\t<-c\n}\n")
}

// rotation turns n variables round in a loop.
func rotation(n int) string {
	return file("func Use(k int) {\n" + repeat(n, "\tc%d := make(chan int)\n") + fmt.Sprintf("\tc%d := c0\n", n) + "\tfor i := range k {\n\t\tgo func() { c0 <- 1 }()\n\t\tif i > 2 {\n" + repeat(n, "\t\t\tc%d, c%e = c%e, c%d\n") + "\t\t}\n\t}\n\t<-c0\n}\n")
}

// recursiveGenerics has n generic functions that call each other.
func recursiveGenerics(n int) string {
	calls := repeat(n, "\tif k == %d {\n\t\tf%d[B, A](d, c, k-1)\n\t}\n")
	return file(strings.ReplaceAll(repeat(n, "func f%d[A, B any](c chan A, d chan B, k int) {\n\tvar a A\n\tc <- a\n\t<-d\nCALLS}\n\n"), "CALLS", calls) +
		"func Use() {\n\tc, d := make(chan int), make(chan string)\n\tgo f0(c, d, 3)\n\t<-c\n}\n")
}

// growingGenerics has generic functions whose type arguments grow.
func growingGenerics(n int) string {
	return file("type box[A any] struct{ a, b A }\n\n" + repeat(n, "func f%d[A any](c chan A) {\n\tvar a A\n\tc <- a\n\tf%e(make(chan box[A]))\n\tf%e(make(chan []A))\n}\n\n") +
		fmt.Sprintf("func f%d[A any](c chan A) { <-c }\n\nfunc Use() { go f0(make(chan int)) }\n", n))
}

// recursiveClosures has n closures that call each other through variables.
func recursiveClosures(n int) string {
	calls := repeat(n, "\t\tif k == %d {\n\t\t\tf%d(k - 1)\n\t\t}\n")
	return file("func Use() {\n\tc := make(chan int)\n" + repeat(n, "\tvar f%d func(int)\n") + strings.ReplaceAll(repeat(n, "\tf%d = func(k int) {\n\t\tc <- k\nCALLS\t}\n"), "CALLS", calls) + "\tgo f0(3)\n\t<-c\n}\n")
}

// onceCalls has a Once whose body runs n functions that call each other.
func onceCalls(n int) string {
	calls := repeat(n, "\tif n == %d {\n\t\tf%d(c, n-1)\n\t}\n")
	return file("var once sync.Once\n\n" + strings.ReplaceAll(repeat(n, "func f%d(c chan int, n int) {\n\t<-c\nCALLS}\n\n"), "CALLS", calls) +
		"func Use(c chan int) { once.Do(func() { f0(c, 3) }) }\n")
}

// starters has functions that start the next with go, in a loop, with a context.
func starters(n int) string {
	return file(repeat(n, "func f%d(ctx context.Context, c chan int) {\n\tgo f%e(ctx, c)\n\tfor {\n\t\tc <- 1\n\t}\n}\n\n") + fmt.Sprintf("func f%d(ctx context.Context, c chan int) { <-ctx.Done() }\n\nfunc Use(ctx context.Context) {\n\tgo f0(ctx, make(chan int))\n}\n", n))
}

// callbackChain hands a closure through n functions, each of which wraps it.
func callbackChain(n int) string {
	return file(repeat(n, "func f%d(g func()) {\n\tf%e(func() {\n\t\tg()\n\t\tg()\n\t})\n}\n\n") + fmt.Sprintf("func f%d(g func()) { go g() }\n\nfunc Use() {\n\tc := make(chan int)\n\tf0(func() { c <- 1 })\n\t<-c\n}\n", n))
}

// returns has functions that return a channel that they are given, or one of two.
func returns(n int) string {
	return file(repeat(n, "func f%d(a, b chan int, x bool) (chan int, chan int) {\n\tif x {\n\t\treturn f%e(b, a, !x)\n\t}\n\treturn f%e(a, b, x)\n}\n\n") +
		fmt.Sprintf("func f%d(a, b chan int, x bool) (chan int, chan int) { return a, b }\n\nfunc Use(x bool) {\n\ta, b := f0(make(chan int), make(chan int), x)\n\tgo func() { a <- 1 }()\n\t<-b\n}\n", n))
}

// loopsInRow has n loops, each with a send, a ticker and a context.
func loopsInRow(n int) string {
	return file("func Use(ctx context.Context, xs []int) {\n\tc := make(chan int)\n\tt := time.NewTicker(time.Second)\n\tgo func() {\n\t\tfor range c {\n\t\t}\n\t}()\n" +
		repeat(n, "\tfor _, x := range xs {\n\t\tselect {\n\t\tcase c <- x:\n\t\tcase <-t.C:\n\t\tcase <-ctx.Done():\n\t\t\treturn\n\t\t}\n\t}\n") + "\tt.Stop()\n\tclose(c)\n}\n")
}

// globals has n package variables with channels and locks.
func globals(n int) string {
	return file("var (\n" + repeat(n, "\tc%d = make(chan int)\n\tm%d sync.Mutex\n") + ")\n\nfunc Use(x int) {\n" + repeat(n, "\tgo func() {\n\t\tm%d.Lock()\n\t\tc%d <- x\n\t\tm%d.Unlock()\n\t}()\n") + "}\n")
}

// groups has n WaitGroups with goroutines that wait for the next.
func groups(n int) string {
	return file(fmt.Sprintf("func Use(f func()) {\n\tvar wg [%d]sync.WaitGroup\n", n+1) + repeat(n, "\twg[%d].Add(1)\n\tgo func() {\n\t\tdefer wg[%d].Done()\n\t\twg[%e].Wait()\n\t\tf()\n\t}()\n") + "\twg[0].Wait()\n}\n")
}

// conds has n waiters of one Cond.
func conds(n int) string {
	return file("func Use() {\n\tvar mu sync.Mutex\n\tcond := sync.NewCond(&mu)\n\tready := 0\n" + repeat(n, "\tgo func() {\n\t\tmu.Lock()\n\t\tfor ready < %d {\n\t\t\tcond.Wait()\n\t\t}\n\t\tready++\n\t\tmu.Unlock()\n\t\tcond.Signal()\n\t}()\n") + "}\n")
}

// literalTables is data: structs with channels and functions.
func literalTables(n int) string {
	return file("type row struct {\n\tname string\n\tf    func(chan int)\n\tc    chan int\n\tn    []int\n}\n\nfunc put(c chan int) { c <- 1 }\n\nfunc Use(i int) {\n\trows := []row{\n" +
		repeat(n, "\t\t{\"%d\", put, make(chan int, 1), []int{%d}},\n") + "\t}\n\tgo rows[i].f(rows[i].c)\n}\n")
}
