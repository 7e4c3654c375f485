package leaktest

import (
	"fmt"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/report"
)

// A want is one expectation of a corpus.
type want struct {
	file     string
	line     int
	pass     string // that the corpus belongs to
	category string // or "": any of that pass
	message  *regexp.Regexp
}

// String returns the want as the corpus spells it.
func (w want) String() string {
	id := ""
	if w.category != "" {
		id = w.category + ":"
	}
	return fmt.Sprintf("%s:%d: want %s%q", w.file, w.line, id, w.message)
}

// of reports whether the pass is the one to meet w.
func (w want) of(pass string) bool {
	return w.category == "" || strings.HasPrefix(w.category, pass+"/")
}

// matches reports whether f is what w expects.
func (w want) matches(f Finding) bool {
	file, line := f.place()
	own := w.category == "" && f.Analyzer == w.pass && f.Category != report.InternalError
	return w.file == file && w.line == line && (own || w.category == f.Category) && w.message.MatchString(f.Message)
}

// unmet pairs each finding with the first want left that it matches, and
// returns what is left on either side. Wants with a category come first, as
// they match less.
func unmet(wants []want, findings []Finding) (problems []string) {
	wants = slices.Clone(wants)
	slices.SortStableFunc(wants, func(a, b want) int { return -strings.Compare(a.category, b.category) })
	for _, f := range findings {
		i := slices.IndexFunc(wants, func(w want) bool { return w.matches(f) })
		if i < 0 {
			problems = append(problems, "unexpected: "+f.String())
			continue
		}
		wants = slices.Delete(wants, i, i+1)
	}
	for _, w := range wants {
		problems = append(problems, "no finding for "+w.String())
	}
	return problems
}

// wantsOf reads the expectations of all Go files of the folder.
func wantsOf(t *testing.T, f folder) []want {
	t.Helper()
	pass, _, _ := strings.Cut(f.name, "/")
	var wants []want
	for _, name := range f.files(t, ".go") {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range file.Comments {
			for _, c := range group.List {
				found, err := parseWants(c.Text)
				if err != nil {
					t.Errorf("%s: %v", fset.Position(c.Pos()), err)
				}
				for _, w := range found {
					w.file, w.line, w.pass = name, fset.PositionFor(c.Pos(), false).Line, pass
					wants = append(wants, w)
				}
			}
		}
	}
	return wants
}

// expectation is one element of a want comment: an optional category and a
// string literal.
var expectation = regexp.MustCompile("^\\s*(?:([a-z0-9]+(?:/[a-z0-9-]+)+):)?(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)")

// parseWants reads the text of a comment that starts with "want", or the part
// of another comment that follows "// want".
func parseWants(comment string) ([]want, error) {
	text, block := strings.CutPrefix(comment, "/*")
	if block {
		text = strings.TrimSuffix(text, "*/")
	}
	text = strings.TrimSpace(strings.TrimPrefix(text, "//"))
	if _, after, ok := strings.Cut(text, "// want "); ok {
		text = "want " + after
	}
	rest, ok := strings.CutPrefix(text, "want ")
	if !ok {
		return nil, nil
	}
	var wants []want
	for strings.TrimSpace(rest) != "" {
		m := expectation.FindStringSubmatch(rest)
		if m == nil {
			if len(wants) == 0 && !strings.ContainsAny(rest, "\"`") {
				return nil, nil // "want" as a word of prose
			}
			return nil, fmt.Errorf("cannot read the expectation at %q", rest)
		}
		pattern, err := strconv.Unquote(m[2])
		if err != nil {
			return nil, err
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			return nil, err
		}
		wants = append(wants, want{category: m[1], message: re})
		rest = rest[len(m[0]):]
	}
	return wants, nil
}
