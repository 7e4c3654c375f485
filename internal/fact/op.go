package fact

import (
	"fmt"
	"strings"
)

// An Op is something that is done to a value.
type Op uint8

const (
	OpNone Op = iota

	Call    // the function value is called (for a CancelFunc: the context is cancelled)
	Stop    // a timer or ticker is stopped
	Reset   // a timer or ticker is armed again
	Close   // a channel is closed
	Send    // one value is sent
	Receive // one value is received
	Drain   // received from until it is closed
	Poll    // sent to or received from in a select that has another way out
	Add     // a WaitGroup is raised
	Done    // a WaitGroup is lowered
	Wait    // a WaitGroup, Cond or errgroup is waited for
	Lock    // a Mutex or RWMutex is locked
	Unlock
	RLock
	RUnlock
	Signal // one sleeper of a Cond is woken
	Broadcast
	Do // a Once runs its function, or a call waits until it has run

	Store  // kept in memory that outlives the call: Effect.To says where, if it is known
	Return // handed to the caller: Effect.To is the result
	Keep   // handed to code that cannot be seen: anything may happen to it, now and later
	Derive // a context is derived from the context
	Load   // the field or variable is read (VarFact only)
	Set    // the field or variable is assigned (VarFact only)

	numOps
)

var opNames = [numOps]string{
	"none", "call", "stop", "reset", "close", "send", "receive", "drain", "poll", "add", "done", "wait",
	"lock", "unlock", "rlock", "runlock", "signal", "broadcast", "do", "store", "return", "keep", "derive", "load", "set",
}

// String returns the name of the operation.
func (op Op) String() string {
	if op < numOps {
		return opNames[op]
	}
	return fmt.Sprintf("op(%d)", uint8(op))
}

// Escapes reports whether the operation hands the value to memory or code
// beyond the call.
func (op Op) Escapes() bool { return op == Store || op == Return || op == Keep }

// An OpSet is a set of operations.
type OpSet uint32

// Has reports whether op is in the set.
func (s OpSet) Has(op Op) bool { return s&(1<<op) != 0 }

// Add returns the set with op.
func (s OpSet) Add(op Op) OpSet { return s | 1<<op }

// String lists the set in the order of the operations.
func (s OpSet) String() string {
	var names []string
	for op := OpNone + 1; op < numOps; op++ {
		if s.Has(op) {
			names = append(names, op.String())
		}
	}
	return strings.Join(names, "+")
}
