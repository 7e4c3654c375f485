package tickerstop_test

import (
	"testing"

	"github.com/leaklint/leaklint/internal/leaktest"
	"github.com/leaklint/leaklint/passes/tickerstop"
)

func TestCorpus(t *testing.T) { leaktest.Run(t, tickerstop.Analyzer) }

func TestDrivers(t *testing.T) {
	leaktest.Agree(t, tickerstop.Analyzer, "crosspkg", "partner", "clocks")
}
