// Package platform has files with a build constraint: there it depends on the
// platform whether an ignore is needed.
package platform

func all() {
	work() //nolint:selectnoexit // want "hides no finding"
}

func work() {}
