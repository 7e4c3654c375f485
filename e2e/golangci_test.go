package e2e

import "testing"

// TestGolangci runs a golangci-lint that has leaklint linked in.
func TestGolangci(t *testing.T) {
	need(t, "git", "install git")
	build(t, golangciProgram)
	script(t, "golangci")
}
