package driver

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"

	"github.com/leaklint/leaklint/internal/report"
)

// Every pass that asked for what has failed tells of it, so that it is told
// whichever pass is on. Of these reports go vet is to show one. From Go 1.26 on it
// has results as JSON and prints them itself; before, the tool prints text.

// tellOnce removes the internal errors that other passes tell of, too, from the
// JSON result of a unit.
func tellOnce(output []byte) []byte {
	if !bytes.Contains(output, []byte(report.InternalError)) {
		return output
	}
	var units map[string]map[string]json.RawMessage
	if json.Unmarshal(output, &units) != nil {
		return output
	}
	told := make(map[string]bool)
	for _, id := range slices.Sorted(maps.Keys(units)) {
		for _, pass := range slices.Sorted(maps.Keys(units[id])) {
			var diags []jsonDiagnostic
			if json.Unmarshal(units[id][pass], &diags) != nil {
				continue // an error of the analyzer
			}
			kept := slices.DeleteFunc(diags, func(d jsonDiagnostic) bool {
				again := d.Category == report.InternalError && told[d.Message]
				told[d.Message] = true
				return again
			})
			if units[id][pass], _ = json.Marshal(kept); len(kept) == 0 {
				delete(units[id], pass)
			}
		}
	}
	out, err := json.MarshalIndent(units, "", "\t")
	if err != nil {
		return output
	}
	return append(out, '\n')
}

// A onceTold passes text on, line by line, without the internal errors that it has
// passed on before.
type onceTold struct {
	to   io.Writer
	told map[string]bool
	rest []byte // the start of a line
}

// Write implements io.Writer.
func (o *onceTold) Write(p []byte) (int, error) {
	o.rest = append(o.rest, p...)
	for {
		i := bytes.IndexByte(o.rest, '\n')
		if i < 0 {
			return len(p), nil
		}
		line := o.rest[:i+1]
		o.rest = o.rest[i+1:]
		if err := o.line(line); err != nil {
			return 0, err
		}
	}
}

// line passes one line on, unless it repeats an internal error.
func (o *onceTold) line(line []byte) error {
	if bytes.Contains(line, []byte(": internal error: ")) {
		if o.told[string(line)] {
			return nil
		}
		if o.told == nil {
			o.told = make(map[string]bool)
		}
		o.told[string(line)] = true
	}
	_, err := o.to.Write(line)
	return err
}

// flush passes on what has no end of line.
func (o *onceTold) flush() error {
	_, err := o.to.Write(o.rest)
	o.rest = nil
	return err
}
