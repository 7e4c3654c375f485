package leaks

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// texts finds the syntax that SSA positions stand for, so that messages speak
// the words of the source.
type texts struct {
	pass  *analysis.Pass
	nodes map[token.Pos]ast.Node // by the position that SSA gives an instruction
	done  map[*ast.File]bool
}

// newTexts returns texts that has read nothing yet.
func newTexts(pass *analysis.Pass) *texts {
	return &texts{pass: pass, nodes: map[token.Pos]ast.Node{}, done: map[*ast.File]bool{}}
}

// node returns the syntax at a position of an SSA instruction.
func (t *texts) node(pos token.Pos) ast.Node {
	for _, f := range t.pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			t.read(f)
		}
	}
	return t.nodes[pos]
}

// read files the nodes of one file.
func (t *texts) read(f *ast.File) {
	if t.done[f] {
		return
	}
	t.done[f] = true
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SendStmt:
			t.nodes[n.Arrow] = n
		case *ast.UnaryExpr:
			t.nodes[n.OpPos] = n
		case *ast.CallExpr:
			t.nodes[n.Lparen] = n
		case *ast.SelectStmt:
			t.nodes[n.Select] = n
		case *ast.RangeStmt:
			t.nodes[n.For] = n
		case *ast.GoStmt:
			t.nodes[n.Go] = n
		case *ast.DeferStmt:
			t.nodes[n.Defer] = n
		case *ast.BinaryExpr:
			t.nodes[n.OpPos] = n
		case *ast.ReturnStmt:
			t.nodes[n.Return] = n
		case *ast.CompositeLit:
			t.nodes[n.Lbrace] = n
		}
		return true
	})
}

// span returns the extent of the statement or expression at a position.
func (t *texts) span(pos token.Pos) (token.Pos, token.Pos) {
	switch n := t.node(pos).(type) {
	case nil:
		return pos, pos
	case *ast.SelectStmt:
		return n.Pos(), n.Pos() + token.Pos(len("select"))
	case *ast.RangeStmt:
		return n.Pos(), n.X.End()
	case *ast.GoStmt:
		return n.Pos(), n.Pos() + token.Pos(len("go"))
	case *ast.DeferStmt:
		return n.Pos(), n.End()
	case *ast.BinaryExpr:
		return n.Pos(), n.End()
	case *ast.CompositeLit:
		return n.Pos(), n.Lbrace + 1
	default:
		return n.Pos(), n.End()
	}
}

// operand returns the primitive that the operation at a position works on, as
// the source writes it.
func (t *texts) operand(pos token.Pos) string {
	for _, n := range t.at(pos) {
		switch n := n.(type) {
		case *ast.SendStmt:
			return types.ExprString(n.Chan)
		case *ast.UnaryExpr:
			return types.ExprString(n.X)
		case *ast.RangeStmt:
			return types.ExprString(n.X)
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok {
				return types.ExprString(sel.X)
			}
		}
	}
	return ""
}

// at returns the nodes that start at a position, outermost first.
func (t *texts) at(pos token.Pos) []ast.Node {
	var ns []ast.Node
	for _, f := range t.pass.Files {
		if f.FileStart > pos || pos >= f.FileEnd {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil || n.Pos() > pos || n.End() <= pos {
				return false
			}
			if n.Pos() == pos {
				ns = append(ns, n)
			}
			return true
		})
	}
	return ns
}

// isRange reports whether the receive at a position is a range statement's.
func (t *texts) isRange(pos token.Pos) bool {
	for _, n := range t.at(pos) {
		if _, ok := n.(*ast.RangeStmt); ok {
			return true
		}
	}
	return false
}

// condition says in words what a branch asks, and that the answer is yes or no.
func (t *texts) condition(f *ssa.If, yes bool) string {
	if pos := f.Cond.Pos(); pos.IsValid() {
		if n, ok := t.node(pos).(ast.Expr); ok {
			if yes {
				return types.ExprString(n)
			}
			return "not " + types.ExprString(n)
		}
	}
	if yes {
		return "the condition holds"
	}
	return "the condition does not hold"
}
