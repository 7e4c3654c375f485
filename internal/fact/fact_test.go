package fact_test

import (
	"bytes"
	"encoding/gob"
	"math/rand"
	"reflect"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/fact"
)

var _ analysis.Fact = (*fact.Package)(nil)

// sample is a fact that uses every part of the encoding.
func sample() *fact.FuncFact {
	f := &fact.FuncFact{
		Ends:   fact.EndsGoroutine,
		MayEnd: fact.MayQuit | fact.MayPanic,
		Effects: []fact.Effect{
			{Op: fact.Close, On: fact.Recv(".done"), Lo: 1, Hi: 1},
			{Op: fact.Call, On: fact.Param(1, ""), Where: fact.Spawned, Hi: fact.Many, By: fact.Recv(".wg")},
			{Op: fact.Return, On: fact.Recv(".c"), Lo: 1, Hi: 1, To: fact.Result(2, "")},
			{Op: fact.Return, On: fact.Param(0, ".c[]*"), Lo: 1, Hi: 1, To: fact.Result(1, ".x")},
			{Op: fact.Call, On: fact.Param(0, ""), Where: fact.Later, Lo: 1, Hi: 2, By: fact.Result(0, "")},
		},
		Results: []fact.ResultFact{
			{Index: 1, Kind: fact.Release, N: 0, Of: "context.WithCancel"},
			{Index: 0, Kind: fact.FreshChan, N: -1, From: fact.Param(2, "")},
			{Index: 2, Kind: fact.Same, From: fact.Recv(".c")},
		},
		Blocks: &fact.Block{Why: fact.Requesting, Bound: fact.ByContext, Ctx: fact.Param(0, ""), Chain: []string{"load", "http.Get"}},
	}
	f.Sort()
	return f
}

// samplePackage is a package fact of several entries.
func samplePackage() *fact.Package {
	return fact.NewPackage(
		map[string]*fact.FuncFact{"F": sample(), "T.M": {Opaque: true}, "G": {}})
}

// TestString is the golden form of facts.
func TestString(t *testing.T) {
	got := samplePackage().String()
	want := `F: ends its goroutine; must call param0 later by result0 (1..2 times); must return param0.c[]* to result1.x; ` +
		`may call param1 spawned by recv.wg (repeatedly); must return recv.c to result2; must close recv.done; ` +
		`result0 fresh chan cap -1 param2; result1 release result0 of context.WithCancel; result2 same recv.c; ` +
		`may block on a request (load → http.Get), bounded by ctx param0
T.M: opaque`
	if got != want {
		t.Errorf("String():\n%s\nwant\n%s", got, want)
	}
}

// TestRoundTrip checks that gob returns what it was given, equal facts as
// equal bytes.
func TestRoundTrip(t *testing.T) {
	in := samplePackage()
	var buf, again bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(in); err != nil {
		t.Fatal(err)
	}
	if err := gob.NewEncoder(&again).Encode(samplePackage()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), again.Bytes()) {
		t.Error("equal facts have different bytes")
	}
	out := new(fact.Package)
	if err := gob.NewDecoder(&buf).Decode(out); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(in, out) {
		t.Errorf("decoded\n%s\nwant\n%s", out, in)
	}
	f, ok := out.Func("F")
	if !ok || !reflect.DeepEqual(f, sample()) {
		t.Errorf("Func(F) = %s, want %s", f, sample())
	}
	if _, ok := out.Func("G"); ok {
		t.Error("a fact that says nothing was kept")
	}
}

// TestDamaged checks that damaged bytes are refused or lead to cautious facts,
// and never to a panic.
func TestDamaged(t *testing.T) {
	good, err := samplePackage().GobEncode()
	if err != nil {
		t.Fatal(err)
	}
	check := func(data []byte) {
		p := new(fact.Package)
		if p.GobDecode(data) != nil {
			return
		}
		_ = p.String() // decodes every entry
		if again, err := p.GobEncode(); err != nil || len(again) > len(data) {
			t.Errorf("accepted %q and encoded %q, %v", data, again, err)
		}
	}
	for i := range good {
		check(good[:i])
		for _, c := range []byte{0, 1, 2, 0x7f, 0x80, 0xff} {
			bad := bytes.Clone(good)
			bad[i] = c
			check(bad)
		}
	}
	rnd := rand.New(rand.NewSource(1))
	for range 20000 {
		bad := bytes.Clone(good)
		for range 1 + rnd.Intn(4) {
			bad[rnd.Intn(len(bad))] = byte(rnd.Intn(256))
		}
		check(bad)
	}
	check(append(bytes.Clone(good), 0))
	if err := new(fact.Package).GobDecode(nil); err == nil {
		t.Error("no bytes are no package fact")
	}
}

// TestQueries checks what Must and May say of a function that hands on some of
// what it is given.
func TestQueries(t *testing.T) {
	p, q := fact.Param(0, ""), fact.Param(1, "")
	f := &fact.FuncFact{Effects: []fact.Effect{
		{Op: fact.Call, On: p, Lo: 1, Hi: 1},
		{Op: fact.Keep, On: q, Hi: 1},
		{Op: fact.Close, On: fact.Recv(".c"), Where: fact.Spawned, Hi: 1},
	}}
	tests := []struct {
		name      string
		got, want bool
	}{
		{"must call p", f.Must(fact.Call, p), true},
		{"may call p", f.May(fact.Call, p), true},
		{"may close p", f.May(fact.Close, p), false},
		{"p escapes", f.MayEscape(p), false},
		{"q escapes", f.MayEscape(q), true},
		{"field of q escapes", f.MayEscape(fact.Param(1, ".f")), true},
		{"q may be called by who keeps it", f.May(fact.Call, q), true},
		{"must close recv.c", f.Must(fact.Close, fact.Recv(".c")), false},
		{"recv.cancel is left alone", f.MustDrop(fact.Recv(".cancel")), true},
		{"recv.c is left alone", f.MustDrop(fact.Recv(".c")), false},
		{"the receiver is left alone", f.MustDrop(fact.Recv("")), false},
		{"opaque may call", (&fact.FuncFact{Opaque: true}).May(fact.Call, p), true},
		{"opaque must call", (&fact.FuncFact{Opaque: true}).Must(fact.Call, p), false},
		{"nil drops", (*fact.FuncFact)(nil).MustDrop(p), true},
		{".cc is not within .c", fact.Recv(".cc").Within(fact.Recv(".c")), false},
		{".c[] is within .c", fact.Recv(".c[]").Within(fact.Recv(".c")), true},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: %t, want %t", test.name, test.got, test.want)
		}
	}
}
