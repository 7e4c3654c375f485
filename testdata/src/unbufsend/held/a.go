// Package held: the channel lies where code that cannot be seen may reach it.
package held

type hub struct {
	events chan int
}

var theHub = &hub{events: make(chan int)}

// Publish has a subscriber.
func Publish(n int) {
	theHub.events <- n // ok: Next receives
}

// Next returns the next event.
func Next() int { return <-theHub.events }

// Exporter lets others receive.
type Exporter struct {
	Events chan int
}

// NewExporter returns an Exporter.
func NewExporter() *Exporter { return &Exporter{Events: make(chan int)} }

// Emit sends to whoever holds the Exporter.
func (e *Exporter) Emit(n int) {
	e.Events <- n // ok: the field is exported
}
