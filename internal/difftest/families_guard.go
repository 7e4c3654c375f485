package difftest

// guarding are the families in which Run's own goroutine may be the blocked
// one: tokens, pipes, sends to oneself, and sends under a lock.
func guarding() []family {
	return []family{
		{"semaphore", 4, (*generator).semaphore},
		{"pipe", 3, (*generator).pipe},
		{"self", 3, (*generator).self},
		{"locked", 2, (*generator).locked},
	}
}

// semaphore: a token is not given back on one way out.
func (g *generator) semaphore() string {
	decl, n := g.count()
	body := "if err := env.Try(); err != nil {\n" + g.maybe(40, "<-sem\n") + "return\n}\nenv.Work()\n<-sem\n"
	if g.chance(30) {
		body = "defer func() {\n<-sem\n}()\n" + g.when("return")
	} else if g.chance(15) {
		body = "env.Work()\n"
	}
	turn := "sem <- struct{}{}\n" + g.spawn(body, capture{"sem", "chan struct{}"})
	if g.chance(25) {
		turn = "sem <- struct{}{}\n" + g.maybe(50, "if env.Cond() {\ncontinue\n}\n") + "<-sem\n"
	} else if g.chance(25) {
		turn = g.spawn("sem <- struct{}{}\n"+body, capture{"sem", "chan struct{}"})
	}
	return fill("$decl sem := make(chan struct{}, $cap)\n$loop {\n$turn}\n", "decl", decl, "cap", g.pick("1", "2", "2"),
		"loop", g.loop("_", n), "turn", turn)
}

// pipe: the reader of a pipe may go without closing it.
func (g *generator) pipe() string {
	write := "_, err := pw.Write([]byte(\"x\"))\nenv.Use(err)\n"
	if g.chance(50) {
		write += "pw.Close()\n"
	}
	read := "buf := make([]byte, 8)\n_, err := pr.Read(buf)\nenv.Use(err)\n"
	if g.chance(50) {
		read = g.when(g.ret()) + read
	}
	return "pr, pw := io.Pipe()\n" + g.maybe(40, "defer pr.Close()\n") + g.spawn(write, capture{"pw", "*io.PipeWriter"}) + read
}

// self: one goroutine sends before anybody can receive.
func (g *generator) self() string {
	c := g.caps("0", "1", "1", "2")
	recv := g.spawn("v := <-ch\nenv.Use(v)\n", capture{"ch", "<-chan int"})
	switch g.r.IntN(4) {
	case 0:
		return fill("ch := make(chan int$cap)\nch <- 1\n$recv", "cap", c, "recv", recv)
	case 1:
		return fill("ch := make(chan int$cap)\nch <- 1\n$more ch <- 2\n<-ch\n", "cap", c, "more", g.maybe(50, "<-ch\n"))
	case 2:
		return fill("ch := make(chan int$cap)\n$recv ch <- 1\n$more", "cap", c, "recv", recv, "more", g.maybe(60, g.when("ch <- 2")))
	}
	return fill("ch := make(chan int$cap)\nif env.Cond() {\n$recv}\nch <- 1\n", "cap", c, "recv", recv)
}

// locked: a send under the lock that the receiver takes first.
func (g *generator) locked() string {
	return fill("var mu sync.Mutex\nch := make(chan int$cap)\ngo func() {\nmu.Lock()\n$unlock ch <- 1\n$late}()\n$lock$early<-ch\n$end",
		"cap", g.caps("0", "0", "1"), "unlock", g.maybe(50, "mu.Unlock()\n"), "late", "env.Work()\n",
		"lock", "mu.Lock()\n", "early", g.maybe(50, "mu.Unlock()\n"), "end", "env.Work()\n")
}
