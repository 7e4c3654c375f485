package platform

func byName() {
	work() //nolint:selectnoexit
}
