package difftest

// handing are the families in which the channel travels, or an object owns it.
func handing() []family {
	return []family{
		{"reply", 6, (*generator).reply},
		{"afterstop", 6, (*generator).afterStop},
		{"holder", 4, (*generator).holder},
		{"nilchan", 3, (*generator).nilChannel},
	}
}

// reply: a request carries the channel for its answer; the caller may leave.
func (g *generator) reply() string {
	g.decls.WriteString("\ntype request struct {\nv int\nreply chan int\n}\n")
	answer := "r.reply <- r.v\n"
	switch g.r.IntN(6) {
	case 0:
		answer = "select {\ncase r.reply <- r.v:\ndefault:\n}\n"
	case 1:
		answer = "select {\ncase r.reply <- r.v:\ncase <-ctx.Done():\nreturn\n}\n"
	case 2:
		answer = "if r.v > 0 {\nr.reply <- 0\n} else {\nr.reply <- r.v\n}\n"
	}
	serve := "for r := range reqs {\nenv.Work()\n" + answer + "}\n"
	if g.chance(30) {
		serve = "for {\nselect {\ncase r := <-reqs:\n" + answer + "case <-ctx.Done():\nreturn\n}\n}\n"
	}
	ask := "r := request{env.Value(), make(chan int$cap)}\nreqs <- r\n"
	if g.chance(40) {
		ask = "r := request{v: env.Value(), reply: make(chan int$cap)}\nselect {\ncase reqs <- r:\ncase <-ctx.Done():\n" + g.ret() + "\n}\n"
	}
	wait := g.receive("r.reply")
	if g.chance(60) {
		wait = "select {\ncase v := <-r.reply:\nenv.Use(v)\ncase <-ctx.Done():\n" + g.pick(g.ret(), g.ret(), "env.Use(<-r.reply)") + "\n}\n"
	} else if g.chance(40) {
		wait = g.when(g.ret()) + wait
	}
	return fill("reqs := make(chan request)\n$end$start$ask$wait", "end", g.maybe(70, "defer close(reqs)\n"),
		"start", g.spawn(serve, around(capture{"reqs", "<-chan request"})...),
		"ask", fill(ask, "cap", g.caps("0", "0", "1")), "wait", wait)
}

// afterStop: an object's loop ends, and somebody sends to it afterwards.
func (g *generator) afterStop() string {
	submit := "s.jobs <- v\n"
	switch g.r.IntN(6) {
	case 0:
		submit = "select {\ncase s.jobs <- v:\ncase <-s.done:\n}\n"
	case 1:
		submit = "select {\ncase s.jobs <- v:\ndefault:\n}\n"
	}
	loop := "for {\nselect {\ncase j := <-s.jobs:\nenv.Use(j)\n" + g.maybe(25, "if err := env.Try(); err != nil {\nreturn\n}\n") +
		"case <-s.done:\nreturn\n}\n}\n"
	if g.chance(20) {
		loop = "for j := range s.jobs {\nenv.Use(j)\n" + g.maybe(50, "if env.Cond() {\nreturn\n}\n") + "}\n"
	}
	g.decls.WriteString(fill(`
type server struct {
jobs chan int
done chan struct{}
}

func newServer() *server {
s := &server{jobs: make(chan int$cap), done: make(chan struct{})}
go s.loop()
return s
}

func (s *server) loop() {
$loop}

func (s *server) submit(v int) {
$submit}

func (s *server) stop() { close(s.done) }
`, "cap", g.caps("0", "0", "1"), "loop", loop, "submit", submit))
	calls := "s.submit(1)\n"
	if g.chance(40) {
		calls = "go s.submit(1)\n"
	}
	if g.chance(30) {
		calls += "s.submit(2)\n"
	}
	switch g.r.IntN(4) {
	case 0:
		return "s := newServer()\ndefer s.stop()\n" + g.when(g.ret()) + calls
	case 1:
		return "s := newServer()\n" + calls + g.when("s.stop()\n"+g.ret()) + calls + "s.stop()\n"
	case 2:
		return "s := newServer()\n" + calls + "s.stop()\n" + g.maybe(40, "go s.submit(3)\n")
	}
	return "s := newServer()\n" + calls
}

// holder: the channel lies in a struct, slice, map or another channel.
func (g *generator) holder() string {
	tail := g.pick("<-$ch\n", g.when(g.ret())+"<-$ch\n", "select {\ncase <-$ch:\ncase <-ctx.Done():\n}\n", "")
	c := g.caps("0", "0", "1")
	switch g.r.IntN(5) {
	case 0:
		g.decls.WriteString("\ntype box struct {\nname string\nout chan int\n}\n")
		return fill("b := &box{out: make(chan int$cap)}\n$start", "cap", c, "start", g.spawn("b.out <- 1\n", capture{"b", "*box"})) + fill(tail, "ch", "b.out")
	case 1:
		return fill("chs := []chan int{make(chan int$cap), make(chan int$cap)}\nfor _, ch := range chs {\ngo func() {\nch <- 1\n}()\n}\n", "cap", c) +
			"<-chs[0]\n" + fill(tail, "ch", "chs[1]")
	case 2:
		return fill("m := map[string]chan int{\"a\": make(chan int$cap)}\ngo func() {\nm[\"a\"] <- 1\n}()\n", "cap", c) + fill(tail, "ch", `m["a"]`)
	case 3:
		return fill("cc := make(chan chan int, 1)\nch := make(chan int$cap)\ncc <- ch\n$start", "cap", c,
			"start", g.spawn("c := <-cc\nc <- 1\n", capture{"cc", "chan chan int"})) + fill(tail, "ch", "ch")
	}
	return fill("var out chan int\nif env.Cond() {\nout = make(chan int, 1)\n} else {\nout = make(chan int$cap)\n}\n$start", "cap", c,
		"start", g.spawn("out <- 1\n", capture{"out", "chan<- int"})) + fill(tail, "ch", "out")
}

// nilChannel: the channel may never have been made.
func (g *generator) nilChannel() string {
	made := g.pick("", g.when("ch = make(chan int, 1)"), "ch = make(chan int, 1)\n", "if env.Cond() {\nch = make(chan int, 1)\n} else {\nch = make(chan int, 2)\n}\n")
	if made == "" && g.chance(50) {
		made = "env.Work()\n"
	}
	send := "ch <- 1\n"
	if g.chance(30) {
		send = "if ch != nil {\nch <- 1\n}\n"
	} else if g.chance(20) {
		send = "select {\ncase ch <- 1:\ncase <-ctx.Done():\n}\n"
	}
	return "var ch chan int\n" + made + g.spawn(send, around(capture{"ch", "chan<- int"})...)
}
