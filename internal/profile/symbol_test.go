package profile

import "testing"

func TestSymbols(t *testing.T) {
	for _, test := range []struct{ symbol, pkg, declared string }{
		{"example.com/m/p.Fetch", "example.com/m/p", "Fetch"},
		{"example.com/m/p.Fetch.func1", "example.com/m/p", "Fetch"},
		{"example.com/m/p.Fetch.func1.2", "example.com/m/p", "Fetch"},
		{"example.com/m/p.Fetch.gowrap1", "example.com/m/p", "Fetch"},
		{"example.com/m/p.Fetch.func1.deferwrap2", "example.com/m/p", "Fetch"},
		{"example.com/m/p.Fetch-range1", "example.com/m/p", "Fetch"},
		{"example.com/m/p.(*T).Run", "example.com/m/p", "T.Run"},
		{"example.com/m/p.(*T[...]).Run.func2", "example.com/m/p", "T.Run"},
		{"example.com/m/p.(*T[go.shape.struct { example.com/x/y.F int }]).Run", "example.com/m/p", "T.Run"},
		{"example.com/m/p.(*T).Run-fm", "example.com/m/p", "T.Run"},
		{"example.com/m/p.T.Run", "example.com/m/p", "T.Run"},
		{"example.com/m/p.T.Run.func1", "example.com/m/p", "T.Run"},
		{"example.com/m/p.Map[...]", "example.com/m/p", "Map"},
		{"example.com/m/p.Map[...].func1", "example.com/m/p", "Map"},
		{"example.com/m/p.init.func1", "example.com/m/p", ""},
		{"example.com/m/p.init.0.func1", "example.com/m/p", ""},
		{"example.com/m/p.glob..func1", "example.com/m/p", ""},
		{"gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml.v3", "Unmarshal"},
		{"main.main", "main", "main"},
		{"main.(*T).Run", "main", "T.Run"},
		{"net/http.(*conn).serve", "net/http", "conn.serve"},
		{"runtime.gopark", "runtime", "gopark"},
		{"", "", ""},
		{"C", "", "C"},
	} {
		if pkg, name := packageOf(test.symbol), declared(test.symbol); pkg != test.pkg || name != test.declared {
			t.Errorf("%s: package %q, declared in %q; want %q, %q", test.symbol, pkg, name, test.pkg, test.declared)
		}
	}
}
