package samples

// Forward returns between the go statement and the only receive.
func Forward(open func() error, read func() error) error {
	errs := make(chan error)
	go func() {
		err := read()
		errs <- err // leak
	}()
	if err := open(); err != nil {
		return err
	}
	return <-errs
}
