package difftest

import "fmt"

// looping are the families in which somebody receives in a loop that it may
// leave.
func looping() []family {
	return []family{
		{"recvloop", 6, (*generator).receiveLoop},
		{"closer", 6, (*generator).closer},
		{"feeder", 7, (*generator).feeder},
		{"pipeline", 4, (*generator).pipeline},
		{"pool", 5, (*generator).pool},
	}
}

// leaveLoop returns statements for the body of a receive loop over v, which
// may leave it, or Run.
func (g *generator) leaveLoop() string {
	switch g.r.IntN(7) {
	case 0, 1:
		return g.when(g.ret())
	case 2:
		return "if env.Cond() {\nbreak\n}\n"
	case 3:
		return "env.Use(v)\nif err := env.Try(); err != nil {\n" + g.ret() + "\n}\n"
	case 4:
		return "if env.Cond() {\ncontinue\n}\nenv.Use(v)\n"
	}
	return "env.Use(v)\n"
}

// repair returns what a receiver may do before it goes: nothing, or something
// that lets senders end.
func (g *generator) repair(ch string) string {
	switch g.r.IntN(8) {
	case 0:
		return fmt.Sprintf("defer func() {\nfor range %s {\n}\n}()\n", ch)
	case 1:
		return fmt.Sprintf("defer func() {\ngo func() {\nfor range %s {\n}\n}()\n}()\n", ch)
	}
	return ""
}

// send returns a send of val that may have another way out.
func (g *generator) send(ch, val string) string {
	switch g.r.IntN(10) {
	case 0, 1:
		return fmt.Sprintf("select {\ncase %s <- %s:\ncase <-ctx.Done():\nreturn\n}\n", ch, val)
	case 2, 3:
		return fmt.Sprintf("select {\ncase %s <- %s:\ncase <-done:\nreturn\n}\n", ch, val)
	}
	return fmt.Sprintf("%s <- %s\n", ch, val)
}

// around are the variables a sender's body may use beside its channel.
func around(caps ...capture) []capture {
	return append(caps, capture{"ctx", "context.Context"}, capture{"done", "<-chan struct{}"})
}

// withDone declares done if the text uses it, and closes it at the end or not.
func (g *generator) withDone(text string) string {
	if !uses(text, `done\b`) {
		return text
	}
	return "done := make(chan struct{})\n" + g.pick("defer close(done)\n", "defer close(done)\n", "") + text
}

// receiveLoop: one goroutine sends and closes, Run receives in a loop.
func (g *generator) receiveLoop() string {
	decl, n := g.count()
	body := g.loop("_", n) + " {\n" + g.send("ch", "env.Value()") + "}\n"
	if g.chance(30) {
		body = "defer close(ch)\n" + body
	} else {
		body += "close(ch)\n"
	}
	loop := "for v := range ch {\n" + g.leaveLoop() + "env.Use(v)\n}\n"
	switch g.r.IntN(4) {
	case 0:
		loop = "for {\nv, ok := <-ch\nif !ok {\nbreak\n}\n" + g.leaveLoop() + "env.Use(v)\n}\n"
	case 1:
		loop = "loop:\nfor {\nselect {\ncase v, ok := <-ch:\nif !ok {\nbreak loop\n}\nenv.Use(v)\ncase <-ctx.Done():\n" +
			g.pick("break loop", g.ret()) + "\n}\n}\n"
	}
	return fill("$decl$rest", "decl", decl, "rest", g.withDone(fill("ch := make(chan int$cap)\n$start$repair$loop",
		"cap", g.caps("0", "0", "1", n), "repair", g.repair("ch"), "loop", loop,
		"start", g.spawn(body, around(capture{"ch", "chan int"})...))))
}

// closer: workers send, another goroutine waits for them and closes.
func (g *generator) closer() string {
	decl, n := g.count()
	if g.chance(40) {
		decl, n = "", g.pick("2", "3")
	}
	send := g.maybe(30, "if err := env.Try(); err != nil {\nreturn\n}\n") + g.send("ch", "env.Value()")
	start := "wg.Add(1)\n" + g.spawn("defer wg.Done()\n"+send, around(capture{"ch", "chan<- int"}, capture{"wg", "*sync.WaitGroup"})...)
	wait := "go func() {\nwg.Wait()\nclose(ch)\n}()\n"
	if g.chance(10) {
		wait = "wg.Wait()\nclose(ch)\n"
	}
	return fill("$decl$rest", "decl", decl, "rest", g.withDone(fill(
		"wg := new(sync.WaitGroup)\nch := make(chan int$cap)\n$loop {\n$start}\n$wait$repair for v := range ch {\n$leave env.Use(v)\n}\n",
		"cap", g.caps("0", "0", "0", n), "loop", g.loop("_", n), "start", start, "wait", wait,
		"repair", g.repair("ch"), "leave", g.leaveLoop())))
}

// feeder: a function returns a channel that it feeds, or feeds the one it
// gets; the consumer may stop.
func (g *generator) feeder() string {
	turns := "for range n"
	if g.chance(30) {
		turns = "for i := 0; ; i++"
	}
	body := "defer close(ch)\n" + turns + " {\n" + g.maybe(25, "if env.Cond() {\nreturn\n}\n") + g.send("ch", "env.Value()") + "}\n"
	if turns != "for range n" {
		body = "defer close(ch)\n" + turns + " {\nif env.Cond() {\nreturn\n}\n" + g.send("ch", "i") + "}\n"
	}
	var decl string
	call := "ch := feed(ctx, done, n)\n"
	if g.chance(60) {
		decl = "\nfunc feed(ctx context.Context, done <-chan struct{}, n int) <-chan int {\nch := make(chan int" +
			g.caps("0", "0", "n") + ")\ngo func() {\n" + body + "}()\nreturn ch\n}\n"
	} else {
		decl = "\nfunc feed(ctx context.Context, done <-chan struct{}, ch chan<- int, n int) {\n" + body + "}\n"
		call = "ch := make(chan int)\ngo feed(ctx, done, ch, n)\n"
	}
	g.decls.WriteString(decl)
	take := "for v := range ch {\n" + g.leaveLoop() + "env.Use(v)\n}\n"
	switch g.r.IntN(5) {
	case 0:
		take = "v := <-ch\nenv.Use(v)\n"
	case 1:
		take = "for v := range ch {\nif v == 1 {\n" + g.ret() + "\n}\n}\n"
	case 2:
		take = "for range n {\nv := <-ch\nenv.Use(v)\n}\n"
	}
	ctx := g.maybe(50, "ctx, cancel := context.WithCancel(ctx)\ndefer cancel()\n")
	return "n := env.Count()\n" + ctx + g.withDone(call+g.repair("ch")+take)
}

// pipeline: two stages and a sink that may leave.
func (g *generator) pipeline() string {
	decl, n := g.count()
	first := g.spawn("defer close(a)\n"+g.loop("_", n)+" {\n"+g.send("a", "env.Value()")+"}\n", around(capture{"a", "chan int"})...)
	second := g.spawn("defer close(b)\nfor v := range a {\n"+g.maybe(30, g.when("return"))+g.send("b", "v")+"}\n",
		around(capture{"a", "chan int"}, capture{"b", "chan int"})...)
	return decl + g.withDone(fill("a := make(chan int$c1)\nb := make(chan int$c2)\n$first$second$repair for v := range b {\n$leave env.Use(v)\n}\n",
		"c1", g.caps("0", "0", "1"), "c2", g.caps("0", "0", "1"), "first", first, "second", second,
		"repair", g.repair("b"), "leave", g.leaveLoop()))
}

// pool: workers take jobs and send results.
func (g *generator) pool() string {
	decl, n := g.count()
	workers := g.pick("1", "2", "2", "3")
	work := "for j := range jobs {\n" + g.maybe(25, g.when("return")) + "results <- j\n}\n"
	start := g.loop("_", workers) + " {\n" +
		g.spawn(work, capture{"jobs", "<-chan int"}, capture{"results", "chan<- int"}) + "}\n"
	feed := g.loop("_", n) + " {\njobs <- env.Value()\n}\nclose(jobs)\n"
	if g.chance(50) {
		feed = "go func() {\n" + feed + "}()\n"
	}
	take := g.loop("_", n) + " {\nv := <-results\n" + g.leaveLoop() + "env.Use(v)\n}\n"
	return fill("$decl jobs := make(chan int$c1)\nresults := make(chan int$c2)\n$start$feed$take", "decl", decl,
		"c1", g.caps("0", "0", n), "c2", g.caps("0", "0", n), "start", start, "feed", feed, "take", take)
}
