package driver

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/leaklint/leaklint/internal/report"
)

// This file is about findings that are known: those in a baseline
// (baseline.go), or those that the code had before a change (newfrom.go). They
// are told by their fingerprints, so that neither moved lines nor a renamed
// file make them new.

// A knownFinding is one that is not shown.
type knownFinding struct {
	print
	check    string
	file     string // as in SARIF: relative to the repository
	function string // "" outside of functions
	message  string
}

// compare orders known findings as a reader meets them.
func (k knownFinding) compare(l knownFinding) int {
	return cmp.Or(cmp.Compare(k.file, l.file), cmp.Compare(k.check, l.check), cmp.Compare(k.function, l.function),
		cmp.Compare(k.message, l.message), cmp.Compare(k.full, l.full))
}

// String says which finding it is in one line.
func (k knownFinding) String() string {
	place := k.file
	if k.function != "" {
		place += " (" + k.function + ")"
	}
	return place + ": " + k.message + " (" + k.check + ")"
}

// knownOf returns the findings as ones that are known, in their order.
func (v *view) knownOf(findings []Finding) []knownFinding {
	all := make([]knownFinding, len(findings))
	for i, p := range v.prints(findings) {
		f := &findings[i]
		all[i] = knownFinding{
			print: p, check: f.Check, file: v.sarifFile(f.Pos.File).URI, function: v.enclosing(f.Pos),
			message: strings.Join(strings.Fields(f.Message), " "),
		}
	}
	return all
}

// hideKnown removes the findings that are known and returns what of known has
// matched none. A finding of another file is the same if its check, function
// and line are, and the file that had it is gone.
func (r *Report) hideKnown(v *view, known []knownFinding) (unmatched []knownFinding) {
	all := v.knownOf(r.Findings)
	hidden := make([]bool, len(all))
	match := func(key func(knownFinding) string, may func(knownFinding) bool) {
		left := make(map[string]int)
		for _, k := range known {
			if may(k) {
				left[key(k)]++
			}
		}
		matched := make(map[string]int)
		for i, f := range all {
			if k := key(f); !hidden[i] && left[k] > matched[k] {
				hidden[i] = true
				matched[k]++
			}
		}
		known = slices.DeleteFunc(slices.Clone(known), func(k knownFinding) bool {
			used := may(k) && matched[key(k)] > 0
			if used {
				matched[key(k)]--
			}
			return used
		})
	}
	match(func(k knownFinding) string { return k.full }, func(knownFinding) bool { return true })
	match(func(k knownFinding) string { return k.content }, func(k knownFinding) bool { return !exists(v.localFile(k.file)) })
	i := -1
	before := len(r.Findings)
	r.Findings = slices.DeleteFunc(r.Findings, func(Finding) bool { i++; return hidden[i] })
	r.Known += before - len(r.Findings)
	return known
}

// stale returns those of the known findings that the run would have found if
// they were still there: it has analysed their package, and no flag hides them.
func (r *Report) stale(v *view, o *options, unmatched []knownFinding) []knownFinding {
	if len(r.Problems) > 0 {
		return nil // nobody knows
	}
	dirs := make(map[string]bool)
	for dir := range r.dirs {
		dirs[realPath(dir)] = true
	}
	return slices.DeleteFunc(slices.Clone(unmatched), func(k knownFinding) bool {
		file := v.localFile(k.file)
		dir := filepath.Dir(file)
		looked := dirs[realPath(dir)] || !isDir(dir)
		return !looked || !o.shows(k.check) || !o.tests && isTestFile(file)
	})
}

// shows reports whether the flags let findings of the check through.
func (o *options) shows(check string) bool {
	id := ruleID(check)
	pass, shape, _ := strings.Cut(id, "/")
	for _, a := range o.analyzers {
		if a.Name != pass {
			continue
		}
		value := func(name string) string {
			if f := a.Flags.Lookup(name); f != nil {
				return f.Value.String()
			}
			return ""
		}
		low := strings.Contains(check[len(id):], "/low") && value("confidence") != "low"
		vet := strings.HasSuffix(check, "/vet") && value("skip-vet") == "true"
		checks, ok := a.Flags.Lookup(checkFlag).Value.(*report.CheckList)
		return !low && !vet && (!ok || checks.Shows(shape))
	}
	return false
}
