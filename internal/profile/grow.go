package profile

import (
	"slices"
	"time"
)

// A Span is when the profiles of one process were taken.
type Span struct {
	Times []time.Time // one for each profile, or none if they are not known
}

// Known reports whether the time between the profiles is known.
func (s Span) Known() bool { return len(s.Times) > 1 && s.Minutes() > 0 }

// Minutes returns the time between the first profile and the last.
func (s Span) Minutes() float64 {
	if len(s.Times) < 2 {
		return 0
	}
	return s.Times[len(s.Times)-1].Sub(s.Times[0]).Minutes()
}

// NewSpan sorts the profiles by time and returns their times. Every, if it is
// not 0, is the time between one and the next, in the order in which they are
// named.
func NewSpan(profiles []*Profile, every time.Duration) Span {
	var s Span
	if every > 0 {
		start := profiles[0].Time
		for i, p := range profiles {
			p.Time = start.Add(time.Duration(i) * every)
		}
	}
	for _, p := range profiles {
		if p.Time.IsZero() && every == 0 {
			return s
		}
	}
	slices.SortStableFunc(profiles, func(a, b *Profile) int { return a.Time.Compare(b.Time) })
	for _, p := range profiles {
		s.Times = append(s.Times, p.Time)
	}
	return s
}

// minGrowth is how many goroutines more make a growth: a server under changing
// load always has some more or some fewer.
const minGrowth = 5

// growth returns by how many goroutines counts has grown from the first
// profile to the last.
func growth(counts []int) int { return counts[len(counts)-1] - counts[0] }

// grows reports whether the counts only ever go up, by more than load does.
func grows(counts []int) bool {
	return len(counts) > 1 && growth(counts) >= minGrowth && slices.IsSorted(counts)
}

// rate returns the growth for each minute, 0 if the time is not known.
func (s Span) rate(counts []int) float64 {
	if !s.Known() {
		return 0
	}
	return float64(growth(counts)) / s.Minutes()
}
