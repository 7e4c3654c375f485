package known

import (
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestPureFunctionsExist checks that the names of pure functions are those of
// functions that exist and return something.
func TestPureFunctionsExist(t *testing.T) {
	var paths []string
	for path := range pure {
		paths = append(paths, path)
	}
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range loaded {
		all := functions(pkg.Types)
		for _, name := range strings.Fields(string(pure[pkg.PkgPath])) {
			if strings.HasSuffix(name, "*") {
				continue
			}
			if fn, ok := all[name]; !ok || fn.Signature().Results().Len() == 0 {
				t.Errorf("%s.%s does not exist, or returns nothing", pkg.PkgPath, name)
			} else if !strings.Contains(name, ".") && !Pure(fn) {
				t.Errorf("%s.%s is listed, but not found", pkg.PkgPath, name)
			}
		}
	}
	if fn := types.NewFunc(0, types.NewPackage("strings", "strings"), "NewReader", types.NewSignatureType(nil, nil, nil, nil, nil, false)); Pure(fn) {
		t.Error("strings.NewReader, which makes a new reader each time, is taken to be pure")
	}
}
