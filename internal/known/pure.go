package known

import (
	"go/types"
	"strings"
)

// Pure reports whether a call of the function computes the same from the same
// operands, and changes nothing: asked twice, it answers the same. A slice or
// pointer among the operands is the same only while nobody writes what it
// refers to.
func Pure(fn *types.Func) bool {
	fn = fn.Origin()
	if fn.Pkg() == nil {
		return false
	}
	names, ok := pure[fn.Pkg().Path()]
	if !ok {
		return false
	}
	name := symbol(fn)
	if names.has(name) {
		return true
	}
	recv, _, method := strings.Cut(name, ".")
	if method {
		return names.has(recv + ".*")
	}
	return names.has("*") && plainResults(fn)
}

// names is a list of function names, separated by spaces; "*" stands for all
// functions that return plain values, "T.*" for all methods of T.
type names string

// has reports whether name is in the list.
func (n names) has(name string) bool {
	return strings.Contains(" "+string(n)+" ", " "+name+" ")
}

// pure lists the functions of std that Pure is true of.
var pure = map[string]names{
	"bytes":         "Equal EqualFold Compare Contains ContainsAny ContainsRune Count HasPrefix HasSuffix Index IndexAny IndexByte LastIndex",
	"cmp":           "*",
	"errors":        "Is Unwrap",
	"math":          "*",
	"math/big":      "Int.Cmp Int.CmpAbs Int.Sign Int.BitLen Int.IsInt64",
	"math/bits":     "*",
	"net/http":      "StatusText CanonicalHeaderKey Header.Get Header.Values Request.UserAgent Request.Referer",
	"net/netip":     "Addr.* AddrPort.* Prefix.* ParseAddr ParseAddrPort ParsePrefix",
	"net/url":       "PathEscape QueryEscape URL.String URL.Hostname URL.Port Values.Get Values.Has",
	"os":            "Getenv LookupEnv IsExist IsNotExist IsPermission IsTimeout FileMode.*",
	"io/fs":         "FileMode.* ValidPath",
	"path":          "*",
	"path/filepath": "Base Clean Dir Ext FromSlash IsAbs IsLocal Join Match Split SplitList ToSlash VolumeName",
	"reflect":       "TypeOf ValueOf Kind.* Type.* rtype.* Value.Kind Value.Type Value.IsNil Value.IsValid Value.IsZero Value.Len Value.NumField DeepEqual",
	"slices":        "Contains Equal Index Compare Max Min IsSorted",
	"strconv":       "*",
	"strings": "Compare Contains ContainsAny ContainsRune Count EqualFold Fields HasPrefix HasSuffix Index IndexAny IndexByte IndexRune " +
		"Join LastIndex LastIndexAny LastIndexByte Repeat Replace ReplaceAll Split SplitAfter SplitN Title ToLower ToTitle ToUpper " +
		"ToValidUTF8 Trim TrimLeft TrimPrefix TrimRight TrimSpace TrimSuffix Cut CutPrefix CutSuffix",
	"time": "Time.Add Time.AddDate Time.After Time.Before Time.Clock Time.Compare Time.Date Time.Day Time.Equal Time.Format Time.Hour Time.IsZero " +
		"Time.Minute Time.Month Time.Nanosecond Time.Round Time.Second Time.String Time.Sub Time.Truncate Time.UTC Time.Unix Time.UnixMilli " +
		"Time.UnixNano Time.Weekday Time.Year Time.YearDay Duration.* Month.* Weekday.* ParseDuration Unix UnixMilli",
	"unicode":      "*",
	"unicode/utf8": "FullRune FullRuneInString RuneCount RuneCountInString RuneLen ValidRune ValidString Valid DecodeRuneInString DecodeLastRuneInString",
}

// plainResults reports whether all results are basic values or errors: what is
// new at each call is not the same.
func plainResults(fn *types.Func) bool {
	for v := range fn.Signature().Results().Variables() {
		if _, basic := v.Type().Underlying().(*types.Basic); !basic && !types.IsInterface(v.Type()) {
			return false
		}
	}
	return true
}
