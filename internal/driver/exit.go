package driver

import (
	"errors"
	"fmt"
	"strings"
)

// The exit codes are the same in every output format.
const (
	exitClean    = 0 // everything asked for was analysed, nothing was found
	exitFindings = 1 // findings, and everything asked for was analysed
	exitFailed   = 2 // wrong usage, or something asked for was not analysed
)

// A userError is an error that says what to do. It is printed as it is.
type userError struct {
	message string
	hint    string // what to do next; may be empty
}

// Error implements error.
func (e *userError) Error() string {
	if e.hint == "" {
		return e.message
	}
	return e.message + "\n" + e.hint
}

// failf returns a userError without a hint.
func failf(format string, args ...any) *userError {
	return &userError{message: fmt.Sprintf(format, args...)}
}

// errHelp ends the command after -h has printed its text.
var errHelp = errors.New("help was asked for")

// How a command ends that has printed its report: with findings, or with
// problems that it has named.
var (
	errFindings = errors.New("there are findings")
	errProblems = errors.New("something was not analysed")
)

// exit prints err, if any, and returns the exit code for it.
func (c *command) exit(err error) int {
	switch {
	case err == nil || errors.Is(err, errHelp):
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, errProblems):
		return exitFailed
	}
	c.complain(err.Error())
	return exitFailed
}

// complain prints a message, whose further lines are indented, to standard error.
func (c *command) complain(message string) {
	lines := strings.Split(strings.TrimSpace(message), "\n")
	fmt.Fprintf(c.stderr, "leaklint: %s\n", strings.Join(lines, "\n\t"))
}

// exitCode returns the exit code of a run that ended with the report r.
func (r *Report) exitCode(exitZero bool) int {
	switch {
	case len(r.Problems) > 0:
		return exitFailed
	case len(r.Findings) > 0 && !exitZero:
		return exitFindings
	}
	return exitClean
}
