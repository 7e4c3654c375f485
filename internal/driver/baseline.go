package driver

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// baselineMark starts the first line of a baseline. The number changes when
// older versions of leaklint cannot read what is written.
const baselineMark = "# leaklint baseline v1"

// baselineHeader is what stands above the entries, which are a line each and
// sorted, so that a change of the file can be read in review.
const baselineHeader = baselineMark + `
# Findings that were there before; leaklint -baseline=THIS does not show them. Delete the line of one that is to be fixed now.
# With -write-baseline leaklint removes the lines of those that are gone, and adds none.
# fingerprint	without file	check	file	function	message
`

// A baseline is a file of findings that are known.
type baseline struct {
	path    string
	content []byte // nil if there is no such file
	known   []knownFinding
}

// readBaseline reads a baseline. It has to be there unless it is to be written.
func readBaseline(path string, write bool) (*baseline, error) {
	b := &baseline{path: path}
	data, err := readSetting(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && write:
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			return nil, failf("-baseline: there is no folder %s to write it in", filepath.Dir(path))
		}
		return b, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, &userError{
			message: "-baseline: there is no file " + path,
			hint:    "Write it with 'leaklint -baseline=" + path + " -write-baseline ./...'.",
		}
	case err != nil:
		return nil, failf("-baseline: %v", err)
	}
	b.content = data
	return b, b.parse()
}

// parse reads the lines of the file.
func (b *baseline) parse() error {
	text := strings.ReplaceAll(string(b.content), "\r\n", "\n")
	if first, _, _ := strings.Cut(text, "\n"); first != baselineMark {
		return &userError{
			message: b.path + " is no baseline that this leaklint can read: its first line is not " + baselineMark,
			hint:    "Name another file, or delete this one and write it anew with -write-baseline.",
		}
	}
	for i, line := range strings.Split(text, "\n") {
		if line == "" || line[0] == '#' {
			continue // nothing, or a comment
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 6 || len(fields[0]) != printLen || len(fields[1]) != printLen {
			return &userError{
				message: fmt.Sprintf("%s:%d: this is no entry of a baseline", b.path, i+1),
				hint:    "Delete the line, or take the file from version control again.",
			}
		}
		b.known = append(b.known, knownFinding{
			print: print{full: fields[0], content: fields[1]}, check: fields[2], file: fields[3], function: fields[4], message: fields[5],
		})
	}
	return nil
}

// text returns the file with these findings.
func (b *baseline) text(known []knownFinding) []byte {
	var out bytes.Buffer
	out.WriteString(baselineHeader)
	for _, k := range slices.SortedFunc(slices.Values(known), knownFinding.compare) {
		fmt.Fprintln(&out, strings.Join([]string{k.full, k.content, k.check, k.file, k.function, k.message}, "\t"))
	}
	return out.Bytes()
}

// apply hides what the baseline knows, names what it knows in vain, and writes
// it if that was asked for: all findings if there was no file, else without
// those that are gone.
func (b *baseline) apply(c *command, r *Report, v *view, o *options) error {
	if !o.writeBaseline {
		r.Stale = r.stale(v, o, r.hideKnown(v, b.known))
		return nil
	}
	if len(r.Problems) > 0 {
		r.Problems = append(r.Problems, Problem{Reason: "the baseline " + b.path + " was not written, because not everything was analysed"})
		return nil
	}
	if b.content == nil {
		b.known = v.knownOf(r.Findings)
		r.hideKnown(v, b.known)
		if err := writeNew(b.path, b.text(b.known)); err != nil {
			return failf("-write-baseline: %v", err)
		}
		c.complain(fmt.Sprintf("wrote %s to %s", count(len(b.known), "finding"), b.path))
		return nil
	}
	stale := r.stale(v, o, r.hideKnown(v, b.known))
	kept := slices.DeleteFunc(slices.Clone(b.known), func(k knownFinding) bool { return slices.Contains(stale, k) })
	if err := replaceFile(b.path, b.content, b.text(kept)); err != nil {
		return failf("-write-baseline: %v", err)
	}
	c.complain(fmt.Sprintf("removed %s from %s, which has %d left", count(len(b.known)-len(kept), "finding"), b.path, len(kept)))
	if n := len(r.Findings); n > 0 {
		c.complain(fmt.Sprintf("%s not in it; to accept what there is now, delete the file first", count(n, "finding")))
	}
	return nil
}

// writeNew writes a file that must not exist, all of it or nothing.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path)
		return err
	}
	return nil
}

// staleMessage names the entries of a baseline that match nothing any more.
func (r *Report) staleMessage(path string) string {
	lines := []string{fmt.Sprintf("%s in %s not found any more; -write-baseline removes what is gone:", count(len(r.Stale), "entry"), path)}
	for _, k := range r.Stale {
		lines = append(lines, k.String())
	}
	return strings.Join(lines, "\n")
}
