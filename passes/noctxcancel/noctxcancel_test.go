package noctxcancel_test

import (
	"testing"

	"github.com/leaklint/leaklint/internal/leaktest"
	"github.com/leaklint/leaklint/passes/noctxcancel"
)

func TestCorpus(t *testing.T) { leaktest.Run(t, noctxcancel.Analyzer) }

func TestDrivers(t *testing.T) {
	leaktest.Agree(t, noctxcancel.Analyzer, "crosspkg", "partner", "iface", "tests")
}
