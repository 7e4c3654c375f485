package profile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// grown returns profiles of one process, a minute apart.
func (j *joiner) grown(forms []Form, counts ...int) []*Profile {
	var profiles []*Profile
	start := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	for i, n := range counts {
		frame := j.frame("Ask.func1", 5)
		s := j.stack(n, "chan send", 5, frame)
		steady := j.stack(20, "chan receive", 7, j.frame("wait", 17))
		switch forms[i%len(forms)] {
		case Counts:
			s.State, s.Creator, steady.State, steady.Creator = "", Frame{}, "", Frame{}
		case Proto:
			s.State, s.Creator, steady.State, steady.Creator = "", Frame{}, "", Frame{}
			s.Frames = []Frame{std("runtime.gopark"), std("runtime.chansend1"), frame}
			steady.Frames = append([]Frame{std("runtime.gopark"), std("runtime.chanrecv1")}, steady.Frames...)
		}
		profiles = append(profiles, &Profile{
			Name: fmt.Sprint("p", i+1), Form: forms[i%len(forms)], Stacks: []*Stack{s, steady}, Time: start.Add(time.Duration(i) * time.Minute),
		})
	}
	return profiles
}

// TestGrowth holds that groups are the same in every form, and how fast they
// grow.
func TestGrowth(t *testing.T) {
	for _, forms := range [][]Form{{Dump}, {Counts}, {Proto}, {Dump, Counts, Proto}, {Proto, Dump}} {
		j := newJoiner(t)
		profiles := j.grown(forms, 10, 40, 100)
		r := j.c.NewReport(profiles, NewSpan(profiles, 0), j.c.Groups(profiles), &Analysis{})
		row := r.Rows[0]
		if len(r.Rows) != 2 || row.Verdict != Grows || fmt.Sprint(row.Counts) != "[10 40 100]" || r.Span.rate(row.Counts) != 45 {
			t.Errorf("%v: %d rows, the first %s: %v, %.1f a minute", forms, len(r.Rows), row.Verdict, row.Counts, r.Span.rate(row.Counts))
		}
		if most := r.MostGrown(); most != row || most.Growth() != 90 {
			t.Errorf("%v: the most grown is %v", forms, most)
		}
	}
}

// TestOrder holds that profiles are compared in the order of their times, or
// in the order named with the time between them.
func TestOrder(t *testing.T) {
	j := newJoiner(t)
	profiles := j.grown([]Form{Dump}, 10, 40)
	profiles[0], profiles[1] = profiles[1], profiles[0]
	if s := NewSpan(profiles, 0); profiles[0].Name != "p1" || s.Minutes() != 1 {
		t.Errorf("%s is first, %.1f minutes", profiles[0].Name, s.Minutes())
	}
	profiles[0], profiles[1] = profiles[1], profiles[0]
	if s := NewSpan(profiles, 2*time.Minute); profiles[0].Name != "p2" || s.Minutes() != 2 {
		t.Errorf("with -every: %s is first, %.1f minutes", profiles[0].Name, s.Minutes())
	}
	profiles[0].Time = time.Time{}
	if s := NewSpan(profiles, 0); s.Known() {
		t.Error("a time that is not known is taken for one")
	}
}

// TestGrows holds that what comes and goes does not grow.
func TestGrows(t *testing.T) {
	for _, test := range []struct {
		counts []int
		want   bool
	}{
		{[]int{1}, false},
		{[]int{0, 4}, false},
		{[]int{0, 5}, true},
		{[]int{0, 50, 40}, false},
		{[]int{0, 50, 50}, true},
		{[]int{50, 0}, false},
	} {
		if got := grows(test.counts); got != test.want {
			t.Errorf("%v grows: %t", test.counts, got)
		}
	}
}

// TestFormats holds that every format says the same, and that what the profile
// has in it stays text.
func TestFormats(t *testing.T) {
	j := newJoiner(t)
	profiles := j.grown([]Form{Dump}, 10, 40, 100)
	evil := j.stack(50, "chan receive", 5, Frame{Func: "github.com/x.<script>alert(1)</script>\x1b[31m", File: "/x`|*.go", Line: 1})
	evil.Labels = map[string]int{"k=<img src=x>\x1b[0m": 50}
	profiles[2].Stacks = append(profiles[2].Stacks, evil)
	f := Finding{Pass: "unbufsend", Check: "unbufsend/timeout", Message: "the send can block", At: j.at(5), Fix: "make room",
		Steps: []Step{{At: j.at(4), Role: "made", Text: "1 · made · c"}}}
	r := j.c.NewReport(profiles, NewSpan(profiles, 0), j.c.Groups(profiles), &Analysis{Findings: []Finding{f}})
	r.Rows[0].Blame = Blame{Commit: "abc", Author: "2026-01-02", Subject: "Ask in parallel"}
	wd := strings.TrimSuffix(j.file, "/p/p.go")
	var text, page, markdown, raw bytes.Buffer
	for _, err := range []error{r.WriteText(&text, wd, 0), r.WriteHTML(&page, wd), r.WriteMarkdown(&markdown, wd, 0), r.WriteJSON(&raw, wd)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"p/p.go:5", "the send can block", "100 goroutines", "make room", "abc 2026-01-02 Ask in parallel", "10 → 40 → 100: +90, +45.0 a minute", "p/p.go:4"} {
		for name, out := range map[string]string{"text": text.String(), "html": strings.ReplaceAll(page.String(), "&#43;", "+"), "markdown": markdown.String()} {
			if !strings.Contains(out, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, out)
			}
		}
	}
	for name, out := range map[string]string{"text": text.String(), "markdown": markdown.String()} {
		if strings.ContainsRune(out, '\x1b') {
			t.Errorf("%s has an escape of the profile in it", name)
		}
	}
	for _, bad := range []string{"<script>", "<img"} {
		if strings.Contains(page.String(), bad) || strings.Contains(beforeCode(markdown.String()), bad) {
			t.Errorf("%s of the profile is in a page", bad)
		}
	}
	if !strings.Contains(page.String(), "<polyline points=\"60,") {
		t.Error("the page has no plot")
	}
	if !strings.Contains(text.String(), "100 "+strings.Repeat("█", barWidth)) {
		t.Errorf("the text has no bars:\n%s", &text)
	}
	var out outReport
	if err := json.Unmarshal(raw.Bytes(), &out); err != nil || out.Version != SchemaVersion || out.Leaks != 1 || out.Groups[0].PerMinute != 45 {
		t.Errorf("%v in %s", err, &raw)
	}
}

// beforeCode returns markdown without its code.
func beforeCode(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(strings.ReplaceAll(s, "```", "`"), "`") {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}
