// Package iface holds loops reached through an unexported interface.
package iface

type runner interface{ run() }

type one struct{ in chan int }

// The only implementation there is.
func (o *one) run() {
	for { // want selectnoexit/loop:"every call of Start leaves a goroutine behind"
		println(<-o.in)
	}
}

func pick(in chan int) runner { return &one{in} }

func Start(in chan int) {
	r := pick(in)
	go r.run()
}

type ender interface{ end() }

type other struct{ in chan int }

// ok: its twin ends with its channel.
func (o *other) end() {
	for v := range o.in {
		println(v)
	}
}

func StartOK(in chan int) {
	var e ender = &other{in}
	go e.end()
}
