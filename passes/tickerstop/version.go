package tickerstop

import (
	"go/version"
	"runtime"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Versions at which the rule for timers changed.
const (
	collected = "go1.23" // unreferenced timers are collected, if the go line of the main module says so
	always    = "go1.27" // they are, whatever the go line says
)

// oldTimers reports whether timers that nothing stops are never collected: the
// main module's go line, or override, is below 1.23, or package main asks for
// the old timers, and the release knows the old rule. The release is taken to
// be the one this program was built with.
func oldTimers(pass *analysis.Pass, override string) bool {
	if override == "" && atLeast(runtime.Version(), always) {
		return false
	}
	if override == "" && asksForOld(pass) {
		return true
	}
	line := override
	if line == "" && pass.Module != nil {
		line = pass.Module.GoVersion
	}
	if line != "" && !strings.HasPrefix(line, "go") {
		line = "go" + line
	}
	return version.IsValid(line) && version.Compare(line, collected) < 0
}

// atLeast reports whether a release, "go1.26.8 X:exp" or a development version,
// is not older than v. A development version is newer than all.
func atLeast(release, v string) bool {
	release, _, _ = strings.Cut(release, " ")
	return !version.IsValid(release) || version.Compare(release, v) >= 0
}

// asksForOld reports whether a file of package main has //go:debug
// asynctimerchan=1.
func asksForOld(pass *analysis.Pass) bool {
	if pass.Pkg.Name() != "main" {
		return false
	}
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			if group.Pos() > file.Package {
				break
			}
			for _, c := range group.List {
				setting, ok := strings.CutPrefix(c.Text, "//go:debug ")
				if ok && strings.TrimSpace(setting) == "asynctimerchan=1" {
					return true
				}
			}
		}
	}
	return false
}
