// Package off is analysed by a driver that does not show selectnoexit.
//
//leaktest:flags -off=selectnoexit
package off

func f() {
	work() //nolint:selectnoexit
	work() //nolint:leaklint
	work() //nolint:leaklint/nosuchpass // want unusedignore/unknown:"names no pass"
}

func work() {}
