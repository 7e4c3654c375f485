// Package tests: leaks in tests.
package tests
