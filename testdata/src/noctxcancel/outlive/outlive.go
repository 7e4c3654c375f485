// Package outlive has contexts that live longer than the function that makes
// them, as the cancel function that is lost should: "defer cancel()" is no fix.
package outlive

import (
	"context"
	"database/sql"
	"net/http"
	"os/exec"
	"time"
)

type user struct{ Name string }

type repo interface {
	Get(ctx context.Context, id int) (*user, error)
}

// Data does not need the context any more: fixed.
func Data(parent context.Context, r repo) (*user, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // want "cancel function"
	return r.Get(ctx, 1)
}

// Response is read by the caller.
func Response(parent context.Context, c *http.Client, u string) (*http.Response, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // want "cancel function"
	req, err := http.NewRequestWithContext(ctx, "GET", u, nil)
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

// Rows are read by the caller.
func Rows(parent context.Context, db *sql.DB) (*sql.Rows, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // want "cancel function"
	return db.QueryContext(ctx, "select 1")
}

// RowsHere are read here: fixed.
func RowsHere(parent context.Context, db *sql.DB) (n int, err error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // want "cancel function"
	rows, err := db.QueryContext(ctx, "select 1")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

// Started runs on.
func Started(parent context.Context) (*exec.Cmd, error) {
	ctx, _ := context.WithTimeout(parent, time.Hour) // want "cancel function"
	c := exec.CommandContext(ctx, "sleep", "1")
	return c, c.Start()
}

// Valued is the context with a value.
func Valued(parent context.Context) context.Context {
	ctx, _ := context.WithTimeout(parent, time.Second) // want "cancel function"
	return context.WithValue(ctx, user{}, 1)
}

func watch(ctx context.Context) { go func() { <-ctx.Done() }() }

// Watched starts a goroutine in a callee.
func Watched(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // want "cancel function"
	watch(ctx)
}

type server struct{ ctx context.Context }

func (s *server) keep(ctx context.Context) { s.ctx = ctx }

// Kept is stored by a callee.
func Kept(parent context.Context, s *server) {
	ctx, _ := context.WithTimeout(parent, time.Second) // want "cancel function"
	s.keep(ctx)
}

// Flushed is used by a deferred call that would run after cancel.
func Flushed(parent context.Context, flush func(context.Context)) {
	var ctx context.Context
	defer func() { flush(ctx) }()
	ctx, cancel := context.WithTimeout(parent, time.Second) // want "cancel"
	_ = cancel
}
