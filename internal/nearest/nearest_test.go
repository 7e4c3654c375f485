package nearest_test

import (
	"testing"

	"github.com/leaklint/leaklint/internal/nearest"
)

func TestTo(t *testing.T) {
	names := []string{"unbufsend/left", "unbufsend/timeout", "unbufsend/test", "tests", "nil"}
	for _, test := range []struct{ word, want string }{
		{"unbufsend/timeuot", "unbufsend/timeout"},
		{"unbufsend/lef", "unbufsend/left"},
		{"test", "tests"},
		{"nli", "nil"},
		{"unbufsend/timeout", "unbufsend/timeout"},
		{"x", ""},
		{"unbufsend/whatever", ""},
		{"", ""},
		{"something/else", ""},
	} {
		if got := nearest.To(test.word, names); got != test.want {
			t.Errorf("nearest to %q is %q, want %q", test.word, got, test.want)
		}
	}
	if got := nearest.Hint("test", names); got != ": did you mean tests?" {
		t.Errorf("Hint: %q", got)
	}
}
