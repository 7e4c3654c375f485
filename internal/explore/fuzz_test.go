package explore

import (
	"math/rand/v2"
	"testing"
)

// FuzzReference lets the fuzzer make the decisions of a random program and
// compares explore with the reference interpreter on it.
func FuzzReference(f *testing.F) {
	f.Add([]byte("a few bytes"))
	f.Add([]byte{1, 7, 3, 9, 200, 4, 4, 17, 90, 2, 33, 8, 120, 5, 61, 3, 77, 12, 0, 255})
	for seed := range uint64(20) { // programs of some length
		rng, data := rand.New(rand.NewPCG(seed, 2)), make([]byte, 300)
		for i := range data {
			data[i] = byte(rng.IntN(256))
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, wild := randomProgram(decisions(data))
		if v, text := compareWithReference(p, wild, 0); v == differs {
			t.Fatalf("wild %v: %s\n%s", wild, text, p)
		}
	})
}

// decisions makes choices out of bytes; when they run out, the first
// alternative is taken, so that every program ends.
func decisions(data []byte) chooser {
	return func(n int) int {
		if len(data) == 0 {
			return 0
		}
		b := int(data[0])
		data = data[1:]
		return b % n
	}
}
