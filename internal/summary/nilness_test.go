package summary_test

import (
	"go/types"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/summary"
)

// TestNilOnlyIf checks what is said of the errors that functions return.
func TestNilOnlyIf(t *testing.T) {
	pass := passtest.Load(t, `package p

import ("errors"; "fmt"; "io")

type Code int
type Status struct { code Code; msg string }
type Error struct { s *Status }
type wrapped struct { inner *Status }
func (e *Error) Error() string { return "" }

func NewStatus(c Code, msg string) *Status { return &Status{code: c, msg: msg} }
func (s *Status) Code() Code { if s == nil { return 0 }; return s.code }
func (s *Status) Err() error { if s.Code() == 0 { return nil }; return &Error{s} }
func Errorf(c Code, format string, args ...any) error { return NewStatus(c, fmt.Sprintf(format, args...)).Err() }
func Internal(msg string) error { return Errorf(13, msg) }
func Ok(msg string) error { return Errorf(0, msg) }

func Boxed(p *Error) error { return p }
func Handed(err error) error { return err }
func Wrap(err error, msg string) error { if err == nil { return nil }; return &Error{} }
func WrapAlways(err error) error { return fmt.Errorf("x: %w", err) }
func Twice(err error) error { return Wrap(Wrap(err, "a"), "b") }
func Ignore(err error) error { if err == io.EOF { return nil }; return err }
func Sentinel() error { return io.EOF }
func Maybe(b bool) error { if b { return nil }; return errors.New("x") }
func Named(err error) (out error) { defer func() { out = nil }(); return err }
func Changed(err error) error { err = nil; return err }
func Local(c Code) error { s := NewStatus(c, ""); return s.Err() }
func Pair(c Code) (int, error) { return 0, Errorf(c, "") }
func Tuple(c Code) (int, error) { return Pair(c) }
func And(c Code, err error) error { if c == 0 && err == nil { return nil }; return errors.New("x") }
func Rec(n Code) error { if n == 0 { return nil }; return Rec(n - 1) }
`)
	res, err := summary.Analyzer.Run(pass)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"NewStatus": "", "Errorf": "result0 nil only if zero param0", "Internal": "result0 not nil", "Ok": "",
		"Boxed": "result0 not nil", "Handed": "result0 nil only if zero param0", "Wrap": "result0 nil only if zero param0",
		"WrapAlways": "result0 not nil", "Twice": "result0 nil only if zero param0", "Ignore": "", "Sentinel": "result0 not nil",
		"Maybe": "", "Named": "", "Changed": "", "Local": "result0 nil only if zero param0",
		"Pair": "result1 nil only if zero param0", "Tuple": "", "And": "result0 nil only if zero param0", "Rec": "",
	}
	for name, want := range want {
		f, ok := res.(*summary.Result).Func(pass.Pkg.Scope().Lookup(name).(*types.Func))
		got := ""
		for _, part := range strings.Split(f.String(), "; ") {
			if strings.Contains(part, "nil") {
				got = part
			}
		}
		if !ok || got != want {
			t.Errorf("%s: %q, want %q (%s)", name, got, want, f)
		}
	}
}
