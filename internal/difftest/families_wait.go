package difftest

import "fmt"

// waiting are the families in which somebody waits for a result and may not.
func waiting() []family {
	return []family{
		{"earlyreturn", 8, (*generator).earlyReturn},
		{"timeout", 8, (*generator).timeout},
		{"firstwins", 6, (*generator).firstWins},
		{"errorloop", 5, (*generator).errorLoop},
		{"fewer", 5, (*generator).fewer},
		{"double", 4, (*generator).double},
		{"errgroup", 4, (*generator).errGroup},
		{"panics", 4, (*generator).panics},
	}
}

// earlyReturn: Run may leave between go and the receive.
func (g *generator) earlyReturn() string {
	e := g.elem()
	leave := g.ret()
	if g.chance(25) {
		leave = g.pick("<-ch\n", "go func() {\n<-ch\n}()\n", "defer func() {\n<-ch\n}()\n") + leave
	}
	early := g.when(leave)
	if g.chance(15) {
		early = g.noise()
	}
	start := g.spawn(g.noise()+g.sendOnce("ch", e), capture{"ch", g.pick("chan ", "chan<- ") + e.typ})
	if g.chance(15) { // Run can leave before anybody sends
		start, early = early, start
	}
	return fill("$noise ch := make(chan $T$cap)\n$start$early$receive",
		"noise", g.noise(), "T", e.typ, "cap", g.caps("0", "0", "0", "1"), "start", start, "early", early,
		"receive", g.receive("ch"))
}

// sendOnce returns statements that send once, or once on each of two ways.
func (g *generator) sendOnce(ch string, e elem) string {
	switch g.r.IntN(5) {
	case 0:
		return g.when(fmt.Sprintf("%s <- %s\nreturn", ch, e.val)) + fmt.Sprintf("%s <- %s\n", ch, e.val)
	case 1:
		return fmt.Sprintf("if env.Cond() {\n%s <- %s\n} else {\n%s <- %s\n}\n", ch, e.val, ch, e.val)
	case 2:
		return fmt.Sprintf("defer func() {\n%s <- %s\n}()\nenv.Work()\n", ch, e.val)
	}
	return fmt.Sprintf("%s <- %s\n", ch, e.val)
}

// receive returns statements that receive once for certain.
func (g *generator) receive(ch string) string {
	return fill(g.pick("<-$ch\n", "v := <-$ch\nenv.Use(v)\n", "v, ok := <-$ch\nenv.Use(v)\nenv.Use(ok)\n",
		"select {\ncase v := <-$ch:\nenv.Use(v)\n}\n"), "ch", ch)
}

// timeout: Run's select takes another case than the result.
func (g *generator) timeout() string {
	e := g.elem()
	other := g.pick("<-ctx.Done()", "<-ctx.Done()", "<-time.After(time.Microsecond)", "<-timer.C")
	setup := ""
	if other == "<-timer.C" {
		setup = "timer := time.NewTimer(time.Millisecond)\ndefer timer.Stop()\n"
	} else if other == "<-ctx.Done()" && g.chance(40) {
		setup = "ctx, cancel := context.WithTimeout(ctx, time.Millisecond)\ndefer cancel()\n"
	}
	then := g.ret()
	switch g.r.IntN(8) {
	case 0:
		then = "env.Work()\n<-ch" // it only says so, and then waits
	case 1:
		then = "go func() {\nv := <-ch\nenv.Use(v)\n}()\n" + then
	case 2:
		then = "env.Work()"
	}
	send := g.sendOnce("ch", e)
	if g.chance(20) && other == "<-ctx.Done()" {
		send = fmt.Sprintf("select {\ncase ch <- %s:\ncase <-ctx.Done():\n}\n", e.val)
	} else if g.chance(10) {
		send = fmt.Sprintf("select {\ncase ch <- %s:\ndefault:\n}\n", e.val)
	}
	return fill("$setup ch := make(chan $T$cap)\n$start select {\ncase v := <-ch:\nenv.Use(v)\ncase $other:\n$then\n}\n",
		"setup", setup, "T", e.typ, "cap", g.caps("0", "0", "1"), "other", other, "then", then,
		"start", g.spawn(g.noise()+send, capture{"ch", "chan<- " + e.typ}, capture{"ctx", "context.Context"}))
}

// firstWins: several send, Run takes the first.
func (g *generator) firstWins() string {
	e := g.elem()
	decl, n := "", g.pick("2", "2", "3")
	if g.chance(40) {
		decl, n = g.count()
	}
	send := "ch <- " + e.val + "\n"
	if g.chance(15) {
		send = "select {\ncase ch <- " + e.val + ":\ncase <-done:\n}\n"
	}
	start := g.spawn(g.noise()+send, capture{"ch", "chan<- " + e.typ}, capture{"done", "<-chan struct{}"})
	var starts string
	if n == "2" && g.chance(60) {
		starts = start + g.spawn(g.noise()+send, capture{"ch", "chan<- " + e.typ}, capture{"done", "<-chan struct{}"})
	} else {
		starts = g.loop("_", n) + " {\n" + start + "}\n"
	}
	receive := g.receive("ch")
	switch g.r.IntN(5) {
	case 0:
		receive = g.loop("_", n) + " {\n<-ch\n}\n"
	case 1:
		receive = "select {\ncase v := <-ch:\nenv.Use(v)\ncase <-ctx.Done():\n}\n"
	}
	return fill("$decl done := make(chan struct{})\ndefer close(done)\nch := make(chan $T$cap)\n$starts$receive",
		"decl", decl, "T", e.typ, "cap", g.caps("0", "0", "1", n, n), "starts", starts, "receive", receive)
}

// errorLoop: a loop of receives returns at the first error.
func (g *generator) errorLoop() string {
	decl, n := g.count()
	stop := "if err := <-ch; err != nil {\n" + g.ret() + "\n}\n"
	switch g.r.IntN(5) {
	case 0:
		stop = "if err := <-ch; err != nil && first == nil {\nfirst = err\n}\n"
	case 1:
		stop = "err := <-ch\nif err != nil {\nbreak\n}\n"
	case 2:
		stop = "select {\ncase err := <-ch:\nenv.Use(err)\ncase <-ctx.Done():\n" + g.ret() + "\n}\n"
	}
	return fill("$decl var first error\nch := make(chan error$cap)\n$send {\n$start}\n$receive {\n$stop}\nenv.Use(first)\n",
		"decl", decl, "cap", g.caps("0", "0", "1", n), "send", g.loop("_", n), "receive", g.loop("_", n), "stop", stop,
		"start", g.spawn(g.noise()+"ch <- env.Try()\n", capture{"ch", "chan<- error"}))
}

// fewer: the numbers of sends and of receives are drawn apart.
func (g *generator) fewer() string {
	sends, receives := 1+g.r.IntN(3), 1+g.r.IntN(3)
	decl, n := "", ""
	send, receive := fmt.Sprint(sends), fmt.Sprint(receives)
	if g.chance(40) {
		decl, n = g.count()
		send, receive = n, n
		if g.chance(40) {
			receive = n + "-1"
		} else if g.chance(30) {
			send = n + "+1"
		}
	}
	start := g.spawn(g.noise()+"ch <- env.Value()\n", capture{"ch", "chan<- int"})
	starts := g.loop("_", send) + " {\n" + start + "}\n"
	if g.chance(40) { // one goroutine sends all
		starts = g.spawn(g.loop("_", send)+" {\nch <- env.Value()\n}\n", capture{"ch", "chan<- int"})
	}
	return fill("$decl ch := make(chan int$cap)\n$starts$loop {\nv := <-ch\nenv.Use(v)\n}\n",
		"decl", decl, "cap", g.caps("0", "0", "1", "2"), "starts", starts, "loop", g.loop("_", receive))
}

// double: a failing worker sends twice, or returns.
func (g *generator) double() string {
	body := "v, err := env.Fetch()\nif err != nil {\nch <- -1\n" + g.maybe(40, "return\n") + "}\nch <- v\n"
	receive := g.receive("ch")
	if g.chance(20) {
		receive += "<-ch\n"
	}
	return fill("ch := make(chan int$cap)\n$start$receive", "cap", g.caps("0", "0", "1", "2"),
		"start", g.spawn(body, capture{"ch", "chan<- int"}), "receive", receive)
}

// errGroup: closures of an errgroup send.
func (g *generator) errGroup() string {
	decl, n := g.count()
	send := "ch <- env.Value()\nreturn nil\n"
	if g.chance(40) {
		send = "select {\ncase ch <- env.Value():\nreturn nil\ncase <-ctx.Done():\nreturn ctx.Err()\n}\n"
	}
	group := "var g errgroup.Group\n"
	if g.chance(60) {
		group = "g, ctx := errgroup.WithContext(ctx)\nenv.Use(ctx)\n"
	}
	var tail string
	switch g.r.IntN(4) {
	case 0:
		tail = g.loop("_", n) + " {\n<-ch\n}\nenv.Use(g.Wait())\n"
	case 1:
		tail = "go func() {\nenv.Use(g.Wait())\nclose(ch)\n}()\nfor v := range ch {\nenv.Use(v)\n" + g.maybe(50, g.when(g.ret())) + "}\n"
	case 2:
		tail = "if err := g.Wait(); err != nil {\n" + g.ret() + "\n}\n" + g.loop("_", n) + " {\n<-ch\n}\n"
	default:
		tail = g.loop("_", n) + " {\n" + "select {\ncase <-ch:\ncase <-ctx.Done():\n" + g.ret() + "\n}\n}\nenv.Use(g.Wait())\n"
	}
	return fill("$decl $group ch := make(chan int$cap)\n$loop {\ng.Go(func() error {\n$fail$send})\n}\n$tail",
		"decl", decl, "group", group, "cap", g.caps("0", "0", n), "loop", g.loop("_", n), "send", send, "tail", tail,
		"fail", g.maybe(30, "if err := env.Try(); err != nil {\nreturn err\n}\n"))
}

// panics: a recovered panic skips the receive, or ends a sender.
func (g *generator) panics() string {
	e := g.elem()
	if g.chance(35) { // a send on a channel that the receiver closed
		return fill("ch := make(chan $T$cap)\n$start$receive close(ch)\n", "T", e.typ, "cap", g.caps("0", "1"),
			"start", g.spawn("defer func() {\nenv.Use(recover())\n}()\nch <- "+e.val+"\nch <- "+e.val+"\n", capture{"ch", "chan<- " + e.typ}),
			"receive", g.receive("ch"))
	}
	fail := g.when(`panic("failed")`)
	body := fill("ch := make(chan $T$cap)\n$start$fail$receive", "T", e.typ, "cap", g.caps("0", "0", "1"),
		"start", g.spawn(g.sendOnce("ch", e), capture{"ch", "chan<- " + e.typ}), "fail", fail, "receive", g.receive("ch"))
	rec := "defer func() {\nif r := recover(); r != nil {\nenv.Use(r)\n}\n}()\n"
	if g.chance(25) {
		return fill("ch := make(chan $T$cap)\ndefer func() {\nenv.Use(recover())\n<-ch\n}()\n$start$fail", "T", e.typ, "cap", g.caps("0", "1"),
			"start", g.spawn(g.sendOnce("ch", e), capture{"ch", "chan<- " + e.typ}), "fail", fail)
	}
	return rec + body
}
