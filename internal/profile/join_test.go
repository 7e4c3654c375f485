package profile

import (
	"path/filepath"
	"testing"
)

const joined = `package p

func Ask(ctx C) {
	c := make(chan int)
	go func() { c <- g() }()
	go loop(c)
	go wait(ctx)
}

func loop(c chan int) {
	for {
		step(c)
	}
}

func wait(ctx C) {
	<-ctx.Done()
}

func get() {
	once.Do(load)
}

func load() {
	<-ready
}
`

// A joiner joins groups with findings in the file joined.
type joiner struct {
	*testing.T
	c    *Checkout
	file string
}

// at returns a place in the file.
func (j *joiner) at(line int) Place { return Place{j.file, line} }

// frame returns a frame in the file.
func (j *joiner) frame(name string, line int) Frame {
	return Frame{Func: "example.com/m/p." + name, File: "/elsewhere/p/p.go", Line: line}
}

// stack returns the stack of n goroutines.
func (j *joiner) stack(n int, state string, creator int, frames ...Frame) *Stack {
	return &Stack{Count: n, State: state, Frames: frames, Creator: j.frame("Ask", creator)}
}

// report joins one profile.
func (j *joiner) report(findings []Finding, stacks ...*Stack) *Report {
	profiles := []*Profile{{Name: "x", Form: Dump, Stacks: stacks}}
	a := &Analysis{Findings: findings, Dirs: map[string]bool{filepath.Dir(j.file): true}}
	return j.c.NewReport(profiles, Span{}, j.c.Groups(profiles), a)
}

// newJoiner returns a joiner.
func newJoiner(t *testing.T) *joiner {
	t.Helper()
	c, dir := checkoutOf(t, map[string]string{"m/p/p.go": joined})
	return &joiner{t, c, filepath.Join(dir, "m/p/p.go")}
}

// std returns a frame of the standard library.
func std(name string) Frame { return Frame{Func: name, File: "/go/src/x.go", Line: 1} }

func TestJoin(t *testing.T) {
	j := newJoiner(t)
	send := Finding{Pass: "unbufsend", Check: "unbufsend/timeout", At: j.at(5)}
	loop := Finding{Pass: "selectnoexit", At: j.at(11), Steps: []Step{{At: j.at(6), Role: "started"}, {At: j.at(11), Role: "stays"}}}
	cancel := Finding{Pass: "noctxcancel", At: j.at(3)}
	stays := Finding{Pass: "noctxcancel", At: j.at(3), Steps: []Step{{At: j.at(17), Role: "stays"}}}
	once := Finding{Pass: "onceblock", At: j.at(25), Steps: []Step{{At: j.at(21), Role: "note"}}}
	low := send
	low.Low = true
	sender := j.stack(9, "chan send", 5, j.frame("Ask.func1", 5))
	for _, test := range []struct {
		name    string
		f       Finding
		s       *Stack
		match   int
		verdict Verdict
	}{
		{"at the send", send, sender, standsAt, Leak},
		{"once there, perhaps on its way", send, j.stack(1, "chan send", 5, j.frame("Ask.func1", 5)), standsAt, MayLeak},
		{"low", low, sender, standsAt, MayLeak},
		{"low and alone", low, j.stack(1, "chan send", 5, j.frame("Ask.func1", 5)), standsAt, Waits},
		{"in a call beside the send", send, j.stack(9, "chan send", 5, j.frame("g", 23), j.frame("Ask.func1", 5)), noMatch, Waits},
		{"in a call of another module", send, j.stack(9, "select", 5, std("github.com/x/y.g"), j.frame("Ask.func1", 5)), noMatch, Waits},
		{"sleeps in a call beside the send", send, j.stack(9, "sleep", 5, std("time.Sleep"), j.frame("Ask.func1", 5)), noMatch, Busy},
		{"another function there", send, j.stack(9, "chan send", 5, j.frame("Older.func1", 5)), noMatch, Waits},
		{"in the loop", loop, j.stack(9, "select", 6, std("github.com/x/y.step"), j.frame("loop", 12)), startedThere, Leak},
		{"in a loop of another start", loop, j.stack(9, "select", 7, std("github.com/x/y.step"), j.frame("loop", 12)), noMatch, Waits},
		{"waits for the context", cancel, j.stack(9, "chan receive", 7, j.frame("wait", 17)), sameFunction, MayLeak},
		{"waits for another context", cancel, j.stack(9, "chan receive", 21, j.frame("wait", 17)), noMatch, Waits},
		{"stays for the context", stays, j.stack(9, "chan receive", 7, j.frame("wait", 17)), standsInTrail, Leak},
		{"under the once", once, j.stack(1, "chan receive", 7, j.frame("load", 25), std("sync.(*Once).Do"), j.frame("get", 21)), standsAt, MayLeak},
		{"waits for the once", once, j.stack(9, "sync.Mutex.Lock", 7, std("sync.(*Mutex).Lock"), std("sync.(*Once).Do"), j.frame("get", 21)), waitsForIt, Leak},
		{"not under the once", once, j.stack(9, "chan receive", 7, j.frame("load", 25)), noMatch, Waits},
	} {
		row := j.report([]Finding{test.f}, test.s).Rows[0]
		if row.Match != test.match || row.Verdict != test.verdict {
			t.Errorf("%s: match %d, %s; want %d, %s", test.name, row.Match, row.Verdict, test.match, test.verdict)
		}
	}
}

// TestOneRowPerCause holds that who waits for whom is one row.
func TestOneRowPerCause(t *testing.T) {
	j := newJoiner(t)
	once := Finding{Pass: "onceblock", At: j.at(25), Steps: []Step{{At: j.at(21), Role: "note"}}}
	r := j.report([]Finding{once},
		j.stack(40, "IO wait", 7, std("internal/poll.runtime_pollWait"), j.frame("loop", 12)),
		j.stack(1, "chan receive", 7, j.frame("load", 25), std("sync.(*Once).Do"), j.frame("get", 21)),
		j.stack(9, "sync.Mutex.Lock", 7, std("sync.(*Mutex).Lock"), std("sync.(*Once).Do"), j.frame("get", 21)))
	if row := r.Rows[0]; len(r.Rows) != 2 || row.Verdict != Leak || row.Count != 10 || row.At != j.at(25) {
		t.Errorf("%d rows, the first: %s of %d at %s", len(r.Rows), row.Verdict, row.Count, row.At)
	}
}

// TestRuntimeKnows holds that what the runtime found to be leaked is a leak,
// wherever it stands.
func TestRuntimeKnows(t *testing.T) {
	j := newJoiner(t)
	s := j.stack(1, "chan receive", 7, j.frame("load", 25))
	s.Leaked = true
	idle := j.stack(1, "select", 7, std("net/http.(*persistConn).writeLoop"))
	idle.Leaked = true
	for _, row := range j.report(nil, s, idle).Rows {
		if row.Verdict != Leak {
			t.Errorf("%s is called %s", row.main().at(), row.Verdict)
		}
	}
}

// TestResidents holds that idle pools are set aside, but not what the user
// does in them.
func TestResidents(t *testing.T) {
	j := newJoiner(t)
	r := j.report(nil,
		j.stack(9, "select", 7, std("net/http.(*persistConn).writeLoop")),
		j.stack(3, "IO wait", 7, std("internal/poll.runtime_pollWait"), std("net/http.(*Server).Serve"), j.frame("loop", 12)),
		j.stack(7, "GC worker (idle)", 7, std("runtime.gopark"), std("runtime.gcBgMarkWorker")),
		j.stack(5, "chan send", 7, j.frame("loop", 12), std("net/http.(*conn).serve")))
	if len(r.Rows) != 1 || len(r.Aside) != 3 || r.Rows[0].Count != 5 {
		t.Errorf("%d rows, %d set aside", len(r.Rows), len(r.Aside))
	}
}
