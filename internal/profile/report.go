package profile

import (
	"cmp"
	"slices"
	"strings"
)

// A Verdict is what is said of goroutines.
type Verdict int

const (
	Leak     Verdict = iota // they can never go on: the runtime says so, or a finding
	MayLeak                 // a finding of low confidence, or one that speaks of something near
	Grows                   // they become more and more, and no finding says why
	Waits                   // they wait for others
	Busy                    // they run, sleep, or wait for the system
	SetAside                // known workers and pools
)

var verdictNames = [...]string{"leak", "may leak", "grows", "waits", "busy", "set aside"}

// String returns the verdict in words.
func (v Verdict) String() string { return verdictNames[v] }

// A Row is groups with one cause, and what is known of it.
type Row struct {
	Verdict  Verdict
	Groups   []*Group // that which the row is about first
	Count    int      // in the last profile
	Counts   []int    // in each profile
	Wait     Wait
	Finding  *Finding // nil if no finding speaks of it
	Match    int      // how sure that is
	Entry    *Entry   // the ledger's reason for silence; nil if there is none
	Analysed bool     // the package of the line was analysed

	At     Place  // the line to change or to look at first; zero if it is not in this checkout
	Misfit string // why the place does not fit this checkout
	State  string // in the words of a dump, where the profile or the line tells it
	Waits  string // what the goroutines do there, in words
	Made   Place  // where the channel is made; zero if unknown
	Blame  Blame
}

// A Report is what is said about the profiles of one process.
type Report struct {
	Profiles []*Profile
	Span     Span
	Rows     []*Row // most important first
	Aside    []*Row // what is set aside
	Total    int    // goroutines in the last profile
	Totals   []int  // in each profile
	Notes    []string
	Tool     string // version of leaklint
}

// An Analysis is what leaklint says about the code of this checkout.
type Analysis struct {
	Findings []Finding
	Ledger   []Entry
	Dirs     map[string]bool // the directories of the packages that were analysed
}

// NewReport joins groups with an analysis.
func (c *Checkout) NewReport(profiles []*Profile, span Span, groups []*Group, a *Analysis) *Report {
	r := &Report{Profiles: profiles, Span: span}
	for _, p := range profiles {
		r.Totals = append(r.Totals, p.Total())
		for _, n := range p.Notes {
			r.Notes = append(r.Notes, p.Name+": "+n)
		}
	}
	r.Total = r.Totals[len(r.Totals)-1]
	byFinding := make(map[*Finding]*Row)
	byAside := make(map[string]*Row)
	for _, g := range groups {
		if g.isSetAside() && !g.Leaked {
			why := g.setAsideWhy()
			if byAside[why] == nil {
				byAside[why] = &Row{Verdict: SetAside, Waits: why}
				r.Aside = append(r.Aside, byAside[why])
			}
			byAside[why].add(g, 0)
			continue
		}
		f, how := c.findingOf(g, a.Findings)
		if f != nil && byFinding[f] != nil {
			byFinding[f].add(g, how)
			continue
		}
		row := &Row{Finding: f}
		row.add(g, how)
		r.Rows = append(r.Rows, row)
		if f != nil {
			byFinding[f] = row
		}
	}
	for _, row := range r.Rows {
		c.explain(row, a)
	}
	r.sort()
	return r
}

// add adds a group to the row.
func (row *Row) add(g *Group, how int) {
	g.match = how
	row.Groups = append(row.Groups, g)
	row.Match = max(row.Match, how)
	row.Count += g.Count
	row.Wait.merge(g.Wait)
	if row.Counts == nil {
		row.Counts = make([]int, len(g.Counts))
	}
	for i, n := range g.Counts {
		row.Counts[i] += n
	}
}

// main returns the group that the row is about: the largest of those that are
// most surely at the finding. The others may wait for it.
func (row *Row) main() *Group { return row.Groups[0] }

// explain fills in the row's place, words and verdict.
func (c *Checkout) explain(row *Row, a *Analysis) {
	slices.SortStableFunc(row.Groups, func(x, y *Group) int {
		return cmp.Or(cmp.Compare(y.match, x.match), cmp.Compare(y.Count, x.Count), cmp.Compare(x.at().String(), y.at().String()))
	})
	g := row.main()
	if g.Site >= 0 {
		f := g.Frames[g.Site]
		row.At = c.Place(f)
		if !row.At.IsZero() {
			row.Misfit = c.misfit(row.At, f.Func)
		}
	}
	if row.Misfit == "" && !row.At.IsZero() {
		c.words(row)
	}
	if row.Waits == "" {
		row.Waits = stateWords(g)
	}
	row.State = cmp.Or(g.State, row.State)
	row.Analysed = a.Dirs[dirOf(row.At.File)]
	if row.Finding != nil {
		row.At, row.Analysed = row.Finding.At, true
	} else if row.Misfit == "" {
		row.Entry = c.entryOf(g, a.Ledger)
	}
	row.Verdict = row.judge()
}

// words says what the row's goroutines do at its place, and where the channel
// is made.
func (c *Checkout) words(row *Row) {
	g := row.main()
	op, ok := c.operationAt(row.At, g.State, g.callee())
	switch {
	case ok:
		row.Waits, row.State, row.Made = op.text, op.state, c.madeAt(row.At, op)
		if op.state == "" && g.State != "" {
			row.Waits += " (" + g.State + ")"
		}
	case parksInPlace(g.State) && g.Site == g.firstOutsideRuntime():
		row.Misfit = "no " + family(g.State) + " stands at the line in this checkout"
	}
}

// callee returns the name of the function that the group's line is in a call
// of, "" if it stands at the line itself.
func (g *Group) callee() string {
	if g.Site <= 0 {
		return ""
	}
	f := g.Frames[g.Site-1]
	if packageOf(f.Func) == "runtime" {
		return ""
	}
	name := declared(f.Func)
	return name[strings.LastIndexByte(name, '.')+1:]
}

// firstOutsideRuntime returns the index of the innermost frame that is not of
// the runtime.
func (g *Group) firstOutsideRuntime() int {
	return slices.IndexFunc(g.Frames, func(f Frame) bool { return !isRuntime(f.Func) })
}

// stateWords says what the group does as far as the profile tells.
func stateWords(g *Group) string {
	if g.State == "" {
		return "in " + g.at().Func
	}
	return g.State + " in " + g.at().Func
}

// judge returns the verdict of a row. A single goroutine that just arrived at
// the line of a finding may be on its way.
func (row *Row) judge() Verdict {
	f := row.Finding
	switch {
	case row.Leaked():
		return Leak
	case f != nil && !f.Low && row.Match > sameFunction && (row.Count > 1 || row.Wait.Count > 0):
		return Leak
	case f != nil && (row.Count > 1 || !f.Low || grows(row.Counts)):
		return MayLeak
	case grows(row.Counts):
		return Grows
	case slices.ContainsFunc(row.Groups, func(g *Group) bool { return blocks(g.State) || g.State == "" }):
		return Waits
	}
	return Busy
}

// weight is what rows of one verdict are ordered by: how much they grow, or
// else how many they are.
func (row *Row) weight() int {
	if len(row.Counts) > 1 {
		return growth(row.Counts)
	}
	return row.Count
}

// sort puts the most important rows first.
func (r *Report) sort() {
	order := func(a, b *Row) int {
		return cmp.Or(
			cmp.Compare(a.Verdict, b.Verdict),
			cmp.Compare(b.weight(), a.weight()),
			cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.main().at().String(), b.main().at().String()),
			cmp.Compare(a.main().State, b.main().State),
			cmp.Compare(a.main().Creator.String(), b.main().Creator.String()),
		)
	}
	slices.SortFunc(r.Rows, order)
	slices.SortFunc(r.Aside, order)
}

// Leaks returns how many rows are called a leak.
func (r *Report) Leaks() int {
	n := 0
	for _, row := range r.Rows {
		if row.Verdict == Leak {
			n++
		}
	}
	return n
}

// MostGrown returns the row that has grown the most, or nil. What is set aside
// counts, except the runtime's own.
func (r *Report) MostGrown() *Row {
	var most *Row
	for _, row := range slices.Concat(r.Rows, r.Aside) {
		if len(row.Counts) > 1 && !row.main().Workers && (most == nil || growth(row.Counts) > growth(most.Counts)) {
			most = row
		}
	}
	return most
}

// Growth returns by how many goroutines the row has grown.
func (row *Row) Growth() int { return growth(row.Counts) }

// Unexplained returns the files in which goroutines wait, or grow, and no
// finding speaks of it: the ledger is to say why. They are sorted.
func (r *Report) Unexplained() []string {
	var files []string
	for _, row := range r.Rows {
		if row.Finding == nil && !row.At.IsZero() && row.Misfit == "" && row.Verdict <= Waits && !slices.Contains(files, row.At.File) {
			files = append(files, row.At.File)
		}
	}
	slices.Sort(files)
	return files
}
