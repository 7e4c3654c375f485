package fact

import (
	"encoding/binary"
	"errors"
	"sort"
	"strings"
)

// errDamaged is returned for bytes that no encoder wrote.
var errDamaged = errors.New("leaklint: damaged fact")

// version is the first byte of an encoded package fact; bytes of another
// version are refused.
const version = 1

// A Package is the one fact type that travels between packages: the facts of
// the functions that importing packages can name, each encoded under its key.
//
// It is a package fact and not one fact per object because drivers hand the
// facts of methods and fields on from every package to all of its importers,
// direct or not, and decode them there; nobody may use them there (a fact is
// complete about the directly called object), so they would only cost.
// Entries are decoded one at a time, when somebody asks.
type Package struct {
	// Whole: the package was summarised, so that a function without an entry
	// does nothing. Otherwise it did not seem to matter, and a function may
	// have kept what its parameters of types that are not followed reach.
	Whole bool

	keys []string // sorted
	data []string // data[i] is the encoded fact of keys[i]
}

// AFact marks Package as a fact.
func (*Package) AFact() {}

// NewPackage returns the package fact with the given functions, keyed as
// FuncKey says. Facts that say nothing are left out.
func NewPackage(funcs map[string]*FuncFact) *Package {
	p := new(Package)
	for key, f := range funcs {
		if !f.IsZero() {
			p.keys = append(p.keys, key)
		}
	}
	sort.Strings(p.keys)
	for _, key := range p.keys {
		p.data = append(p.data, string(appendFunc(nil, funcs[key])))
	}
	return p
}

// Len returns the number of facts.
func (p *Package) Len() int { return len(p.keys) }

// Func returns the fact of the function with the given key. A damaged entry
// is an opaque function.
func (p *Package) Func(key string) (*FuncFact, bool) {
	data, ok := p.find(key)
	if !ok {
		return nil, false
	}
	f, err := decodeFunc([]byte(data))
	if err != nil {
		return &FuncFact{Opaque: true}, true
	}
	return f, true
}

// find returns the encoded entry.
func (p *Package) find(key string) (string, bool) {
	i := sort.SearchStrings(p.keys, key)
	if i == len(p.keys) || p.keys[i] != key {
		return "", false
	}
	return p.data[i], true
}

// String lists the facts in the order of their keys, one a line.
func (p *Package) String() string {
	var lines []string
	for _, key := range p.keys {
		f, _ := p.Func(key)
		lines = append(lines, key+": "+f.String())
	}
	return strings.Join(lines, "\n")
}

// GobEncode returns the encoded fact. Equal facts have equal bytes.
func (p *Package) GobEncode() ([]byte, error) {
	b := []byte{version, 0}
	if p.Whole {
		b[1] = 1
	}
	b = binary.AppendUvarint(b, uint64(len(p.keys)))
	for i, key := range p.keys {
		b = appendString(b, key)
		b = appendString(b, p.data[i])
	}
	return b, nil
}

// GobDecode decodes what GobEncode wrote and refuses anything else.
func (p *Package) GobDecode(data []byte) error {
	d := decoder{rest: data}
	if d.byte() != version {
		return errDamaged
	}
	whole := d.byte()
	if whole > 1 {
		return errDamaged
	}
	n := d.length(2)
	q := Package{Whole: whole == 1, keys: make([]string, 0, n), data: make([]string, 0, n)}
	for range n {
		key, value := d.string(), d.string()
		if len(q.keys) > 0 && key <= q.keys[len(q.keys)-1] {
			d.bad = true
		}
		if d.bad {
			return errDamaged
		}
		q.keys = append(q.keys, key)
		q.data = append(q.data, value)
	}
	if d.bad || len(d.rest) > 0 {
		return errDamaged
	}
	*p = q
	return nil
}

// Bits of the first byte of an encoded function fact.
const (
	bitOpaque = 1 << iota
	bitBlocks
	bitsMayEnd                                 // two bits
	bitsEnds   = bitsMayEnd * (allEscapes + 1) // the End is kept from this bit on
)

// returned returns the effect that a Same result implies.
func (r ResultFact) returned() (Effect, bool) {
	if r.Kind != Same {
		return Effect{}, false
	}
	return Effect{Op: Return, On: r.From, Lo: 1, Hi: 1, To: Result(r.Index, "")}, true
}

// implied reports whether e follows from what the fact says of the results.
// Such effects are not encoded.
func (f *FuncFact) implied(e Effect) bool {
	for _, r := range f.Results {
		if implied, ok := r.returned(); ok && e == implied {
			return true
		}
	}
	return false
}

// appendFunc appends the encoded fact.
func appendFunc(b []byte, f *FuncFact) []byte {
	bits := byte(f.Ends)*byte(bitsEnds) | byte(f.MayEnd)*bitsMayEnd
	if f.Opaque {
		bits |= bitOpaque
	}
	if f.Blocks != nil {
		bits |= bitBlocks
	}
	b = append(b, bits)
	var effects []Effect
	for _, e := range f.Effects {
		if !f.implied(e) {
			effects = append(effects, e)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(effects)))
	for _, e := range effects {
		b = append(b, byte(e.Op), byte(e.Where), e.Lo, e.Hi)
		b = appendPlace(b, e.On)
		b = appendPlace(b, e.To)
		b = appendPlace(b, e.By)
	}
	b = binary.AppendUvarint(b, uint64(len(f.Results)))
	for _, r := range f.Results {
		b = binary.AppendUvarint(b, uint64(r.Index))
		b = append(b, byte(r.Kind))
		b = binary.AppendVarint(b, int64(r.N))
		b = appendPlace(b, r.From)
		b = appendString(b, r.Of)
	}
	if f.Blocks != nil {
		b = append(b, byte(f.Blocks.Why), byte(f.Blocks.Bound))
		b = appendPlace(b, f.Blocks.Ctx)
		b = binary.AppendUvarint(b, uint64(len(f.Blocks.Chain)))
		for _, call := range f.Blocks.Chain {
			b = appendString(b, call)
		}
	}
	return b
}

// decodeFunc decodes what appendFunc wrote.
func decodeFunc(data []byte) (*FuncFact, error) {
	d := decoder{rest: data}
	bits := d.byte()
	f := &FuncFact{
		Ends:   End(bits / byte(bitsEnds)),
		MayEnd: Escapes(bits/bitsMayEnd) & allEscapes,
		Opaque: bits&bitOpaque != 0,
	}
	d.bad = d.bad || f.Ends >= numEnds
	for range d.length(7) {
		e := Effect{Op: Op(d.byte()), Where: Where(d.byte()), Lo: d.byte(), Hi: d.byte()}
		e.On, e.To, e.By = d.place(), d.place(), d.place()
		if e.Op >= numOps || e.Where > Later {
			d.bad = true
		}
		f.Effects = append(f.Effects, e)
	}
	for range d.length(5) {
		r := ResultFact{Index: d.int(), Kind: ResultKind(d.byte()), N: d.varint()}
		r.From, r.Of = d.place(), d.string()
		if r.Kind >= numKinds {
			d.bad = true
		}
		f.Results = append(f.Results, r)
		if e, ok := r.returned(); ok {
			f.Effects = append(f.Effects, e)
		}
	}
	f.Sort()
	if bits&bitBlocks != 0 {
		block := &Block{Why: Why(d.byte()), Bound: Bound(d.byte()), Ctx: d.place()}
		for range d.length(1) {
			block.Chain = append(block.Chain, d.string())
		}
		if block.Why >= numWhys || block.Bound >= numBounds {
			d.bad = true
		}
		f.Blocks = block
	}
	if d.bad || len(d.rest) > 0 {
		return nil, errDamaged
	}
	return f, nil
}

// appendPlace appends the encoded place; one that says nothing is one byte.
func appendPlace(b []byte, p Place) []byte {
	b = append(b, byte(p.Root))
	if p.Root == NoRoot {
		return b
	}
	b = binary.AppendUvarint(b, uint64(p.Index))
	return appendString(b, p.Path)
}

// appendString appends the string after its length.
func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A decoder reads encoded values. After the first damage every method returns
// zero values and bad is set.
type decoder struct {
	rest []byte
	bad  bool
}

// byte reads one byte.
func (d *decoder) byte() byte {
	if d.bad || len(d.rest) == 0 {
		d.bad = true
		return 0
	}
	c := d.rest[0]
	d.rest = d.rest[1:]
	return c
}

// uvarint reads an unsigned number.
func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if d.bad || n <= 0 {
		d.bad = true
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// varint reads a signed number.
func (d *decoder) varint() int {
	v, n := binary.Varint(d.rest)
	if d.bad || n <= 0 {
		d.bad = true
		return 0
	}
	d.rest = d.rest[n:]
	return int(v)
}

// int reads a small unsigned number.
func (d *decoder) int() int {
	v := d.uvarint()
	if v > 1<<16 {
		d.bad = true
		return 0
	}
	return int(v)
}

// length reads the number of elements that follow, each at least size bytes
// long, so that damage cannot ask for more memory than there is input.
func (d *decoder) length(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.rest)/size) {
		d.bad = true
		return 0
	}
	return int(n)
}

// string reads a string.
func (d *decoder) string() string {
	n := d.length(1)
	if d.bad {
		return ""
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

// place reads a place.
func (d *decoder) place() Place {
	p := Place{Root: Root(d.byte())}
	if p.Root > ResultRoot {
		d.bad = true
	}
	if d.bad || p.Root == NoRoot {
		return Place{}
	}
	p.Index, p.Path = d.int(), d.string()
	return p
}
