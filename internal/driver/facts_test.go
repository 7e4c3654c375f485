package driver

import (
	"flag"
	"io"
	"testing"

	"github.com/leaklint/leaklint/passes"
)

// TestFactsOnly checks that a unit without findings runs the analyzers that
// export facts and no others, and takes the flags of all.
func TestFactsOnly(t *testing.T) {
	all := passes.All()
	for _, a := range exporters(all) {
		if len(a.FactTypes) == 0 {
			t.Errorf("%s runs, but exports no facts", a.Name)
		}
	}
	for _, a := range withRequired(all) {
		found := false
		for _, b := range exporters(all) {
			found = found || a == b
		}
		if len(a.FactTypes) > 0 && !found {
			t.Errorf("%s exports facts, but does not run", a.Name)
		}
	}
	fs := flag.NewFlagSet("unit", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	declareFlags(fs, all)
	for _, a := range all {
		args := []string{"-" + a.Name + "=false"}
		a.Flags.VisitAll(func(f *flag.Flag) { args = append(args, "-"+a.Name+"."+f.Name+"="+f.Value.String()) })
		if err := fs.Parse(args); err != nil || fs.NArg() > 0 {
			t.Errorf("flags %q are not taken: %v", args, err)
		}
	}
}
