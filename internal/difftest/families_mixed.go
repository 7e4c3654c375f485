package difftest

import "fmt"

// mixed are families in which the ways to write it differ more than the leak:
// helpers, two channels, retries, counters, goroutines of goroutines,
// callbacks.
func mixed() []family {
	return []family{
		{"twochannels", 5, (*generator).twoChannels},
		{"helper", 5, (*generator).helper},
		{"retry", 4, (*generator).retry},
		{"counter", 4, (*generator).counter},
		{"nested", 3, (*generator).nested},
		{"callback", 3, (*generator).callback},
		{"once", 2, (*generator).once},
	}
}

// twoChannels: a value or an error comes, each over its own channel.
func (g *generator) twoChannels() string {
	body := fmt.Sprintf("v, err := env.Fetch()\nif err != nil {\nerrs <- err\n%s}\nvalues <- v\n", g.maybe(75, "return\n"))
	caps := []capture{{"values", "chan<- int"}, {"errs", "chan<- error"}}
	var starts, take string
	if g.chance(50) {
		starts = g.spawn(body, caps...)
		take = g.pick(
			"select {\ncase v := <-values:\nenv.Use(v)\ncase err := <-errs:\nenv.Use(err)\n}\n",
			"select {\ncase v := <-values:\nenv.Use(v)\ncase err := <-errs:\nenv.Use(err)\ncase <-ctx.Done():\n}\n",
			"if err := <-errs; err != nil {\n"+g.ret()+"\n}\n<-values\n")
	} else {
		n := g.pick("2", "3")
		starts = g.loop("_", n) + " {\n" + g.spawn(body, caps...) + "}\n"
		take = g.loop("_", n) + " {\nselect {\ncase v := <-values:\nenv.Use(v)\ncase err := <-errs:\nenv.Use(err)\n" +
			g.maybe(50, g.ret()+"\n") + "}\n}\n"
	}
	return fill("values := make(chan int$c1)\nerrs := make(chan error$c2)\n$starts$take",
		"c1", g.caps("0", "1", "3"), "c2", g.caps("0", "1", "3"), "starts", starts, "take", take)
}

// helper: sends and receives are calls of functions that do them.
func (g *generator) helper() string {
	generic := g.chance(40)
	put, take := "func put(ch chan<- int, v int) {\nch <- v\n}\n", "func take(ch <-chan int) int {\nreturn <-ch\n}\n"
	if generic {
		put, take = "func put[T any](ch chan<- T, v T) {\nch <- v\n}\n", "func take[T any](ch <-chan T) T {\nreturn <-ch\n}\n"
	}
	switch g.r.IntN(4) {
	case 0:
		put = "func put(ch chan<- int, v int) bool {\nselect {\ncase ch <- v:\nreturn true\ndefault:\nreturn false\n}\n}\n"
	case 1:
		put = "func put(ch chan<- int, v int) {\nif v > 1 {\nch <- 0\nreturn\n}\nch <- v\n}\n"
	}
	g.decls.WriteString("\n" + put + "\n" + take)
	sends := "put(ch, env.Value())\n" + g.maybe(40, "put(ch, 1)\n")
	recv := "env.Use(take(ch))\n"
	if g.chance(30) {
		recv = "get := func() int { return <-ch }\nenv.Use(get())\n"
	}
	if g.chance(50) {
		recv += "env.Use(take(ch))\n"
	} else {
		g.decls.WriteString("\nvar _ = take" + map[bool]string{true: "[int]", false: ""}[generic] + "\n")
	}
	return fill("ch := make(chan int$cap)\n$start$early$recv", "cap", g.caps("0", "0", "1"),
		"start", g.spawn(sends, capture{"ch", "chan<- int"}), "early", g.maybe(40, g.when(g.ret())), "recv", recv)
}

// retry: each attempt has a channel of its own and may be given up.
func (g *generator) retry() string {
	decl, n := g.count()
	give := g.pick("<-time.After(time.Microsecond)", "<-ctx.Done()", "<-ctx.Done()")
	then := g.pick("continue", "break", g.ret(), "<-ch", "env.Work()")
	return decl + fill("$loop {\nch := make(chan error$cap)\n$start select {\ncase err := <-ch:\nif err == nil {\n$ret\n}\ncase $give:\n$then\n}\n}\n",
		"loop", g.loop("_", n), "cap", g.caps("0", "0", "1", "1"), "ret", g.ret(), "give", give, "then", then,
		"start", g.spawn(g.noise()+"ch <- env.Try()\n", capture{"ch", "chan<- error"}))
}

// counter: Run counts whom it started, and how many have answered.
func (g *generator) counter() string {
	decl, n := g.count()
	skip := g.maybe(50, "if env.Cond() {\ncontinue\n}\n")
	count := "live++\n"
	if g.chance(20) {
		count = "if env.Cond() {\nlive++\n}\n"
	}
	end := "live > 0"
	if g.chance(20) {
		end = "live > 1"
	}
	leave := g.maybe(30, g.when(g.pick(g.ret(), "live = 0")))
	return fill("$decl live := 0\ndone := make(chan int$cap)\n$loop {\n$skip$count$start}\nfor $end {\nv := <-done\nenv.Use(v)\nlive--\n$leave}\n",
		"decl", decl, "cap", g.caps("0", "0", "1"), "loop", g.loop("_", n), "skip", skip, "count", count, "end", end, "leave", leave,
		"start", g.spawn("done <- env.Value()\n", capture{"done", "chan<- int"}))
}

// nested: a goroutine starts another, and one of them receives.
func (g *generator) nested() string {
	inner := g.spawn("in <- env.Value()\n", capture{"in", "chan<- int"})
	outer := "in := make(chan int" + g.caps("0", "0", "1") + ")\n" + inner
	outer += g.pick("out <- <-in\n", "select {\ncase v := <-in:\nout <- v\ncase <-ctx.Done():\nout <- 0\n}\n",
		"select {\ncase v := <-in:\nout <- v\ncase <-ctx.Done():\n<-in\n}\n", g.when("return")+"v := <-in\nout <- v\n")
	recv := g.pick("env.Use(<-out)\n", "select {\ncase <-out:\ncase <-ctx.Done():\n}\n", g.when(g.ret())+"<-out\n")
	return fill("out := make(chan int$cap)\n$start$recv", "cap", g.caps("0", "1", "1"),
		"start", g.spawn(outer, around(capture{"out", "chan<- int"})...), "recv", recv)
}

// callback: a function calls back for each item, and the callback sends.
func (g *generator) callback() string {
	stop := g.chance(50)
	if stop {
		g.decls.WriteString("\nfunc each(n int, yield func(int) bool) {\nfor i := range n {\nif !yield(i) {\nreturn\n}\n}\n}\n")
	} else {
		g.decls.WriteString("\nfunc each(n int, f func(int)) {\nfor i := range n {\nf(i)\n}\n}\n")
	}
	send := "each(n, func(v int) {\nch <- v\n})\n"
	if stop {
		send = g.pick("each(n, func(v int) bool {\nselect {\ncase ch <- v:\nreturn true\ncase <-ctx.Done():\nreturn false\n}\n})\n",
			"each(n, func(v int) bool {\nch <- v\nreturn env.Cond()\n})\n")
	}
	loop := "for v := range ch {\n" + g.leaveLoop() + "env.Use(v)\n}\n"
	return fill("n := env.Count()\nch := make(chan int$cap)\n$start$loop", "cap", g.caps("0", "0", "n"),
		"start", g.spawn(send+"close(ch)\n", around(capture{"ch", "chan int"})...), "loop", loop)
}

// once: a Once guards the close of the channel that tells senders to leave.
func (g *generator) once() string {
	stop := "once.Do(func() { close(quit) })\n"
	leave := g.when(g.maybe(60, stop) + g.ret())
	return fill("quit := make(chan struct{})\nvar once sync.Once\nch := make(chan int$cap)\n$start$leave<-ch\n$stop",
		"cap", g.caps("0", "0", "1"), "leave", leave, "stop", g.maybe(70, stop)+"_ = &once\n",
		"start", g.spawn("select {\ncase ch <- env.Value():\ncase <-quit:\n}\n", capture{"ch", "chan<- int"}, capture{"quit", "<-chan struct{}"}))
}
