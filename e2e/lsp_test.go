package e2e

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// An editor speaks to one gopls as an editor would.
type editor struct {
	t           *testing.T
	dir         string
	conn        *jsonrpc2.Conn
	diagnostics chan published
	settings    map[string]any
	version     int
}

// The parts of the protocol that the tests read.
type (
	position  struct{ Line, Character int }
	textRange struct{ Start, End position }
	location  struct {
		URI   string
		Range textRange
	}
	diagnostic struct {
		Range              textRange
		Source, Message    string
		Code               any
		CodeDescription    struct{ Href string }
		RelatedInformation []struct {
			Location location
			Message  string
		}
	}
	published struct {
		URI         string
		Version     int
		Diagnostics []json.RawMessage
	}
	textEdit struct {
		Range   textRange
		NewText string
	}
	codeAction struct {
		Title, Kind string
		Edit        *struct {
			DocumentChanges []struct {
				TextDocument struct{ URI string }
				Edits        []textEdit
			}
		}
		Diagnostics []diagnostic
	}
)

// pipe is the standard input and output of a process as one connection.
type pipe struct {
	io.Reader
	io.WriteCloser
}

// newEditor starts gopls in a folder with the given settings.
func newEditor(t *testing.T, gopls, dir string, settings map[string]any) *editor {
	t.Helper()
	cmd := exec.Command(gopls)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOTOOLCHAIN=local", "XDG_CACHE_HOME="+t.TempDir(), "GOTELEMETRY=off")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	e := &editor{t: t, dir: dir, diagnostics: make(chan published, 1000), settings: settings}
	stream := jsonrpc2.NewBufferedStream(pipe{out, in}, jsonrpc2.VSCodeObjectCodec{})
	e.conn = jsonrpc2.NewConn(context.Background(), stream, jsonrpc2.HandlerWithError(e.handle))
	t.Cleanup(func() {
		e.call("shutdown", nil, nil)
		e.notify("exit", nil)
		_ = cmd.Wait() // its exit status says nothing of the test
		e.conn.Close()
	})
	e.call("initialize", map[string]any{
		"rootUri":               e.uri(""),
		"capabilities":          capabilities,
		"initializationOptions": settings,
		"workspaceFolders":      []any{map[string]any{"uri": e.uri(""), "name": "w"}},
	}, nil)
	e.notify("initialized", map[string]any{})
	return e
}

// capabilities are those of an editor with related information and versions.
var capabilities = map[string]any{
	"textDocument": map[string]any{
		"publishDiagnostics": map[string]any{"relatedInformation": true, "versionSupport": true, "codeDescriptionSupport": true, "dataSupport": true},
		"codeAction": map[string]any{
			"codeActionLiteralSupport": map[string]any{"codeActionKind": map[string]any{"valueSet": []string{"quickfix"}}},
			"dataSupport":              true,
			"resolveSupport":           map[string]any{"properties": []string{"edit"}},
		},
	},
	"workspace": map[string]any{"configuration": true, "workspaceEdit": map[string]any{"documentChanges": true}},
}

// handle answers what gopls asks and collects the diagnostics.
func (e *editor) handle(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
	switch r.Method {
	case "textDocument/publishDiagnostics":
		var p published
		if err := json.Unmarshal(*r.Params, &p); err != nil {
			return nil, err
		}
		e.diagnostics <- p
	case "workspace/configuration":
		return []any{e.settings}, nil
	}
	return nil, nil
}

// call makes a request and decodes its result.
func (e *editor) call(method string, params, result any) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := e.conn.Call(ctx, method, params, result); err != nil {
		e.t.Errorf("%s: %v", method, err)
	}
}

// notify sends a notification.
func (e *editor) notify(method string, params any) {
	e.t.Helper()
	if err := e.conn.Notify(context.Background(), method, params); err != nil {
		e.t.Errorf("%s: %v", method, err)
	}
}

// uri returns the URI of a file in the folder.
func (e *editor) uri(name string) string {
	return "file://" + filepath.ToSlash(filepath.Join(e.dir, name))
}

// open opens a file with the text that is on disk.
func (e *editor) open(name string) {
	e.t.Helper()
	text, err := os.ReadFile(filepath.Join(e.dir, name))
	if err != nil {
		e.t.Fatal(err)
	}
	e.version++
	e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": e.uri(name), "languageId": "go", "version": e.version, "text": string(text),
	}})
}

// edit replaces the text of an open file without saving it.
func (e *editor) edit(name, text string) {
	e.version++
	e.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": e.uri(name), "version": e.version},
		"contentChanges": []any{map[string]any{"text": text}},
	})
}

// leaks waits for diagnostics of the newest version of a file until ok accepts
// those of leaklint among them, and returns these.
func (e *editor) leaks(name string, ok func([]diagnostic) bool) []diagnostic {
	e.t.Helper()
	timeout := time.After(2 * time.Minute)
	var last []diagnostic
	for {
		select {
		case p := <-e.diagnostics:
			if p.URI != e.uri(name) || p.Version != e.version {
				continue
			}
			if last = fromLeaklint(e.t, p); ok(last) {
				return last
			}
		case <-timeout:
			e.t.Fatalf("%s: the diagnostics hoped for did not come; the last were %+v", name, last)
		}
	}
}

// fromLeaklint returns the diagnostics of leaklint's passes among those
// published.
func fromLeaklint(t *testing.T, p published) []diagnostic {
	t.Helper()
	var leaks []diagnostic
	for _, raw := range p.Diagnostics {
		var d diagnostic
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Error(err)
		}
		if strings.Contains(d.CodeDescription.Href, "leaklint") {
			leaks = append(leaks, d)
		}
	}
	return leaks
}

// apply returns text with the edits of a code action applied.
func apply(text string, edits []textEdit) string {
	lines := strings.SplitAfter(text, "\n")
	offset := func(p position) int {
		n := 0
		for _, line := range lines[:p.Line] {
			n += len(line)
		}
		return n + p.Character // the tests' text is ASCII
	}
	for i := len(edits) - 1; i >= 0; i-- {
		e := edits[i]
		text = text[:offset(e.Range.Start)] + e.NewText + text[offset(e.Range.End):]
	}
	return text
}
