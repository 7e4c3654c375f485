// Command golangci-lint-leaklint is golangci-lint with leaklint linked in. It
// needs nothing but the module proxy to build; golangci-lint custom, which does
// the same, clones golangci-lint's repository.
package main

import (
	"fmt"
	"os"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"
	_ "github.com/leaklint/leaklint/gclplugin"
)

func main() {
	// The version (devel) makes golangci-lint salt its cache with the hash of
	// this program, so that results of an older leaklint are not used again.
	if err := commands.Execute(commands.BuildInfo{Version: "(devel)", GoVersion: "unknown"}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitcodes.Failure)
	}
}
