// Package status makes errors with codes.
package status

import "fmt"

// A Code says what went wrong.
type Code int

// Codes.
const (
	OK Code = iota
	Canceled
	Internal
)

// A Status is a code with a message.
type Status struct {
	code Code
	msg  string
}

// New returns a status.
func New(c Code, msg string) *Status { return &Status{c, msg} }

// Code returns the code.
func (s *Status) Code() Code {
	if s == nil {
		return OK
	}
	return s.code
}

// Err returns the status as an error, nil for OK.
func (s *Status) Err() error {
	if s.Code() == OK {
		return nil
	}
	return &Error{s}
}

// An Error is a status as an error.
type Error struct{ s *Status }

func (e *Error) Error() string { return e.s.msg }

// Errorf returns an error with a code.
func Errorf(c Code, format string, args ...any) error {
	return New(c, fmt.Sprintf(format, args...)).Err()
}

// Wrap returns an error that wraps another one, nil for nil.
func Wrap(err error, msg string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", msg, err)
}
