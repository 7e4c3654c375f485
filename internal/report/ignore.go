package report

import (
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// An Ignore is a comment that hides findings: //nolint, //lint:ignore or
// //lint:file-ignore. They are read here and not by a driver, so they work in
// every driver (docs/decisions/suppression.md).
type Ignore struct {
	Pos, End token.Pos // of the comment
	File     *ast.File // that the comment stands in
	Names    []string  // lower case, as written: "leaklint", a pass, pass/shape, "leaklint/" before these, or "*"
	Nolint   bool      // a //nolint comment, which golangci-lint reads as well
	Reason   bool      // a reason is given, or none is needed
	Alone    bool      // no code stands on its line

	from, to int // lines that it covers
}

// A Use is a name in an Ignore that has hidden a finding.
type Use struct {
	Ignore *Ignore
	Name   string
}

// Ignores is the analyzer that reads the ignores of a package. Its result is a
// []*Ignore in source order.
var Ignores = &analysis.Analyzer{
	Name:       "leaklintignores",
	Doc:        "reads the comments that hide findings of leaklint",
	Run:        readIgnores,
	ResultType: reflect.TypeFor[[]*Ignore](),
}

// readIgnores is the Run of Ignores. It fails on no file, so it needs no
// protection.
func readIgnores(pass *analysis.Pass) (any, error) {
	var all []*Ignore
	for _, f := range pass.Files {
		var found []*Ignore
		for _, group := range f.Comments {
			for _, c := range group.List {
				ig, wholeFile := parseIgnore(c.Text)
				if ig == nil {
					continue // an ordinary comment
				}
				ig.Pos, ig.End, ig.File = c.Pos(), c.End(), f
				if wholeFile {
					ig.to = pass.Fset.File(f.FileStart).LineCount()
				}
				found = append(found, ig)
			}
		}
		if len(found) > 0 {
			setScopes(pass.Fset, f, found)
		}
		all = append(all, found...)
	}
	return all, nil
}

// parseIgnore reads the text of a comment. It returns nil if that hides
// nothing.
func parseIgnore(text string) (ig *Ignore, wholeFile bool) {
	if rest, ok := strings.CutPrefix(text, "//lint:ignore "); ok {
		return parseLintIgnore(rest), false
	}
	if rest, ok := strings.CutPrefix(text, "//lint:file-ignore "); ok {
		return parseLintIgnore(rest), true
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, "/ "), "nolint")
	if !ok || !strings.HasPrefix(text, "//") {
		return nil, false
	}
	switch {
	case strings.HasPrefix(rest, ":"):
		list, _, _ := strings.Cut(rest[1:], "//")
		return &Ignore{Names: splitNames(list), Nolint: true, Reason: true}, false
	case rest == "" || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '/':
		return &Ignore{Names: []string{"*"}, Nolint: true, Reason: true}, false
	}
	return nil, false
}

// parseLintIgnore reads "names reason". Without names it returns nil.
func parseLintIgnore(rest string) *Ignore {
	list, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if list == "" {
		return nil
	}
	return &Ignore{Names: splitNames(list), Reason: strings.TrimSpace(reason) != ""}
}

// splitNames splits the comma-separated names of an ignore.
func splitNames(list string) []string {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "all" {
			name = "*"
		}
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// hides returns the name for which ig hides a finding of the category at line,
// or "".
func (ig *Ignore) hides(line int, category string) string {
	if !ig.Reason || line < ig.from || line > ig.to {
		return ""
	}
	i := slices.IndexFunc(ig.Names, func(name string) bool {
		if name == "*" || name == "leaklint" {
			return true
		}
		id := strings.TrimPrefix(name, "leaklint/")
		return category == id || strings.HasPrefix(category, id+"/")
	})
	if i < 0 {
		return ""
	}
	return ig.Names[i]
}

// setScopes computes which lines the ignores of a file cover:
//   - in the doc comment of a function: the function;
//   - after code: its own line;
//   - else the line that follows its comment group; a //nolint there covers
//     all of the statement or declaration that starts there, as it does in
//     golangci-lint.
func setScopes(fset *token.FileSet, f *ast.File, ignores []*Ignore) {
	lines := linesOf(fset, f)
	for _, ig := range ignores {
		at := fset.PositionFor(ig.Pos, false)
		ig.Alone = !lines.code[at.Line]
		if ig.to > 0 {
			continue // the whole file
		}
		group := groupOf(f, ig.Pos)
		switch {
		case lines.doc[group] != nil:
			ig.from, ig.to = lineOf(fset, lines.doc[group].Pos()), lineOf(fset, lines.doc[group].End())
		case !ig.Alone:
			ig.from, ig.to = at.Line, at.Line
		default:
			ig.from = lineOf(fset, group.End()) + 1
			ig.to = ig.from
			if ig.Nolint {
				ig.to = max(ig.to, lines.end[start{ig.from, at.Column}])
			}
		}
	}
}

// fileLines is where the code of a file stands.
type fileLines struct {
	code map[int]bool                        // lines on which some node starts or ends
	end  map[start]int                       // last line of the largest node that starts there
	doc  map[*ast.CommentGroup]*ast.FuncDecl // doc comments of functions
}

// start is the place where a node starts.
type start struct{ line, column int }

// linesOf returns where the code of a file stands. Its cost is linear in the
// file; it is called for files with ignores only.
func linesOf(fset *token.FileSet, f *ast.File) fileLines {
	lines := fileLines{make(map[int]bool), make(map[start]int), make(map[*ast.CommentGroup]*ast.FuncDecl)}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil, *ast.CommentGroup:
			return false
		case *ast.FuncDecl:
			if n.Doc != nil {
				lines.doc[n.Doc] = n
			}
		}
		p, last := fset.PositionFor(n.Pos(), false), lineOf(fset, n.End())
		lines.code[p.Line], lines.code[last] = true, true
		at := start{p.Line, p.Column}
		lines.end[at] = max(lines.end[at], last)
		return true
	})
	return lines
}

// groupOf returns the comment group that contains pos.
func groupOf(f *ast.File, pos token.Pos) *ast.CommentGroup {
	i := slices.IndexFunc(f.Comments, func(g *ast.CommentGroup) bool { return g.Pos() <= pos && pos < g.End() })
	return f.Comments[i]
}

// lineOf returns the line of pos in its file, whatever //line comments say.
func lineOf(fset *token.FileSet, pos token.Pos) int { return fset.PositionFor(pos, false).Line }
