// Package fail makes errors.
package fail

import "fmt"

// An Error has a code.
type Error struct{ Code int }

func (e *Error) Error() string { return fmt.Sprint(e.Code) }

// New returns an error, nil for code 0.
func New(code int) error {
	if code == 0 {
		return nil
	}
	return &Error{code}
}

// Wrap wraps an error, nil for nil.
func Wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("failed: %w", err)
}
