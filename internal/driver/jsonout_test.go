package driver

import (
	"encoding/json"
	"testing"
)

// TestTrailInJSON checks that the related messages are given in parts, and
// that the goroutine is the go statement that they name.
func TestTrailInJSON(t *testing.T) {
	at := func(line int) Position { return Position{File: "/m/a.go", Line: line, Col: 2} }
	f := &Finding{Pos: at(9), Related: []Related{
		{Pos: at(3), Message: "1 · started · a worker"},
		{Pos: at(4), Message: "2 · started · the sender"},
		{Pos: at(7), Message: "3 · left · f returns · assumes ctx is done"},
		{Pos: at(5), Message: "4 · blocked · goroutine started at line 4 · sends on c"},
	}}
	out := (&view{wd: "/m"}).outFinding(f)
	if out.Goroutine == nil || out.Goroutine.Line != 4 {
		t.Errorf("goroutine is %+v, want line 4", out.Goroutine)
	}
	want := outStep{At: out.Trail[3].At, Message: f.Related[3].Message, Role: "blocked", Started: "line 4", Text: "sends on c"}
	if out.Trail[3] != want || out.Trail[2].Assumes != "ctx is done" {
		t.Errorf("trail is %+v", out.Trail)
	}
	f.Related[0].Message = "see also"
	out = (&view{wd: "/m"}).outFinding(f)
	data, err := json.Marshal(out.Trail[3])
	if err != nil || out.Goroutine != nil || string(data) != `{"at":{"file":"a.go","line":5,"column":2},"message":"4 · blocked · goroutine started at line 4 · sends on c"}` {
		t.Errorf("messages that are no trail are given as %s (%v), goroutine %v", data, err, out.Goroutine)
	}
}
