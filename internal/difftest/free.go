package difftest

import "fmt"

// free draws a program without a plan: channels a, b, c, a few goroutines and
// random statements on them. Nothing is ever closed but done, so that no send
// panics.
func (g *generator) free() string {
	channels := []string{"a", "b", "c"}[:1+g.r.IntN(3)]
	text := ""
	for _, ch := range channels {
		text += fmt.Sprintf("%s := make(chan int%s)\n", ch, g.caps("0", "0", "0", "1", "2"))
	}
	for range 1 + g.r.IntN(2) {
		text += g.spawn(g.statements(channels, 2, "return"),
			around(capture{"a", "chan int"}, capture{"b", "chan int"}, capture{"c", "chan int"})...)
		text += g.maybe(30, g.statements(channels, 1, g.ret()))
	}
	text += g.statements(channels, 2, g.ret())
	for _, ch := range channels { // a channel need not be used
		text += "_ = " + ch + "\n"
	}
	return g.withDone(text)
}

// statements draws one to three statements, nested at most depth deep.
func (g *generator) statements(channels []string, depth int, leave string) string {
	text := ""
	for range 1 + g.r.IntN(3) {
		text += g.statement(channels, depth, leave)
	}
	return text
}

// statement draws a statement.
func (g *generator) statement(channels []string, depth int, leave string) string {
	ch := channels[g.r.IntN(len(channels))]
	k := g.r.IntN(12)
	if depth == 0 {
		k = g.r.IntN(8)
	}
	switch k {
	case 0, 1, 2:
		return ch + " <- 1\n"
	case 3, 4, 5:
		return "<-" + ch + "\n"
	case 6:
		return g.when(leave)
	case 7:
		return fmt.Sprintf("select {\ncase %s:\n%s:\n}\n", g.pick("<-"+ch, ch+" <- 2"),
			g.pick("case <-ctx.Done()", "case <-done", "default"))
	case 8:
		return fmt.Sprintf("for range %d {\n%s}\n", 1+g.r.IntN(3), g.statements(channels, depth-1, leave))
	case 9:
		return fmt.Sprintf("if env.Cond() {\n%s} else {\n%s}\n", g.statements(channels, depth-1, leave), g.statements(channels, depth-1, leave))
	default:
		return fmt.Sprintf("if env.Cond() {\n%s}\n", g.statements(channels, depth-1, leave))
	}
}
