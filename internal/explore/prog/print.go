package prog

import (
	"fmt"
	"strconv"
	"strings"
)

// envNames are the operations of EnvOps in bit order.
var envNames = []string{"send", "recv", "close", "unlock", "signal", "done", "cancel", "fire"}

// flagNames are the flags in bit order.
var flagNames = []string{"loop", "nonnil", "errpair", "timeout", "low", "first", "others",
	"fixed", "shaky", "guess", "fresh", "private", "old"}

// primNames are the spellings of Prim.
var primNames = []string{"", "mutex", "rwmutex", "waitgroup", "once", "cond"}

// String returns the operations joined by "|".
func (e EnvOps) String() string { return bitNames(uint(e), envNames) }

// bitNames joins the names of the bits that are set.
func bitNames(bits uint, names []string) string {
	var out []string
	for i, n := range names {
		if bits&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return strings.Join(out, "|")
}

// A printer writes the text form.
type printer struct {
	strings.Builder
	p                                             *Program
	funcs, types, layouts, syms, globals, methods []string
	slots                                         []string
}

// String returns the text form of the program, which Parse reads back.
func (p *Program) String() string {
	w := &printer{p: p}
	w.funcs = uniqueNames(len(p.Funcs), func(i int) string { return p.Funcs[i].Name })
	w.types = uniqueNames(len(p.Types), func(i int) string { return p.Types[i].Name })
	w.layouts = uniqueNames(len(p.Layouts), func(i int) string { return p.Layouts[i].Name })
	w.syms = uniqueNames(len(p.Syms), func(i int) string { return p.Syms[i].Name })
	w.globals = uniqueNames(len(p.Globals), func(i int) string { return p.Globals[i].Name })
	w.methods = uniqueNames(len(p.Methods), func(i int) string { return p.Methods[i] })
	fmt.Fprintf(w, "leak %d %s\n", Version, strconv.Quote(p.Name))
	if p.AsyncTimers {
		w.WriteString("timers async\n")
	}
	w.decls()
	for i, f := range p.Funcs {
		w.function(i, f)
	}
	return w.Builder.String()
}

// uniqueNames returns n printable names that differ from each other.
func uniqueNames(n int, name func(int) string) []string {
	used := map[string]bool{}
	out := make([]string, n)
	for i := range out {
		base := name(i)
		if base == "" {
			base = "_" + strconv.Itoa(i)
		}
		out[i] = base
		for k := 2; used[out[i]]; k++ {
			out[i] = base + "'" + strconv.Itoa(k)
		}
		used[out[i]] = true
	}
	for i, s := range out {
		out[i] = word(s)
	}
	return out
}

// word returns s, quoted unless it reads as one word.
func word(s string) string {
	if strings.Contains(s, "//") || strings.HasPrefix(s, "-") {
		return strconv.Quote(s)
	}
	for i := range len(s) {
		if !isWordByte(s[i]) {
			return strconv.Quote(s)
		}
	}
	return s
}

// isWordByte reports whether c can stand in an unquoted name.
func isWordByte(c byte) bool {
	return c == '_' || c == '.' || c == '\'' || c == '*' || c == '$' || c == '/' || c == '+' || c == '-' || c == '#' ||
		c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// decls writes everything but the functions.
func (w *printer) decls() {
	for i, s := range w.p.Syms {
		fmt.Fprintf(w, "sym %s %d %d", w.syms[i], s.Min, s.Max)
		if s.Related != 0 {
			fmt.Fprintf(w, " related %d", s.Related)
		}
		if s.Const {
			w.WriteString(" const")
		}
		if s.Pos != 0 {
			fmt.Fprintf(w, " @%d", s.Pos)
		}
		w.WriteByte('\n')
	}
	for i := range w.p.Layouts {
		fmt.Fprintf(w, "layout %s", w.layouts[i])
		for _, f := range w.p.Layouts[i].Fields {
			w.field(f)
		}
		w.WriteByte('\n')
	}
	for i, g := range w.p.Globals {
		fmt.Fprintf(w, "global %s %s\n", w.globals[i], w.layouts[g.Layout])
	}
	for i := 1; i < len(w.p.Types); i++ {
		fmt.Fprintf(w, "type %s", w.types[i])
		for _, m := range w.p.Types[i].Methods {
			fmt.Fprintf(w, " %s = %s", w.methods[m.Method], w.funcs[m.Func])
		}
		w.WriteByte('\n')
	}
	fmt.Fprintf(w, "entry %s\n", w.funcs[w.p.Entry])
}

// field writes one field of a layout.
func (w *printer) field(f Field) {
	fmt.Fprintf(w, " %s", word(f.Name))
	if f.Name == "" {
		w.WriteByte('_')
	}
	switch {
	case f.Prim != NoPrim:
		w.WriteString(" : " + primNames[f.Prim])
	case f.Zero != Nil:
		w.WriteString(" = " + w.operand(f.Zero))
	}
	if f.Exported {
		w.WriteString(" !")
	}
	w.WriteString(" ,")
}

// function writes one function.
func (w *printer) function(i int, f *Func) {
	w.slots = slotNames(f)
	fmt.Fprintf(w, "\nfunc %s ( %s ) [ %s ] %d", w.funcs[i], strings.Join(w.slots[:f.Params], " "),
		strings.Join(w.slots[f.Params:f.Params+f.Captures], " "), f.Results)
	if f.Recover >= 0 {
		fmt.Fprintf(w, " recover %d", f.Recover)
	}
	if f.Stub {
		w.WriteString(" stub")
	}
	w.WriteByte('\n')
	if v := w.slots[f.Params+f.Captures:]; len(v) > 0 {
		fmt.Fprintf(w, "  var %s\n", strings.Join(v, " "))
	}
	for i := range f.Code {
		fmt.Fprintf(w, "  %d: ", i)
		w.instr(&f.Code[i])
		w.WriteByte('\n')
	}
}

// slotNames returns unique names of f's slots that do not read as constants.
func slotNames(f *Func) []string {
	out := uniqueNames(len(f.Slots), func(i int) string {
		s := f.Slots[i]
		if s == "" || reserved(s) || word(s) != s || !isLetter(s[0]) || strings.ContainsAny(s, "#+-*$/") {
			return "s" + strconv.Itoa(i)
		}
		return s
	})
	return out
}

// isLetter reports whether c can begin a slot's name.
func isLetter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// reserved reports whether s means something else than a slot.
func reserved(s string) bool {
	switch s {
	case "nil", "true", "false", "lost", "_":
		return true
	}
	return false
}

// instr writes one instruction without its number.
func (w *printer) instr(in *Instr) {
	for i, d := range in.Dst {
		if i > 0 {
			w.WriteString(", ")
		}
		w.WriteString(w.slot(d))
	}
	if len(in.Dst) > 0 {
		w.WriteString(" = ")
	}
	w.WriteString(in.Op.String())
	if s := w.imm(in); s != "" {
		w.WriteString(" " + s)
	}
	for _, a := range in.Args {
		w.WriteString(" " + w.operand(a))
	}
	if in.Op == OpSelect {
		w.cases(in)
	}
	w.tail(in)
}

// tail writes targets, flags, assumption, position and phrase.
func (w *printer) tail(in *Instr) {
	if len(in.Targets) > 0 {
		w.WriteString(" ->")
		for _, t := range in.Targets {
			fmt.Fprintf(w, " %d", t)
		}
	}
	if in.Flags != 0 {
		w.WriteString(" !" + bitNames(uint(in.Flags), flagNames))
	}
	if in.Assume != AssumeNone {
		w.WriteString(" ?" + in.Assume.String())
	}
	w.place(in.Pos, in.Phrase)
}

// place writes a position and a phrase.
func (w *printer) place(pos Pos, phrase string) {
	if pos != 0 {
		fmt.Fprintf(w, " @%d", pos)
	}
	if phrase != "" {
		w.WriteString(" ; " + strconv.Quote(phrase))
	}
}

// imm returns what N, Types or Env mean, as a word.
func (w *printer) imm(in *Instr) string {
	switch SigOf(in.Op).Imm {
	case ImmNum:
		return strconv.Itoa(int(in.N))
	case ImmString:
		return strconv.Quote(w.p.Strings[in.N])
	case ImmLayout:
		return w.layouts[in.N]
	case ImmFunc:
		return w.funcs[in.N]
	case ImmType:
		return w.types[in.N]
	case ImmMethod:
		return w.methods[in.N]
	case ImmTypes:
		var out []string
		for _, t := range in.Types {
			out = append(out, w.types[t])
		}
		return "{ " + strings.Join(out, " ") + " }"
	case ImmEnv:
		return "{ " + strings.ReplaceAll(in.Env.String(), "|", " ") + " }"
	}
	return ""
}

// cases writes the cases of a select.
func (w *printer) cases(in *Instr) {
	w.WriteString(" {")
	for i, c := range in.Cases {
		if i > 0 {
			w.WriteString(" |")
		}
		switch {
		case c.Default:
			w.WriteString(" default")
		case c.Send:
			fmt.Fprintf(w, " send %s %s", w.operand(c.Chan), w.operand(c.Val))
		default:
			fmt.Fprintf(w, " recv %s", w.operand(c.Chan))
			if c.Dst != NoSlot || c.Ok != NoSlot {
				fmt.Fprintf(w, " %s %s", w.slot(c.Dst), w.slot(c.Ok))
			}
		}
		if c.Target >= 0 {
			fmt.Fprintf(w, " -> %d", c.Target)
		}
		w.place(c.Pos, c.Phrase)
	}
	w.WriteString(" }")
}

// slot returns the name of a result slot.
func (w *printer) slot(s Slot) string {
	if s == NoSlot {
		return "_"
	}
	return w.slots[s]
}

// operand returns the text of an operand.
func (w *printer) operand(a Operand) string {
	switch a.Kind {
	case KindSlot:
		return w.slots[a.N]
	case KindNil:
		return "nil"
	case KindBool:
		return strconv.FormatBool(a.N == 1)
	case KindInt:
		return strconv.Itoa(int(a.N))
	case KindString:
		return strconv.Quote(w.p.Strings[a.N])
	case KindFunc:
		return "& " + w.funcs[a.N]
	case KindSym:
		return fmt.Sprintf("< %s %d >", w.syms[a.N], a.M)
	case KindScaled:
		return fmt.Sprintf("< %d %s >", a.M, w.syms[a.N])
	case KindGlobal:
		return "% " + w.globals[a.N]
	}
	return "lost"
}
