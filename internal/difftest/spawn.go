package difftest

import (
	"fmt"
	"slices"
	"strings"
)

// spawn returns a statement that runs body on a new goroutine, in one of the
// ways Go has; vars are variables of Run that the body may use, beside its
// parameters and counts.
func (g *generator) spawn(body string, vars ...capture) string {
	var caps []capture
	for _, v := range slices.Concat(vars, g.params, []capture{{"n", "int"}, {"items", "[]int"}}) {
		if uses(body, v.name+`\b`) {
			caps = append(caps, v)
		}
	}
	switch k := g.r.IntN(24); {
	case k < 10:
		return fmt.Sprintf("go func() {\n%s\n}()\n", body)
	case k < 12:
		return fmt.Sprintf("go func(%s) {\n%s\n}(%s)\n", signature(caps), body, arguments(caps))
	case k < 16:
		name := g.fresh("worker")
		fmt.Fprintf(&g.decls, "\nfunc %s(%s) {\n%s\n}\n", name, signature(caps), body)
		return fmt.Sprintf("go %s(%s)\n", name, arguments(caps))
	case k < 17:
		wg := g.fresh("wg")
		return fmt.Sprintf("var %s sync.WaitGroup\n%s.Go(func() {\n%s\n})\n", wg, wg, body)
	case k < 18:
		return fmt.Sprintf("time.AfterFunc(time.Microsecond, func() {\n%s\n})\n", body)
	case k < 19:
		return fmt.Sprintf("env.Go(func() {\n%s\n})\n", body)
	case k < 20:
		return g.starter(body)
	case k < 22:
		run := g.fresh("run")
		return fmt.Sprintf("%s := func() {\n%s\n}\ngo %s()\n", run, body, run)
	case k < 23:
		return fmt.Sprintf("go func() {\ndefer env.Work()\n%s\n}()\n", body)
	default:
		return g.task(body, caps)
	}
}

// starter runs body with a function of the package that starts goroutines.
func (g *generator) starter(body string) string {
	if !strings.Contains(g.decls.String(), "func start(") {
		g.decls.WriteString("\nfunc start(f func()) {\n" + g.pick("go f()", "go func() {\nf()\n}()") + "\n}\n")
	}
	return fmt.Sprintf("start(func() {\n%s\n})\n", body)
}

// task runs body as a method of an object that holds the variables.
func (g *generator) task(body string, caps []capture) string {
	typ := g.fresh("task")
	fmt.Fprintf(&g.decls, "\ntype %s struct {\n", typ)
	var names, values []string
	for _, c := range caps {
		fmt.Fprintf(&g.decls, "%s %s\n", c.name, c.typ)
		names = append(names, fmt.Sprintf("%s := t.%s\n", c.name, c.name))
		values = append(values, c.name+": "+c.name)
	}
	fmt.Fprintf(&g.decls, "}\n\nfunc (t *%s) run() {\n%s%s\n}\n", typ, strings.Join(names, ""), body)
	return fmt.Sprintf("go (&%s{%s}).run()\n", typ, strings.Join(values, ", "))
}

// signature is the parameter list for the variables.
func signature(caps []capture) string {
	var list []string
	for _, c := range caps {
		list = append(list, c.name+" "+c.typ)
	}
	return strings.Join(list, ", ")
}

// arguments is the argument list for the variables.
func arguments(caps []capture) string {
	var list []string
	for _, c := range caps {
		list = append(list, c.name)
	}
	return strings.Join(list, ", ")
}
