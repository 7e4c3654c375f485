package driver

import (
	"encoding/json"
	"flag"
	"os"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// unitcheck analyses one unit and exits. Of a unit that is analysed for its
// facts only, most of them of std and of other modules, unitchecker would run
// every analyzer that asks one with facts, which here are all. Those that
// export the facts are enough.
func unitcheck(config string, analyzers []*analysis.Analyzer) {
	collectRarely()
	declareShorthands(flag.CommandLine, analyzers)
	if isForFacts(config) {
		declareFlags(flag.CommandLine, analyzers)
		analyzers = exporters(analyzers)
	}
	afterRealPositions(analyzers)
	unitchecker.Main(analyzers...)
}

// isForFacts reports whether the config file asks for facts only.
func isForFacts(config string) bool {
	data, err := os.ReadFile(config)
	if err != nil {
		return false // unitchecker will say so
	}
	var c unitConfig
	return json.Unmarshal(data, &c) == nil && c.VetxOnly
}

// exporters returns those of the analyzers, and of all that they require, that
// have facts.
func exporters(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	return slices.DeleteFunc(withRequired(analyzers), func(a *analysis.Analyzer) bool { return len(a.FactTypes) == 0 })
}

// declareFlags declares the flags that unitchecker would declare for the
// analyzers: the go command passes them to every unit. A flag that changes
// facts has to be one of an analyzer that exports them.
func declareFlags(fs *flag.FlagSet, analyzers []*analysis.Analyzer) {
	for _, a := range analyzers {
		if len(a.FactTypes) > 0 {
			continue // declared by unitchecker
		}
		fs.Bool(a.Name, true, "")
		a.Flags.VisitAll(func(f *flag.Flag) { fs.Var(f.Value, a.Name+"."+f.Name, f.Usage) })
	}
}
