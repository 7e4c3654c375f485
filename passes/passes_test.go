package passes_test

import (
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/passes"
)

func TestShown(t *testing.T) {
	all := passes.All()
	i := slices.IndexFunc(all, func(a *analysis.Analyzer) bool { return a.Name == "unusedignore" })
	off := all[i].Flags.Lookup("off").Value
	defer off.Set(off.String())
	for _, test := range []struct {
		without, want string
	}{
		{"selectnoexit", "selectnoexit"},
		{"unusedignore", ""},
		{"", ""},
	} {
		shown := slices.DeleteFunc(slices.Clone(all), func(a *analysis.Analyzer) bool { return a.Name == test.without })
		if err := passes.Shown(shown); err != nil || off.String() != test.want {
			t.Errorf("without %s: off is %q (%v), want %q", test.without, off, err, test.want)
		}
	}
}
