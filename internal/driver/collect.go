package driver

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// This file says how often a unit collects its garbage, unless the user has set
// GOGC. A unit is a process of its own that ends soon, and most of what it has
// are types and syntax that stay in use: at the default a quarter of its time
// would go into collecting. So garbage may become four times what is in use; but
// together they are kept to some amount, for a large package has a lot in use.

const (
	mostGarbage  = 400       // percent of what is in use
	leastGarbage = 50        // the same, whatever the amount
	heapBytes    = 336 << 20 // of garbage and what is in use, unless that alone is most of it
)

// collectRarely sets how often garbage is collected.
func collectRarely() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(mostGarbage)
		afterCollection(func() { debug.SetGCPercent(garbagePercent(liveBytes())) })
	}
}

// garbagePercent returns how much garbage there may be beside so many bytes in
// use.
func garbagePercent(live uint64) int {
	if live == 0 {
		return mostGarbage
	}
	spare := uint64(heapBytes) - min(live, heapBytes)
	return int(min(max(spare*100/live, leastGarbage), mostGarbage))
}

// liveBytes returns how much was in use at the last collection.
func liveBytes() uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return live[0].Value.Uint64()
}

// afterCollection calls f after each collection.
func afterCollection(f func()) {
	type garbage struct{ _ [32]byte } // too large for the runtime to keep it together with something else
	runtime.SetFinalizer(new(garbage), func(*garbage) {
		f()
		afterCollection(f)
	})
}
