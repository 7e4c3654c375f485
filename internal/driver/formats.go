package driver

import (
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// An outputFormat writes a report. Each has a file of its own, which registers
// it.
type outputFormat struct {
	name  string
	write func(w io.Writer, r *Report, v *view) error
}

// formats are the values of -format. All of them are written for every
// outcome, and the exit code is the same in all.
var formats []outputFormat

// register adds a format.
func register(name string, write func(io.Writer, *Report, *view) error) {
	formats = append(formats, outputFormat{name, write})
}

// formatNames returns the names of the formats: text first.
func formatNames() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	slices.SortFunc(names, func(a, b string) int {
		if a == "text" || b == "text" {
			return -cmp.Compare(strings.Count(a, "text"), strings.Count(b, "text"))
		}
		return cmp.Compare(a, b)
	})
	return names
}

// formatNamed returns the format of that name, which exists.
func formatNamed(name string) outputFormat {
	i := slices.IndexFunc(formats, func(f outputFormat) bool { return f.name == name })
	if i < 0 {
		panic("internal error: no format " + name)
	}
	return formats[i]
}

// severity returns one of two words for a finding: for one of default, or of
// low confidence.
func severity(f *Finding, usual, low string) string {
	if strings.HasSuffix(strings.TrimSuffix(f.Check, "/vet"), "/low") {
		return low
	}
	return usual
}

// An output is a file to which the report is written, given by -o.
type output struct{ format, file string }

// addOutput reads the value of one -o: FORMAT=FILE, or FILE for that of -format.
func (o *options) addOutput(s string) error {
	out := output{file: s}
	if format, file, ok := strings.Cut(s, "="); ok {
		out = output{format, file}
		if !slices.Contains(formatNames(), format) {
			return failf("unknown format %q: write FORMAT=FILE with one of %s", format, strings.Join(formatNames(), ", "))
		}
	}
	o.outputs = append(o.outputs, out)
	return nil
}

// checkOutputs refuses files that cannot be written, or should not be.
func (o *options) checkOutputs() error {
	seen := make(map[string]bool)
	for _, out := range o.outputs {
		name := filepath.Base(out.file)
		switch dir := filepath.Dir(out.file); {
		case out.file == "":
			return failf("-o: name a file, as in -o sarif=leaklint.sarif")
		case isDir(out.file):
			return failf("-o: %s is a folder: name a file in it", out.file)
		case filepath.Ext(name) == ".go" || name == "go.mod" || name == "go.sum" || name == "go.work":
			return failf("-o: %s is no name for a report: nothing is written over source", out.file)
		case !isDir(dir):
			return failf("-o: there is no folder %s to write %s in", dir, name)
		case seen[filepath.Clean(out.file)]:
			return failf("-o: two reports cannot go to %s", out.file)
		}
		seen[filepath.Clean(out.file)] = true
	}
	return nil
}

// printAll writes the report to the files of -o, and to standard output unless
// one of them takes its place.
func (c *command) printAll(r *Report, o *options) error {
	stdout := true
	for _, out := range o.outputs {
		stdout = stdout && out.format != ""
		if err := c.printFile(r, o, out); err != nil {
			return failf("-o: %v", err)
		}
	}
	if stdout {
		return c.print(r, o)
	}
	return nil
}

// printFile writes the report to a file, which keeps its content until all of
// it is there.
func (c *command) printFile(r *Report, o *options, out output) error {
	v, err := newView(c, o)
	if err != nil {
		return err
	}
	v.colour, v.links = false, false
	if info, err := os.Stat(out.file); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(out.file, os.O_WRONLY, 0) // such as /dev/stdout
		if err != nil {
			return err
		}
		return errors.Join(formatNamed(cmp.Or(out.format, o.format)).write(f, r, v), f.Close())
	}
	temp, err := os.CreateTemp(filepath.Dir(out.file), "."+filepath.Base(out.file)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // fails after the rename
	err = formatNamed(cmp.Or(out.format, o.format)).write(temp, r, v)
	if err := errors.Join(err, temp.Chmod(0o644), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), out.file)
}

// took says how long something has lasted, in seconds.
func took(d time.Duration) string { return d.Round(100 * time.Millisecond).String() }
