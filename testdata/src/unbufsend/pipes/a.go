// Package pipes: io.Pipe is a channel of bytes.
package pipes

import "io"

func Left(data []byte, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		pw.Write(data) // want `the write to .* can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func Closed(data []byte, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		pw.Write(data)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}
