// Package uses holds loops that work with something of the call that started
// them, beside twins that work with what the process has one of.
package uses

//leaktest:flags -confidence=low

import (
	"sync/atomic"
	"time"
)

const every = time.Minute

var (
	polled atomic.Int64
	home   = "localhost"
	std    = &agent{}
)

func get(string)   {}
func probe(...any) {}

// A string is enough: there is one loop for every address.
func Poll(addr string) {
	go func() {
		for { // want selectnoexit/loop:"every call of Poll leaves a goroutine behind"
			get(addr)
			time.Sleep(every)
		}
	}()
}

// Nothing of the call: it may well be called once.
func PollHome() {
	go func() {
		for { // want selectnoexit/loop/low:"every call of PollHome leaves a goroutine behind"
			get(home)
			time.Sleep(every)
		}
	}()
}

// A duration is no different.
func Count(interval time.Duration) {
	go func() {
		for { // want selectnoexit/loop:"every call of Count leaves a goroutine behind"
			time.Sleep(interval)
			polled.Add(1)
		}
	}()
}

// The parameter is used before the loop, which does without.
func CountLater(delay time.Duration) {
	go func() {
		time.Sleep(delay)
		for { // want selectnoexit/loop/low:"every call of CountLater leaves a goroutine behind"
			time.Sleep(every)
			polled.Add(1)
		}
	}()
}

// What is made of it before the launch counts as well.
func PollURL(host string, port int) {
	url := "http://" + host
	if port != 80 {
		url += ":" + string(rune(port))
	}
	go func() {
		for { // want selectnoexit/loop:"every call of PollURL leaves a goroutine behind"
			get(url)
			time.Sleep(every)
		}
	}()
}

// And behind it, by way of a ticker.
func CountTicks(interval time.Duration, stop chan int) {
	go func() {
		t := time.NewTicker(interval)
		for {
			select { // want selectnoexit/select:"every call of CountTicks leaves a goroutine behind"
			case <-t.C:
				polled.Add(1)
			case <-stop:
			}
		}
	}()
}

// A struct of plain data.
type target struct {
	host string
	port int
}

// A struct by value, a field of which the loop uses.
func PollTarget(t target) {
	go func() {
		for { // want selectnoexit/loop:"every call of PollTarget"
			get(t.host)
			time.Sleep(every)
		}
	}()
}

// The receiver is one.
func (t target) Watch() {
	go func() {
		for { // want selectnoexit/loop:"every call of target.Watch"
			get(t.host)
			time.Sleep(every)
		}
	}()
}

// A named function that is given it.
func PollNamed(addr string) { go poll(addr) }

func poll(addr string) {
	for { // want selectnoexit/loop:"every call of PollNamed"
		get(addr)
		time.Sleep(every)
	}
}

// The same, one call further down.
func PollDeep(addr string) { go deep(addr, home) }

func deep(addr, from string) { deeper(from, addr) }

func deeper(from, addr string) {
	for { // want selectnoexit/loop:"every call of PollDeep"
		probe(addr)
		time.Sleep(every)
	}
}

// Further down, where the loop does without it.
func PollDeepHome(addr string) { go deepHome(addr, home) }

func deepHome(addr, from string) {
	get(addr)
	deeperHome(from)
}

func deeperHome(from string) {
	for { // want selectnoexit/loop/low:"every call of PollDeepHome"
		probe(from)
		time.Sleep(every)
	}
}

// One loop for each element of a parameter.
func PollAll(addrs []string) {
	for _, addr := range addrs {
		go func() {
			for { // want selectnoexit/loop:"every call of PollAll"
				get(addr)
				time.Sleep(every)
			}
		}()
	}
}

// All callers, none of which is outside, pass the same.
func StartPolling() { startPolling("localhost") }

func startPolling(addr string) {
	go func() {
		for { // want selectnoexit/loop/low:"every call of startPolling"
			get(addr)
			time.Sleep(every)
		}
	}()
}

// A captured variable of the call that is no parameter.
func Rounds() {
	n := 0
	go func() {
		for { // want selectnoexit/loop/low:"every call of Rounds"
			n++
			time.Sleep(every)
		}
	}()
}

type agent struct{ n int }

func (a *agent) run() {
	for {
		a.n++
		time.Sleep(every)
	}
}

// ok: it works on the only agent of the process.
func StartAgent() { go std.run() }

func (a *agent) poll(addr string) {
	for { // want selectnoexit/loop:"every call of PollWithAgent"
		a.n++
		get(addr)
		time.Sleep(every)
	}
}

// One for each address, although there is one agent.
func PollWithAgent(addr string) { go std.poll(addr) }

func init() { PollFrom(home) }

// Started once here, but others can call it too.
func PollFrom(addr string) {
	go func() {
		for { // want selectnoexit/loop:"every call of PollFrom"
			get(addr)
			time.Sleep(every)
		}
	}()
}

func pollOnce(addr string) {
	go func() {
		for {
			get(addr)
			time.Sleep(every)
		}
	}()
}

// ok: a bounded number of times, when the process starts.
func init() {
	for _, addr := range []string{"a", "b"} {
		pollOnce(addr)
	}
}
