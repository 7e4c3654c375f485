// Package report answers: how does a finding reach the user? It turns the
// findings of a pass into diagnostics with a check id, a trail and fixes, and
// it is the only place that reports any. Only category, message, positions,
// related messages and edits survive the go command's JSON, so everything a
// reader or a later tool needs travels in them (docs/design.md section 4).
package report

import (
	"go/token"

	"golang.org/x/tools/go/analysis"
)

// InternalError is the category of the diagnostic that says that a pass failed.
const InternalError = "internal-error"

// A Confidence says how sure a finding is (docs/design.md section 9.2).
type Confidence int

const (
	Default Confidence = iota // reported always
	Low                       // reported only with -confidence=low
)

// String returns the confidence as the -confidence flag spells it.
func (c Confidence) String() string {
	if c == Low {
		return "low"
	}
	return "default"
}

// A Finding is one leak, as a pass sees it.
type Finding struct {
	Shape      string                  // last part of the check id, such as "lost"
	Pos, End   token.Pos               // where it blocks, or what is left is made
	Message    string                  // names the variable or function and says why, in user words
	Trail      []Step                  // the witness: made, started, left, blocks or stays
	Goroutine  token.Pos               // the go statement whose goroutine stays; NoPos for obligations
	Fixes      []analysis.SuggestedFix // alternatives, the best first
	Confidence Confidence
	Vet        bool // vet's own lostcancel or waitgroup reports it as well
}

// category returns the check id of the finding with its suffixes.
func (f *Finding) category(pass string) string {
	id := pass + "/" + f.Shape
	if f.Confidence == Low {
		id += "/low"
	}
	if f.Vet {
		id += "/vet"
	}
	return id
}
