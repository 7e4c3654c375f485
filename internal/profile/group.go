package profile

import (
	"fmt"
	"slices"

	"github.com/leaklint/leaklint/internal/known"
)

// A Group is the goroutines that wait for the same thing: at the same place of
// the user's code, in the same way, started by the same statement.
type Group struct {
	State    string
	Leaked   bool
	Count    int   // in the last profile
	Counts   []int // in each profile
	Wait     Wait  // in the last profile that has one
	Labels   map[string]int
	Frames   []Frame // of one of them
	Site     int     // index of the innermost frame of the user's code, -1 if there is none
	Creator  Frame
	started  Place          // the Creator in this checkout; zero if it is not in it
	match    int            // how sure it is that the finding of its row speaks of it
	Resident known.Resident // why it is no leak; zero if that is not known
	Workers  bool           // it belongs to the runtime
}

// at returns the frame at which the group stands for the user: in the user's
// code, or else outside of the runtime.
func (g *Group) at() Frame {
	if g.Site >= 0 {
		return g.Frames[g.Site]
	}
	for _, f := range g.Frames {
		if !isRuntime(f.Func) {
			return f
		}
	}
	if len(g.Frames) > 0 {
		return g.Frames[0]
	}
	return Frame{Func: "unknown"}
}

// isSetAside reports whether the group is none of the user's.
func (g *Group) isSetAside() bool { return g.Workers || g.Resident.Why != "" }

// setAsideWhy says what goroutines that are set aside are.
func (g *Group) setAsideWhy() string {
	if g.Workers {
		return "belongs to the runtime"
	}
	return g.Resident.Why
}

// A detail is how exactly stacks of several profiles can be told apart: only
// as the profile does that says least.
type detail struct {
	states, families, starts bool
}

// detailOf returns what all profiles say.
func detailOf(profiles []*Profile) detail {
	d := detail{states: true, families: true, starts: true}
	for _, p := range profiles {
		d.starts = d.starts && p.Form.tellsStarts()
		d.states = d.states && p.Form == Dump
		d.families = d.families && p.Form != Counts
	}
	return d
}

// Groups groups the goroutines of the profiles, which are of one process.
func (c *Checkout) Groups(profiles []*Profile) []*Group {
	d := detailOf(profiles)
	byKey := make(map[string]*Group)
	var groups []*Group
	for i, p := range profiles {
		for _, s := range p.Stacks {
			g := c.newGroup(s)
			key := g.key(d)
			if have := byKey[key]; have != nil {
				g = have
			} else {
				g.Counts = make([]int, len(profiles))
				byKey[key] = g
				groups = append(groups, g)
			}
			g.Counts[i] += s.Count
			g.Leaked = g.Leaked || s.Leaked
			if i == len(profiles)-1 {
				g.Count += s.Count
				g.Wait.merge(s.Wait)
				for l, n := range s.Labels {
					addLabel(&g.Labels, l, n)
				}
			}
		}
	}
	return groups
}

// newGroup returns a group for the stack, empty.
func (c *Checkout) newGroup(s *Stack) *Group {
	g := &Group{State: s.State, Frames: s.Frames, Creator: s.Creator, started: c.Place(s.Creator)}
	if g.State == "" {
		g.State = stateOf(s.Frames)
	}
	g.Site = slices.IndexFunc(s.Frames, c.IsUser)
	inner := s.Frames
	if g.Site >= 0 {
		inner = s.Frames[:g.Site]
	}
	for _, f := range inner {
		if r, ok := known.ResidentOf(packageOf(f.Func), localName(f.Func)); ok {
			g.Resident = r
			break
		}
	}
	g.Workers = g.Site < 0 && !slices.ContainsFunc(s.Frames, func(f Frame) bool { return !isRuntime(f.Func) })
	return g
}

// key tells groups apart.
func (g *Group) key(d detail) string {
	at, state, creator := g.at(), g.State, g.Creator
	switch {
	case d.states:
	case d.families:
		state = family(state)
	default:
		state = ""
	}
	if !d.starts {
		creator = Frame{}
	}
	if g.Workers { // one group for the whole runtime
		at, state, creator = Frame{}, "", Frame{}
	} else if g.Site < 0 && g.Resident.Why != "" {
		at, state, creator = Frame{Func: g.Resident.Why}, "", Frame{}
	}
	return fmt.Sprint(at, "\x00", state, "\x00", creator)
}
