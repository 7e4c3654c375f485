package profile

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	pprof "github.com/google/pprof/profile"
)

// readProto reads the protobuf form (debug=0), unpacked. It is the form that
// pprof and most collectors store; it has the frames of the runtime, labels
// and a time, and does not say how long goroutines wait or who started them.
func readProto(name string, r io.Reader) (*Profile, error) {
	fail := func(format string, args ...any) (*Profile, error) {
		return nil, &ParseError{Name: name, Reason: fmt.Sprintf(format, args...)}
	}
	data, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	switch {
	case err != nil:
		return fail("cut off or damaged: %v", err)
	case len(data) > maxUnpacked:
		return fail("larger than %d MB: no goroutine profile is", maxUnpacked>>20)
	case bytes.HasPrefix(data, []byte("\x7fELF")):
		return fail("this is a program or a core dump, not a goroutine profile")
	}
	raw, err := pprof.ParseUncompressed(data)
	if err != nil {
		return fail("no goroutine profile, or a damaged one: neither text nor protobuf (%v)", err)
	}
	if err := raw.CheckValid(); err != nil {
		return fail("damaged: %v", err)
	}
	kind, column := goroutineColumn(raw)
	if kind == "" {
		return fail("this is a profile of %s, not of goroutines", sampleTypes(raw))
	}
	p := &Profile{Form: Proto, Leaks: kind == "goroutineleak"}
	if raw.TimeNanos > 0 {
		p.Time = time.Unix(0, raw.TimeNanos)
	}
	if len(raw.Sample) > maxStacks {
		return fail("more than %d different stacks", maxStacks)
	}
	for _, sample := range raw.Sample {
		s, err := protoStack(sample, column)
		if err != nil {
			return fail("damaged: %v", err)
		}
		s.Leaked = p.Leaks
		p.Stacks = append(p.Stacks, s)
	}
	p.merge()
	return p, nil
}

// goroutineColumn returns the kind of a profile of goroutines and which value
// of a sample counts them.
func goroutineColumn(raw *pprof.Profile) (kind string, column int) {
	for i, t := range raw.SampleType {
		if t.Type == "goroutine" || t.Type == "goroutineleak" {
			return t.Type, i
		}
	}
	return "", 0
}

// sampleTypes names what a profile counts.
func sampleTypes(raw *pprof.Profile) string {
	var types []string
	for _, t := range raw.SampleType {
		types = append(types, t.Type)
	}
	if len(types) == 0 {
		return "nothing"
	}
	return strings.Join(types, ", ")
}

// protoStack converts a sample.
func protoStack(sample *pprof.Sample, column int) (*Stack, error) {
	n := sample.Value[column]
	if n < 0 || n > 1<<40 {
		return nil, fmt.Errorf("%d goroutines at one place", n)
	}
	s := &Stack{Count: int(n)}
	for _, at := range sample.Location {
		for _, line := range at.Line { // innermost first where calls are inlined
			if line.Function == nil || line.Line < 0 || line.Line > 1<<30 {
				continue
			}
			s.Frames = append(s.Frames, Frame{Func: line.Function.Name, File: line.Function.Filename, Line: int(line.Line)})
		}
		if len(s.Frames) > maxFrames {
			return nil, fmt.Errorf("a stack with more than %d frames", maxFrames)
		}
	}
	for key, values := range sample.Label {
		for _, v := range values {
			addLabel(&s.Labels, key+"="+v, s.Count)
		}
	}
	return s, nil
}

// merge makes one stack of those that differ in labels only.
func (p *Profile) merge() {
	seen := make(map[string]*Stack)
	stacks := p.Stacks[:0]
	for _, s := range p.Stacks {
		key := fmt.Sprint(s.State, s.Leaked, s.Frames, s.Creator)
		first := seen[key]
		if first == nil {
			seen[key] = s
			stacks = append(stacks, s)
			continue
		}
		first.Count += s.Count
		first.Wait.merge(s.Wait)
		for l, n := range s.Labels {
			addLabel(&first.Labels, l, n)
		}
	}
	p.Stacks = stacks
}
