package profile

import (
	"strings"
	"unicode"
)

// This file reads the names that the linker gives to functions:
//
//	example.com/m/p.Fetch.func1            a literal in Fetch
//	example.com/m/p.(*T[...]).Run          a method
//	example.com/m/p.(*T).Run-fm            a method value
//	gopkg.in/yaml%2ev3.Unmarshal           a dot in the last element of a path
//	example.com/m/p.init.func1             a literal of a package variable
//	example.com/m/p.F-range1               the body of a range over a function

// packageOf returns the import path of the function's package.
func packageOf(symbol string) string {
	slash := strings.LastIndexByte(withoutTypeArgs(symbol), '/') + 1
	dot := strings.IndexByte(symbol[slash:], '.')
	if dot < 0 {
		return ""
	}
	return unescape(symbol[:slash+dot])
}

// withoutTypeArgs cuts the symbol at its type arguments, which may hold paths.
func withoutTypeArgs(symbol string) string {
	before, _, _ := strings.Cut(symbol, "[")
	return before
}

// unescape decodes the %2e of import paths.
func unescape(path string) string {
	if !strings.Contains(path, "%") {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			hi, lo := unhex(path[i+1]), unhex(path[i+2])
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

// unhex returns the value of a hexadecimal digit, or -1.
func unhex(c byte) int { return strings.IndexByte("0123456789abcdef", c|0x20) }

// localName returns the name of the function within its package, with its
// literals: "(*T).Run.func1".
func localName(symbol string) string {
	slash := strings.LastIndexByte(withoutTypeArgs(symbol), '/') + 1
	if _, name, ok := strings.Cut(symbol[slash:], "."); ok {
		return name
	}
	return symbol
}

// declared returns the name of the declaration that a function stands in, as
// declName gives it: "Fetch", "T.Run". It is "" for code outside functions.
func declared(symbol string) string {
	name := localName(symbol)
	if open := strings.IndexByte(name, '['); open >= 0 {
		if end := strings.IndexByte(name[open:], ']'); end >= 0 {
			name = name[:open] + name[open+end+1:]
		}
	}
	if rest, ok := strings.CutPrefix(name, "("); ok {
		recv, method, _ := strings.Cut(rest, ").")
		return strings.TrimPrefix(recv, "*") + "." + firstPart(method)
	}
	first := firstPart(name)
	if first == "init" || first == "glob" || first == "" {
		return ""
	}
	_, rest, _ := strings.Cut(name, ".")
	if second := firstPart(rest); second != "" && !isGenerated(second) {
		return first + "." + second // a method with a value receiver
	}
	return first
}

// firstPart returns the name up to a dot or dash.
func firstPart(name string) string {
	if i := strings.IndexAny(name, ".-"); i >= 0 {
		return name[:i]
	}
	return name
}

// isGenerated reports whether the compiler gives such a name to a function
// within another one: func1, gowrap2, deferwrap1, or a number within these.
func isGenerated(name string) bool {
	word := strings.TrimRightFunc(name, unicode.IsDigit)
	return word != name && (word == "" || word == "func" || word == "gowrap" || word == "deferwrap")
}

// isStd reports whether the import path is one of the standard library: its
// first element has no dot. Programs (main) and modules without a dot in their
// path look the same, so ask about the user's modules first.
func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return path != "main" && !strings.Contains(first, ".")
}

// isRuntime reports whether the function belongs to the runtime or to the
// insides of the packages that park goroutines: what nobody waits in.
func isRuntime(symbol string) bool {
	p := packageOf(symbol)
	return p == "runtime" || strings.HasPrefix(p, "runtime/internal/") || strings.HasPrefix(p, "internal/")
}
