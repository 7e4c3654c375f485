package samples

// Start takes whichever comes first; the other sender stays.
func Start(accept func(), wait func() error) error {
	success := make(chan struct{})
	exit := make(chan error)
	go func() {
		accept()
		success <- struct{}{} // leak
	}()
	go func() {
		exit <- wait() // leak
	}()
	select {
	case <-success:
		return nil
	case err := <-exit:
		return err
	}
}
