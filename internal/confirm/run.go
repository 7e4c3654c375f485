package confirm

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/tools/cover"

	"github.com/leaklint/leaklint/internal/profile"
)

// experiment is the name by which Go 1.26 builds the leak profile in.
const experiment = "goroutineleakprofile"

// A Run is a run of tests.
type Run struct {
	Command  func(args ...string) *exec.Cmd // a run of the go command in the module
	Release  int                            // 26 for go1.26
	GOROOT   string
	Flags    []string  // for go test: build flags and those that the user hands through
	Patterns []string  // the packages
	Output   io.Writer // what the tests print
}

// A Result is what a run of tests has seen.
type Result struct {
	Profile *profile.Profile // where goroutines stood when the tests had ended; nil if no test ran
	Covered []*cover.Profile // which lines ran
	Dirs    map[string]bool  // directories of the packages whose tests came to their end
	Failed  string           // how go test ended, "" if well
}

// Tests runs the tests. The user's code runs here.
func (r *Run) Tests() (*Result, error) {
	if r.Release != 0 && r.Release < 26 {
		return nil, fmt.Errorf("the leak profile of the runtime needs Go 1.26 or newer, and the go command here is go1.%d", r.Release)
	}
	dir, err := os.MkdirTemp("", "leaklint-confirm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	overlay, err := writeOverlay(r.GOROOT, dir)
	if err != nil {
		return nil, err
	}
	seen := filepath.Join(dir, "seen")
	if err := os.Mkdir(seen, 0o777); err != nil {
		return nil, err
	}
	covered := filepath.Join(dir, "cover.out")
	args := []string{"test", "-overlay=" + overlay, "-count=1", "-coverprofile=" + covered, "-coverpkg=" + strings.Join(r.Patterns, ",")}
	args = append(append(args, r.Flags...), r.Patterns...)
	cmd := r.Command(args...)
	cmd.Env = append(cmd.Env, dirVar+"="+seen)
	if r.Release == 26 {
		cmd.Env = append(cmd.Env, "GOEXPERIMENT="+withExperiment(os.Getenv("GOEXPERIMENT")))
	}
	cmd.Stdout, cmd.Stderr = r.Output, r.Output
	res := new(Result)
	if err := cmd.Run(); err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok {
			return nil, fmt.Errorf("go test: %w", err)
		}
		res.Failed = err.Error()
	}
	if err := res.readSeen(seen); err != nil {
		return nil, err
	}
	res.Covered, err = cover.ParseProfiles(covered)
	if err != nil && !errors.Is(err, os.ErrNotExist) && res.Failed == "" {
		return nil, fmt.Errorf("the coverage cannot be read: %w", err)
	}
	return res, nil
}

// withExperiment adds the experiment to those that are set.
func withExperiment(set string) string {
	if set == "" {
		return experiment
	}
	return set + "," + experiment
}

// readSeen reads what the test binaries have written.
func (res *Result) readSeen(dir string) error {
	res.Dirs = make(map[string]bool)
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return err
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		first, rest, _ := bytes.Cut(data, []byte("\n"))
		pkg := strings.TrimPrefix(string(first), packageLine)
		if bytes.HasSuffix(bytes.TrimSpace(rest), []byte("no leak profile")) {
			return errors.New("the test binaries have no leak profile: this Go was built without it")
		}
		p, err := profile.Read(pkg, bytes.NewReader(rest))
		if err != nil {
			return err
		}
		res.Dirs[pkg] = true
		if res.Profile == nil {
			res.Profile = &profile.Profile{Name: "the tests", Form: profile.Dump}
		}
		res.Profile.Add(p)
	}
	return nil
}
