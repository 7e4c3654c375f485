package selectnoexit

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/stay"
)

// source is an endless loop as it is written.
type source struct {
	shape    string // last part of the check id
	what     string // what is wrong, in the message
	stays    string // the same, in the trail
	pos, end token.Pos

	fn    ast.Node        // the function declaration or literal
	loop  *ast.ForStmt    // nil for select {} and loops made with goto
	sel   *ast.SelectStmt // the only select of the loop, if it has one
	sleep *ast.CallExpr   // the only wait of the loop, if that is time.Sleep
	brk   *ast.BranchStmt // a break in a case that leaves only the select
	brkOf *ast.CommClause // that case
	scope *types.Scope    // the scope in which a new case would stand
	at    token.Pos       // where names are looked up in scope
	file  *token.File
}

// findSource finds the statements that make up a loop.
func findSource(pass *analysis.Pass, l *stay.Loop) *source {
	s := &source{fn: l.In.Syntax(), shape: "loop", what: "this loop has no way out", stays: "goes round for ever"}
	if l.Empty != nil {
		s.shape, s.what, s.stays = "forever", "select {} waits for ever", "waits for ever at select {}"
		s.pos = l.Empty.Pos()
		s.end = s.pos + token.Pos(len("select"))
		return s
	}
	at := positions(l)
	if s.fn != nil {
		s.loop = findFor(s.fn, at)
	}
	s.waits(l)
	switch {
	case s.sel != nil:
		s.shape, s.what, s.stays = "select", "no case of this select leaves its loop", "no case leaves the loop"
		s.pos, s.end = s.sel.Pos(), s.sel.Pos()+token.Pos(len("select"))
	case s.loop != nil:
		s.pos, s.end = s.loop.Pos(), s.loop.Pos()+token.Pos(len("for"))
	case len(at) > 0:
		s.pos = at[0]
	default:
		s.pos = l.Site.Pos()
	}
	s.at = s.pos
	switch {
	case s.sel != nil:
		s.at = s.sel.Pos()
	case s.sleep != nil:
		s.at = s.sleep.Pos()
	}
	if file := fileOf(pass, s.at); file != nil {
		s.file = pass.Fset.File(s.at)
		s.scope = pass.TypesInfo.Scopes[file].Innermost(s.at)
	}
	return s
}

// fileOf returns the file that holds pos.
func fileOf(pass *analysis.Pass, pos token.Pos) *ast.File {
	for _, f := range pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			return f
		}
	}
	return nil
}

// positions returns the positions of the loop's instructions, in the order of
// its blocks.
func positions(l *stay.Loop) []token.Pos {
	var at []token.Pos
	for _, b := range l.Blocks {
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.Phi); !ok && instr.Pos().IsValid() {
				at = append(at, instr.Pos())
			}
		}
	}
	return at
}

// findFor returns the innermost for statement of fn that holds all positions;
// without positions, the first one that has neither condition nor body.
func findFor(fn ast.Node, at []token.Pos) *ast.ForStmt {
	var found *ast.ForStmt
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == fn
		case *ast.ForStmt:
			if len(at) == 0 && (found != nil || n.Cond != nil || len(n.Body.List) > 0) {
				return true
			}
			for _, pos := range at {
				if pos < n.Pos() || n.End() <= pos {
					return true
				}
			}
			found = n
		}
		return true
	})
	return found
}

// waits finds what the loop waits at.
func (s *source) waits(l *stay.Loop) {
	waits := l.Waits()
	selects := make(map[ssa.Instruction]bool)
	sleeps := 0
	var sleep ssa.Instruction
	for _, w := range waits {
		switch {
		case w.Kind == endless.Sleep:
			sleeps++
			sleep = w.Instr
		default:
			selects[w.Instr] = true
		}
	}
	if s.loop == nil {
		return
	}
	if sel := s.onlySelect(); sel != nil && len(selects) == 1 && sleeps == 0 {
		s.sel = sel
		s.findBreak()
	}
	if sleeps == 1 && len(selects) == 0 {
		s.sleep = findCall(s.loop, sleep.Pos())
	}
}

// onlySelect returns the select statement of the loop, if it has exactly one
// outside function literals.
func (s *source) onlySelect() *ast.SelectStmt {
	var only *ast.SelectStmt
	n := 0
	ast.Inspect(s.loop.Body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.SelectStmt:
			only = node
			n++
		}
		return true
	})
	if n != 1 || len(only.Body.List) == 0 {
		return nil
	}
	return only
}

// findBreak finds a break in a case of the select that leaves only the select.
func (s *source) findBreak() {
	for _, stmt := range s.sel.Body.List {
		clause := stmt.(*ast.CommClause)
		for _, st := range clause.Body {
			if b, ok := st.(*ast.BranchStmt); ok && b.Tok == token.BREAK && b.Label == nil && s.brk == nil {
				s.brk, s.brkOf = b, clause
			}
		}
	}
}

// findCall returns the call whose opening parenthesis is at pos, which is a
// statement of its own.
func findCall(n ast.Node, lparen token.Pos) *ast.CallExpr {
	var found *ast.CallExpr
	ast.Inspect(n, func(n ast.Node) bool {
		if st, ok := n.(*ast.ExprStmt); ok {
			if call, ok := st.X.(*ast.CallExpr); ok && call.Lparen == lparen {
				found = call
			}
		}
		return found == nil
	})
	return found
}
