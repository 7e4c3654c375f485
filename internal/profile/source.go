package profile

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"strings"
)

// A source is a parsed file of the checkout.
type source struct {
	fset *token.FileSet
	file *ast.File
}

// source returns the file, or nil if it cannot be parsed at all.
func (c *Checkout) source(name string) *source {
	s, ok := c.sources[name]
	if !ok {
		fset := token.NewFileSet()
		if f, _ := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution); f != nil {
			s = &source{fset, f}
		}
		c.sources[name] = s
	}
	return s
}

// declAt returns the function that is declared around a line, or nil.
func (s *source) declAt(line int) *ast.FuncDecl {
	for _, d := range s.file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if ok && s.line(fn.Pos()) <= line && line <= s.line(fn.End()) {
			return fn
		}
	}
	return nil
}

// declName returns the name of a function as declared gives it: "Fetch" or
// "T.Run".
func declName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	for t := fn.Recv.List[0].Type; ; {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + fn.Name.Name
		default:
			return fn.Name.Name
		}
	}
}

// misfit says why the function with the symbol cannot stand at the place, as
// when the program was built from another version, or "".
func (c *Checkout) misfit(p Place, symbol string) string {
	s := c.source(p.File)
	if s == nil {
		return "the file cannot be read"
	}
	if last := s.fset.File(s.file.FileStart).LineCount(); p.Line > last {
		return fmt.Sprintf("the file has %d lines here, and the profile names line %d", last, p.Line)
	}
	want, fn := declared(symbol), s.declAt(p.Line)
	switch {
	case want == "":
		return "" // a literal of a package variable
	case fn == nil:
		return fmt.Sprintf("line %d is in no function here, and in %s in the profile", p.Line, want)
	case declName(fn) != want:
		return fmt.Sprintf("line %d is in %s here, and in %s in the profile", p.Line, declName(fn), want)
	}
	return ""
}

// An operation is what code does at a line that can wait.
type operation struct {
	state string // in the words of a dump, "" for a call
	text  string // "sends on answers", "calls wg.Wait"
	done  bool   // it waits for the end of a context

	callee  string   // the name of the function that is called, without its package and type
	channel ast.Expr // what it sends on or receives from, if that is one channel
}

// operationAt returns what the line does that fits the state, or that can
// wait if the state is "". Callee is the function that the goroutine is in
// there, "" if it stands in the line itself. It is not ok if the line does
// nothing like it.
func (c *Checkout) operationAt(p Place, state, callee string) (op operation, ok bool) {
	s := c.source(p.File)
	if s == nil {
		return op, false
	}
	var calls []operation
	ast.Inspect(s.file, func(n ast.Node) bool {
		if n == nil || ok || s.line(n.Pos()) > p.Line || s.line(n.End()) < p.Line {
			return false
		}
		found := s.operation(n, p.Line)
		switch {
		case found.text == "":
		case found.state == "":
			calls = append(calls, found)
		case callee != "" && !parksInPlace(state): // in a call beside it
		case state == "" || found.state == family(state) || found.state == state:
			op, ok = found, true
		}
		return true
	})
	if ok || parksInPlace(state) {
		return op, ok
	}
	for _, call := range calls {
		if callee != "" && call.callee == callee {
			return call, true
		}
	}
	if len(calls) == 1 && callee != "" {
		return calls[0], true
	}
	return operation{}, false
}

// parksInPlace reports whether a goroutine in the state stands at an
// operation of the language, not in a call.
func parksInPlace(state string) bool {
	return strings.HasPrefix(state, "chan ") || strings.HasPrefix(state, "select")
}

// operation returns what the node does if it starts at the line, with the text
// "" if that is nothing that waits.
func (s *source) operation(n ast.Node, line int) operation {
	switch n := n.(type) {
	case *ast.SendStmt:
		if s.line(n.Pos()) == line || s.line(n.Arrow) == line {
			return operation{state: "chan send", text: "sends on " + s.text(n.Chan), channel: n.Chan}
		}
	case *ast.UnaryExpr:
		if n.Op == token.ARROW && s.line(n.Pos()) == line {
			return operation{state: "chan receive", text: "receives from " + s.text(n.X), done: isDone(n.X), channel: n.X}
		}
	case *ast.RangeStmt:
		if s.line(n.Pos()) == line || s.line(n.X.Pos()) == line {
			return operation{state: "chan receive", text: "ranges over " + s.text(n.X), done: isDone(n.X), channel: n.X}
		}
	case *ast.SelectStmt:
		if s.line(n.Pos()) == line {
			return s.selectOperation(n)
		}
	case *ast.CallExpr:
		if s.line(n.Lparen) == line || s.line(n.Pos()) == line {
			return operation{text: "calls " + s.text(n.Fun), callee: calleeName(n.Fun)}
		}
	}
	return operation{}
}

// selectOperation describes a select by its cases.
func (s *source) selectOperation(n *ast.SelectStmt) operation {
	if len(n.Body.List) == 0 {
		return operation{state: "select (no cases)", text: "waits in select {}, which nothing ends"}
	}
	op := operation{state: "select"}
	var cases []string
	for _, clause := range n.Body.List {
		comm, _ := clause.(*ast.CommClause)
		if comm == nil || comm.Comm == nil {
			continue
		}
		ast.Inspect(comm.Comm, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.FuncLit:
				return false
			case *ast.SendStmt:
				cases = append(cases, "a send on "+s.text(m.Chan))
				return false
			case *ast.UnaryExpr:
				if m.Op == token.ARROW {
					cases = append(cases, "a receive from "+s.text(m.X))
					op.done = op.done || isDone(m.X)
					return false
				}
			}
			return true
		})
	}
	op.text = "waits in a select for " + strings.Join(cases, " or ")
	return op
}

// isDone reports whether the expression is the call of a Done method.
func isDone(x ast.Expr) bool {
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Done" && len(call.Args) == 0
}

// maxText bounds the length of an expression in a report.
const maxText = 60

// text returns an expression as the source has it, on one line.
func (s *source) text(x ast.Node) string {
	if lit, ok := x.(*ast.FuncLit); ok {
		return fmt.Sprintf("the function literal at line %d", s.line(lit.Pos()))
	}
	var b strings.Builder
	if err := printer.Fprint(&b, s.fset, x); err != nil {
		return "?"
	}
	t := strings.Join(strings.Fields(b.String()), " ")
	if r := []rune(t); len(r) > maxText {
		t = string(r[:maxText-1]) + "…"
	}
	return t
}

// calleeName returns the last name of the function that is called, "" for a
// literal.
func calleeName(fun ast.Expr) string {
	switch x := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	case *ast.IndexExpr:
		return calleeName(x.X)
	case *ast.IndexListExpr:
		return calleeName(x.X)
	}
	return ""
}
