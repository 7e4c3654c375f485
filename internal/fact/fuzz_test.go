package fact_test

import (
	"bytes"
	"encoding/gob"
	"testing"

	"github.com/leaklint/leaklint/internal/fact"
)

// FuzzDecode reads package facts from damaged bytes, as a damaged cache gives:
// no panic, and what was read can be asked for and written again.
func FuzzDecode(f *testing.F) {
	effects := []fact.Effect{{Op: fact.Send, On: fact.Param(0, ""), Lo: 1, Hi: fact.Many}, {Op: fact.Return, On: fact.Recv(".c"), To: fact.Result(0, "")}}
	whole := fact.NewPackage(map[string]*fact.FuncFact{"F": {Effects: effects}, "T.M": {Opaque: true}})
	data, err := whole.GobEncode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for i := range data {
		damaged := bytes.Clone(data)
		damaged[i] ^= 0xff
		f.Add(damaged)
		f.Add(data[:i])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := new(fact.Package)
		if err := p.GobDecode(data); err != nil {
			return
		}
		for _, key := range []string{"F", "T.M", ""} {
			if fn, ok := p.Func(key); ok {
				_ = fn.String()
			}
		}
		_ = p.String()
		again, err := p.GobEncode()
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if err := new(fact.Package).GobDecode(again); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if err := gob.NewEncoder(new(bytes.Buffer)).Encode(p); err != nil {
			t.Fatal(err)
		}
	})
}
