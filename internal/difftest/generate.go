package difftest

import (
	"fmt"
	"go/format"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// A family draws the body of Run.
type family struct {
	name   string
	weight int
	body   func(*generator) string
}

// Families returns the names of the families that Generate draws from.
func Families() []string {
	var names []string
	for _, f := range families() {
		names = append(names, f.name)
	}
	return names
}

// families returns all families; the weights are by how often real fixes are
// of that kind.
func families() []family {
	return slices.Concat(waiting(), looping(), handing(), guarding(), mixed(), []family{{"free", 4, (*generator).free}})
}

// Generate returns n scenarios, named s0000 upwards; the same seed gives the
// same scenarios, and more of them begin with the fewer. With names given, it
// draws from these families only.
func Generate(seed uint64, n int, names ...string) []*Scenario {
	var from []family
	total := 0
	for _, f := range families() {
		if len(names) == 0 || slices.Contains(names, f.name) {
			from = append(from, f)
			total += f.weight
		}
	}
	var all []*Scenario
	for i := range n {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		k := r.IntN(total)
		for _, f := range from {
			if k -= f.weight; k < 0 {
				all = append(all, scenario(r, i, f))
				break
			}
		}
	}
	return all
}

// scenario draws one scenario of a family.
func scenario(r *rand.Rand, i int, f family) *Scenario {
	g := &generator{r: r, fails: r.IntN(2) == 0}
	body := f.body(g)
	s := &Scenario{Name: fmt.Sprintf("s%04d", i), Family: f.name}
	var params []string
	if s.HasCtx = strings.Contains(body, "ctx"); s.HasCtx {
		params = append(params, "ctx context.Context")
	}
	for _, p := range g.params {
		params = append(params, p.name+" "+p.typ)
		s.Params = append(s.Params, p.typ)
	}
	result, end := "", ""
	if g.fails {
		result, end = "error ", "\nreturn nil"
	}
	text := fmt.Sprintf("func Run(%s) %s{\n%s%s\n}\n%s", strings.Join(params, ", "), result, body, end, g.decls.String())
	src, err := format.Source([]byte("package " + s.Name + "\n\n" + imports(text) + text))
	if err != nil {
		panic(fmt.Sprintf("internal error: family %s: %v\n%s", f.name, err, text))
	}
	s.Source = src
	return s
}

// imports returns the import declaration that the text needs.
func imports(text string) string {
	var b strings.Builder
	for _, path := range []string{"context", "errors", "io", "runtime", "sync", "time", "difftest/env", "golang.org/x/sync/errgroup"} {
		if uses(text, path[strings.LastIndex(path, "/")+1:]+`\.`) {
			fmt.Fprintf(&b, "%q\n", path)
		}
	}
	return "import (\n" + b.String() + ")\n\n"
}

// uses reports whether the word, a regular expression, occurs in the text.
func uses(text, word string) bool {
	return regexp.MustCompile(`\b` + word).MatchString(text)
}

// generator is the state of drawing one scenario.
type generator struct {
	r      *rand.Rand
	decls  strings.Builder // what stands after Run
	params []capture       // of Run
	fails  bool            // Run returns an error
	names  int
}

// capture is a variable that a goroutine body uses, with the type that it
// needs.
type capture struct{ name, typ string }

// chance is true with probability p in percent.
func (g *generator) chance(p int) bool { return g.r.IntN(100) < p }

// pick returns one of the texts.
func (g *generator) pick(texts ...string) string { return texts[g.r.IntN(len(texts))] }

// fresh returns a new name.
func (g *generator) fresh(base string) string {
	g.names++
	return fmt.Sprint(base, g.names)
}

// fill replaces $key by its value, for each pair.
func fill(text string, pairs ...string) string {
	for i := range pairs {
		if i%2 == 0 {
			pairs[i] = "$" + pairs[i]
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// param adds a parameter to Run and returns its name.
func (g *generator) param(typ string) string {
	name := fmt.Sprint(map[string]string{"int": "num", "bool": "flag"}[typ], len(g.params))
	g.params = append(g.params, capture{name, typ})
	return name
}

// count declares an opaque count and returns the declaration, if it is not a
// parameter, and the name.
func (g *generator) count() (decl, name string) {
	switch g.r.IntN(3) {
	case 0:
		return "", g.param("int")
	case 1:
		return "n := env.Count()\n", "n"
	default:
		return "items := env.Items()\n", "len(items)"
	}
}

// loop returns the head of a loop of n turns; i is its variable or blank.
func (g *generator) loop(i, n string) string {
	if n == "len(items)" && g.chance(60) {
		if i == "_" {
			return "for range items"
		}
		return fmt.Sprintf("for %s := range items", i)
	}
	switch {
	case g.chance(40):
		return fmt.Sprintf("for %s := 0; %s < %s; %s++", cmpName(i), cmpName(i), n, cmpName(i))
	case i == "_":
		return "for range " + n
	}
	return fmt.Sprintf("for %s := range %s", i, n)
}

// cmpName is the name of a counter that nothing else reads.
func cmpName(i string) string {
	if i == "_" {
		return "k"
	}
	return i
}

// elem is an element type with a value of it.
type elem struct{ typ, val string }

// elem draws the element type of a channel.
func (g *generator) elem() elem {
	switch g.r.IntN(6) {
	case 0:
		return elem{"error", "env.Try()"}
	case 1:
		return elem{"struct{}", "struct{}{}"}
	case 2:
		g.decls.WriteString("\ntype result struct { v int; err error }\n")
		return elem{"result", "result{v: env.Value()}"}
	default:
		return elem{"int", "env.Value()"}
	}
}

// ret returns the statement that leaves Run.
func (g *generator) ret() string {
	if g.fails {
		return g.pick("return nil", "return env.Try()", `return errors.New("left")`)
	}
	return "return"
}

// when returns a statement that executes then under an opaque condition; then
// must not be a break without a label.
func (g *generator) when(then string) string {
	switch g.r.IntN(8) {
	case 0:
		return fmt.Sprintf("if %s {\n%s\n}\n", g.param("bool"), then)
	case 1, 2:
		return fmt.Sprintf("if err := env.Try(); err != nil {\n%s\n}\n", then)
	case 3:
		return fmt.Sprintf("if _, err := env.Fetch(); err != nil {\n%s\n}\n", then)
	case 4:
		return fmt.Sprintf("switch env.Value() {\ncase 0:\n%s\ncase 1:\nenv.Work()\n}\n", then)
	case 5:
		return fmt.Sprintf("if v := env.Value(); v > 1 {\nenv.Use(v)\n%s\n}\n", then)
	default:
		return fmt.Sprintf("if env.Cond() {\n%s\n}\n", then)
	}
}

// maybe returns the text with probability p in percent, else nothing.
func (g *generator) maybe(p int, text string) string {
	if g.chance(p) {
		return text
	}
	return ""
}

// noise returns statements that matter to nobody.
func (g *generator) noise() string {
	switch g.r.IntN(12) {
	case 0:
		return "env.Work()\n"
	case 1:
		return fill("var $mu sync.Mutex\n$mu.Lock()\nenv.Work()\n$mu.Unlock()\n", "mu", g.fresh("mu"))
	case 2:
		return "if env.Cond() {\nenv.Work()\n}\n"
	case 3:
		return "for range env.Count() {\nenv.Work()\n}\n"
	}
	return ""
}

// caps draws a capacity.
func (g *generator) caps(choices ...string) string {
	if c := g.pick(choices...); c != "0" {
		return ", " + c
	}
	return ""
}
