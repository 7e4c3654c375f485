package driver

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMainModuleUnit holds that the units of main modules are told from others
// by what each go command writes.
func TestMainModuleUnit(t *testing.T) {
	for _, test := range []struct {
		name, config string
		want         bool
	}{
		{"std", `{"ID": "fmt"}`, false},
		{"main, until 1.26", `{"ID": "m/a", "ModulePath": "m"}`, true},
		{"dependency, until 1.26", `{"ID": "d/a", "ModulePath": "d", "ModuleVersion": "v1.0.0"}`, false},
		{"main, from 1.27", `{"ID": "m/a", "Module": {"Path": "m", "Main": true}}`, true},
		{"dependency, from 1.27", `{"ID": "d/a", "Module": {"Path": "d", "Version": "v1.0.0"}}`, false},
		{"both, as a go command in between might", `{"ModulePath": "m", "Module": {"Path": "m"}}`, true},
	} {
		path := filepath.Join(t.TempDir(), "vet.cfg")
		if err := os.WriteFile(path, []byte(test.config), 0o666); err != nil {
			t.Fatal(err)
		}
		u, err := readUnit(path, nil)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if u.main != test.want {
			t.Errorf("%s: main is %v, want %v", test.name, u.main, test.want)
		}
	}
}
