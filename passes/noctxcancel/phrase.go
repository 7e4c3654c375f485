package noctxcancel

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// A site is the source of a release: the call, and the statement that names
// its results.
type site struct {
	pos, end token.Pos // the call
	file     *ast.File
	path     []ast.Node // from the call outwards
	call     *ast.CallExpr
	name     string   // of the variable or field that gets the release function; "" if none
	lhs      ast.Expr // the same as an expression; nil if none
}

// siteOf finds the syntax of r. SSA puts a call at its left parenthesis.
func (j *judge) siteOf(r release) site {
	pos := r.call.Common().Pos()
	s := site{pos: pos, end: pos}
	for _, file := range j.pass.Files {
		if file.FileStart <= pos && pos < file.FileEnd {
			s.file = file
		}
	}
	if s.file == nil {
		return s
	}
	path, _ := astutil.PathEnclosingInterval(s.file, pos, pos)
	for i, n := range path {
		if call, ok := n.(*ast.CallExpr); ok && call.Lparen == pos {
			s.call, s.path = call, path[i:]
			s.pos, s.end = call.Pos(), call.End()
			break
		}
	}
	s.lhs = target(s.path, r.index)
	if s.lhs != nil {
		s.name = types.ExprString(s.lhs)
	}
	return s
}

// target returns the expression that result index of the call path[0] is assigned to.
func target(path []ast.Node, index int) ast.Expr {
	if len(path) < 2 {
		return nil
	}
	switch stmt := path[1].(type) {
	case *ast.AssignStmt:
		if len(stmt.Rhs) == 1 && index < len(stmt.Lhs) {
			return stmt.Lhs[index]
		}
		for i, e := range stmt.Rhs {
			if e == path[0] && i < len(stmt.Lhs) {
				return stmt.Lhs[i]
			}
		}
	case *ast.ValueSpec:
		if len(stmt.Values) == 1 && index < len(stmt.Names) {
			return stmt.Names[index]
		}
	}
	return nil
}

// noun says what the release function is called in messages.
func noun(r release) string {
	switch {
	case strings.HasPrefix(r.of, "context.With"):
		return "cancel function"
	default:
		return "stop function"
	}
}

// keeps says what stays if the release function is not called.
func keeps(r release) string {
	switch r.of {
	case "context.WithTimeout", "context.WithTimeoutCause", "context.WithDeadline", "context.WithDeadlineCause":
		return "the context and its timer stay until the deadline"
	case "context.AfterFunc":
		return "the callback stays registered until the context ends"
	case "signal.NotifyContext":
		return "its goroutine and signal registration stay"
	case "iter.Pull", "iter.Pull2":
		return "the goroutine that runs the sequence stays"
	}
	return "the context and what waits for it stay until the parent ends"
}

// message says what is lost, where, and what stays.
func message(shape string, r release, v obligation.Verdict, s site, where string) string {
	what := fmt.Sprintf("the %s of %s", noun(r), r.name)
	if s.name != "" && s.name != "_" {
		what = fmt.Sprintf("%s, the %s of %s,", s.name, noun(r), r.name)
	}
	var why string
	switch shape {
	case "discarded":
		what = fmt.Sprintf("the %s of %s", noun(r), r.name)
		why = "is discarded and can never be called"
	case "unused":
		why = "is never called"
		if v.Flow != nil && v.Flow.Has(valueflow.Captured) {
			why += ": the closure that would call it is never run"
		}
	case "unread":
		why = fmt.Sprintf("is stored in %s, which nothing in this package reads", v.Unread[0].Name())
	case "callee":
		why = fmt.Sprintf("is only passed to %s, which can leave without calling it", calleeName(*handed(v)))
	case "overwritten":
		why = "is overwritten before it is called"
		if where != "" {
			why += " (" + where + ")"
		}
	case "loopdefer":
		why = "is deferred in a loop without bound: it runs when the function returns, not at the end of the turn"
	default:
		why = fmt.Sprintf("is not called on the way out at %s", where)
	}
	return what + " " + why + "; " + keeps(r)
}

// calleeName names what gets the release function and drops it.
func calleeName(d obligation.Drop) string {
	if d.Fn != nil && d.Fn.Parent() == nil {
		return d.Fn.Name()
	}
	switch d.Call.(type) {
	case *ssa.Go:
		return "the goroutine started here"
	case *ssa.Defer:
		return "a deferred closure"
	}
	if fn := d.Call.Common().StaticCallee(); fn != nil && fn.Parent() == nil {
		return fn.Name()
	}
	return "a closure"
}

// trail tells the story: made here, dropped there, left there.
func (j *judge) trail(r release, v obligation.Verdict, end paths.End, s site, shape string) []report.Step {
	steps := []report.Step{{Pos: s.pos, End: s.end, Role: report.Made, Text: r.name + " is called"}}
	drops := slices.Clone(v.Drops)
	slices.SortStableFunc(drops, func(a, b obligation.Drop) int { return cmp.Compare(a.Call.Pos(), b.Call.Pos()) })
	for _, d := range drops {
		step := report.Step{Pos: d.Call.Pos(), Role: report.Note, Text: "gets the " + noun(r) + " and can leave without calling it"}
		steps = append(steps, step)
		if d.At != nil {
			steps = append(steps, report.Step{Pos: endPos(d.At), Role: report.Left, Text: "leaves without calling the " + noun(r)})
		}
	}
	if end.At == nil {
		return steps
	}
	step := report.Step{Pos: endPos(end.At), Role: report.Left, Text: "returns without calling the " + noun(r)}
	switch {
	case shape == "loopdefer":
		step.Role, step.Text = report.Note, "defers the "+noun(r)+" in every turn of the loop"
	case end.Kind == paths.Again:
		step.Text = "comes round again, and the " + noun(r) + " of the turn before is lost"
	case end.Kind == paths.Lost:
		step.Text = "overwrites the last copy of the " + noun(r)
	}
	return append(steps, step)
}
