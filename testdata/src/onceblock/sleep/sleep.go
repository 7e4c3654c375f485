// Package sleep holds Once bodies that sleep.
package sleep

import (
	"sync"
	"time"
)

var once sync.Once

func Long() {
	once.Do(func() {
		time.Sleep(2 * time.Minute) // want onceblock/sleep:"every caller of Do waits for time.Sleep, a minute or longer"
	})
}

// ok: short.
func Short() {
	once.Do(func() {
		time.Sleep(time.Second)
	})
}

func Timer() {
	once.Do(func() {
		<-time.After(time.Hour) // want onceblock/sleep:"waits for a timer"
	})
}

// ok: short.
func TimerOK() {
	once.Do(func() {
		<-time.After(time.Second)
	})
}

func NewTimer() {
	once.Do(func() {
		t := time.NewTimer(time.Minute)
		<-t.C // want onceblock/sleep:"waits for a timer"
	})
}
