package driver

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// This file applies fixes. What go vet prints holds byte offsets into files as
// they were analysed, and the result may come from a cache. So a fix is only
// applied to a file that is known to be what was analysed: its content was read
// before a run that gave the finding, and is still the same afterwards.

// sources are the contents of files as they were analysed.
type sources map[string][]byte

// read adds the files that the fixes of the report would change.
func (s sources) read(r *Report) error {
	for i := range r.Findings {
		for _, e := range r.Findings[i].edits() {
			if _, ok := s[e.File]; ok {
				continue // read before
			}
			data, err := readSource(e.File)
			switch {
			case err == nil:
				s[e.File] = data
			case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNotSource):
				return failf("cannot read a file to fix: %v", err)
			}
		}
	}
	return nil
}

// dropChanged removes the files whose content is another one by now.
func (s sources) dropChanged() error {
	for file, content := range s {
		now, err := readSource(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNotSource) {
			return failf("cannot read a file to fix: %v", err)
		}
		if err != nil || !bytes.Equal(now, content) {
			delete(s, file)
		}
	}
	return nil
}

// edits returns the edits of the finding's first fix, which is the best.
func (f *Finding) edits() []Edit {
	if len(f.Fixes) == 0 {
		return nil
	}
	return f.Fixes[0].Edits
}

// A fixPlan is what the fixes of a report come to.
type fixPlan struct {
	sources sources
	fixed   int               // findings
	files   map[string][]byte // new contents
	skipped []string          // why a fix is not applied, one line each
}

// newFixPlan combines the fixes of the findings. A fix is applied as a whole or
// not at all.
func newFixPlan(r *Report, src sources, v *view) *fixPlan {
	barred := make(map[string]string) // files that must not be changed, and why
	for {
		p := &fixPlan{sources: src, files: make(map[string][]byte)}
		edits := make(map[string][]Edit)
		for i := range r.Findings {
			f := &r.Findings[i]
			if len(f.edits()) == 0 {
				continue // no fix is known
			}
			if why := p.obstacle(f.edits(), edits, barred); why != "" {
				p.skipped = append(p.skipped, fmt.Sprintf("%s: not fixed: %s", v.place(plain, f.Pos), why))
				continue
			}
			for _, e := range f.edits() {
				if !slices.Contains(edits[e.File], e) {
					edits[e.File] = append(edits[e.File], e)
				}
			}
			p.fixed++
		}
		if p.apply(edits, barred) {
			return p
		}
	}
}

// obstacle says why the edits of a fix cannot be applied together with those
// that were accepted before, or returns "".
func (p *fixPlan) obstacle(fix []Edit, accepted map[string][]Edit, barred map[string]string) string {
	for _, e := range fix {
		if err := checkSource(e.File); errors.Is(err, errNotSource) {
			return err.Error()
		}
		content, ok := p.sources[e.File]
		if !ok {
			now, err := readSource(e.File)
			if why := unfixable(e.File, now); err == nil && why != "" {
				return why
			}
			return "the file changed during the analysis; run leaklint again"
		}
		if why := cmp.Or(barred[e.File], unfixable(e.File, content)); why != "" {
			return why
		}
		if e.Start < 0 || e.Start > e.End || e.End > len(content) {
			return "the fix does not belong to this file"
		}
		if slices.ContainsFunc(accepted[e.File], e.conflicts) {
			return "another fix changes the same place; run leaklint again"
		}
	}
	return ""
}

// conflicts reports whether two edits of one file cannot both be made. Equal
// ones can, as one: two fixes may add the same import.
func (e Edit) conflicts(other Edit) bool {
	if e == other {
		return false
	}
	return e.Start < other.End && other.Start < e.End || e.Start == other.Start
}

// unfixable says why a file must not be changed, or returns "".
func unfixable(file string, content []byte) string {
	if filepath.Ext(file) != ".go" {
		return "it is not a Go file"
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, content, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return "it does not parse"
	}
	if ast.IsGenerated(f) {
		return "the file is generated"
	}
	for _, spec := range f.Imports {
		if spec.Path.Value == `"C"` {
			return "the file uses cgo, for which positions in the file are not known"
		}
	}
	return ""
}

// apply computes the new contents. If one of them would not be Go, that file
// is barred, and the plan has to be made anew.
func (p *fixPlan) apply(edits map[string][]Edit, barred map[string]string) bool {
	for _, file := range slices.Sorted(maps.Keys(edits)) {
		fixed, err := applyEdits(p.sources[file], edits[file])
		if err != nil {
			barred[file] = fmt.Sprintf("the fixed file would not be Go (%v)", err)
			return false
		}
		p.files[file] = fixed
	}
	return true
}

// applyEdits returns content with the edits made. It is formatted if it was
// formatted before.
func applyEdits(content []byte, edits []Edit) ([]byte, error) {
	edits = slices.SortedFunc(slices.Values(edits), func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, content[at:e.Start]...), e.New...)
		at = e.End
	}
	out = append(out, content[at:]...)
	formatted, err := format.Source(out)
	if err != nil {
		return nil, err
	}
	if before, err := format.Source(content); err == nil && bytes.Equal(before, content) {
		return formatted, nil
	}
	return out, nil
}

// write replaces the files, each at once.
func (p *fixPlan) write() error {
	for _, file := range slices.Sorted(maps.Keys(p.files)) {
		if err := replaceFile(file, p.sources[file], p.files[file]); err != nil {
			return failf("cannot fix %s: %v", file, err)
		}
	}
	return nil
}

// replaceFile replaces a file that has the content old by way of a temporary
// file, so that nobody sees half of it. A symbolic link stays one.
func replaceFile(file string, old, content []byte) error {
	target, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // fails after the rename
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Close())
	if err != nil {
		return err
	}
	now, err := os.ReadFile(target)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, old) {
		return errors.New("it has changed since it was analysed; run leaklint again")
	}
	return os.Rename(temp.Name(), target)
}

// writeDiff writes what the plan changes as unified diffs.
func (p *fixPlan) writeDiff(w io.Writer, v *view) error {
	for _, file := range slices.Sorted(maps.Keys(p.files)) {
		name := v.slashPath(file)
		if _, err := io.WriteString(w, unifiedDiff(name, string(p.sources[file]), string(p.files[file]))); err != nil {
			return err
		}
	}
	return nil
}
