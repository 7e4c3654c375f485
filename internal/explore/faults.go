package explore

// Faults are deliberate errors of the machine, which only tests switch on, to
// see that the comparison with the reference interpreter catches them.
type Faults uint16

const (
	faultLostClose  Faults = 1 << iota // close does nothing
	faultDefault                       // default is taken although a case is ready
	faultHalfMeet                      // a sender stays although its value was received
	faultNoAnnounce                    // a waiting writer does not stop new readers
	faultLostSignal                    // Signal and Broadcast wake nobody
	faultLostDone                      // WaitGroup.Done does not count
	faultTimerTwice                    // a one-shot timer fires again
	faultOrphan                        // a context does not end with its parent
	faultReenter                       // a Once does not block while its body runs
	faultNoRecover                     // recover does not stop the panic
	faultPartner                       // the partner's move is not counted
	faultLostDefer                     // Goexit does not run deferred calls
	faultFreshGuess                    // a value is guessed anew at each branch
	numFaults       = iota
)
