package leaks

import (
	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
)

// lowAssumptions are the rows of the table of docs/design.md section 9.2 that
// make a witness low whatever it finds.
var lowAssumptions = map[prog.Assume]bool{
	prog.AssumeLoopEnds:    true, // an unknown loop condition ends the loop early
	prog.AssumeNeverFails:  true, // a call that never fails fails
	prog.AssumePanic:       true, // a panic of unknown code
	prog.AssumeZero:        true, // only for n = 0
	prog.AssumeDiffer:      true, // two unrelated counts differ
	prog.AssumeNotThereLow: true, // nothing delays the partner
	prog.AssumeTestFatal:   true, // t.Fatal in the test's own goroutine
	prog.AssumeEnvDelivers: true, // an unknown source delivers more than three items
	prog.AssumeServiceStop: true, // a process-wide service shuts down
	prog.AssumeCallback:    true, // unseen code runs a callback
	prog.AssumeLost:        true, // a lost value
	prog.AssumeTryFails:    true,
}

// maxBranches is the number of unrelated unknown branches that may all have to
// go one way.
const maxBranches = 3

// confidence is the table of docs/design.md section 9.2.
func confidence(op *explore.Blocked, assumed []explore.Assumption) explore.Confidence {
	branches := 0
	for _, a := range assumed {
		if !a.Decisive && a.Kind != prog.AssumeLost {
			continue // any other outcome leads to the leak as well
		}
		if lowAssumptions[a.Kind] {
			return explore.Low
		}
		if a.Kind == prog.AssumeUnknown || a.Kind == prog.AssumeError {
			branches++
		}
	}
	if branches > maxBranches {
		return explore.Low
	}
	return explore.Default
}
