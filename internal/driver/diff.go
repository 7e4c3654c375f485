package driver

import (
	"fmt"
	"path/filepath"
	"strings"
)

// contextLines is how many unchanged lines a hunk shows around its changes.
const contextLines = 3

// unifiedDiff returns how the file changes from old to new, in the form that
// patch -p1 and git apply read. It is empty if nothing changes.
func unifiedDiff(file, old, new string) string {
	if old == new {
		return ""
	}
	from, to := "a/"+file, "b/"+file
	if filepath.IsAbs(file) || strings.HasPrefix(file, "../") {
		from, to = file, file
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", from, to)
	for _, h := range hunks(diffLines(splitLines(old), splitLines(new))) {
		h.write(&b)
	}
	return b.String()
}

// splitLines splits text after each line break.
func splitLines(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// A diffLine is a line with what happens to it: ' ', '-' or '+'.
type diffLine struct {
	op   byte
	text string
}

// diffLines returns a shortest script that turns a into b: Myers' algorithm,
// whose time and space grow with the square of the number of changes.
func diffLines(a, b []string) []diffLine {
	// reach[d][k] is how far in a the diagonal k is reached with d changes.
	var reach []map[int]int
	for d := 0; ; d++ {
		now := make(map[int]int)
		for k := -d; k <= d; k += 2 {
			x := 0
			if d > 0 {
				before := reach[d-1]
				if k == -d || k != d && before[k-1] < before[k+1] {
					x = before[k+1]
				} else {
					x = before[k-1] + 1
				}
			}
			for x < len(a) && x-k < len(b) && x-k >= 0 && a[x] == b[x-k] {
				x++
			}
			now[k] = x
			if x >= len(a) && x-k >= len(b) {
				return retrace(a, b, append(reach, now))
			}
		}
		reach = append(reach, now)
	}
}

// retrace reads the script off the table of diffLines, from its end.
func retrace(a, b []string, reach []map[int]int) []diffLine {
	var reversed []diffLine
	x, y := len(a), len(b)
	for d := len(reach) - 1; d > 0; d-- {
		before, k := reach[d-1], x-y
		fromX, insert := before[k-1], false
		if k == -d || k != d && before[k-1] < before[k+1] {
			fromX, insert = before[k+1], true
		}
		startX := fromX
		if !insert {
			startX++
		}
		for x > startX {
			x, y = x-1, y-1
			reversed = append(reversed, diffLine{' ', a[x]})
		}
		if insert {
			y--
			reversed = append(reversed, diffLine{'+', b[y]})
		} else {
			x--
			reversed = append(reversed, diffLine{'-', a[x]})
		}
	}
	for x > 0 {
		x--
		reversed = append(reversed, diffLine{' ', a[x]})
	}
	lines := make([]diffLine, 0, len(reversed))
	for i := len(reversed) - 1; i >= 0; i-- {
		lines = append(lines, reversed[i])
	}
	return lines
}

// A hunk is a run of changes with the lines around it.
type hunk struct {
	oldStart, newStart int // first lines, counted from 1
	lines              []diffLine
}

// hunks groups the changes that are close to each other.
func hunks(script []diffLine) []hunk {
	var all []hunk
	oldLine, newLine, same := 1, 1, contextLines+1
	var h *hunk
	for i, l := range script {
		if l.op != ' ' {
			if h == nil {
				lead := min(contextLines, same, i)
				h = &hunk{oldStart: oldLine - lead, newStart: newLine - lead, lines: append([]diffLine{}, script[i-lead:i]...)}
			}
			h.lines = append(h.lines, l)
			same = 0
		} else {
			same++
			if h != nil {
				h.lines = append(h.lines, l)
			}
			if h != nil && same == 2*contextLines {
				h.lines = h.lines[:len(h.lines)-contextLines]
				all, h = append(all, *h), nil
			}
		}
		if l.op != '+' {
			oldLine++
		}
		if l.op != '-' {
			newLine++
		}
	}
	if h != nil {
		h.lines = h.lines[:len(h.lines)-max(0, same-contextLines)]
		all = append(all, *h)
	}
	return all
}

// write writes the hunk with its header.
func (h *hunk) write(b *strings.Builder) {
	oldCount, newCount := 0, 0
	for _, l := range h.lines {
		if l.op != '+' {
			oldCount++
		}
		if l.op != '-' {
			newCount++
		}
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", hunkRange(h.oldStart, oldCount), hunkRange(h.newStart, newCount))
	for _, l := range h.lines {
		b.WriteByte(l.op)
		b.WriteString(l.text)
		if !strings.HasSuffix(l.text, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// hunkRange returns start,count as diff writes it: an empty range stands after
// the line before it.
func hunkRange(start, count int) string {
	switch count {
	case 0:
		return fmt.Sprintf("%d,0", start-1)
	case 1:
		return fmt.Sprint(start)
	}
	return fmt.Sprintf("%d,%d", start, count)
}
