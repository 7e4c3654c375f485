package onceblock_test

import (
	"testing"

	"github.com/leaklint/leaklint/internal/leaktest"
	"github.com/leaklint/leaklint/passes/onceblock"
)

func TestCorpus(t *testing.T) { leaktest.Run(t, onceblock.Analyzer) }
