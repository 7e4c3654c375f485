package known

import (
	"go/types"
	"strings"
)

// Pure reports whether the function answers the same whenever it is asked about
// the same values, as long as nobody changes what they point to, and does
// nothing else: asked twice, it does not contradict itself.
func Pure(fn *types.Func) bool {
	fn = fn.Origin()
	if fn.Pkg() == nil || !plainSignature(fn.Signature()) {
		return false
	}
	rows, ok := pureTables[unversioned(fn.Pkg().Path())]
	if !ok {
		return false
	}
	name := symbol(fn)
	recv, _, method := strings.Cut(name, ".")
	for _, key := range []string{name, recv + ".*"} {
		if pure, ok := rows[key]; ok && (method || key == name) {
			return pure
		}
	}
	return rows["*"] && !strings.HasPrefix(name, "New")
}

// plainSignature reports whether a function has results, and is given no
// function that it could call.
func plainSignature(sig *types.Signature) bool {
	for i := range sig.Params().Len() {
		if _, ok := sig.Params().At(i).Type().Underlying().(*types.Signature); ok {
			return false
		}
	}
	return sig.Results().Len() > 0
}

// A pureTable says which functions and methods of a package are pure. "*" stands
// for the others, but for those whose name begins with New, "T.*" for the other
// methods of T.
type pureTable map[string]bool

// allPure is the table of a package of which all functions are.
var allPure = pureTable{"*": true}

// pureTables lists the packages with pure functions.
var pureTables = map[string]pureTable{
	"strings": {"*": true, "Builder.*": false, "Reader.*": false, "Replacer.WriteString": false},
	"bytes":   {"*": true, "Buffer.*": false, "Reader.*": false},
	"errors":  {"Is": true, "Unwrap": true},
	"strconv": allPure, "math": allPure, "math/bits": allPure, "math/cmplx": allPure, "cmp": allPure, "html": allPure,
	"path": allPure, "unicode": allPure, "unicode/utf8": allPure, "unicode/utf16": allPure, "net/netip": allPure, "mime": allPure,
	"path/filepath": {"*": true, "Abs": false, "EvalSymlinks": false, "Glob": false},
	"net/url": {
		"*": true, "Values.Add": false, "Values.Set": false, "Values.Del": false, "URL.UnmarshalBinary": false,
	},
	"time": {
		"Duration.*": true, "Time.*": true, "Month.*": true, "Weekday.*": true, "Location.String": true,
		"Date": true, "Unix": true, "UnixMilli": true, "UnixMicro": true, "Parse": true, "ParseDuration": true,
		"Time.UnmarshalBinary": false, "Time.UnmarshalJSON": false, "Time.UnmarshalText": false, "Time.GobDecode": false,
	},
	"reflect": {"TypeOf": true, "Type.*": true, "Kind.*": true, "DeepEqual": true, "ValueOf": true, "Value.Kind": true, "Value.IsValid": true},
	"regexp":  {"*": true, "Regexp.Longest": false, "Compile": false, "MustCompile": false, "CompilePOSIX": false, "MustCompilePOSIX": false, "MatchReader": false},
	"slices":  {"Contains": true, "Index": true, "Equal": true, "Max": true, "Min": true, "IsSorted": true, "Compare": true, "BinarySearch": true},
	"sort":    {"SearchInts": true, "SearchStrings": true, "IsSorted": true, "IntsAreSorted": true, "StringsAreSorted": true},
	"maps":    {"Equal": true},
	"os":      {"Getenv": true, "LookupEnv": true, "IsNotExist": true, "IsExist": true, "IsPermission": true, "IsTimeout": true, "FileMode.*": true},
	"net/http": {
		"Header.Get": true, "Header.Values": true, "StatusText": true, "CanonicalHeaderKey": true, "Request.FormValue": false,
		"Request.UserAgent": true, "Request.Referer": true, "Request.ProtoAtLeast": true, "Response.ProtoAtLeast": true,
	},
	"net": {"ParseIP": true, "IP.*": true, "JoinHostPort": true, "SplitHostPort": true, "IP.UnmarshalText": false},
}
