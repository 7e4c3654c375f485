package skeleton

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
)

// A digest is what the cones of all roots ask of one function, read once: a
// cone then costs what it takes in, not what the root might run.
type digest struct {
	fn     *ssa.Function
	size   int               // instructions
	runs   []*digest         // of the functions that it may run, directly or as values it mentions
	hands  []ssa.Instruction // those that hand a value on which may lead to a primitive
	stuck  []*Op             // operations that wait for nothing: on nil, or select {}
	allocs []*ssa.Alloc
	met    int // by which walk over functions last, see reach
}

// digests reads all functions of the index. It also files stores by location
// and classes by the functions that allocate something of them.
func (ix *Index) digests() {
	for _, fn := range ix.Funcs {
		ix.digested[fn] = &digest{fn: fn}
	}
	for _, fn := range ix.Funcs {
		ix.digest(ix.digested[fn])
	}
}

// digestOf returns the digest of a function; it is empty for a wrapper that was
// met after the package had been read.
func (ix *Index) digestOf(fn *ssa.Function) *digest {
	if d := ix.digested[fn]; d != nil {
		return d
	}
	return &digest{fn: fn}
}

// Size returns the number of instructions of the package.
func (ix *Index) Size() (n int) {
	for _, d := range ix.digested {
		n += d.size
	}
	return n
}

// Scope returns the number of functions that a root may run, up to maxWalk.
func (ix *Index) Scope(root *ssa.Function) int {
	ix.walk(root)
	return len(ix.met)
}

// digest reads one function.
func (ix *Index) digest(d *digest) {
	fn := d.fn
	for _, f := range ix.runs(fn) {
		d.runs = append(d.runs, ix.digestOf(f))
	}
	for instr := range lazyssa.Instrs([]*ssa.Function{fn}) {
		d.size++
		if a, ok := instr.(*ssa.Alloc); ok {
			d.allocs = append(d.allocs, a)
		}
		if v, ok := instr.(ssa.Value); ok && allocates(instr) {
			if cl := ix.flow.of(v); cl != nil {
				ix.makers[cl] = append(ix.makers[cl], fn)
			}
		}
		if ix.hands(instr) {
			d.hands = append(d.hands, instr)
		}
		ix.address(instr)
		for _, l := range ix.storesTo(instr) {
			ix.stores[l] = append(ix.stores[l], instr)
		}
	}
	for _, op := range ix.ops[fn] {
		if op.stuck() {
			d.stuck = append(d.stuck, op)
		}
	}
}

// hands reports whether instr hands something to memory or to code outside that
// may lead to a primitive of some root.
func (ix *Index) hands(instr ssa.Instruction) bool {
	carries := func(v ssa.Value) bool { return v != nil && ix.flow.carries(v.Type()) }
	switch instr := instr.(type) {
	case *ssa.Store:
		return carries(instr.Val)
	case *ssa.MapUpdate:
		return carries(instr.Value) || carries(instr.Key)
	case *ssa.Send:
		return carries(instr.X)
	case *ssa.Select:
		for _, s := range instr.States {
			if carries(s.Send) {
				return true
			}
		}
	case *ssa.MakeClosure:
		return slices.ContainsFunc(instr.Bindings, carries)
	case ssa.CallInstruction:
		com := instr.Common()
		if carries(com.Value) && (com.IsInvoke() || com.StaticCallee() == nil) {
			return true
		}
		for _, a := range com.Args {
			if carries(a) {
				return true
			}
		}
	}
	return false
}

// stuck reports whether the operation can't ever go on by itself: a select
// without cases, or one on a nil channel.
func (op *Op) stuck() bool {
	if op.Kind == OpSelect && len(op.Operands) == 0 {
		return true
	}
	for _, v := range op.Operands {
		if isNilConst(v) {
			return true
		}
	}
	return false
}

// runs returns the functions that fn may run, directly or as values it mentions.
func (ix *Index) runs(fn *ssa.Function) []*ssa.Function {
	var fns []*ssa.Function
	seen := map[*ssa.Function]bool{}
	add := func(f *ssa.Function) {
		if f = origin(f); !seen[f] && len(f.Blocks) > 0 && ix.own[f] {
			seen[f] = true
			fns = append(fns, f)
		}
	}
	var ops [8]*ssa.Value
	for instr := range lazyssa.Instrs([]*ssa.Function{fn}) {
		if call, ok := instr.(ssa.CallInstruction); ok {
			for _, f := range ix.callees[call] {
				add(f)
			}
			for _, l := range ix.lent[call] {
				add(l.fn)
			}
		}
		for _, op := range instr.Operands(ops[:0]) {
			if f, ok := (*op).(*ssa.Function); ok {
				add(f)
			}
		}
	}
	return fns
}

// reach returns the functions that a root may run, itself first, in order of
// discovery, and where in the list those begin that are so many calls below it.
func (ix *Index) reach(root *ssa.Function) (list []*ssa.Function, starts []int) {
	starts = ix.walk(root)
	list = make([]*ssa.Function, len(ix.met))
	for i, d := range ix.met {
		list[i] = d.fn
	}
	return list, starts
}

// maxWalk is how many functions a walk comes to, those nearest to the root: a
// package has as many roots as functions, and each may run all the others.
const maxWalk = 4000

// walk leaves in ix.met what reach returns.
func (ix *Index) walk(root *ssa.Function) (starts []int) {
	ix.walks++
	first := ix.digestOf(origin(root))
	first.met = ix.walks
	met := append(ix.met[:0], first)
	for from := 0; from < len(met); {
		if len(starts) < maxFrames+2 { // nobody asks about deeper ones
			starts = append(starts, from)
		}
		end := len(met)
		for ; from < end; from++ {
			for _, d := range met[from].runs {
				if d.met != ix.walks && len(met) < maxWalk {
					d.met = ix.walks
					met = append(met, d)
				}
			}
		}
	}
	ix.met = met
	return starts
}

// MayRun reports whether a root may run fn.
func (ix *Index) MayRun(root, fn *ssa.Function) bool {
	list, _ := ix.reach(root)
	return slices.Contains(list, fn)
}

// elemLoc returns the location of the elements of a slice, array, map or
// channel type.
func (ix *Index) elemLoc(t types.Type) loc {
	l, ok := ix.elems[t]
	if !ok {
		l = elemLoc(t)
		ix.elems[t] = l
	}
	return l
}

// pointee returns the location of everything that a pointer of type t may
// mean besides what is named: used by loads and stores through pointers whose
// origin is unknown.
func (ix *Index) pointee(t types.Type) loc {
	l, ok := ix.pointees[t]
	if !ok {
		l = pointee(t)
		ix.pointees[t] = l
	}
	return l
}
