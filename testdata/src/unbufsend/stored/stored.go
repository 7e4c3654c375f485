// Package stored makes a channel in a local and then puts it where others find
// it: into an object of an unknown caller, whichever field that is, an element, a
// package variable. The twins put it into something that nobody else has.
package stored

import "sync"

// A Peer has the channel in a field that is not its first.
type Peer struct {
	name  string
	C     chan int
	In    inner
	Inner *inner
	All   []chan int
	ByKey map[string]chan int
	next  func()
	Func  func() int
}

type inner struct {
	n int
	C chan int
}

// Field stores the channel in a field of an unknown caller's object.
func Field(p *Peer) {
	c := make(chan int)
	p.C = c
	go func() { c <- 1 }()
}

// OwnField is the twin: nobody else has the object.
func OwnField() {
	p := new(Peer)
	c := make(chan int)
	p.C = c
	go func() { c <- 1 }() // want "nobody else receives from it"
}

// Nested stores it in a struct inside the object.
func Nested(p *Peer) {
	c := make(chan int)
	p.In.C = c
	go func() { c <- 1 }()
}

// OwnNested is the twin.
func OwnNested() {
	var p Peer
	c := make(chan int)
	p.In.C = c
	go func() { c <- 1 }() // want "nobody else receives from it"
}

// Behind stores it behind a pointer of the object.
func Behind(p *Peer) {
	c := make(chan int)
	p.Inner.C = c
	go func() { c <- 1 }()
}

// OwnBehind is the twin.
func OwnBehind() {
	p := &Peer{Inner: new(inner)}
	c := make(chan int)
	p.Inner.C = c
	go func() { c <- 1 }() // want "nobody else receives from it"
}

// Element stores it under a key of the object's map.
func Element(p *Peer) {
	c := make(chan int)
	p.ByKey["k"] = c
	go func() { c <- 1 }()
}

// OwnElement is the twin.
func OwnElement() {
	m := make(map[string]chan int)
	c := make(chan int)
	m["k"] = c
	go func() { c <- 1 }() // want "nobody else receives from it"
}

// Appended adds it to the object's slice.
func Appended(p *Peer) {
	c := make(chan int)
	p.All = append(p.All, c)
	go func() { c <- 1 }()
}

// OwnAppended is the twin.
func OwnAppended() {
	var all []chan int
	c := make(chan int)
	all = append(all, c)
	_ = all
	go func() { c <- 1 }() // want "nobody else receives from it"
}

// Indexed stores it in an element of the object's slice.
func Indexed(p *Peer, i int) {
	c := make(chan int)
	p.All[i] = c
	go func() { c <- 1 }()
}

// Pointed stores it where a pointer of the caller leads.
func Pointed(to **inner) {
	c := make(chan int)
	(*to).C = c
	go func() { c <- 1 }()
}

// Locked stores it under a lock of the object, whose state is of no interest.
func Locked(p *guarded) {
	c := make(chan int)
	p.mu.Lock()
	p.C = c
	p.mu.Unlock()
	go func() { c <- 1 }()
}

type guarded struct {
	mu sync.Mutex
	C  chan int
}

// OwnLocked is the twin.
func OwnLocked() {
	p := new(guarded)
	c := make(chan int)
	p.mu.Lock()
	p.C = c
	p.mu.Unlock()
	go func() { c <- 1 }() // want "nobody else receives from it"
}

// Global has a channel in the second field of a package variable.
var Global struct {
	name string
	C    chan int
}

// InGlobal stores it there.
func InGlobal() {
	c := make(chan int)
	Global.C = c
	go func() { c <- 1 }()
}

// Sent hands it to a named function, after storing it.
func Sent(p *Peer) {
	c := make(chan int)
	p.C = c
	go one(c)
}

func one(c chan<- int) { c <- 1 }

// OwnSent is the twin.
func OwnSent() {
	p := new(Peer)
	c := make(chan int)
	p.C = c
	go other(c)
}

func other(c chan<- int) {
	c <- 1 // want "nobody else receives from it"
}

// Receiver stores a function that receives.
func Receiver(p *Peer) {
	c := make(chan int)
	p.Func = func() int { return <-c }
	go func() { c <- 1 }()
}

// OwnReceiver is the twin: nobody calls the function.
func OwnReceiver() {
	p := new(Peer)
	c := make(chan int)
	p.Func = func() int { return <-c }
	go func() { c <- 1 }() // want "nobody else receives from it"
}

// Object stores an object with the channel in it.
func Object(p *Peer) {
	in := &inner{C: make(chan int)}
	p.Inner = in
	go func() { in.C <- 1 }()
}

// OwnObject is the twin.
func OwnObject() {
	p := new(Peer)
	in := &inner{C: make(chan int)}
	p.Inner = in
	go func() { in.C <- 1 }() // want "nobody else receives from it"
}

// Walk hands a callback to unseen code, which passes it an object of its own.
func Walk(each func(visit func(p *Peer))) {
	c := make(chan int)
	each(func(p *Peer) { p.C = c })
	go func() { c <- 1 }()
}

// OwnWalk is the twin: the callback puts it into an object of this function.
func OwnWalk(each func(visit func())) {
	c, p := make(chan int), new(Peer)
	each(func() { p.C = c })
	go func() { c <- 1 }() // want "nobody else receives from it"
}

// Some stores it on one way only: on the other nobody has it.
func Some(p *Peer, keep bool) {
	c := make(chan int)
	if keep {
		p.C = c
	}
	go func() { c <- 1 }() // want "when keep is false"
}
