package fixproof

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// An edited is a file with the edits that are made to it, in order.
type edited struct {
	old, now *token.File // now is nil until the content is parsed
	content  []byte
	edits    []stretch
	taken    int // bytes of the old content that are dealt with
}

// A stretch of the old file is replaced by one of the new.
type stretch struct {
	start, end     int // in the old file
	newStart, size int // in the new one
}

// edit returns the files that the fixes change.
func edit(pass *analysis.Pass, fixes choices) (files []*edited, err error) {
	var all []analysis.TextEdit
	for _, c := range fixes {
		all = append(all, c.fix.TextEdits...)
	}
	slices.SortStableFunc(all, func(a, b analysis.TextEdit) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.End, b.End))
	})
	all = slices.CompactFunc(all, same)
	var src []byte
	for _, t := range all {
		file := pass.Fset.File(t.Pos)
		if len(files) == 0 || files[len(files)-1].old != file {
			finish(files, src)
			if src, err = pass.ReadFile(file.Name()); err != nil {
				return nil, err
			}
			if len(src) != file.Size() {
				return nil, fmt.Errorf("%s is not what was analysed", file.Name())
			}
			files = append(files, &edited{old: file})
		}
		if err := files[len(files)-1].replace(src, t); err != nil {
			return nil, err
		}
	}
	finish(files, src)
	return files, nil
}

// finish adds what follows the last edit to the last file.
func finish(files []*edited, src []byte) {
	if len(files) > 0 {
		last := files[len(files)-1]
		last.content = append(last.content, src[last.taken:]...)
	}
}

// replace adds what lies between the last edit and this one, and the edit.
func (e *edited) replace(src []byte, t analysis.TextEdit) error {
	start := e.old.Offset(t.Pos)
	end := start
	if t.End.IsValid() {
		end = e.old.Offset(t.End)
	}
	if start < e.taken || end < start {
		return fmt.Errorf("%s: edits overlap", e.old.Name())
	}
	e.content = append(e.content, src[e.taken:start]...)
	e.edits = append(e.edits, stretch{start, end, len(e.content), len(t.NewText)})
	e.content = append(e.content, t.NewText...)
	e.taken = end
	return nil
}

// before returns the position in the old file of one in the new; inserted tells
// that it lies in what the edits add.
func (e *edited) before(pos token.Pos) (old token.Pos, inserted bool) {
	at, shift := e.now.Offset(pos), 0
	for _, s := range e.edits {
		if at < s.newStart {
			break
		}
		if at < s.newStart+s.size {
			return e.old.Pos(s.start), true
		}
		shift = s.end - (s.newStart + s.size)
	}
	return e.old.Pos(at + shift), false
}
