package leaks

import (
	"slices"
	"strings"
)

// maxAssumptions is how many assumptions a message names; the trail has all.
const maxAssumptions = 3

// When returns what the witness assumes as a clause, such as " when ctx is
// done first", "" if it assumes nothing.
func (l *Leak) When() string {
	var texts []string
	for _, a := range l.Assumes {
		if a.Text != "" && !slices.Contains(texts, a.Text) {
			texts = append(texts, a.Text)
		}
	}
	if len(texts) == 0 {
		return ""
	}
	if len(texts) > maxAssumptions {
		texts = append(texts[:maxAssumptions-1], "more")
	}
	last := len(texts) - 1
	if last == 0 {
		return " when " + texts[0]
	}
	return " when " + strings.Join(texts[:last], ", ") + " and " + texts[last]
}
