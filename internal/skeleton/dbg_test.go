package skeleton

import (
	"fmt"
	"os"
	"sort"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

func TestDbg(t *testing.T) {
	if os.Getenv("DBG") == "" {
		t.Skip()
	}
	pkgs, _ := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, os.Getenv("DBG"))
	prog, sp := ssautil.Packages(pkgs, 0)
	p := sp[0]
	p.Build()
	var out []*ssa.Function
	var add func(f *ssa.Function)
	add = func(f *ssa.Function) {
		out = append(out, f)
		for _, a := range f.AnonFuncs {
			add(a)
		}
	}
	var top []*ssa.Function
	for f := range ssautil.AllFunctions(prog) {
		if f.Pkg == p && f.Parent() == nil && f.Syntax() != nil {
			top = append(top, f)
		}
	}
	sort.Slice(top, func(i, j int) bool { return top[i].Pos() < top[j].Pos() })
	for _, f := range top {
		add(f)
	}
	ix := NewIndex(p, out, nil)
	for _, r := range ix.Roots() {
		c, _ := newCone(ix, r)
		fmt.Println(r, "scope", len(c.list), c.size, "funcs", len(c.funcs), "instrs", len(c.instrs), "home", len(c.home))
		if r.String() == os.Getenv("DBGROOT") {
			var cs []*class
			for cl := range c.home {
				cs = append(cs, cl)
			}
			sort.Slice(cs, func(i, j int) bool { return len(cs[i].ops) > len(cs[j].ops) })
			for _, cl := range cs {
				fmt.Println("  class ops", len(cl.ops), "sites", len(cl.sites), "types", len(cl.types), "funcs", len(cl.funcs), prog.Fset.Position(cl.sites[0].Instr.Pos()), cl.sites[0].Instr)
			}
		}
	}
}

func TestDbg2(t *testing.T) {
	if os.Getenv("DBG") == "" {
		t.Skip()
	}
	pkgs, _ := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, os.Getenv("DBG"))
	prog, sp := ssautil.Packages(pkgs, 0)
	p := sp[0]
	p.Build()
	var out []*ssa.Function
	var add func(f *ssa.Function)
	add = func(f *ssa.Function) {
		out = append(out, f)
		for _, a := range f.AnonFuncs {
			add(a)
		}
	}
	var top []*ssa.Function
	for f := range ssautil.AllFunctions(prog) {
		if f.Pkg == p && f.Parent() == nil && f.Syntax() != nil {
			top = append(top, f)
		}
	}
	sort.Slice(top, func(i, j int) bool { return top[i].Pos() < top[j].Pos() })
	for _, f := range top {
		add(f)
	}
	ix := NewIndex(p, out, nil)
	for _, r := range ix.Roots() {
		if r.String() != os.Getenv("DBGROOT") {
			continue
		}
		c, _ := newCone(ix, r)
		for _, f := range c.list {
			if c.active[f] {
				fmt.Println("ACTIVE", f)
			} else if c.funcs[f] {
				fmt.Println("PULLED", f, c.leaf(f, 0), c.rets[f])
			}
		}
		for l := range c.locs {
			fmt.Println("LOC", l.field, l.elem, l.value)
		}
	}
}
