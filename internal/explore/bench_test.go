package explore

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// BenchmarkKernels explores the kernels of docs/design.md appendix B.
func BenchmarkKernels(b *testing.B) {
	for _, s := range samples(b, "kernels") {
		b.Run(s.name, func(b *testing.B) { benchmark(b, s.p) })
	}
}

// benchmark explores p and reports states and the processor time for one.
func benchmark(b *testing.B, p *prog.Program) {
	states := 0
	b.ReportAllocs()
	start := cpuTime()
	for b.Loop() {
		states = Run(p, Options{Confidence: testTable, Budget: Budget{Goroutines: 15}}).States
	}
	b.ReportMetric(float64(states), "states")
	b.ReportMetric(float64(cpuTime()-start)/float64(b.N)/float64(states), "cpu-ns/state")
}

// grid is a program with (rounds+1)^workers states and more.
func grid(workers, rounds int) *prog.Program {
	b := prog.NewBuilder(fmt.Sprintf("%d workers, %d rounds", workers, rounds))
	root := b.Func("root", 0, 0, 0)
	b.SetEntry(root.ID)
	c := root.Slot("c")
	root.Emit(prog.OpMake, c, prog.Int(0))
	for i := range workers {
		w := b.Func(fmt.Sprintf("w%d", i), 1, 0, 0)
		root.Emit(prog.OpGo, prog.NoSlot, prog.FuncValue(w.ID), prog.S(c))
		n := w.Slot("n")
		w.Emit(prog.OpCopy, n, prog.Int(0))
		top, body, out := w.Here(), w.Label(), w.Label()
		x := w.Slot("x")
		w.Emit(prog.OpLt, x, prog.S(n), prog.Int(rounds))
		w.If(prog.S(x), body, out)
		w.Place(body)
		w.Emit(prog.OpYield, prog.NoSlot)
		w.Emit(prog.OpAdd, n, prog.S(n), prog.Int(1))
		w.Jump(top)
		w.Place(out)
		w.Emit(prog.OpSend, prog.NoSlot, prog.S(c), prog.S(n))
		w.Ret()
	}
	root.Emit(prog.OpRecv, prog.NoSlot, prog.S(c))
	root.Ret()
	p, err := b.Program()
	if err != nil {
		panic(err)
	}
	return p
}

// BenchmarkStates shows that the time is linear in the number of states.
func BenchmarkStates(b *testing.B) {
	for _, rounds := range []int{4, 7, 12, 20} {
		p := grid(3, rounds)
		b.Run(p.Name, func(b *testing.B) { benchmark(b, p) })
	}
}

// hostile is a program with 200 sends, 50 selects and 100 branches that no
// budget can exhaust.
func hostile() *prog.Program {
	b := prog.NewBuilder("hostile")
	root := b.Func("root", 0, 0, 0)
	b.SetEntry(root.ID)
	var chans []prog.Operand
	var args []prog.Operand
	for range 10 {
		c := root.Slot("c")
		root.Emit(prog.OpMake, c, prog.Int(2))
		chans = append(chans, prog.S(c))
	}
	args = chans
	for w := range 10 {
		f := b.Func(fmt.Sprintf("w%d", w), len(args), 0, 0)
		ch := func(i int) prog.Operand { return prog.S(f.Param(i % len(args))) }
		top := f.Here()
		for i := range 20 {
			if i%4 == 0 {
				f.Select(prog.NoSlot, prog.RecvCase(ch(w+i+1), prog.NoSlot, prog.NoSlot, prog.Next),
					prog.SendCase(ch(w+i+2), prog.Int(1), prog.Next), prog.DefaultCase(prog.Next))
			}
			if i%2 == 0 {
				x := f.Slot("x")
				f.Emit(prog.OpUnknown, x)
				y, n := f.Label(), f.Label()
				f.If(prog.S(x), y, n)
				f.Place(y)
				f.Emit(prog.OpRecv, prog.NoSlot, ch(w+i+3))
				f.Place(n)
			}
			f.Emit(prog.OpSend, prog.NoSlot, ch(w+i), prog.Int(i))
		}
		f.Jump(top)
	}
	for w := range 10 {
		root.Emit(prog.OpGo, prog.NoSlot, append([]prog.Operand{prog.FuncValue(prog.FuncID(w + 1))}, args...)...)
	}
	root.Ret()
	p, err := b.Program()
	if err != nil {
		panic(err)
	}
	return p
}

// BenchmarkHostile explores the hostile program under the default budgets and
// with room for all its goroutines.
func BenchmarkHostile(b *testing.B) {
	for _, gors := range []int{8, 15} {
		b.Run(fmt.Sprintf("%d goroutines", gors), func(b *testing.B) {
			for b.Loop() {
				Run(hostile(), Options{Confidence: testTable, Budget: Budget{Goroutines: gors}})
			}
		})
	}
}

// TestHostile checks that a program beyond every budget ends, and says so, in
// less than a second of the processor.
func TestHostile(t *testing.T) {
	for _, gors := range []int{8, 15} {
		var r *Result
		best := int64(time.Hour)
		for range 3 { // what else the machine does may slow down one of them
			start := cpuTime()
			r = Run(hostile(), Options{Confidence: testTable, Budget: Budget{Goroutines: gors}})
			if best = min(best, cpuTime()-start); best < int64(time.Second) || raceEnabled {
				break
			}
		}
		if best >= int64(time.Second) && !raceEnabled {
			t.Errorf("%d goroutines: %d ms of the processor", gors, best/1e6)
		}
		if !r.Truncated || r.Rung != 3 {
			t.Errorf("%d goroutines: truncated %v, rung %d", gors, r.Truncated, r.Rung)
		}
		if limit := 4 * 20000; r.States > limit {
			t.Errorf("%d goroutines: %d states, more than %d", gors, r.States, limit)
		}
	}
}

// TestDeterminism checks that all findings and witnesses are the same, byte by
// byte, in 20 runs and whatever the number of processors.
func TestDeterminism(t *testing.T) {
	all := func() string {
		var b strings.Builder
		for _, dir := range dirs {
			for _, s := range samples(t, dir) {
				r := Run(s.p, Options{Confidence: testTable})
				fmt.Fprintf(&b, "%s %q\n%s%+v\n", s.name, findings(r), describe(s.p, r), r)
			}
		}
		for seed := range uint64(60) {
			p, _ := program(seed)
			r := Run(p, Options{Budget: smallBudget})
			fmt.Fprintf(&b, "%s%+v\n", describe(p, r), r)
		}
		return b.String()
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	want := all()
	for i := range 20 {
		runtime.GOMAXPROCS([]int{1, 2, 8}[i%3])
		if got := all(); got != want {
			t.Fatalf("run %d with %d processors differs", i, []int{1, 2, 8}[i%3])
		}
	}
}

// nestedLaunches launches in loops whose bodies launch in loops.
const nestedLaunches = `leak 1 "nested launches"
entry root
func root()
  c = make 0
  call &f c
  send c 1
  ret
func f(c)
  top: x = unknown
  if x -> more done ?loopends
  more: go &g c
  jump -> top
  done: ret
func g(c)
  top: x = unknown
  if x -> more done ?loopends
  more: go &f c
  go &h c
  jump -> top
  done: recv c
  ret
func h(c)
  call &f c
  call &g c
  ret
`

// TestLooksDoNotNest: a look at what a further goroutine would do does not look
// at what that one's further goroutines would do, and theirs.
func TestLooksDoNotNest(t *testing.T) {
	p, err := prog.Parse(nestedLaunches)
	if err != nil {
		t.Fatal(err)
	}
	start := cpuTime()
	Run(p, Options{Confidence: testTable, Budget: Budget{States: 500}})
	if spent := cpuTime() - start; spent > int64(time.Second) && !raceEnabled {
		t.Errorf("%d ms of the processor", spent/1e6)
	}
}
