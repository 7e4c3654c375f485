package driver

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/leaklint/leaklint/internal/nearest"
	"github.com/leaklint/leaklint/passes"
)

// This file is the configuration file. It is turned into flags that stand
// before those of the command line, so what a cache knows of flags, it knows of
// the file.

// configName is the name of the file, looked for in the directory where
// leaklint runs and above it, up to the root of the module or repository.
const configName = ".leaklint.yml"

// configFlags are the flags that a top-level key of the file may set. How a run
// is shown and whether it changes files is for the command line to say.
var configFlags = []string{"confidence", "skip-vet", "tests", "generated", "baseline", "tags"}

// A setting is a flag and the line of the file that gives it.
type setting struct {
	flag string // as on the command line, such as -tests=false
	line int
}

// A config is what a configuration file says.
type config struct {
	file     string // empty if there is none
	settings []setting
}

// findConfig reads the configuration file for dir.
func (c *command) findConfig(dir string) (*config, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for {
		file := filepath.Join(dir, configName)
		data, err := readSetting(file)
		switch {
		case err == nil:
			conf := &config{file: file}
			return conf, conf.read(c, data)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, failf("%v", err)
		}
		if parent := filepath.Dir(dir); isModuleRoot(dir) || exists(filepath.Join(dir, ".git")) || parent == dir {
			return new(config), nil
		}
		dir = filepath.Dir(dir)
	}
}

// readSetting reads a configuration file or a baseline: a regular file of
// bounded size, for whoever wrote the code may have written it as well.
func readSetting(file string) ([]byte, error) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a directory", file)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", file)
	case info.Size() > maxSource:
		return nil, fmt.Errorf("%s is larger than %d MB", file, maxSource>>20)
	}
	return os.ReadFile(file)
}

// errorf returns an error about a line of the file.
func (conf *config) errorf(n *yaml.Node, format string, args ...any) error {
	place := fmt.Sprintf("%s:%d: ", conf.file, n.Line)
	return &userError{message: place + fmt.Sprintf(format, args...), hint: "docs/configuration.md lists the keys; 'leaklint config' prints what is in force."}
}

// read turns the file into settings.
func (conf *config) read(c *command, data []byte) error {
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil // empty
	} else if err != nil {
		return failf("%s: %v", conf.file, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return failf("%s: one YAML document is read, and there are more", conf.file)
	}
	known := slices.Concat([]string{"passes", "checks"}, configFlags)
	return conf.each(doc.Content[0], known, func(key, value *yaml.Node) error {
		switch key.Value {
		case "passes":
			return conf.passes(c, value)
		case "checks":
			return conf.each(value, passes.IDs(""), func(id, on *yaml.Node) error { return conf.add(id.Value, on) })
		case "baseline":
			if value.Kind == yaml.ScalarNode && !filepath.IsAbs(value.Value) {
				value.Value = filepath.Join(filepath.Dir(conf.file), filepath.FromSlash(value.Value))
			}
		}
		return conf.add(key.Value, value)
	})
}

// each calls f for the keys of a mapping, each of which must be known and stand
// there once.
func (conf *config) each(n *yaml.Node, known []string, f func(key, value *yaml.Node) error) error {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil // a key without anything below it
	}
	if n.Kind != yaml.MappingNode {
		return conf.errorf(n, "here stands a mapping, key: value")
	}
	seen := make(map[string]bool)
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !slices.Contains(known, key.Value):
			return conf.errorf(key, "unknown key %s%s", key.Value, nearest.Hint(key.Value, known))
		case seen[key.Value]:
			return conf.errorf(key, "%s stands here a second time", key.Value)
		}
		seen[key.Value] = true
		if err := f(key, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// passes reads the key passes: a pass is false, or a mapping of its flags.
func (conf *config) passes(c *command, n *yaml.Node) error {
	var names []string
	for _, a := range c.analyzers {
		names = append(names, a.Name)
	}
	return conf.each(n, names, func(name, value *yaml.Node) error {
		switch {
		case value.Tag == "!!bool" && value.Value == "true":
			return nil // as without it
		case value.Kind == yaml.ScalarNode:
			return conf.add(name.Value, value)
		}
		var flags []string
		c.analyzer(name.Value).Flags.VisitAll(func(f *flag.Flag) { flags = append(flags, f.Name) })
		return conf.each(value, flags, func(key, value *yaml.Node) error { return conf.add(name.Value+"."+key.Value, value) })
	})
}

// add adds a flag. A check that is true is as without it: on the command line
// it would switch all others off.
func (conf *config) add(name string, value *yaml.Node) error {
	if value.Kind != yaml.ScalarNode || value.Tag == "!!null" {
		return conf.errorf(value, "%s needs one value", name)
	}
	if strings.Contains(name, "/") && value.Value == "true" {
		return nil
	}
	conf.settings = append(conf.settings, setting{"-" + name + "=" + value.Value, value.Line})
	return nil
}

// withConfig returns the arguments with those of the configuration file before
// them. Each of these is tried alone first, so that an error names its line.
func (c *command) withConfig(args []string) ([]string, error) {
	o := new(options)
	fs, _ := o.flagSet(c.analyzers)
	if fs.Parse(args) != nil {
		return args, nil // parseArgs says what is wrong
	}
	conf, err := c.findConfig(o.dir)
	if err != nil {
		return nil, err
	}
	var flags []string
	for _, s := range conf.settings {
		fs, _ := new(options).flagSet(c.analyzers)
		if err := fs.Parse([]string{s.flag}); err != nil {
			return nil, conf.errorf(&yaml.Node{Line: s.line}, "%v", err)
		}
		flags = append(flags, s.flag)
	}
	return append(flags, args...), nil
}

// config prints the flags in force and where each of them comes from.
func (c *command) config(args []string) error {
	if len(args) > 0 && isHelpFlag(args[0]) {
		fmt.Fprintln(c.stdout, "usage: leaklint config [flags]\n\nPrints what "+configName+" and the flags say, as flags, and where each stands.")
		return nil
	}
	o := new(options)
	fs, _ := o.flagSet(c.analyzers)
	if err := fs.Parse(args); err != nil {
		return &userError{message: err.Error(), hint: unknownFlag(fs, err)}
	}
	if fs.NArg() > 0 {
		return &userError{message: "leaklint config takes flags only, and got " + fs.Arg(0), hint: "Run 'leaklint config'."}
	}
	if _, err := c.withConfig(args); err != nil {
		return err
	}
	conf, err := c.findConfig(o.dir)
	if err != nil {
		return err
	}
	if conf.file == "" {
		fmt.Fprintf(c.stdout, "# there is no %s here or above, up to the root of the module\n", configName)
	}
	for _, s := range conf.settings {
		fmt.Fprintf(c.stdout, "%s\t# %s:%d\n", s.flag, conf.file, s.line)
	}
	for _, arg := range args {
		fmt.Fprintf(c.stdout, "%s\t# command line\n", arg)
	}
	return nil
}
