package driver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// A vetResult is what one run of go vet gave.
type vetResult struct {
	units  map[string]unitResult // by package ID: an import path, or an externalID
	quiet  map[string]bool       // units that were analysed for their facts only
	failed bool                  // the exit status was not 0
	blocks []errorBlock          // what it said on standard error

	progress *progress // is told of each unit
}

// A unitResult is what the vet tool found in a unit, by analyzer: a list of
// diagnostics, or an error.
type unitResult map[string]json.RawMessage

// An errorBlock is what the go command says about one package.
type errorBlock struct {
	pkg   string // import path; empty for what concerns the whole run
	lines []string
}

// vet runs this binary under go vet on the packages. The flags that reach the
// tool are those that a call of go vet -vettool by hand would pass, so that
// both share the cache.
func (t *target) vet(toolFlags, packages []string, extra ...string) (*vetResult, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find this program: %w", err)
	}
	args := append([]string{"vet", "-vettool=" + self}, extra...)
	args = append(append(append(args, t.buildFlags...), toolFlags...), "-json", "--")
	cmd := t.command(append(args, packages...)...)
	cmd.Env = append(cmd.Env, t.progress.env()...)
	stderr := new(bytes.Buffer)
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("running go vet: %w", err)
	}
	r := &vetResult{units: make(map[string]unitResult), quiet: make(map[string]bool), progress: t.progress}
	decodeErr := r.decode(stdout)
	_, _ = io.Copy(io.Discard, stdout) // let it end
	err = cmd.Wait()
	if t.ctx.Err() != nil {
		return nil, errInterrupted
	}
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		return nil, fmt.Errorf("running go vet: %w", err)
	}
	r.failed = err != nil
	if err := r.readErrors(stderr.String()); err != nil {
		return nil, err
	}
	return r, decodeErr
}

// decode reads the stream of JSON objects, one per unit.
func (r *vetResult) decode(stream io.Reader) error {
	for dec := json.NewDecoder(bufio.NewReader(stream)); ; {
		var tree map[string]unitResult
		switch err := dec.Decode(&tree); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading what go vet printed: %w", err)
		}
		for id, result := range tree {
			r.add(id, result)
		}
	}
}

// add adds the result of a unit. The same ID can come twice: as what was asked
// for, and as a dependency in a test variant.
func (r *vetResult) add(id string, result unitResult) {
	path, test, _ := strings.Cut(id, " ") // "p [p.test]" stands for p
	owner := strings.TrimSuffix(strings.TrimPrefix(test, "["), ".test]")
	if id != externalID(owner) {
		id, owner = path, path
	}
	r.progress.add(owner)
	if _, quiet := result[factsOnly]; quiet {
		r.quiet[id] = true
		return
	}
	have, ok := r.units[id]
	if !ok {
		r.units[id] = result
		return
	}
	for pass, found := range result {
		if old, ok := have[pass]; ok {
			found = joinDiagnostics(old, found)
		}
		have[pass] = found
	}
}

// externalID returns the ID of the external tests of a package. A package of its
// own may have the name without the part in brackets.
func externalID(path string) string { return path + "_test [" + path + ".test]" }

// packageOf returns the import path in the ID of a unit.
func packageOf(id string) string {
	path, _, _ := strings.Cut(id, " ")
	return path
}

// joinDiagnostics joins two JSON lists. If one is an error, that is the result.
func joinDiagnostics(a, b json.RawMessage) json.RawMessage {
	var x, y []json.RawMessage
	if json.Unmarshal(a, &x) != nil {
		return a
	}
	if json.Unmarshal(b, &y) != nil {
		return b
	}
	joined, err := json.Marshal(append(x, y...))
	if err != nil {
		return a
	}
	return joined
}

// readErrors splits standard error into blocks by package. Go commands before
// 1.26 print the JSON there too.
func (r *vetResult) readErrors(text string) error {
	at := "" // the package that the lines are about
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch silent := silentExit.FindStringSubmatch(line); {
		case line == "{" || line == "{}":
			end := i
			for line == "{" && end < len(lines)-1 && lines[end] != "}" {
				end++
			}
			if err := r.decode(strings.NewReader(strings.Join(lines[i:end+1], "\n"))); err != nil {
				return err
			}
			i = end
		case strings.HasPrefix(line, "# "):
			at = packageOfHeader(line)
		case strings.Contains(line, "(no package vetx file for "):
			// The analysis of an import failed, which is said elsewhere.
		case silent != nil:
			r.complain(silent[1], silent[2])
		case strings.TrimSpace(line) != "":
			r.complain(at, strings.TrimPrefix(line, "leaklint: "))
		}
	}
	return nil
}

// silentExit matches what the go command says of a tool that fails without a
// word: the package, the tool, and how it ended.
var silentExit = regexp.MustCompile(`^(\S+): \S.*: ((?:exit status|signal:) .+)$`)

// packageOfHeader returns the import path in "# path", "# [path]" or
// "# path [path.test]".
func packageOfHeader(line string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(line, "# "), " ")
	return strings.Trim(name, "[]")
}

// complain adds a line about a package.
func (r *vetResult) complain(pkg, line string) {
	i := slices.IndexFunc(r.blocks, func(b errorBlock) bool { return b.pkg == pkg })
	if i < 0 {
		i = len(r.blocks)
		r.blocks = append(r.blocks, errorBlock{pkg: pkg})
	}
	if !slices.Contains(r.blocks[i].lines, line) {
		r.blocks[i].lines = append(r.blocks[i].lines, line)
	}
}

// merge adds the results of another run.
func (r *vetResult) merge(other *vetResult) {
	for id, result := range other.units {
		r.add(id, result)
	}
	for id := range other.quiet {
		r.quiet[id] = true
	}
	for _, b := range other.blocks {
		for _, line := range b.lines {
			r.complain(b.pkg, line)
		}
	}
	r.failed = r.failed || other.failed
}
