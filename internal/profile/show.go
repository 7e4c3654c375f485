package profile

import (
	"path"
	"slices"
)

// This file is what other reports than Report's own say of rows.

// Stands is the weakest match at which a row's goroutines are where the
// finding has its goroutine.
const Stands = startedThere

// Leaked reports whether the runtime found that nothing can wake goroutines of
// the row.
func (row *Row) Leaked() bool {
	return slices.ContainsFunc(row.Groups, func(g *Group) bool { return g.Leaked })
}

// Transient reports whether the goroutines may have been on their way: the
// finding says that they block, and a goroutine that stays blocked would be
// among the leaked ones.
func (row *Row) Transient() bool {
	p := row.Finding.Pass
	return p != "selectnoexit" && p != "tickerstop"
}

// Assumptions returns what the finding takes for granted.
func (f *Finding) Assumptions() []string {
	var all []string
	for _, s := range f.Steps {
		if s.Assumes != "" {
			all = append(all, s.Assumes)
		}
	}
	return all
}

// StaysAt returns where the finding has a goroutine stay. It is not ok if the
// finding is about no goroutine; then the place is that of the finding.
func (f *Finding) StaysAt() (p Place, ok bool) {
	i := slices.IndexFunc(f.Steps, func(s Step) bool { return s.Role == "blocked" || s.Role == "stays" })
	if i < 0 {
		return f.At, false
	}
	return f.Steps[i].At, true
}

// FileOf returns the file of the checkout with the name importpath/file.go, as
// coverage has it, or "".
func (c *Checkout) FileOf(name string) string {
	mod, rel, ok := c.moduleOf(path.Dir(name))
	if !ok {
		return ""
	}
	return c.existing(mod, rel, path.Base(name))
}

// Add adds the goroutines of q.
func (p *Profile) Add(q *Profile) {
	p.Stacks = append(p.Stacks, q.Stacks...)
	p.Notes = append(p.Notes, q.Notes...)
}

// Show returns a place relative to wd.
func Show(p Place, wd string) string { return view{wd}.text(p) }

// Where returns where the row's goroutines stand.
func (r *Report) Where(row *Row, wd string) string { return r.outRow(row, view{wd}).where() }

// Silent says why the analysis is silent about the row, or "".
func (r *Report) Silent(row *Row, wd string) string { return r.outRow(row, view{wd}).Silent }

// Started says who started the row's goroutines.
func (r *Report) Started(row *Row, wd string) []string { return r.outRow(row, view{wd}).Started }
