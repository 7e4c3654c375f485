package samples

// Gather sends once per item and receives once per item.
func Gather(items []string, f func(string) error) (err error) {
	errs := make(chan error)
	for _, it := range items {
		go func() {
			errs <- f(it)
		}()
	}
	for range items {
		if e := <-errs; e != nil {
			err = e
		}
	}
	return err
}
