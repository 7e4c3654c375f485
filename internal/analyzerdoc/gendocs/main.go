// Gendocs writes docs/passes: a page for each analyzer and a list of them.
// Run it from the root of the repository (make docs).
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/leaklint/leaklint/passes"
)

func main() {
	const dir = "docs/passes"
	if err := os.RemoveAll(dir); err != nil {
		log.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		log.Fatal(err)
	}
	for name, page := range passes.Pages() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(page), 0o666); err != nil {
			log.Fatal(err)
		}
	}
}
