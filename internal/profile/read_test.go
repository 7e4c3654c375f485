package profile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	pb "github.com/google/pprof/profile"
)

// readFile reads a profile of testdata. All were written by one program, whose
// package p is in testdata/s.
func readFile(t *testing.T, name string) *Profile {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := Read(name, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// find returns the stack with the innermost frame in the file and line.
func (p *Profile) find(t *testing.T, state string, line int) *Stack {
	t.Helper()
	for _, s := range p.Stacks {
		for _, f := range s.Frames {
			if strings.HasSuffix(f.File, "/p.go") {
				if f.Line == line && (s.State == state || p.Form != Dump) {
					return s
				}
				break
			}
		}
	}
	t.Fatalf("%s: no stack stands at line %d in state %q", p.Name, line, state)
	return nil
}

func TestReadText(t *testing.T) {
	for _, test := range []struct {
		file   string
		form   Form
		total  int
		leaked int
		leaks  bool
	}{
		{"goroutine.1.txt", Counts, 35, 0, false},
		{"goroutine.2.txt", Dump, 35, 0, false},
		{"goroutineleak.1.txt", Counts, 24, 24, true},
		{"goroutineleak.2.txt", Dump, 35, 24, false},
		{"panic.txt", Dump, 35, 24, false},
		{"quit.txt", Dump, 44, 24, false},
		{"quitlabels.txt", Dump, 44, 24, false},
	} {
		p := readFile(t, test.file)
		leaked := 0
		for _, s := range p.Stacks {
			if s.Leaked {
				leaked += s.Count
			}
		}
		if p.Form != test.form || p.Total() != test.total || leaked != test.leaked || p.Leaks != test.leaks {
			t.Errorf("%s: %s with %d goroutines, %d leaked, leaks only: %t; want %s, %d, %d, %t",
				test.file, p.Form, p.Total(), leaked, p.Leaks, test.form, test.total, test.leaked, test.leaks)
		}
		s := p.find(t, "chan send", 12)
		if s.Count != 3 || s.Frames[0].Func != "example.com/s/p.Fetch.func1" && p.Form != Dump {
			t.Errorf("%s: %d goroutines at the send, in %v", test.file, s.Count, s.Frames)
		}
		if p.Form == Dump && (s.Creator.Func != "example.com/s/p.Fetch" || s.Creator.Line != 12) {
			t.Errorf("%s: the senders are started by %v", test.file, s.Creator)
		}
	}
}

func TestLabels(t *testing.T) {
	for _, file := range []string{"goroutine.1.txt", "quitlabels.txt"} {
		s := readFile(t, file).find(t, "sleep", 41)
		if s.Labels["job=x y"] != 3 || s.Labels["k=v"] != 3 || len(s.Labels) != 2 {
			t.Errorf("%s: labels %v", file, s.Labels)
		}
	}
}

func TestHeader(t *testing.T) {
	for _, test := range []struct {
		line    string
		state   string
		leaked  bool
		minutes int
	}{
		{"goroutine 1 [running]:", "running", false, 0},
		{"goroutine 7 [chan receive (nil chan), 1440 minutes]:", "chan receive (nil chan)", false, 1440},
		{"goroutine 7 gp=0xc0 m=nil [select (no cases) (leaked), locked to thread]:", "select (no cases)", true, 0},
		{"goroutine 7 [chan send (durable), 2 minutes, synctest bubble 3]:", "chan send", false, 2},
		{"goroutine 7 [GC worker (idle) (scan)]:", "GC worker (idle)", false, 0},
		{`goroutine 7 [select, 3 minutes labels:{"k": "v]:, 9 minutes"}]:`, "select", false, 3},
		{"goroutine 42 [semacquire, 5 minutes, locked to thread]:", "semacquire", false, 5},
	} {
		h, err := parseHeader(test.line)
		if !isGoroutine([]byte(test.line)) || err != nil || h.state != test.state || h.leaked != test.leaked || h.minutes != test.minutes {
			t.Errorf("%s: %+v, %v", test.line, h, err)
		}
	}
}

// stand blocks until the test is over.
func stand(c chan int) { <-c }

func TestReadProto(t *testing.T) {
	c := make(chan int)
	defer close(c)
	for range 7 {
		go stand(c)
	}
	time.Sleep(20 * time.Millisecond)
	var packed, counts bytes.Buffer
	if err := errors.Join(pprof.Lookup("goroutine").WriteTo(&packed, 0), pprof.Lookup("goroutine").WriteTo(&counts, 1)); err != nil {
		t.Fatal(err)
	}
	unpacked, err := gunzip(packed.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"packed": packed.Bytes(), "unpacked": unpacked, "packed text": pack(counts.Bytes())} {
		p, err := Read(name, bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found := false
		for _, s := range p.Stacks {
			for _, f := range s.Frames {
				if strings.HasSuffix(f.Func, "profile.stand") {
					found = s.Count == 7
					if state := stateOf(s.Frames); p.Form == Proto && (state != "chan receive" || p.Time.IsZero()) {
						t.Errorf("%s: state %q, time %v", name, state, p.Time)
					}
				}
			}
		}
		if !found {
			t.Errorf("%s: no stack has the seven goroutines", name)
		}
	}
}

// gunzip unpacks.
func gunzip(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// pack packs.
func pack(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(data)
	_ = z.Close()
	return b.Bytes()
}

// protoOf returns a profile with one sample.
func protoOf(kind string, n int64) []byte {
	fn := &pb.Function{ID: 1, Name: "main.main", Filename: "main.go"}
	at := &pb.Location{ID: 1, Line: []pb.Line{{Function: fn, Line: 3}}}
	raw := &pb.Profile{
		SampleType: []*pb.ValueType{{Type: kind, Unit: "count"}}, PeriodType: &pb.ValueType{Type: kind, Unit: "count"},
		Function: []*pb.Function{fn}, Location: []*pb.Location{at}, Sample: []*pb.Sample{{Location: []*pb.Location{at}, Value: []int64{n}}},
	}
	var b bytes.Buffer
	if err := raw.Write(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestLeakProto(t *testing.T) {
	p, err := Read("x", bytes.NewReader(protoOf("goroutineleak", 4)))
	if err != nil || !p.Leaks || p.Total() != 4 || !p.Stacks[0].Leaked {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestDamaged holds that what cannot be read is refused, with the line and the
// reason.
func TestDamaged(t *testing.T) {
	stack := "goroutine 7 [chan send]:\nmain.f()\n\t/src/main.go:3 +0x1\n"
	var heap bytes.Buffer
	if err := pprof.Lookup("heap").WriteTo(&heap, 0); err != nil {
		t.Fatal(err)
	}
	whole := protoOf("goroutine", 4)
	for _, test := range []struct{ name, data, want string }{
		{"empty", "", "x: it is empty"},
		{"other text", "<html>\n<p>404</p>\n", "x:2: no goroutine profile"},
		{"heap text", "heap profile: 1: 2 [3: 4] @ heap/1048576\n", "x:1: no goroutine profile"},
		{"other counts", "threadcreate profile: total 3\n", "x:1: this is a threadcreate profile"},
		{"cut counts", "goroutine profile: total 3\n1 @ 0x1\n#\t0x1\tmain.f+0x1\tmain.go:3\n", "x:3: cut off: the profile announces 3 goroutines and lists 1"},
		{"frame first", "goroutine profile: total 3\n#\t0x1\tmain.f+0x1\tmain.go:3\n", "x:2: a frame stands outside"},
		{"bad frame", "goroutine profile: total 1\n1 @ 0x1\n#\tmain.f\n", "x:3: no frame"},
		{"bad stack", "goroutine profile: total 1\nx @ 0x1\n", "x:2: no stack"},
		{"many", "goroutine profile: total 99999999999999999999\n", "x:1: the total is no number"},
		{"too many", "goroutine profile: total 1\n99999999999999999999 @ 0x1\n", "x:2: the count is no number"},
		{"cut dump", stack + "main.g()\n", "x:4: cut off"},
		{"cut line", stack + "main.g(0x1, 0x", "x:4: no frame"},
		{"no position", stack + "main.g()\nmain.h()\n", "x:5: no position"},
		{"position first", "goroutine 7 [chan send]:\n\t/src/main.go:3\n", "x:2: a position without its function"},
		{"no line", "goroutine 7 [chan send]:\nmain.f()\n\t/src/main.go:x\n", "x:3: no position"},
		{"no state", "goroutine 7 []:\nmain.f()\n\t/src/main.go:1\n", "x:1: a goroutine without a state"},
		{"long line", "goroutine 7 [x]:\n" + strings.Repeat("x", maxLine+1), "x:2: the line is longer"},
		{"deep", "goroutine 7 [x]:\n" + strings.Repeat("main.f()\n\ta.go:1\n", maxFrames+1), "more than 1000 frames"},
		{"gzip", "\x1f\x8bxxxx", "x: damaged gzip data"},
		{"cut gzip", string(whole[:len(whole)-20]), "x: cut off or damaged"},
		{"binary", "\x00\x01\x02\x03\xff\xff", "x: no goroutine profile, or a damaged one"},
		{"program", "\x7fELF\x02\x01\x01\x00", "x: this is a program"},
		{"heap", heap.String(), "x: this is a profile of alloc_objects"},
		{"negative", string(protoOf("goroutine", -4)), "x: damaged: -4 goroutines"},
	} {
		p, err := Read("x", strings.NewReader(test.data))
		if err == nil {
			t.Errorf("%s: read as %+v", test.name, p)
		} else if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}

// TestOdd holds that what Go and logs write into dumps is read.
func TestOdd(t *testing.T) {
	dump := "starting\r\n2026/01/02 panic: x\r\n\r\ngoroutine 7 [chan send, 2 minutes]:\r\nmain.f(...)\r\n\tC:/my src/main.go:3\r\n" +
		"...2 frames elided...\r\nmain.g({0x1, 0x2}, 0x3)\r\n\tC:/my src/main.go:9 +0x1\r\ncreated by main.h\r\n\tC:/my src/main.go:12 +0x1\r\n\r\n" +
		"a log line\r\ngoroutine 8 [running]:\r\n\tgoroutine running on other thread; stack unavailable\r\ncreated by main.h in goroutine 1\r\n\tC:/my src/main.go:12 +0x1\r\n" +
		"[originating from goroutine 1]:\r\nmain.main(...)\r\n\tC:/my src/main.go:20 +0x1\r\ncreated by main.z\r\n\tC:/my src/main.go:30 +0x1\r\nexit status 2\r\n"
	dump = strings.Replace(dump, "exit status 2", "\r\nexit status 2", 1)
	p, err := Read("x", strings.NewReader(dump))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Stacks) != 2 {
		t.Fatalf("%d stacks", len(p.Stacks))
	}
	s := p.Stacks[0]
	want := "[main.f C:/my src/main.go:3 main.g C:/my src/main.go:9] main.h C:/my src/main.go:12 2 minutes"
	if got := fmt.Sprint(s.Frames, " ", s.Creator, " ", s.Wait); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if at := p.Stacks[1].Creator.Line; at != 12 {
		t.Errorf("the creator of the second is that of an ancestor, at line %d", at)
	}
}

// TestRuntimeCut holds that a dump that the runtime itself cut is used.
func TestRuntimeCut(t *testing.T) {
	stack := "goroutine 7 [chan send]:\nmain.f()\n\t/src/main.go:3 +0x1\n\n"
	dump := strings.Repeat(stack, runtimeCut/len(stack)+1)[:runtimeCut]
	p, err := Read("x", strings.NewReader(dump))
	if err != nil || len(p.Notes) != 1 || p.Total() < runtimeCut/len(stack)-1 {
		t.Errorf("%v, %+v", err, p)
	}
}

// A dumper writes n bytes of a dump of goroutines that differ in arguments and
// addresses only.
type dumper struct {
	left, n   int
	buf, rest []byte
}

// Read implements io.Reader.
func (d *dumper) Read(p []byte) (int, error) {
	if len(d.rest) == 0 {
		if d.left <= 0 {
			return 0, io.EOF
		}
		d.n++
		d.buf = fmt.Appendf(d.buf[:0], "goroutine %d [chan send, %d minutes]:\n", d.n, d.n%90+1)
		for i := range 25 {
			d.buf = fmt.Appendf(d.buf, "example.com/s/p.(*T[...]).step%d(0x%x, {0x%x, 0x10})\n\t/src/s/p/p.go:%d +0x%x\n", i, d.n*31, d.n*77, 10+i, d.n)
		}
		d.buf = fmt.Appendf(d.buf, "created by example.com/s/p.Start in goroutine 1\n\t/src/s/p/p.go:33 +0x1f\n\n")
		d.rest = d.buf
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	d.left -= n
	return n, nil
}

// TestHugeDump holds that 200 MB of a dump are read as a stream: what is kept
// does not depend on the number of goroutines.
func TestHugeDump(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 200 MB: run without -short")
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d := &dumper{left: 200 << 20}
	start := time.Now()
	p, err := Read("x", d)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if err != nil || p.Total() != d.n || len(p.Stacks) != 1 {
		t.Fatalf("%v, %d goroutines in %d stacks, want %d in 1", err, p.Total(), len(p.Stacks), d.n)
	}
	allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
	t.Logf("%d goroutines in %v, %d MB allocated in all", d.n, took, allocated)
	if allocated > 500 {
		t.Errorf("%d MB were allocated", allocated)
	}
}

// FuzzRead holds that no data brings the reader down, and that what it reads
// keeps within bounds.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal(err, files)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(protoOf("goroutine", 4))
	f.Add([]byte("goroutine 1 [x labels:{\"a\": \"b\"}]:\nf(\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Read("x", bytes.NewReader(data))
		if err != nil {
			if err.Error() == "" || p != nil {
				t.Fatalf("%v with %v", err, p)
			}
			return
		}
		c := NewCheckout([]Module{{Path: "example.com/s", Dir: "testdata/s"}})
		c.Learn(p)
		r := c.NewReport([]*Profile{p}, Span{}, c.Groups([]*Profile{p}), &Analysis{})
		n := 0
		for _, row := range append(r.Rows, r.Aside...) {
			n += row.Count
		}
		if n != p.Total() {
			t.Fatalf("%d goroutines are read and %d reported", p.Total(), n)
		}
		if err := errors.Join(r.WriteText(io.Discard, "", 0), r.WriteJSON(io.Discard, ""), r.WriteHTML(io.Discard, ""), r.WriteMarkdown(io.Discard, "", 0)); err != nil {
			t.Fatal(err)
		}
	})
}
