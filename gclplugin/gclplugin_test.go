package gclplugin

import (
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"
)

// build returns the analyzers for the settings.
func build(t *testing.T, settings any) ([]*analysis.Analyzer, error) {
	t.Helper()
	newPlugin, err := register.GetPlugin("leaklint")
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlugin(settings)
	if err != nil {
		return nil, err
	}
	if mode := p.GetLoadMode(); mode != register.LoadModeTypesInfo {
		t.Errorf("load mode %s: the analyzers need types", mode)
	}
	return p.BuildAnalyzers()
}

// flagOf returns the value of a flag of the named analyzer.
func flagOf(t *testing.T, analyzers []*analysis.Analyzer, name, flag string) string {
	t.Helper()
	for _, a := range analyzers {
		if a.Name == name && a.Flags.Lookup(flag) != nil {
			return a.Flags.Lookup(flag).Value.String()
		}
	}
	t.Fatalf("no analyzer %s with flag %s", name, flag)
	return ""
}

// Without settings golangci-lint's own work is left to it.
func TestDefaults(t *testing.T) {
	analyzers, err := build(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]string{"nolint": "false", "skip-vet": "true", "confidence": "default"} {
		if got := flagOf(t, analyzers, "selectnoexit", flag); got != want {
			t.Errorf("%s is %s, want %s", flag, got, want)
		}
	}
}

// Settings are the flags of all passes, of one, and which passes run.
func TestSettings(t *testing.T) {
	all, err := build(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	analyzers, err := build(t, map[string]any{
		"confidence":   "low",
		"unusedignore": false,
		"selectnoexit": map[string]any{"skip-vet": false},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(analyzers) != len(all)-1 {
		t.Errorf("%d analyzers of %d, want one less", len(analyzers), len(all))
	}
	if got := flagOf(t, analyzers, "selectnoexit", "confidence"); got != "low" {
		t.Errorf("confidence is %s, want low", got)
	}
	if got := flagOf(t, analyzers, "selectnoexit", "skip-vet"); got != "false" {
		t.Errorf("skip-vet is %s, want false", got)
	}
}

// A setting that there is not, or with a wrong value, is refused with what
// there is.
func TestUnknownSettings(t *testing.T) {
	for _, test := range []struct {
		settings any
		want     string
	}{
		{map[string]any{"nope": 1}, `unknown setting "nope": there are checks, confidence, `},
		{map[string]any{"selectnoexit": map[string]any{"nope": 1}}, `selectnoexit: unknown setting "nope": there are checks, confidence, `},
		{map[string]any{"selectnoexit": 3}, "selectnoexit: want true, false or flags of the pass, not 3"},
		{map[string]any{"confidence": "high"}, "confidence: high: want default or low"},
		{[]any{"selectnoexit"}, "decoding settings"},
	} {
		_, err := build(t, test.settings)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: got error %v, want one with %q", test.settings, err, test.want)
		}
	}
}
