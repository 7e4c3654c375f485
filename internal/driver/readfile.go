package driver

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxSource is the size in bytes beyond which a file is not read.
const maxSource = 32 << 20

// errNotSource says why a file is not read or changed.
var errNotSource = errors.New("it is no regular file below the root of its module")

// readSource reads a source file: a regular file of bounded size that lies, once
// symbolic links are followed, below the root of the module that its name is in.
// Outside all modules a Go file may lie anywhere.
func readSource(name string) ([]byte, error) {
	if err := checkSource(name); err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSource+1))
	if err == nil && len(data) > maxSource {
		return nil, fmt.Errorf("it is larger than %d MB", maxSource>>20)
	}
	return data, err
}

// checkSource reports why a file must not be read or changed, or returns nil.
func checkSource(name string) error {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Lstat(real)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errNotSource
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	root := enclosingModule(filepath.Dir(abs))
	switch {
	case root == "" && filepath.Ext(real) != ".go":
		return errNotSource
	case root == "":
		return nil
	}
	if real, err = filepath.Abs(real); err != nil {
		return err
	}
	if rel, err := filepath.Rel(realPath(root), real); err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return errNotSource
	}
	return nil
}
