package driver_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// hostileModule asks in every way that code has to be run by a build: by go
// generate, tests, TestMain, init, cgo flags, and a tool of the module.
var hostileModule = map[string]string{
	"go.mod":       "module example.com/hostile\n\ngo 1.24\n\ntool example.com/hostile/tool\n",
	"a.go":         "package hostile\n\nimport \"syscall\"\n\n//go:generate touch RAN\n\nfunc drop() {}\n\nvar ran = syscall.Mkdir(\"RAN\", 0o777)\n\nfunc init() { drop() }\n",
	"a_test.go":    "package hostile\n\nimport \"syscall\"\n\nfunc init() { _ = syscall.Mkdir(\"RAN\", 0o777) }\n",
	"tool/main.go": "package main\n\nimport \"syscall\"\n\nfunc main() { _ = syscall.Mkdir(\"RAN\", 0o777) }\n",
	"c/c.go":       "package c\n\n// #cgo CFLAGS: -fplugin=./RAN.so\n// int one(void) { return 1; }\nimport \"C\"\n\nfunc F() int { return int(C.one()) }\n",
}

// TestSafety follows a run of leaklint, and all that it starts, by strace where
// there is one: nothing of the analysed code is run, no connection is made, and
// nothing is written outside caches and directories for temporary files.
func TestSafety(t *testing.T) {
	if err := exec.Command("strace", "-f", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skip("no strace, or it may not trace: ", err)
	}
	base := t.TempDir()
	dir := filepath.Join(base, "module")
	for name, text := range hostileModule {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	caches := []string{base + "/home/", base + "/tmp/"}
	for _, c := range caches {
		if err := os.MkdirAll(c, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, kv := range goEnv(t) {
		if cache, ok := strings.CutPrefix(kv, "GOCACHE="); ok {
			caches = append(caches, cache+"/")
		}
	}
	for _, args := range [][]string{{"-format=sarif", "-c=3", "./..."}, {"-standalone", "-diff", "./..."}} {
		trace := strace(t, dir, base, args)
		for _, bad := range forbidden(trace, dir, caches) {
			t.Errorf("leaklint %s: %s", strings.Join(args, " "), bad)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "RAN")); err == nil {
		t.Error("the analysed code was run")
	}
}

// strace runs leaklint in dir and returns its system calls.
func strace(t *testing.T, dir, base string, args []string) string {
	t.Helper()
	out := filepath.Join(base, "trace")
	cmd := exec.Command("strace", append([]string{"-f", "-qq", "-y", "-s", "300", "-o", out, "-e", "trace=execve,connect,openat,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat", leaklintPath(t)}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), goEnv(t)...), "HOME="+base+"/home", "XDG_CONFIG_HOME="+base+"/home", "TMPDIR="+base+"/tmp", "GOFLAGS=", "GOTOOLCHAIN=local", "PWD="+dir)
	output, err := cmd.CombinedOutput()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "/go\", [") {
		t.Fatalf("the trace does not show that the go command was run: %s", output)
	}
	return string(data)
}

// tracedCall matches a call in the output of strace: its name, what comes before
// the first path in it, the path, and the rest.
var tracedCall = regexp.MustCompile(`(?m)^\d+ +(\w+)\(([^"\n]*)"([^"\n]*)"(.*)$`)

// forbidden returns the calls that must not be made.
func forbidden(trace, dir string, caches []string) (bad []string) {
	if strings.Contains(trace, "sa_family=AF_INET") {
		bad = append(bad, "connects to an address")
	}
	inCache := func(path string) bool {
		for _, c := range caches {
			if strings.HasPrefix(path, c) {
				return true
			}
		}
		return path == os.DevNull || path == "/dev/tty"
	}
	for _, m := range tracedCall.FindAllStringSubmatch(trace, -1) {
		call, path, rest := m[1], m[3], m[4]
		if strings.Contains(rest, " = -1 ") {
			continue // it failed
		}
		if !filepath.IsAbs(path) {
			at := dir
			if _, fd, ok := strings.Cut(m[2], "<"); ok {
				at, _, _ = strings.Cut(fd, ">")
			}
			path = filepath.Join(at, path)
		}
		switch {
		case call == "connect":
		case call == "execve":
			if strings.HasPrefix(path, dir) {
				bad = append(bad, "runs "+path)
			}
		case call == "openat" && !strings.Contains(rest, "O_WRONLY") && !strings.Contains(rest, "O_RDWR") && !strings.Contains(rest, "O_CREAT"):
		case !inCache(path) && !strings.HasPrefix(path, "/proc/") && !strings.HasPrefix(path, "/tmp/cc"):
			bad = append(bad, fmt.Sprintf("%s %s%s", call, path, rest))
		}
	}
	return bad
}
