// Package tests: leaks in tests.
package tests

//leaktest:flags -confidence=low
