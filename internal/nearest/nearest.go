// Package nearest answers: which name did somebody mean who wrote one that
// does not exist?
package nearest

import "strings"

// To returns the name that differs from word in the fewest letters, and "" if
// all differ in more than a third of them. What both have up to a slash, as in
// pass/check, does not count. Of equals the first one wins.
func To(word string, names []string) string {
	best, least := "", len(word)+1
	for _, name := range names {
		w, n := word, name
		if i := strings.LastIndexByte(name, '/'); i >= 0 && strings.HasPrefix(word, name[:i+1]) {
			w, n = word[i+1:], name[i+1:]
		}
		if d := distance(w, n); d < least && d <= len(w)/3+1 && d < len(w) {
			best, least = name, d
		}
	}
	return best
}

// Hint returns ": did you mean NAME?", or "" if no name is near.
func Hint(word string, names []string) string {
	if name := To(word, names); name != "" {
		return ": did you mean " + name + "?"
	}
	return ""
}

// distance returns how many bytes have to be changed, inserted, removed or
// swapped with the next one to make b out of a. Its cost is the product of
// their lengths.
func distance(a, b string) int {
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
