package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// delay is the longest time that anything takes which is called or waited for.
const delay = 2 * time.Millisecond

// settle is how long calls may take to return once all contexts have ended.
const settle = 1500 * time.Millisecond

// drive calls every function so many times and prints a line for each of which a
// goroutine or call stays behind.
func drive(all []map[string]any, rounds int) {
	open := map[string]*atomic.Int64{}
	panicked := map[string]*atomic.Bool{} // the values made up do not suit the function
	skipped := []string{}
	for _, fns := range all {
		for name, fn := range fns {
			if !callable(reflect.TypeOf(fn)) {
				skipped = append(skipped, name)
				continue
			}
			open[name], panicked[name] = new(atomic.Int64), new(atomic.Bool)
		}
	}
	for range rounds {
		for _, fns := range all {
			for name, fn := range fns {
				if n := open[name]; n != nil {
					n.Add(1)
					go func() {
						defer n.Add(-1)
						if !call(reflect.ValueOf(fn)) {
							panicked[name].Store(true)
						}
					}()
				}
			}
		}
		time.Sleep(delay)
	}
	time.Sleep(settle)
	for name := range open {
		if panicked[name].Load() {
			delete(open, name)
			skipped = append(skipped, name)
		}
	}
	stays := leaked(open)
	for name, n := range open {
		if n := n.Load(); n > 0 && len(stays[name]) == 0 {
			stays[name] = map[string]bool{"a call did not return": true}
		}
	}
	for name, at := range stays {
		for place := range at {
			fmt.Printf("%s\t%s\n", name, place)
		}
	}
	for _, name := range skipped {
		fmt.Printf("%s\tskipped\n", name)
	}
	fmt.Println("done")
}

// leaked returns the functions of which the runtime says that goroutines are
// leaked, with the lines where these stand.
func leaked(open map[string]*atomic.Int64) map[string]map[string]bool {
	runtime.GC()
	stays := map[string]map[string]bool{}
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		fmt.Fprintln(os.Stderr, "the runtime has no leak detector")
		os.Exit(1)
	}
	var b strings.Builder
	_ = profile.WriteTo(&b, 1)
	top := false // the next frame in a corpus is the innermost of its goroutine
	for line := range strings.Lines(b.String()) {
		fields := strings.Fields(line) // # 0x… corpus/p.F.func1+0x… file:line
		if len(fields) < 4 || fields[0] != "#" {
			top = true
			continue
		}
		name, ok := strings.CutPrefix(fields[2], "corpus/")
		if !ok || !top || strings.HasPrefix(name, "zzdrive") {
			continue
		}
		top = false
		name = strings.NewReplacer("(*", "", ")", "").Replace(name[:strings.LastIndex(name, "+")])
		for fn := range open {
			if rest, ok := strings.CutPrefix(name, fn); ok && (rest == "" || rest[0] == '.') {
				if stays[fn] == nil {
					stays[fn] = map[string]bool{}
				}
				stays[fn][fields[3]] = true
			}
		}
	}
	return stays
}

// call calls a function with values that are made up, and reports whether it did
// not panic.
func call(fn reflect.Value) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), rand.N(2*delay))
	defer cancel()
	m := maker{ctx}
	typ := fn.Type()
	args := make([]reflect.Value, typ.NumIn())
	for i := range args {
		args[i] = m.value(typ.In(i), 0)
	}
	if typ.IsVariadic() {
		fn.CallSlice(args)
	} else {
		fn.Call(args)
	}
	<-ctx.Done()
	return true
}

// A maker makes up values for one call.
type maker struct{ ctx context.Context }

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
)

// callable reports whether values can be made up for all parameters.
func callable(fn reflect.Type) bool {
	for i := range fn.NumIn() {
		if !makeable(fn.In(i), 0) {
			return false
		}
	}
	return true
}

// makeable reports whether value has one of the type.
func makeable(t reflect.Type, depth int) bool {
	switch t.Kind() {
	case reflect.Interface:
		return t == contextType || t == errorType || t.NumMethod() == 0
	case reflect.Func:
		for i := range t.NumOut() {
			if !makeable(t.Out(i), depth+1) {
				return false
			}
		}
	case reflect.Slice, reflect.Array, reflect.Chan, reflect.Pointer:
		return depth > 3 || makeable(t.Elem(), depth+1)
	case reflect.Struct:
		for f := range fields(t) {
			if !makeable(f.Type, depth+1) {
				return false
			}
		}
	}
	return true
}

// fields yields the fields of a struct that a driver can set.
func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// value returns some value of the type.
func (m maker) value(t reflect.Type, depth int) reflect.Value {
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Interface:
		switch t {
		case contextType:
			v.Set(reflect.ValueOf(m.ctx))
		case errorType:
			if rand.N(2) == 0 {
				v.Set(reflect.ValueOf(errors.New("failed")))
			}
		}
	case reflect.Bool:
		v.SetBool(rand.N(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(rand.N(int64(5)))
		if t == reflect.TypeFor[time.Duration]() {
			v.SetInt(int64(rand.N(delay) + 1))
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rand.N(uint64(5)))
	case reflect.String:
		v.SetString(strings.Repeat("x", rand.N(3)))
	case reflect.Slice:
		for range rand.N(4) {
			v.Set(reflect.Append(v, m.value(t.Elem(), depth+1)))
		}
	case reflect.Array:
		for i := range t.Len() {
			v.Index(i).Set(m.value(t.Elem(), depth+1))
		}
	case reflect.Pointer:
		if depth < 3 {
			v.Set(reflect.New(t.Elem()))
			m.fill(v.Elem(), depth+1)
		}
	case reflect.Struct:
		m.fill(v, depth)
	case reflect.Func:
		v.Set(reflect.MakeFunc(t, m.callback(t)))
	case reflect.Chan:
		v.Set(m.channel(t, depth).Convert(t))
	}
	return v
}

// fill sets the fields of a struct, unexported ones as well: the functions that
// are called get what a constructor would make.
func (m maker) fill(v reflect.Value, depth int) {
	if v.Kind() != reflect.Struct {
		v.Set(m.value(v.Type(), depth))
		return
	}
	for i := range v.NumField() {
		f := v.Field(i)
		if strings.HasPrefix(f.Type().PkgPath(), "sync") {
			continue // its zero value is ready
		}
		reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem().Set(m.value(f.Type(), depth+1))
	}
}

// callback returns a function that takes its time, or waits for its context as a
// good one does, and then fails or does not.
func (m maker) callback(t reflect.Type) func([]reflect.Value) []reflect.Value {
	return func(args []reflect.Value) []reflect.Value {
		waits := slices.ContainsFunc(args, func(a reflect.Value) bool { return a.Type() == contextType }) && rand.N(2) == 0
		if waits {
			<-m.ctx.Done()
		} else if rand.N(2) == 0 {
			time.Sleep(rand.N(delay))
		}
		results := make([]reflect.Value, t.NumOut())
		for i := range results {
			results[i] = m.value(t.Out(i), 1)
		}
		return results
	}
}

// channel returns a channel with somebody at its other end until the context
// ends: a channel that is received from has a few values and is then closed.
func (m maker) channel(t reflect.Type, depth int) reflect.Value {
	ch := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, t.Elem()), 0)
	done := reflect.ValueOf(m.ctx.Done())
	go func() {
		for range 3 {
			time.Sleep(rand.N(delay))
			cases := []reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: done}}
			if t.ChanDir() == reflect.SendDir {
				cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: ch})
			} else {
				cases = append(cases, reflect.SelectCase{Dir: reflect.SelectSend, Chan: ch, Send: m.value(t.Elem(), depth+1)})
			}
			if chosen, _, _ := reflect.Select(cases); chosen == 0 {
				break
			}
		}
		for t.ChanDir() == reflect.SendDir {
			if _, ok := ch.Recv(); !ok {
				return
			}
		}
		ch.Close()
	}()
	return ch
}
