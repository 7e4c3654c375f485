package prog

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fetch is the example of docs/design.md section 3.
const fetch = `leak 1 "Fetch"
sym n 0 3 @7
layout T mu : mutex , ch , Done = false ! ,
global g T
type *T Run = "(*T).Run"
entry main

func main ( ) [ ]
  var unused
  ctx = ctxenv
  res = make 0 @1 ; "res is made"
  go &L1 res @2
  i = select { recv res v _ -> got @4 ; "receiving the result" | recv res | send nil 3 | default -> out }
  got: x = add v < n 1 >
  y = le x < 0 n >
  if y -> got out ?error
  out: may { send recv } res
  unlock % g
  ret

func L1(res)
  _, ok = assert { *T } res
  f = closure "(*T).Run" !nonnil
  send res "value" @3
  ret

func "(*T).Run" ( t ) 0
  ret
`

// TestRoundTrip checks that what is printed is read back as the same.
func TestRoundTrip(t *testing.T) {
	p, err := Parse(fetch)
	if err != nil {
		t.Fatal(err)
	}
	first := p.String()
	q, err := Parse(first)
	if err != nil {
		t.Fatalf("%v\n%s", err, first)
	}
	if second := q.String(); first != second {
		t.Errorf("printed\n%s\nread back\n%s", first, second)
	}
	if !strings.Contains(first, `4: x = add v < n 1 >`) {
		t.Errorf("no numbered instruction in\n%s", first)
	}
}

// TestParseErrors checks that a damaged text gives line and reason.
func TestParseErrors(t *testing.T) {
	for _, tc := range []struct{ old, new, want string }{
		{"leak 1", "leak 2", "line 1: version 2 of the text form"},
		{`leak 1 "Fetch"`, "", "line 1: no line"},
		{"recv res v _ -> got", "recv res v _ -> gone", "line 13: label gone is not placed"},
		{"send res \"value\"", "snd res \"value\"", "line 24: unknown operation snd"},
		{"send res \"value\"", "send reso \"value\"", "line 24: slot reso is never assigned"},
		{"send res \"value\"", "send", "line 24: L1:2: send: 0 arguments"},
		{"send res \"value\" @3", "send res \"value", "line 24: unterminated string"},
		{"send res \"value\"", "send res 99", "line 24: number 99 is beyond"},
		{"go &L1 res", "go &L1", "line 12: main:2: go: 0 arguments for L1, which has 1"},
		{"go &L1 res", "go &L2 res", "line 12: unknown function L2"},
		{"?error", "?eror", "line 16: unknown assumption eror"},
		{"mu : mutex", "mu : mutx", "line 3: unknown primitive mutx"},
		{"entry main", "entry L1", "line"},
		{"got: x", "got: got: x", "line 14: "},
		{"  out: may", "  got: may", "line 17: label got is placed twice"},
		{"func L1(res)", "func L1(res", "line 21: "},
		{"sym n 0 3", "sym n 3 0", "bad range"},
		{"  ret\n\nfunc L1", "  nop\n\nfunc L1", "control runs off the end"},
	} {
		text := strings.Replace(fetch, tc.old, tc.new, 1)
		if text == fetch {
			t.Fatalf("%q does not occur", tc.old)
		}
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q → %q: error %v, want %q", tc.old, tc.new, err, tc.want)
		}
	}
}

// TestBuilder builds a program and compares it with its text.
func TestBuilder(t *testing.T) {
	b := NewBuilder("b")
	main, l1 := b.Func("main", 0, 0, 0), b.Func("L1", 1, 1, 0)
	ch := main.Slot("ch")
	main.Emit(OpMake, ch, Int(0)).At(1, "ch is made")
	f := main.Slot("f")
	main.Emit(OpClosure, f, S(ch)).Imm(int(l1.ID))
	main.Emit(OpGo, NoSlot, S(f), b.String("x"))
	main.Emit(OpDefer, NoSlot, FuncValue(b.Thunk(OpClose, 5, "")), S(ch))
	end := main.Label()
	main.Select(NoSlot, RecvCase(S(ch), NoSlot, NoSlot, end), DefaultCase(Next))
	main.Emit(OpRunDefers, NoSlot)
	main.Place(end)
	main.Ret()
	l1.Emit(OpSend, NoSlot, S(l1.Param(1)), S(l1.Param(0)))
	l1.Ret()
	b.SetEntry(main.ID)
	p, err := b.Program()
	if err != nil {
		t.Fatal(err)
	}
	want := `leak 1 "b"
entry main

func main ( ) [  ] 0
  var ch f
  0: ch = make 0 @1 ; "ch is made"
  1: f = closure L1 ch
  2: go f "x"
  3: defer & $close ch
  4: select { recv ch -> 6 | default }
  5: rundefers
  6: ret

func L1 ( p0 ) [ p1 ] 0
  0: send p1 p0
  1: ret

func $close ( p0 ) [  ] 0
  0: close p0 @5
  1: ret @5
`
	if got := strings.ReplaceAll(p.String(), "(  )", "( )"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestBuilderErrors checks what the builder refuses.
func TestBuilderErrors(t *testing.T) {
	b := NewBuilder("b")
	f := b.Func("f", 0, 0, 0)
	f.Jump(f.Label())
	b.SetEntry(f.ID)
	if _, err := b.Program(); err == nil || !strings.Contains(err.Error(), "label 0 is not placed") {
		t.Errorf("unplaced label: %v", err)
	}
}

// TestTables checks that every table has an entry for every constant.
func TestTables(t *testing.T) {
	seen := map[string]bool{}
	for _, op := range Ops() {
		if op.String() == "" || seen[op.String()] {
			t.Errorf("operation %d has no name of its own: %q", op, op)
		}
		seen[op.String()] = true
	}
	for _, a := range Assumes() {
		if a.String() == "?" {
			t.Errorf("assumption %d has no name", a)
		}
	}
	if len(assumeNames) != numAssume {
		t.Errorf("%d names of %d assumptions", len(assumeNames), numAssume)
	}
}

// refusal is the form of an error of Parse.
var refusal = regexp.MustCompile(`^line [1-9][0-9]*: .`)

// FuzzParse checks that what can be read is printed and read again, and that
// what can't is refused with line and reason.
func FuzzParse(f *testing.F) {
	f.Add(fetch)
	files, err := filepath.Glob("../testdata/*/*.leak")
	if err != nil || len(files) == 0 {
		f.Fatalf("no programs: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range strings.Split("\n"+string(text), "\nleak ")[1:] {
			f.Add("leak " + part)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			if !refusal.MatchString(err.Error()) {
				t.Errorf("no line and reason: %v", err)
			}
			return
		}
		first := p.String()
		q, err := Parse(first)
		if err != nil {
			t.Fatalf("%v\n%s", err, first)
		}
		if second := q.String(); first != second {
			t.Errorf("printed\n%s\nread back\n%s", first, second)
		}
	})
}
