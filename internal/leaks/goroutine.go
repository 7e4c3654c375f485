package leaks

import (
	"go/token"

	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/report"
)

// oneEach leaves one of the leaks that passes report of the goroutines of one
// launch, the one with the best witness: no two findings name one goroutine
// (docs/design.md section 9.3). Its trail tells of the others, which are found
// when it is mended.
func oneEach(leaks []Leak) []Leak {
	best := map[token.Pos]int{} // launch to index
	for i := range leaks {
		l := &leaks[i]
		if !l.Launch.IsValid() || !owner.ReportsLeaks(l.Owner) {
			continue
		}
		if j, ok := best[l.Launch]; !ok || better(l, &leaks[j]) {
			best[l.Launch] = i
		}
	}
	for i := range leaks {
		if j, ok := best[leaks[i].Launch]; ok && i != j && owner.ReportsLeaks(leaks[i].Owner) {
			leaks[j].Trail = append(leaks[j].Trail, alsoHere(&leaks[i]))
		}
	}
	var kept []Leak
	for i, l := range leaks {
		if j, ok := best[l.Launch]; !ok || i == j || !owner.ReportsLeaks(l.Owner) {
			kept = append(kept, l)
		}
	}
	return kept
}

// alsoHere is the step that tells of another leak of the same goroutine.
func alsoHere(l *Leak) report.Step {
	text := "can block here, too, at a " + l.Op.String()
	if l.Name != "" {
		text += " on " + l.Name
	}
	return report.Step{Pos: l.Pos, End: l.End, Role: report.Note, Goroutine: l.Launch, Text: text}
}
