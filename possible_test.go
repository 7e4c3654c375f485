package leaklint_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/leaktest"
	"github.com/leaklint/leaklint/internal/report"
)

// A condition is an assumption of a witness, as far as its text is understood: a
// comparison, or what is true or not.
type condition struct {
	x, y string
	op   token.Token
}

// opposite maps a comparison to what is true where it is not.
var opposite = map[token.Token]token.Token{token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ,
	token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR}

// conditionsOf reads the assumptions of one step.
func conditionsOf(text string) []condition {
	var out []condition
	for _, part := range strings.Split(strings.ReplaceAll(text, " and ", ", "), ", ") {
		for suffix, op := range map[string]token.Token{" is true": token.EQL, " is false": token.NEQ} {
			if x, ok := strings.CutSuffix(part, suffix); ok {
				out = append(out, condition{x, "true", op})
			}
		}
		e, err := parser.ParseExpr(part)
		if err != nil {
			continue // words
		}
		if b, ok := e.(*ast.BinaryExpr); ok && opposite[b.Op] != token.ILLEGAL {
			out = append(out, condition{part[:b.X.End()-1], part[b.Y.Pos()-1:], b.Op})
		}
	}
	return out
}

// contradicts reports whether two conditions cannot be true together.
func (c condition) contradicts(d condition) bool {
	if c.x != d.x {
		return false
	}
	if c.y == d.y {
		eq, lt, gt := token.EQL, token.LSS, token.GTR
		return opposite[c.op] == d.op || c.op == lt && d.op == gt || c.op == gt && d.op == lt ||
			c.op == eq && (d.op == lt || d.op == gt) || d.op == eq && (c.op == lt || c.op == gt)
	}
	m, err := strconv.ParseFloat(c.y, 64)
	n, err2 := strconv.ParseFloat(d.y, 64)
	if err != nil || err2 != nil {
		return false
	}
	if m > n {
		c, d = d, c
	}
	// The constant of c is the smaller one.
	return (c.op == token.EQL || c.op == token.LSS || c.op == token.LEQ) && (d.op == token.EQL || d.op == token.GTR || d.op == token.GEQ)
}

// checkPossible checks that what a witness assumes can be true together
// (docs/design.md section 9.4).
func checkPossible(t *testing.T, f leaktest.Finding) {
	t.Helper()
	var messages []string
	for _, r := range f.Related {
		messages = append(messages, r.Message)
	}
	trail, err := report.ParseTrail(messages)
	if err != nil {
		t.Errorf("%s: %v", f, err)
	}
	var all []condition
	for _, s := range trail {
		all = append(all, conditionsOf(s.Assumes)...)
	}
	for i, c := range all {
		for _, d := range all[:i] {
			if c.contradicts(d) {
				t.Errorf("%s assumes %s %s %s and %s %s %s", f, d.x, d.op, d.y, c.x, c.op, c.y)
			}
		}
	}
}

// TestContradictions checks that the check above finds contradictions.
func TestContradictions(t *testing.T) {
	for text, want := range map[string]bool{
		"n & 4 != 0 and n & 4 == 0": true, "on is true and on is false": true, "n > 10 and n <= 5": true,
		"len(xs) > 0, ok is true and len(xs) <= 0": true, "n > 5 and n <= 10": false, "n > 5 and m <= 5": false,
		"a == b and a != c": false, "there is an error and n == 3": false, "n == 200 and n < 50": true, "n == 3 and n < 50": false,
	} {
		got := false
		all := conditionsOf(text)
		for i, c := range all {
			for _, d := range all[:i] {
				got = got || c.contradicts(d)
			}
		}
		if got != want {
			t.Errorf("%s: a contradiction is found: %v", text, got)
		}
	}
}
