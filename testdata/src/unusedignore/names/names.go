// Package names has ignores with names that leaklint can and cannot read.
package names

func unknown() {
	//lint:ignore leaklint/nosuchpass it was renamed // want unusedignore/unknown:`"leaklint/nosuchpass" names no pass of leaklint`
	work()
	work() //nolint:leaklint/nosuchpass // want unusedignore/unknown:"names no pass"
}

// Ignores that are, or may be, about other linters are none of our business.
func others() {
	work() //nolint
	work() //nolint:all
	work() //nolint:errcheck,nosuchpass
	work() //lint:ignore SA1000 why
	work() //lint:ignore SA1000
	work() //lint:ignore * why
}

func nothingHidden() {
	work() //nolint:leaklint // want unusedignore/unused:`"leaklint" hides no finding: remove it`
	work() //lint:ignore leaklint // want unusedignore/unused:`"leaklint" hides no finding`
	work() //nolint:errcheck,leaklint // want unusedignore/unused:`"leaklint" hides no finding`
	work() // A word about //nolint:leaklint is no ignore.
}

func noReason() {
	work() /* want unusedignore/noreason:`"leaklint" hides nothing without a reason: write //lint:ignore leaklint and why` */ //lint:ignore leaklint
}

func work() {}

// near has names that are almost right: each is answered with the nearest one.
func near() {
	//lint:ignore leaklint/unbufsend/timeuot letters swapped // want unusedignore/unknown:`names no check of leaklint: did you mean unbufsend/timeout\?`
	work()
	//lint:ignore unbufsend/lef a letter short // want unusedignore/unknown:`names no check of leaklint: did you mean unbufsend/left\?`
	work()
	//lint:ignore leaklint/unbufsent it was renamed // want unusedignore/unknown:`names no pass of leaklint: did you mean leaklint/unbufsend\?`
	work()
	//lint:ignore leaklint/unbufsend/whatever nothing is near // want unusedignore/unknown:`names no check of leaklint: 'leaklint help unbufsend' lists them`
	work()
	//lint:ignore leaklint/unbufsend/left/low right, and hides nothing // want unusedignore/unused:"hides no finding"
	work()
}
