package profile

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A Blame is the commit that brought a line.
type Blame struct {
	Commit  string // abbreviated; "" if it is not known
	Author  string // date
	Subject string
	Why     string // why the commit is not known
}

// blameTimeout bounds how long git may look for one line.
const blameTimeout = 20 * time.Second

// Blame asks git, on this machine, which commit brought each row's line. Rows
// that nobody has to look at are left out.
func (r *Report) Blame(ctx context.Context) {
	_, missing := exec.LookPath("git")
	for _, row := range r.Rows {
		switch {
		case row.At.IsZero() || row.Misfit != "" || row.Verdict >= Waits:
		case missing != nil:
			row.Blame.Why = "there is no git on PATH"
		default:
			row.Blame = blame(ctx, row.At)
		}
	}
}

// blame asks git about one line. Nothing that the repository configures is
// run: no monitor of files, no conversion to text.
func blame(ctx context.Context, p Place) Blame {
	ctx, cancel := context.WithTimeout(ctx, blameTimeout)
	defer cancel()
	at := strconv.Itoa(p.Line)
	cmd := exec.CommandContext(ctx, "git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "--no-pager",
		"blame", "--porcelain", "--no-textconv", "-L", at+","+at, "--", filepath.Base(p.File))
	cmd.Dir = filepath.Dir(p.File)
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return Blame{Why: blameError(ctx, stderr.String(), err)}
	}
	return parseBlame(stdout.String())
}

// blameError says why git does not know.
func blameError(ctx context.Context, said string, err error) string {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "git takes too long"
	case strings.Contains(said, "not a git repository"):
		return "not in a git repository"
	case strings.Contains(said, "no such path"), strings.Contains(said, "no such ref"):
		return "not committed"
	}
	line, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	if line == "" {
		line = err.Error()
	}
	return line
}

// parseBlame reads git's porcelain format.
func parseBlame(out string) Blame {
	first, rest, _ := strings.Cut(out, "\n")
	commit, _, _ := strings.Cut(first, " ")
	if strings.Trim(commit, "0") == "" {
		return Blame{Why: "not committed"}
	}
	b := Blame{Commit: commit[:min(12, len(commit))]}
	for line := range strings.Lines(rest) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch key {
		case "author-time":
			if sec, err := strconv.ParseInt(value, 10, 64); err == nil {
				b.Author = time.Unix(sec, 0).UTC().Format(time.DateOnly)
			}
		case "summary":
			b.Subject = value
		}
	}
	return b
}

// String returns the blame on one line.
func (b Blame) String() string {
	if b.Commit == "" {
		return b.Why
	}
	return b.Commit + " " + b.Author + " " + b.Subject
}
