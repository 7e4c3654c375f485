package selectnoexit_test

import (
	"testing"

	"github.com/leaklint/leaklint/internal/leaktest"
	"github.com/leaklint/leaklint/passes/selectnoexit"
)

func TestCorpus(t *testing.T) { leaktest.Run(t, selectnoexit.Analyzer) }
