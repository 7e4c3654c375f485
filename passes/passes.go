// Package passes is the registry: every analyzer of leaklint and every check
// id that one of them can report.
package passes

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/passes/noctxcancel"
	"github.com/leaklint/leaklint/passes/onceblock"
	"github.com/leaklint/leaklint/passes/selectnoexit"
	"github.com/leaklint/leaklint/passes/tickerstop"
	"github.com/leaklint/leaklint/passes/unbufsend"
	"github.com/leaklint/leaklint/passes/unusedignore"
)

// all lists the passes by name. Add a pass here, and its ids to Checks.
//
// Not included, and why:
//   - the analyzers in internal/ (summary, leaks): other analyzers ask them,
//     they report nothing themselves;
//   - vet's lostcancel, waitgroup and copylocks: go vet has them; what a pass
//     finds as well carries the suffix /vet and is left out with -skip-vet;
//   - unclosed bodies, rows and files (bodyclose, sqlclosecheck): a finalizer or
//     the collector ends most of them, and other linters know their rules;
//   - time.After in a loop: from go 1.23 on its timer is collected, before that
//     it goes when it fires; the goroutine that waits there is not lost;
//   - starting goroutines without a limit: a matter of load, nothing stays;
//   - contexts in struct fields, contexts not passed on: style, until one of
//     them lets a goroutine stay, and then a pass says so.
var all = []*analysis.Analyzer{
	noctxcancel.Analyzer,
	onceblock.Analyzer,
	selectnoexit.Analyzer,
	tickerstop.Analyzer,
	unbufsend.Analyzer,
}

// unusedIgnore checks the ignores of all passes.
var unusedIgnore = unusedignore.New(all, IDs(""))

// The flag of each pass that selects checks knows those of Checks.
func init() {
	for _, a := range All() {
		report.Know(a.Flags.Lookup("checks").Value.(*report.CheckList), IDs(a.Name))
	}
}

// IDs returns the ids of the checks of a pass, or of all passes for "".
func IDs(pass string) []string {
	var ids []string
	for _, c := range Checks {
		if pass == "" || strings.HasPrefix(c.ID, pass+"/") {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// All returns the analyzers of leaklint in the order of their names. The
// slice is the caller's.
func All() []*analysis.Analyzer {
	byName := func(a, b *analysis.Analyzer) int { return strings.Compare(a.Name, b.Name) }
	return slices.SortedFunc(slices.Values(append(slices.Clone(all), unusedIgnore)), byName)
}

// Shown tells unusedignore which analyzers the driver shows, so that it is
// silent about ignores for the others. If no pass is shown, unusedignore was
// asked for alone, and judges the ignores for all of them. Drivers that select
// analyzers by the flags of go/analysis (-NAME, -NAME=false) need not call it.
func Shown(shown []*analysis.Analyzer) error {
	isShown := func(a *analysis.Analyzer) bool { return slices.Contains(shown, a) }
	alone := !slices.ContainsFunc(all, isShown)
	var off []string
	for _, a := range all {
		if !isShown(a) && !alone {
			off = append(off, a.Name)
		}
	}
	return unusedIgnore.Flags.Set("off", strings.Join(off, ","))
}

// A Check is something that a pass can report.
type Check struct {
	ID   string // pass/shape, stable: users write it in ignores and baselines
	Help string // one sentence: what is wrong when it is reported
}

// Checks lists the check ids in alphabetical order. A finding of low
// confidence adds the suffix /low, one that go vet reports too adds /vet.
var Checks = []Check{
	{"noctxcancel/callee", "a release function is only passed to a callee or goroutine that can leave without calling it"},
	{"noctxcancel/discarded", "a release function is discarded"},
	{"noctxcancel/loopdefer", "a release function is deferred in a loop without bound"},
	{"noctxcancel/overwritten", "a release function is overwritten before it is called, for instance by the next turn of a loop"},
	{"noctxcancel/path", "a release function is not called on some way out"},
	{"noctxcancel/unread", "a release function is stored in a field or variable that nothing reads"},
	{"noctxcancel/unused", "a release function is kept but never called, or only by a closure that is never run"},
	{"noctxcancel/waits", "a goroutine waits for a context that nobody is left to cancel"},
	{"onceblock/error", "a function under a Once drops an error, and later callers get the zero value for ever"},
	{"onceblock/network", "a function under a Once waits for the network, and nothing bounds that"},
	{"onceblock/process", "a function under a Once waits for a child process, and nothing bounds that"},
	{"onceblock/reentry", "a function under a Once runs the same Once again and waits for itself"},
	{"onceblock/sleep", "a function under a Once sleeps for a minute or longer"},
	{"onceblock/wait", "a function under a Once waits on a channel or for goroutines that may not come"},
	{"selectnoexit/forever", "a goroutine waits at select {}, which nothing ends"},
	{"selectnoexit/loop", "a goroutine started any number of times goes round a loop that has no way out"},
	{"selectnoexit/select", "no case of a select leaves the loop of a goroutine started any number of times"},
	{"selectnoexit/watcher", "only a context that outlives the call ends a goroutine started for every call"},
	{"tickerstop/afterfunc", "a timer of time.AfterFunc is kept and not stopped on some way out"},
	{"tickerstop/loopdefer", "a ticker or timer is stopped by a defer in a loop without bound"},
	{"tickerstop/reader", "a goroutine waits for a ticker only, for ever"},
	{"tickerstop/rearm", "the callback of time.AfterFunc always starts itself again and nothing stops it"},
	{"tickerstop/request", "the timer of time.AfterFunc is dropped, and there is one for every request, call or turn of a loop"},
	{"tickerstop/stopped", "a goroutine waits for ever at the channel of a timer or ticker that is stopped"},
	{"tickerstop/ticker", "a ticker is not stopped on some way out; before Go 1.23 it is never collected"},
	{"tickerstop/timer", "a timer is not stopped on some way out; before Go 1.23 it is kept until it fires"},
	{"unbufsend/count", "a channel sees more sends than receives, and the last sender stays"},
	{"unbufsend/left", "the receiver of a channel can leave first, and the sender stays"},
	{"unbufsend/nil", "a goroutine sends to a channel that was never made"},
	{"unbufsend/noreceiver", "no code receives from the channel that a goroutine sends to"},
	{"unbufsend/pipe", "the reader of a pipe can leave without closing it, and the writer stays"},
	{"unbufsend/test", "a test gives up waiting for a goroutine, which then stays at its send"},
	{"unbufsend/timeout", "the receiver of a channel gives up when a context or timer ends, and the sender stays"},
	{"unusedignore/noreason", "a //lint:ignore has no reason and so hides nothing"},
	{"unusedignore/unknown", "an ignore names no pass or check of leaklint"},
	{"unusedignore/unused", "an ignore hides no finding"},
}
