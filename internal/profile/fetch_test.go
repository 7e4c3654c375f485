package profile

import (
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFetch holds that a profile is fetched from the address named and from no
// other, and that what is no profile is said.
func TestFetch(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another server was asked") }))
	defer other.Close()
	mux := http.NewServeMux()
	mux.Handle("/goroutine", pprof.Handler("goroutine"))
	mux.Handle("/heap", pprof.Handler("heap"))
	mux.Handle("/away", http.RedirectHandler(other.URL, http.StatusFound))
	mux.Handle("/here", http.RedirectHandler("/goroutine", http.StatusFound))
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html></html>")) })
	mux.HandleFunc("/secret", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != "hush" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		pprof.Handler("goroutine").ServeHTTP(w, r)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, test := range []struct{ path, want string }{
		{"/goroutine", ""},
		{"/goroutine?debug=1", ""},
		{"/goroutine?debug=2", ""},
		{"/here", ""},
		{"/away", "which nobody has named"},
		{"/heap", "this is a profile of alloc_objects"},
		{"/page", "no goroutine profile"},
		{"/nosuch", "answers 404 Not Found"},
		{"/secret", "answers 401 Unauthorized"},
	} {
		p, err := Open(t.Context(), server.URL+test.path, nil)
		switch {
		case test.want == "" && (err != nil || p.Total() < 2 || p.Time.IsZero()):
			t.Errorf("%s: %v", test.path, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v, want %s", test.path, err, test.want)
		}
	}
	login := strings.Replace(server.URL, "http://", "http://me:hush@", 1)
	if p, err := Open(t.Context(), login+"/secret", nil); err != nil || strings.Contains(p.Name, "hush") {
		t.Errorf("with a password: %v, %v", p, err)
	}
	if _, err := Open(t.Context(), login+"/nosuch", nil); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("the error names the password: %v", err)
	}
}

// TestBlame holds that the commit of a line is told, and why if it is not.
func TestBlame(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-03T03:04:05Z",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com", "GIT_CONFIG_GLOBAL="+os.DevNull)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args, err, out)
		}
	}
	write("package a\n\nvar x int\n")
	if b := blame(t.Context(), Place{file, 1}); b.Commit != "" || b.Why != "not in a git repository" {
		t.Errorf("outside of a repository: %+v", b)
	}
	git("init", "-q")
	if b := blame(t.Context(), Place{file, 1}); b.Commit != "" || b.Why != "not committed" {
		t.Errorf("before the commit: %+v", b)
	}
	git("add", "a.go")
	git("commit", "-q", "-m", "Add x")
	write("package a\n\nvar y int\n")
	if b := blame(t.Context(), Place{file, 1}); len(b.Commit) != 12 || b.Author != "2026-01-02" || b.Subject != "Add x" {
		t.Errorf("committed: %+v", b)
	}
	if b := blame(t.Context(), Place{file, 3}); b.Commit != "" || b.Why != "not committed" {
		t.Errorf("changed: %+v", b)
	}
	git("config", "core.fsmonitor", filepath.Join(dir, "evil.sh"))
	if err := os.WriteFile(filepath.Join(dir, "evil.sh"), []byte("#!/bin/sh\ntouch "+filepath.Join(dir, "ran")+"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	blame(t.Context(), Place{file, 1})
	if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
		t.Error("git ran a program that the repository names")
	}
}
