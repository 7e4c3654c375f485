package driver

import (
	"os"
	"path/filepath"
	"strings"
)

// isTerminal reports whether the file is a terminal: a character device other
// than the one that swallows everything.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// wantsColour reports whether to write colours to the file.
func wantsColour(f *os.File) bool {
	return isTerminal(f) && os.Getenv("NO_COLOR") == "" && !isDumb()
}

// isDumb reports whether the terminal can do nothing but print.
func isDumb() bool { return os.Getenv("TERM") == "dumb" }

// shortPath returns path relative to the working directory if that is shorter.
func shortPath(wd, path string) string {
	if rel, err := filepath.Rel(wd, path); err == nil && filepath.IsAbs(path) && len(rel) < len(path) {
		return rel
	}
	return path
}

// Parts of the text format and their colours.
const (
	plain = ""
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	red   = "\x1b[31m"
	reset = "\x1b[0m"
)

// paint returns text in a colour.
func paint(on bool, colour, text string) string {
	if !on || colour == plain || strings.TrimSpace(text) == "" {
		return text
	}
	return colour + text + reset
}
