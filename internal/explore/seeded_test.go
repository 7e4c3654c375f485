package explore

import (
	"flag"
	"testing"
)

var searchFaults = flag.Int("explore.search", 0, "seeds to search for programs that notice the seeded faults")

// faultSeeds are programs that notice the seeded faults, in the order of their
// declaration. To find others: go test -run Seeded -explore.search 5000
var faultSeeds = [numFaults]uint64{9, 131, 38, 2823, 221, 1555, 744, 8, 65, 141, 134, 67, 138}

// TestSeededFaults checks that the comparison with the reference interpreter
// notices every deliberate error of the machine.
func TestSeededFaults(t *testing.T) {
	for seed := uint64(1); seed <= uint64(*searchFaults); seed++ {
		p, wild := program(seed)
		if v, _ := compareWithReference(p, wild, 0); v != agrees {
			continue
		}
		for k := range numFaults {
			if faultSeeds[k] != 0 {
				continue
			}
			if v, _ := compareWithReference(p, wild, 1<<k); v == differs {
				faultSeeds[k] = seed
				t.Logf("fault %d is noticed by seed %d", k, seed)
			}
		}
	}
	for k, seed := range faultSeeds {
		p, wild := program(seed)
		if v, text := compareWithReference(p, wild, 0); v != agrees {
			t.Errorf("seed %d: without fault: %s", seed, text)
		}
		if v, _ := compareWithReference(p, wild, 1<<k); v != differs {
			t.Errorf("fault %d is not noticed by seed %d", k, seed)
		}
	}
}
