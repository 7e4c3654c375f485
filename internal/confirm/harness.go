// Package confirm answers: which findings does a run of the tests confirm?
//
// It has the go command run the tests of the user's module with the runtime's
// leak profile (GOEXPERIMENT=goroutineleakprofile, or Go 1.27), reads what each
// test binary saw in the end, and holds it against the findings. It is the
// only room that has code of the user run, and does so only for the command
// that is named after it.
package confirm

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
)

// dirVar is the environment variable with the directory to which test binaries
// write what they saw.
const dirVar = "LEAKLINT_CONFIRM"

// packageLine starts the first line of what a test binary writes: the
// directory of its package follows.
const packageLine = "tests of "

// harness is added to package testing of the test binaries. Each call of Run,
// whoever makes it in whatever TestMain, ends with it. Goroutines that are on
// their way get a moment. A file is complete only if it has its last name.
const harness = `package testing

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

var leaklintDir, _ = os.Getwd()

func (m *M) leaklintConfirm() {
	dir := os.Getenv("` + dirVar + `")
	if dir == "" {
		return
	}
	time.Sleep(200 * time.Millisecond)
	name := filepath.Join(dir, strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(m.numRun))
	f, err := os.Create(name)
	if err != nil {
		return
	}
	fmt.Fprintf(f, "` + packageLine + `%s\n\n", leaklintDir)
	defer func() {
		if recover() != nil {
			fmt.Fprintln(f, "no leak profile")
		}
		f.Close()
		os.Rename(name, name+".txt")
	}()
	m.deps.WriteProfileTo("goroutineleak", f, 2)
}
`

// writeOverlay writes to dir an overlay that adds the harness to package
// testing of the Go installation, and returns its path. Nothing but dir is
// written to.
func writeOverlay(goroot, dir string) (string, error) {
	original := filepath.Join(goroot, "src", "testing", "testing.go")
	data, err := os.ReadFile(original)
	if err != nil {
		return "", err
	}
	patched, err := patchRun(data)
	if err != nil {
		return "", fmt.Errorf("%s: %w", original, err)
	}
	replace := make(map[string]string)
	for target, text := range map[string][]byte{
		original: patched,
		filepath.Join(filepath.Dir(original), "leaklint_confirm.go"): []byte(harness),
	} {
		copied := filepath.Join(dir, filepath.Base(target))
		if err := os.WriteFile(copied, text, 0o666); err != nil {
			return "", err
		}
		replace[target] = copied
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "overlay.json")
	return file, os.WriteFile(file, overlay, 0o666)
}

// patchRun has the method Run of M in package testing end with the harness.
// All lines keep their numbers.
func patchRun(source []byte) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "testing.go", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != "Run" || fn.Body == nil || fn.Recv == nil || len(fn.Recv.List) == 0 {
			continue
		}
		star, _ := fn.Recv.List[0].Type.(*ast.StarExpr)
		if star == nil {
			continue
		}
		if id, _ := star.X.(*ast.Ident); id == nil || id.Name != "M" || len(fn.Recv.List[0].Names) == 0 {
			continue
		}
		at := fset.Position(fn.Body.Lbrace).Offset + 1
		call := " defer " + fn.Recv.List[0].Names[0].Name + ".leaklintConfirm();"
		return append(append(append([]byte(nil), source[:at]...), call...), source[at:]...), nil
	}
	return nil, errors.New("package testing has no method (*M).Run to add the harness to")
}
