package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leaklint/leaklint/internal/nearest"
)

// A CheckList is the flag that says which checks of a pass are reported: all;
// those named; or, each with a minus before it, all but those named.
type CheckList struct {
	known []string        // names that there are; nil accepts any
	on    map[string]bool // by name; false leaves it out
}

// Know makes ids, as in pass/shape, the checks that the analyzer accepts in its
// flag.
func Know(checks *CheckList, ids []string) {
	for _, id := range ids {
		_, shape, _ := strings.Cut(id, "/")
		checks.known = append(checks.known, shape)
	}
}

// String implements flag.Value. Equal lists have the same form: flags are part
// of the keys of caches.
func (c *CheckList) String() string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(c.on)) {
		if !c.on[name] {
			name = "-" + name
		}
		names = append(names, name)
	}
	return strings.Join(names, ",")
}

// Set implements flag.Value. A later mention of a check goes before an earlier
// one.
func (c *CheckList) Set(list string) error {
	on := make(map[string]bool)
	for name := range strings.SplitSeq(list, ",") {
		name, off := strings.CutPrefix(strings.TrimSpace(name), "-")
		if name == "" {
			continue // nothing between two commas
		}
		if c.known != nil && !slices.Contains(c.known, name) {
			return fmt.Errorf("there is no check %s%s", name, hintFor(name, c.known))
		}
		on[name] = !off
	}
	c.on = on
	return nil
}

// hintFor names the nearest of the names, or all if none is near.
func hintFor(name string, known []string) string {
	if hint := nearest.Hint(name, known); hint != "" {
		return hint
	}
	return ": there are " + strings.Join(known, ", ")
}

// Shows reports whether the check is reported.
func (c *CheckList) Shows(shape string) bool {
	on, ok := c.on[shape]
	return on || !ok && !slices.Contains(slices.Collect(maps.Values(c.on)), true)
}
