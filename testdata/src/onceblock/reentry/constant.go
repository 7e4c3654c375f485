package reentry

import "sync"

type kind int

const (
	query kind = iota
	create
	load
)

var (
	tokenOnce sync.Once
	token     int
)

// tokenFor gets the token where a call of the kind needs one.
func tokenFor(k kind) int {
	switch k {
	case create, load:
	default:
		return 0
	}
	tokenOnce.Do(func() { token = find() }) // ok: a query needs no token
	return token
}

func find() int { return ask(query, 1) }

func ask(k kind, n int) int { return tokenFor(k) + n }

var (
	otherOnce sync.Once
	answer    int
)

// The call under the Once is of a kind that needs the token.
func otherFor(k kind) int {
	if k != create {
		return 0
	}
	otherOnce.Do(func() { answer = askOther(create, 1) }) // want onceblock/reentry:"otherOnce runs itself again"
	return answer
}

func askOther(k kind, n int) int { return otherFor(k) + n }

// Use asks both.
func Use(k kind) int { return ask(k, 1) + askOther(k, 2) }
