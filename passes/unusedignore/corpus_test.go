package unusedignore_test

import (
	"testing"

	"github.com/leaklint/leaklint/internal/leaktest"
	"github.com/leaklint/leaklint/passes"
)

func TestCorpus(t *testing.T) {
	for _, a := range passes.All() {
		if a.Name == "unusedignore" {
			leaktest.Run(t, a)
		}
	}
}
