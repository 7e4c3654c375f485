package leaklint_test

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/leaktest"
)

var fixRounds = flag.Int("fixes.rounds", 0, "rounds in which the functions that fixes change are run, for all passes (0: unbufsend's only, 200 rounds)")

// TestFixesRun runs the functions of the corpora that fixes change, under the
// runtime's leak detector and with contexts that end at any moment: what leaked
// must not leak any more, nothing else may start to, and every call returns.
// make nightly runs those of all passes.
func TestFixesRun(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	under, rounds := "unbufsend", 200
	if *fixRounds > 0 {
		under, rounds = ".", *fixRounds
	}
	changed, before, after := leaktest.Fixed(t, under, rounds)
	driven, leaking := 0, 0
	for _, fn := range changed {
		if slices.Contains(before[fn], leaktest.Skipped) {
			continue
		}
		driven++
		if len(before[fn]) > 0 {
			leaking++
		}
		for _, line := range after[fn] {
			if strings.Contains(line, " <- ") || !slices.Contains(before[fn], line) {
				t.Errorf("%s: fixed, and yet a goroutine stays: %s", fn, line)
			}
		}
	}
	t.Logf("%d functions are changed, %d of them are run, of %d something stayed before", len(changed), driven, leaking)
	if driven == 0 || leaking*2 < driven && under == "unbufsend" {
		t.Errorf("of %d functions only %d are run, %d leak as they were", len(changed), driven, leaking)
	}
	if !slices.ContainsFunc(changed, func(fn string) bool { return strings.HasPrefix(fn, "unbufsend/fixes.") }) {
		t.Error("the corpus of fixes is not fixed")
	}
}
