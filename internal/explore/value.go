package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// A value is one word: kind in bits 0–3, dynamic type in bits 4–15, payload
// above. Kinds from vRef on hold an object number in the low 24 payload bits,
// so that one test finds every reference.
type value uint64

const (
	vNil  value = iota
	vBool       // 0 or 1
	vInt        // biased number, then tag
	vStr        // index of Program.Strings
	vFunc       // function without captured values
	vLost
	vSym   // symbol, then biased offset: not chosen yet
	vWord  // private to the machine
	vRef   // object, then offset
	vSlice // object, offset, length, overflow bit, tag
	vEmb   // in a field: the primitive embedded there
	vFree  // object, then biased offset (numbers) or negation (bools)
)

const (
	kindMask   = 15
	typeShift  = 4
	typeMask   = 0xfff << typeShift
	bodyShift  = 16
	objMask    = 1<<24 - 1
	intBias    = 1 << 12
	freeBias   = 1 << 7
	tagMixed   = 0x7f // counted against several symbols
	maxElems   = 8    // kept in a slice, array or map
	overBit    = 1 << 40
	sliceTagAt = 41
)

func (v value) kind() value { return v & kindMask }
func (v value) body() value { return v >> bodyShift }
func (v value) typ() int    { return int(v&typeMask) >> typeShift }
func (v value) isRef() bool { return v&8 != 0 }
func (v value) obj() int    { return int(v.body() & objMask) }
func (v value) bare() value { return v &^ typeMask }

// withType returns v as an interface value of dynamic type t.
func (v value) withType(t int) value { return v.bare() | value(t)<<typeShift }

// mk returns a value of a kind with a payload.
func mk(kind, body value) value { return kind | body<<bodyShift }

// mkBool returns a truth value.
func mkBool(b bool) value {
	if b {
		return mk(vBool, 1)
	}
	return mk(vBool, 0)
}

// mkInt returns a number counted against tag (0: exact), or lost beyond the
// range that is kept.
func mkInt(n, tag int) value {
	if n > prog.MaxInt || n < -prog.MaxInt {
		return mk(vLost, 0)
	}
	return mk(vInt, value(n+intBias)|value(tag)<<16)
}

func (v value) int() int    { return int(v.body()&0xffff) - intBias }
func (v value) intTag() int { return int(v.body() >> 16) }

// mkSym returns the symbol s plus c.
func mkSym(s, c int) value { return mk(vSym, value(s)|value(c+intBias)<<16) }

func (v value) sym() int    { return int(v.body() & 0xffff) }
func (v value) symOff() int { return int(v.body()>>16) - intBias }

// mkRef returns a reference to word off of object o.
func mkRef(o, off int) value { return mk(vRef, value(o)|value(off)<<24) }

func (v value) off() int { return int(v.body()>>24) & 0xffff }

// mkSlice returns a slice of n elements of object o.
func mkSlice(o, off, n, tag int, over bool) value {
	b := value(o) | value(off)<<24 | value(n)<<32 | value(tag)<<sliceTagAt
	if over {
		b |= overBit
	}
	return mk(vSlice, b)
}

func (v value) sliceOff() int { return int(v.body()>>24) & 0xff }
func (v value) sliceLen() int { return int(v.body()>>32) & 0xff }
func (v value) sliceTag() int { return int(v.body()>>sliceTagAt) & 0x7f }
func (v value) over() bool    { return v.body()&overBit != 0 }

// mkFree returns the free value o plus off.
func mkFree(o, off int) value { return mk(vFree, value(o)|value(off+freeBias)<<24) }

func (v value) freeOff() int { return int(v.body()>>24)&0xff - freeBias }

// mkWord returns a private word.
func mkWord(w int) value { return mk(vWord, value(w)) }

func (v value) word() int { return int(v.body()) }

// rename returns v referring to object o.
func (v value) rename(o int) value {
	return v&^(objMask<<bodyShift) | value(o)<<bodyShift
}

var (
	valNil   = mk(vNil, 0)
	valTrue  = mkBool(true)
	valFalse = mkBool(false)
	valLost  = mk(vLost, 0)
)

// kindNames are for panics about values of a wrong kind.
var kindNames = [...]string{"nil", "bool", "int", "constant", "function", "lost value", "symbol",
	"word", "reference", "slice", "primitive", "free value"}

// String names the kind of v.
func (v value) String() string {
	if int(v.kind()) < len(kindNames) {
		return kindNames[v.kind()]
	}
	return "?"
}
