package selectnoexit

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/site"
)

// fixes returns the fix of a loop, if one way to stop it is at hand and a
// return may stand there. Only new text is inserted, so comments and
// formatting stay.
func fixes(src *source, h *hand) []analysis.SuggestedFix {
	if !returnsNothing(src.fn) {
		return nil
	}
	if src.brk != nil {
		if site.Follows(src.loop, src.sel) {
			return nil // that is where the break leads
		}
		return []analysis.SuggestedFix{{
			Message:   "Leave the loop",
			TextEdits: []analysis.TextEdit{{Pos: src.brk.Pos(), End: src.brk.End(), NewText: []byte("return")}},
		}}
	}
	done, message := h.channel()
	if done == "" {
		return nil
	}
	switch {
	case src.sel != nil && !site.CutsTurn(src.loop, src.sel):
		return selectFix(src, done, message)
	case src.sleep != nil && !site.CutsTurn(src.loop, &ast.ExprStmt{X: src.sleep}):
		return sleepFix(src, done, message)
	}
	return nil
}

// channel returns the channel expression that tells the loop to stop, if there
// is exactly one, and the message of the fix.
func (h *hand) channel() (expr, message string) {
	switch {
	case h.ctxes == 1 && h.dones == 0 && h.param == "" && !strings.Contains(h.ctx, "("):
		return h.ctx + ".Done()", "Return when " + h.ctx + " ends"
	case h.dones == 1 && h.ctxes == 0 && h.param == "" && !h.received:
		return h.done, "Return when " + h.done + " is closed"
	}
	return "", ""
}

// returnsNothing reports whether a bare return may stand in fn.
func returnsNothing(fn ast.Node) bool {
	var typ *ast.FuncType
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		typ = fn.Type
	case *ast.FuncLit:
		typ = fn.Type
	default:
		return false
	}
	return typ.Results == nil || len(typ.Results.List) == 0
}

// selectFix adds a case at the end of the select. A select on one line is left
// alone.
func selectFix(src *source, done, message string) []analysis.SuggestedFix {
	last := src.sel.Body.List[len(src.sel.Body.List)-1]
	if src.line(src.sel.Pos()) == src.line(src.sel.Body.Rbrace) || src.line(last.End()) == src.line(src.sel.Body.Rbrace) {
		return nil
	}
	indent := src.indent(src.sel.Body.Rbrace)
	text := "case <-" + done + ":\n" + indent + "\treturn\n" + indent
	return []analysis.SuggestedFix{{
		Message:   message,
		TextEdits: []analysis.TextEdit{{Pos: src.sel.Body.Rbrace, End: src.sel.Body.Rbrace, NewText: []byte(text)}},
	}}
}

// sleepFix turns time.Sleep(d) into a select with time.After(d).
func sleepFix(src *source, done, message string) []analysis.SuggestedFix {
	fun, ok := src.sleep.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil // time is imported with a dot
	}
	pkg, ok := fun.X.(*ast.Ident)
	if !ok {
		return nil
	}
	indent := src.indent(src.sleep.Pos())
	head := "select {\n" + indent + "case <-" + done + ":\n" + indent + "\treturn\n" + indent + "case <-" + pkg.Name + ".After("
	return []analysis.SuggestedFix{{
		Message: message,
		TextEdits: []analysis.TextEdit{
			{Pos: src.sleep.Pos(), End: src.sleep.Lparen + 1, NewText: []byte(head)},
			{Pos: src.sleep.Rparen, End: src.sleep.Rparen + 1, NewText: []byte("):\n" + indent + "}")},
		},
	}}
}

// line returns the line of pos.
func (s *source) line(pos token.Pos) int { return s.file.Line(pos) }

// indent returns the tabs in front of pos, which starts a line.
func (s *source) indent(pos token.Pos) string {
	return strings.Repeat("\t", s.file.PositionFor(pos, false).Column-1)
}
