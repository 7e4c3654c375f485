package samples

// Copy stops at the first error; the other stream still sends.
func Copy(stdout, stderr func() error) error {
	done := make(chan error)
	copyStream := func(f func() error) {
		done <- f() // leak
	}
	go copyStream(stdout)
	go copyStream(stderr)
	for i := 0; i < 2; i++ {
		if err := <-done; err != nil {
			return err
		}
	}
	return nil
}
