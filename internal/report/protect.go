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
	Part              string // the part of the package that is lost, such as "function F"; "" for all
	Cause             string // the panic value or error, and where it was raised
}

// Error implements error.
func (f *Failure) Error() string {
	part := ""
	if f.Part != "" {
		part = f.Part + " of "
	}
	return fmt.Sprintf("%s failed on %spackage %s: %s", f.Analyzer, part, f.Package, f.Cause)
}

// Protect calls run. Its panic or error is returned as a *Failure.
func Protect(pass *analysis.Pass, run func() error) error {
	err := Catch(run)
	if err == nil {
		return nil
	}
	if failure, ok := errors.AsType[*Failure](err); ok {
		return failure // of an analyzer that this one asked
	}
	return &Failure{Analyzer: pass.Analyzer.Name, Package: pass.Pkg.Path(), Cause: err.Error()}
}

// Catch calls run. Its panic is returned as an error that says where it was
// raised.
func Catch(run func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v%s", r, panicSite())
		}
	}()
	return run()
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
		Message:  "internal error: " + err.Error() + "; what else was found is kept; please report this",
	})
}
