package driver_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// leakingFor is how long each leaking program runs between two profiles; make
// nightly has it run for longer.
var leakingFor = cmp.Or(os.Getenv("LEAKLINT_LEAKING"), "1s")

// How often a program is asked before the first profile and between both.
const (
	asksBefore = 20
	asksAfter  = 60
)

// TestLeakingPrograms runs programs that leak, each in the way of one pass, on
// loopback, takes profiles while they leak, and holds that the line to change
// ranks first and that the growth is right.
func TestLeakingPrograms(t *testing.T) {
	for _, name := range []string{"send", "cancel", "ticker", "loop", "once"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testLeaking(t, name)
		})
	}
}

// testLeaking tests one program.
func testLeaking(t *testing.T, name string) {
	wait, err := time.ParseDuration(leakingFor)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%s/main.go:%d", name, leakLine(t, name))
	p := startProgram(t, name)
	p.ask(asksBefore)
	first := p.save("goroutine?debug=2", "first.txt")
	begin := time.Now()
	for range asksAfter {
		p.ask(1)
		time.Sleep(wait / asksAfter)
	}
	p.settle()
	took := time.Since(begin)
	second := p.save("goroutine?debug=2", "second.txt")

	r := p.report("-every="+took.String(), first, second)
	g := r.Groups[0]
	if g.Verdict != "leak" || g.At.String() != want || g.Count != asksBefore+asksAfter {
		t.Errorf("first is %s of %d at %s, want leak of %d at %s", g.Verdict, g.Count, g.At, asksBefore+asksAfter, want)
	}
	rate := asksAfter / took.Minutes()
	if g.Growth != asksAfter || math.Abs(g.PerMinute-rate) > rate/10 {
		t.Errorf("grows by %d, %.1f a minute, want %d, %.1f", g.Growth, g.PerMinute, asksAfter, rate)
	}
	for _, form := range []string{"goroutine", "goroutine?debug=1", "goroutine?debug=2"} {
		if g := p.report(p.url(form)).Groups[0]; g.Verdict != "leak" || g.At.String() != want {
			t.Errorf("%s: first is %s at %s, want leak at %s", form, g.Verdict, g.At, want)
		}
	}
}

// leakLine returns the line of a program that is marked as the leak.
func leakLine(t *testing.T, name string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "leaking", name, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	return 1 + slices.IndexFunc(lines, func(l string) bool { return strings.HasSuffix(l, "// leak") })
}

// A program is a running program that leaks.
type program struct {
	*testing.T
	dir, addr string
}

// startProgram builds and starts a program of testdata/leaking.
func startProgram(t *testing.T, name string) *program {
	t.Helper()
	source, err := filepath.Abs("testdata/leaking")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	exe := filepath.Join(dir, name+".exe")
	build := exec.Command("go", "build", "-trimpath", "-o", exe, "./"+name)
	build.Dir = source
	build.Env = append(os.Environ(), "PWD="+source, "GOFLAGS=", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(exe)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return &program{T: t, dir: dir, addr: strings.TrimSpace(addr)}
}

// url returns the address of a profile.
func (p *program) url(profile string) string {
	return "http://" + p.addr + "/debug/pprof/" + profile
}

// get returns what the program answers.
func (p *program) get(url string) []byte {
	p.Helper()
	resp, err := http.Get(url)
	if err != nil {
		p.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		p.Fatal(err)
	}
	return data
}

// ask makes n requests, each of which leaks a goroutine.
func (p *program) ask(n int) {
	for range n {
		p.get("http://" + p.addr + "/work")
	}
	if n > 1 {
		p.settle()
	}
}

// settle gives the goroutines time to get where they stay.
func (p *program) settle() { time.Sleep(100 * time.Millisecond) }

// save stores a profile in a file.
func (p *program) save(profile, name string) string {
	p.Helper()
	file := filepath.Join(p.dir, name)
	if err := os.WriteFile(file, p.get(p.url(profile)), 0o666); err != nil {
		p.Fatal(err)
	}
	return file
}

// A profileReport is what the tests read of leaklint profile's JSON.
type profileReport struct {
	Leaks  int
	Groups []struct {
		Verdict, Check string
		Count, Growth  int
		PerMinute      float64
		At             *reportPlace
	}
}

// A reportPlace is a place in the JSON.
type reportPlace struct {
	File string
	Line int
}

// String returns file:line.
func (p *reportPlace) String() string {
	if p == nil {
		return "an unknown place"
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// report runs leaklint profile in the module of the programs.
func (p *program) report(args ...string) *profileReport {
	p.Helper()
	source, err := filepath.Abs("testdata/leaking")
	if err != nil {
		p.Fatal(err)
	}
	out := run(p.T, source, "everything", append([]string{"profile", "-format=json"}, args...)...)
	r := new(profileReport)
	if err := json.Unmarshal([]byte(out), r); err != nil || len(r.Groups) == 0 {
		p.Fatalf("%v in %s", err, out)
	}
	return r
}
