// Package unused has ignores that the fix removes.
package unused

//lint:file-ignore leaklint/selectnoexit nothing here needs it // want "hides no finding"

func f() {
	work()

	//lint:ignore leaklint/selectnoexit no goroutine here // want "hides no finding"
	work()

	work() //nolint:selectnoexit // want "hides no finding"

	// The other name may be needed, so the comment stays.
	work() //nolint:errcheck,selectnoexit // want "hides no finding"
}

func work() {}
