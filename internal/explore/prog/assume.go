package prog

// An Assume is one kind of choice that the environment makes and a witness
// records. The table that turns kinds into confidence lives in the caller of
// the exploration (docs/design.md section 9.2).
type Assume uint8

const (
	// AssumeNone marks a choice that needs no assumption: any schedule.
	AssumeNone Assume = iota
	// Written by the program's author on an if, choose, unknown or panic.

	AssumeUnknown     // either outcome of an unknown bool, value or call
	AssumeError       // an unknown error is, or is not, nil
	AssumeLeave       // an explicit return or break in a loop body is taken
	AssumeLoopEnds    // an unknown loop condition ends the loop early; on the way on, the same as AssumeUnknown
	AssumeNeverFails  // a call that never fails fails
	AssumePanic       // unknown code panics
	AssumeCaller      // a value that a visible caller passes
	AssumeEntry       // the environment calls an entry of the harness
	AssumeClose       // the environment calls Close, Stop or Shutdown
	AssumeTestFatal   // a test leaves through t.Fatal or a helper of it
	AssumeTestTimeout // the same, on the timer or ctx case of a select
	AssumeStopped     // a stop signal has fired and unseen consumers are gone
	AssumeServiceStop // a process-wide service shuts down
	AssumeCallback    // unseen code runs a callback; where it does not, AssumeNotCalled

	// Written by the machine.

	AssumeCtxEnds         // a context ends before something else happens
	AssumeTimer           // a timer or ticker fires
	AssumeZero            // a symbol is 0
	AssumeOne             // a symbol is 1
	AssumeMany            // a symbol is at least 2
	AssumeDiffer          // two unrelated symbols differ
	AssumeNotThere        // a select took default: its partner was still on its way
	AssumeNotThereLow     // the same, although nothing delays the partner
	AssumeTryFails        // TryLock fails although the lock is free
	AssumeEnvOperates     // the environment makes an operation it is willing to make
	AssumeEnvCloses       // the environment closes a channel or pipe
	AssumeEnvFills        // the environment fills a buffer
	AssumeEnvTakes        // the environment takes a value out of a buffer
	AssumeNotCalled       // unseen code does not run a callback
	AssumeCallsFill       // unseen code runs callbacks until a buffer is full, or empty
	AssumeEnvDelivers     // an unknown source delivers more than three items
	AssumeLost            // a branch on a lost value
	AssumeIgnorance       // got past a wait only because the machine knows too little
	numAssume         int = iota
)

// assumeNames holds the spelling of each kind in the text form.
var assumeNames = [...]string{
	"none", "unknown", "error", "leave", "loopends", "neverfails", "panic", "caller",
	"entry", "close", "testfatal", "testtimeout", "stopped", "servicestop", "callback",
	"ctxends", "timer", "zero", "one", "many", "differ", "notthere", "nottherelow",
	"tryfails", "envoperates", "envcloses", "envfills", "envtakes", "notcalled", "callsfill", "envdelivers",
	"lost", "ignorance",
}

// String returns the name of the kind in the text form.
func (a Assume) String() string {
	if int(a) < len(assumeNames) {
		return assumeNames[a]
	}
	return "?"
}

// Assumes returns every kind, in order.
func Assumes() []Assume {
	out := make([]Assume, numAssume)
	for i := range out {
		out[i] = Assume(i)
	}
	return out
}
