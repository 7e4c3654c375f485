//go:build !nosuchtag

package platform

func tagged() {
	work() //nolint:selectnoexit
}
