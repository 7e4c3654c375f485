// Package pipes: io.Pipe is a channel of bytes.
package pipes

import (
	"bytes"
	"io"
	"net/http"
)

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

func Posted(data []byte, url string) error {
	pr, pw := io.Pipe()
	go func() {
		pw.Write(data)
		pw.Close()
	}()
	_, err := http.Post(url, "text/plain", pr) // ok: reads and closes the body
	return err
}

func Buffered(data []byte) error {
	pr, pw := io.Pipe()
	go func() {
		pw.Write(data)
		pw.Close()
	}()
	_, err := new(bytes.Buffer).ReadFrom(pr) // ok: reads to the end
	return err
}
