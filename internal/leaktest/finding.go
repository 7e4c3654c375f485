package leaktest

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A Finding is a diagnostic in the form in which every driver prints it as
// JSON.
type Finding struct {
	Analyzer string `json:"-"`
	Package  string `json:"-"` // the driver's name for the package

	Category string    `json:"category"`
	Posn     string    `json:"posn"`
	End      string    `json:"end"`
	Message  string    `json:"message"`
	Related  []Related `json:"related"`
	Fixes    []Fix     `json:"suggested_fixes"`
}

// Related is a related message of a Finding.
type Related struct {
	Posn    string `json:"posn"`
	Message string `json:"message"`
}

// A Fix is one alternative to remove the finding.
type Fix struct {
	Message string `json:"message"`
	Edits   []Edit `json:"edits"`
}

// An Edit replaces the bytes from Start to End of a file.
type Edit struct {
	Filename string `json:"filename"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	New      string `json:"new"`
}

// place returns the file and line of the finding.
func (f Finding) place() (file string, line int) { return splitPosn(f.Posn) }

// trail returns the related messages and their positions.
func (f Finding) trail() (messages, positions []string) {
	for _, r := range f.Related {
		messages = append(messages, r.Message)
		positions = append(positions, r.Posn)
	}
	return messages, positions
}

// String returns everything in the finding that must not depend on the driver
// that reports it. Drivers know positions in other packages to the line only,
// so related positions are given as lines.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s (%s)", f.Posn, f.Message, f.Category)
	for _, r := range f.Related {
		file, line := splitPosn(r.Posn)
		fmt.Fprintf(&b, "\n\t%s:%d: %s", file, line, r.Message)
	}
	for _, fix := range f.Fixes {
		fmt.Fprintf(&b, "\n\tfix: %s %+v", fix.Message, fix.Edits)
	}
	return b.String()
}

// splitPosn reads "file:line:column".
func splitPosn(posn string) (file string, line int) {
	file = posn
	var numbers []int
	for len(numbers) < 2 {
		i := strings.LastIndexByte(file, ':')
		if i < 0 {
			break
		}
		n, err := strconv.Atoi(file[i+1:])
		if err != nil {
			break
		}
		file, numbers = file[:i], append(numbers, n)
	}
	if len(numbers) == 0 {
		return file, 0
	}
	return file, numbers[len(numbers)-1]
}

// decode reads the findings from the JSON objects that a driver prints. An
// analyzer that returned an error fails the test.
func decode(t *testing.T, r io.Reader) []Finding {
	t.Helper()
	var all []Finding
	for dec := json.NewDecoder(r); ; {
		var tree map[string]map[string]json.RawMessage
		if err := dec.Decode(&tree); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatalf("reading the driver's output: %v", err)
		}
		for id, results := range tree {
			for analyzer, raw := range results {
				var findings []Finding
				if err := json.Unmarshal(raw, &findings); err != nil {
					t.Errorf("%s: %s: %s", id, analyzer, raw)
				}
				for _, f := range findings {
					f.Analyzer, f.Package = analyzer, id
					all = append(all, f)
				}
			}
		}
	}
}

// sorted returns the findings in a fixed order without those that a package
// and its variant for testing have in common.
func sorted(findings []Finding) []Finding {
	compare := func(a, b Finding) int { return strings.Compare(a.String(), b.String()) }
	findings = slices.SortedFunc(slices.Values(findings), compare)
	return slices.CompactFunc(findings, func(a, b Finding) bool { return compare(a, b) == 0 })
}

// in returns the findings in the files of the folder, sorted.
func in(f folder, findings []Finding) []Finding {
	return sorted(filter(findings, func(x Finding) bool {
		file, _ := x.place()
		return filepath.Dir(file) == f.dir
	}))
}

// only returns the findings of one analyzer.
func only(analyzer string, findings []Finding) []Finding {
	return filter(findings, func(x Finding) bool { return x.Analyzer == analyzer })
}

// filter returns the findings that keep accepts.
func filter(findings []Finding, keep func(Finding) bool) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(x Finding) bool { return !keep(x) })
}

// differences returns what only one of two drivers reports.
func differences(aName string, a []Finding, bName string, b []Finding) (problems []string) {
	onlyOne := func(name string, a []Finding, other string, b []Finding) {
		for _, x := range a {
			if !slices.ContainsFunc(b, func(y Finding) bool { return x.String() == y.String() }) {
				problems = append(problems, fmt.Sprintf("%s reports, %s does not: %s", name, other, x))
			}
		}
	}
	onlyOne(aName, a, bName, b)
	onlyOne(bName, b, aName, a)
	return problems
}
