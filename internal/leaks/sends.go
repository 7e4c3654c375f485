package leaks

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A SendCount tells how many sends a channel sees from goroutines, where that
// can be read off the source: the buffer that frees them all. It counts what
// may be sent, of ways that exclude each other the one with the most.
type SendCount struct {
	Known   bool
	Senders []Sender
}

// A Sender is a statement that starts goroutines of which each sends at most N
// times.
type Sender struct {
	Launch ssa.Instruction
	N      int
}

// sends counts the sends on a channel. It knows the number only where each
// stands, outside loops, in the body of a goroutine that the maker of the
// channel starts.
func (t *teller) sends(leak *Leak) SendCount {
	mk, ok := leak.MadeSite.(*ssa.MakeChan)
	if !ok {
		return SendCount{}
	}
	bodies, ok := senders(leak.Uses)
	if !ok || len(bodies) == 0 {
		return SendCount{}
	}
	count := SendCount{Known: true}
	for _, body := range bodies {
		launches := t.launches(body, leak)
		for _, launch := range launches {
			if launch.Parent() != mk.Parent() {
				return SendCount{}
			}
			count.Senders = append(count.Senders, Sender{launch, mostOf(body, leak.Uses)})
		}
		if len(launches) == 0 {
			return SendCount{}
		}
	}
	return count
}

// senders returns the functions with a send among the operations, in source
// order; ok is false if some send stands in a select or a loop.
func senders(uses []ssa.Instruction) (fns []*ssa.Function, ok bool) {
	for _, use := range uses {
		switch use := use.(type) {
		case *ssa.Send:
			if inLoop(use.Block()) {
				return nil, false
			}
			if !slices.Contains(fns, use.Parent()) {
				fns = append(fns, use.Parent())
			}
		case *ssa.Select:
			if slices.ContainsFunc(use.States, func(s *ssa.SelectState) bool { return s.Dir == types.SendOnly }) {
				return nil, false // what is not sent there may be sent later, or on another channel
			}
		}
	}
	return fns, true
}

// launches returns the statements that start a goroutine with the body: all
// that run it, or the one of the leak if the body is a helper of its goroutine.
func (t *teller) launches(body *ssa.Function, leak *Leak) (launches []ssa.Instruction) {
	for _, call := range t.u.Index.Callers(body) {
		if !t.u.Index.Starts(call) {
			launches = nil
			break
		}
		launches = append(launches, call)
	}
	if launches == nil && leak.LaunchSite != nil && leak.Instr != nil && leak.Instr.Parent() == body {
		return []ssa.Instruction{leak.LaunchSite}
	}
	return launches
}

// mostOf returns the largest number of the operations that are sends on one way
// through a function whose sends stand outside loops.
func mostOf(fn *ssa.Function, uses []ssa.Instruction) int {
	most := map[*ssa.BasicBlock]int{}
	var walk func(b *ssa.BasicBlock) int
	walk = func(b *ssa.BasicBlock) int {
		if n, ok := most[b]; ok {
			return n
		}
		most[b] = 0 // a way back comes by no send
		n := 0
		for _, next := range b.Succs {
			n = max(n, walk(next))
		}
		for _, instr := range b.Instrs {
			if send, ok := instr.(*ssa.Send); ok && slices.Contains(uses, ssa.Instruction(send)) {
				n++
			}
		}
		most[b] = n
		return n
	}
	return walk(fn.Blocks[0])
}

// inLoop reports whether control can come back to the block.
func inLoop(b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var back func(*ssa.BasicBlock) bool
	back = func(x *ssa.BasicBlock) bool {
		for _, s := range x.Succs {
			if s == b {
				return true
			}
			if !seen[s] {
				seen[s] = true
				if back(s) {
					return true
				}
			}
		}
		return false
	}
	return back(b)
}
