package driver

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnifiedDiff(t *testing.T) {
	for _, test := range []struct{ name, old, new, want string }{
		{"equal", "a\n", "a\n", ""},
		{"change", "a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
		{"empty before", "", "a\n", "@@ -0,0 +1 @@\n+a\n"},
		{"empty after", "a\n", "", "@@ -1 +0,0 @@\n-a\n"},
		{"no line break", "a", "b", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"},
		{"two hunks", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\ny\n",
			"@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n"},
		{"one hunk", "1\n2\n3\n4\n5\n6\n7\n", "x\n2\n3\n4\n5\n6\ny\n",
			"@@ -1,7 +1,7 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n-7\n+y\n"},
	} {
		want := test.want
		if want != "" {
			want = "--- a/f.go\n+++ b/f.go\n" + want
		}
		if got := unifiedDiff("f.go", test.old, test.new); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, want)
		}
	}
}

// TestDiffApplies holds, for random texts, that the diff turns one into the
// other: by reading it, and by patch where there is one.
func TestDiffApplies(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range random.IntN(30) {
			b.WriteString([]string{"a", "b", "c"}[random.IntN(3)] + "\n")
		}
		return strings.TrimSuffix(b.String(), strings.Repeat("\n", random.IntN(2)))
	}
	_, patchErr := exec.LookPath("patch")
	for i := range 500 {
		old, new := text(), text()
		var before, after strings.Builder
		for _, l := range diffLines(splitLines(old), splitLines(new)) {
			if l.op != '+' {
				before.WriteString(l.text)
			}
			if l.op != '-' {
				after.WriteString(l.text)
			}
		}
		if before.String() != old || after.String() != new {
			t.Fatalf("script from %q to %q is from %q to %q", old, new, before.String(), after.String())
		}
		if i < 40 && patchErr == nil && old != new {
			patched(t, old, new)
		}
	}
}

// patched holds that patch turns old into new.
func patched(t *testing.T, old, new string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, []byte(old), 0o666); err != nil {
		t.Fatal(err)
	}
	diff := unifiedDiff("f", old, new)
	cmd := exec.Command("patch", "-p1", file)
	cmd.Stdin = strings.NewReader(diff)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("patch: %v\n%s\n%s", err, out, diff)
	}
	got, err := os.ReadFile(file)
	if os.IsNotExist(err) && new == "" {
		return // patch removes empty files
	}
	if string(got) != new {
		t.Errorf("patched to %q, %v, want %q; diff:\n%s", got, err, new, diff)
	}
}
