// Package gclplugin makes leaklint a linter of golangci-lint v2 (a "module
// plugin"). It is imported for its effect by a custom build of golangci-lint;
// docs/golangci-lint.md shows how to make one.
//
// In golangci-lint's configuration the settings are the flags of the passes:
//
//	linters:
//	  enable: [leaklint]
//	  settings:
//	    custom:
//	      leaklint:
//	        type: module
//	        settings:
//	          confidence: low         # a flag that all passes have
//	          onceblock: false        # leaves a pass out
//	          tickerstop: {go: "1.22"} # flags of one pass
package gclplugin

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/passes"
)

// golangci-lint finds plugins by this call, which its guide asks to stand in init.
func init() { register.Plugin("leaklint", New) }

// A plugin is leaklint with its settings, as golangci-lint runs it.
type plugin struct{ analyzers []*analysis.Analyzer }

// New returns the linter for the settings of a configuration file: nil, or a
// map of flags and passes as in the package documentation. An unknown setting
// is an error that lists what there is.
func New(settings any) (register.LinterPlugin, error) {
	conf, err := register.DecodeSettings[map[string]any](settings)
	if err != nil {
		return nil, err
	}
	all := adapted()
	p := &plugin{analyzers: slices.Clone(all)}
	for _, key := range slices.Sorted(maps.Keys(conf)) {
		if err := p.set(all, key, conf[key]); err != nil {
			return nil, fmt.Errorf("leaklint: settings: %w", err)
		}
	}
	if err := passes.Shown(p.analyzers); err != nil {
		return nil, err
	}
	return p, nil
}

// adapted returns the analyzers, changed once for golangci-lint: it honours
// //nolint itself and would call one unused that the analyzer has honoured, it
// makes an issue of each related message, and it runs vet's analyzers.
var adapted = sync.OnceValue(func() []*analysis.Analyzer {
	all := leaklint.Analyzers()
	for _, a := range all {
		report.FoldRelated(a)
		for name, value := range map[string]string{"nolint": "false", "skip-vet": "true"} {
			if f := a.Flags.Lookup(name); f != nil {
				_ = f.Value.Set(value) // a Boolean flag takes these
			}
		}
	}
	return all
})

// set carries out one setting: a pass or a flag that passes share.
func (p *plugin) set(all []*analysis.Analyzer, key string, value any) error {
	for _, a := range all {
		if a.Name == key {
			return p.setPass(a, value)
		}
	}
	found := false
	for _, a := range all {
		if a.Flags.Lookup(key) == nil || !sharedFlag(all, key) {
			continue
		}
		found = true
		if err := setFlag(a, key, value); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("unknown setting %q: there are %s", key, strings.Join(known(all), ", "))
	}
	return nil
}

// setPass switches a pass on or off, or sets its flags.
func (p *plugin) setPass(a *analysis.Analyzer, value any) error {
	switch value := value.(type) {
	case bool:
		if !value {
			p.analyzers = slices.DeleteFunc(p.analyzers, func(b *analysis.Analyzer) bool { return b == a })
		}
		return nil
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if err := setFlag(a, name, value[name]); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%s: want true, false or flags of the pass, not %v", a.Name, value)
}

// setFlag sets one flag of a pass.
func setFlag(a *analysis.Analyzer, name string, value any) error {
	f := a.Flags.Lookup(name)
	if f == nil {
		return fmt.Errorf("%s: unknown setting %q: there are %s", a.Name, name, strings.Join(flagNames(a), ", "))
	}
	if err := f.Value.Set(fmt.Sprint(value)); err != nil {
		return fmt.Errorf("%s: %s: %v: %w", a.Name, name, value, err)
	}
	return nil
}

// known returns the names that a setting can have, in order.
func known(all []*analysis.Analyzer) []string {
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
		for _, name := range flagNames(a) {
			if sharedFlag(all, name) {
				names = append(names, name)
			}
		}
	}
	slices.SortFunc(names, cmp.Compare)
	return slices.Compact(names)
}

// sharedFlag reports whether more than one pass has the flag.
func sharedFlag(all []*analysis.Analyzer, name string) bool {
	n := 0
	for _, a := range all {
		if a.Flags.Lookup(name) != nil {
			n++
		}
	}
	return n > 1
}

// BuildAnalyzers implements register.LinterPlugin.
func (p *plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) { return p.analyzers, nil }

// GetLoadMode implements register.LinterPlugin.
func (p *plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

// flagNames returns the names of the flags of a pass, in order.
func flagNames(a *analysis.Analyzer) []string {
	var names []string
	a.Flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	return names
}
