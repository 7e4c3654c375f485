package report

import (
	"errors"
	"fmt"
	"go/token"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A Failure is an internal error of one analyzer on one package. An analyzer
// that is not a pass, such as summary, puts it in its result; a pass that
// returns it from Run reports it.
type Failure struct {
	Analyzer, Package string
	Cause             string // the panic value or error, and where it was raised
}

// Error implements error.
func (f *Failure) Error() string {
	return fmt.Sprintf("%s failed on package %s: %s", f.Analyzer, f.Package, f.Cause)
}

// Protect calls run. Its panic or error is returned as a *Failure.
func Protect(pass *analysis.Pass, run func() error) (err error) {
	fail := func(cause string) *Failure {
		return &Failure{Analyzer: pass.Analyzer.Name, Package: pass.Pkg.Path(), Cause: cause}
	}
	defer func() {
		if r := recover(); r != nil {
			err = fail(fmt.Sprintf("panic: %v%s", r, panicSite()))
		}
	}()
	err = run()
	if err == nil {
		return nil
	}
	if failure, ok := errors.AsType[*Failure](err); ok {
		return failure // of an analyzer that this one asked
	}
	return fail(err.Error())
}

// panicSite names the function and line that panicked, as " in f (x.go:3)".
// It is to be called by the deferred function that recovers.
func panicSite() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			name := frame.Function[strings.LastIndexByte(frame.Function, '/')+1:]
			return fmt.Sprintf(" in %s (%s:%d)", name, filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return ""
		}
	}
}

// reportFailure reports an internal error at the package clause.
func reportFailure(pass *analysis.Pass, err error) {
	var pos token.Pos
	if len(pass.Files) > 0 {
		pos = pass.Files[0].Name.Pos()
	}
	pass.Report(analysis.Diagnostic{
		Pos:      pos,
		Category: InternalError,
		Message:  "internal error: " + err.Error() + "; what other analyzers found is kept; please report this",
	})
}
