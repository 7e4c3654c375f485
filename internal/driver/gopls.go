package driver

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"github.com/leaklint/leaklint/internal/goplsbuild"
)

// goplsUsage opens the help text of leaklint gopls.
const goplsUsage = `usage: leaklint gopls [-version vX.Y.Z] [-o path] [-source dir]

Builds gopls, the language server that editors run, with leaklint's analyzers
linked in, so that findings show while you type. Tell your editor to use that
program in place of gopls.
`

// gopls builds gopls with leaklint's analyzers.
func (c *command) gopls(args []string) error {
	var o goplsbuild.Options
	fs := flag.NewFlagSet("leaklint gopls", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	show := func() {
		fmt.Fprintf(c.stdout, "%s\n", goplsUsage)
		fs.VisitAll(func(f *flag.Flag) { printFlag(c.stdout, f.Name, f) })
	}
	fs.StringVar(&o.Version, "version", "", "`version` of gopls (default: the newest that the go command here can build)")
	fs.StringVar(&o.Output, "o", "", "`path` of the program to write (default: gopls-leaklint where go install puts programs)")
	fs.StringVar(&o.Source, "source", "", "`dir` of a checkout of leaklint to link (default: the version of this program)")
	fs.Usage = func() {} // only for -h, not for what is wrong
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		show()
		return errHelp
	} else if err != nil {
		return &userError{message: err.Error(), hint: "Run 'leaklint gopls -h' for its flags."}
	}
	if fs.NArg() > 0 {
		return &userError{message: "leaklint gopls takes no arguments, and got " + fs.Arg(0), hint: "Run 'leaklint gopls -h' for its flags."}
	}
	if err := chooseSource(&o); err != nil {
		return err
	}
	if c.terminal {
		o.Log = c.stderr
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	path, version, err := goplsbuild.Build(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s\ngopls %s with leaklint. In VS Code: \"go.alternateTools\": {\"gopls\": %q}\n", path, version, path)
	return nil
}

// chooseSource settles which leaklint is linked: the folder that was asked for,
// the released version of this program, or the checkout in the current
// directory.
func chooseSource(o *goplsbuild.Options) error {
	if o.Source != "" {
		return nil
	}
	version := toolVersion()
	if version != "(devel)" && !strings.Contains(version, "+") {
		o.LeaklintVersion = version
		return nil
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", goplsbuild.Module).Output()
	if dir := strings.TrimSpace(string(out)); err == nil && dir != "" {
		o.Source = dir
		return nil
	}
	return &userError{
		message: "this leaklint was built from a working tree, so there is no released version of it to link",
		hint:    "Say where its source is with -source DIR, or run it in that folder.",
	}
}
