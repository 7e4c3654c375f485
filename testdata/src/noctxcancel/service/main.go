// Command service runs until the process is killed.
package main

import (
	"context"
	"fmt"
)

// controller works until its context ends.
type controller struct{ name string }

// run starts the work and waits with it.
func (c *controller) run(ctx context.Context) {
	fmt.Println("start", c.name)
	<-ctx.Done() // ok: main stays, and what it started with it
	fmt.Println("stop", c.name)
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := &controller{name: "pods"}
	go c.run(ctx)
	handle(c.name)
	select {}
}

// handle is called once for each request: nobody is left who cancels.
func handle(name string) {
	ctx, cancel := context.WithCancel(context.Background()) // want noctxcancel/callee:"is only passed to keep"
	keep(cancel)
	go func() {
		<-ctx.Done()
		fmt.Println("stop", name)
	}()
}

// keep looks at a cancel function and drops it.
func keep(cancel context.CancelFunc) {
	if cancel == nil {
		fmt.Println("no cancel function")
	}
}
