package unbufsend_test

import (
	"testing"

	"github.com/leaklint/leaklint/internal/leaktest"
	"github.com/leaklint/leaklint/passes/unbufsend"
)

func TestCorpus(t *testing.T) { leaktest.Run(t, unbufsend.Analyzer) }
