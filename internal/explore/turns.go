package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// What every way back from an instruction to itself comes by.
const (
	turnsQuietly uint8 = iota // some way back does nothing that others see
	turnsAtComm               // an operation on a channel, which projection may open, or what follows
	turnsAtStep               // an operation that is always a step of its own
)

// maxTurns bounds the instructions that are looked at in one function.
const maxTurns = 200_000

// findTurns looks, for every instruction of f that may go back, at what the ways
// back come by. A loop that always comes by a step of its own need not be
// interrupted elsewhere for others to have their turn.
func findTurns(f *function) {
	left := maxTurns
	seen := make([]int32, len(f.code))
	mark := int32(0)
	quiet := func(from, to int32, stops func(*instr) bool) bool {
		mark++
		for todo := []int32{from}; len(todo) > 0; {
			at := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if left--; left < 0 || at == to {
				return true
			}
			for _, t := range successors(f, int(at)) {
				if seen[t] != mark && !stops(&f.code[t]) {
					seen[t] = mark
					todo = append(todo, t)
				}
			}
		}
		return false
	}
	for k := range f.code {
		in := &f.code[k]
		in.turn = turnsAtStep
		for _, t := range successors(f, k) {
			switch {
			case int(t) > k:
			case !quiet(t, int32(k), isStep):
			case !quiet(t, int32(k), func(in *instr) bool { return isStep(in) || isComm(in) }):
				in.turn = min(in.turn, turnsAtComm)
			default:
				in.turn = turnsQuietly
			}
		}
	}
}

// isStep reports whether in is a step of its own whatever the state.
func isStep(in *instr) bool {
	switch in.op {
	case prog.OpDone, prog.OpUnlock, prog.OpRUnlock, prog.OpCtxCancel, prog.OpYield:
		return false
	}
	return visible[in.op] && !isComm(in)
}

// isComm reports whether in is an operation on one channel.
func isComm(in *instr) bool { return in.op == prog.OpSend || in.op == prog.OpRecv }
