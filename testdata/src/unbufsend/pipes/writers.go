package pipes

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"mime/multipart"
	"os"
	"text/template"
)

var page = template.Must(template.New("page").Parse("{{.}}"))

// dump writes to whatever it is given: here a pipe, there a buffer.
func dump(w io.Writer, n int) error {
	_, err := w.Write([]byte{byte(n)}) // want `the write to w can block for ever`
	return err
}

func toBuffer(n int) error { return dump(new(bytes.Buffer), n) }

func toStdout(n int) error { return dump(os.Stdout, n) }

// sink is a writer by another name.
type sink interface{ Write([]byte) (int, error) }

func emit(s sink, n int) {
	s.Write([]byte{byte(n)}) // want `the write to s can block for ever`
}

func Printed(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		fmt.Fprintf(pw, "%d", n) // want `the write to pw.* can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func PrintedOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		fmt.Fprintf(pw, "%d", n)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func String(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		io.WriteString(pw, "x") // want `the write to pw.* can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func StringOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		io.WriteString(pw, "x")
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func Copied(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		io.Copy(pw, src) // want `the write to pw.* can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func CopiedOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		io.Copy(pw, src)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func CopiedN(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		io.CopyN(pw, src, int64(n)) // want `the write to pw.* can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func CopiedNOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		io.CopyN(pw, src, int64(n))
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func JSON(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		json.NewEncoder(pw).Encode(n) // want `the write to .* can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func JSONOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		json.NewEncoder(pw).Encode(n)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func Gob(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		gob.NewEncoder(pw).Encode(n) // want `the write to .* can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func GobOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		gob.NewEncoder(pw).Encode(n)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func XML(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		xml.NewEncoder(pw).Encode(n) // want `the write to .* can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func XMLOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		xml.NewEncoder(pw).Encode(n)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func Template(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		page.Execute(pw, n) // want `the write to pw.* can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func TemplateOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		page.Execute(pw, n)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func Dumped(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		dump(pw, n)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func DumpedOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		dumpOK(pw, n)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func ViaSink(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		emit(pw, n)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func ViaSinkOK(n int, src io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	defer pr.Close() // ok: a write to a closed pipe fails
	go func() {
		emitOK(pw, n)
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

func dumpOK(w io.Writer, n int) error {
	_, err := w.Write([]byte{byte(n)})
	return err
}

func emitOK(s sink, n int) { s.Write([]byte{byte(n)}) }

// What a compressor is told waits for its Close.
func Zipped(data []byte, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		zw := gzip.NewWriter(pw)
		zw.Write(data)
		zw.Close() // want `the write to zw can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

// Deferred, beside the end of the pipe, which comes too late.
func ZippedDeferred(data []byte, level int, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		defer pw.Close()
		zw, err := gzip.NewWriterLevel(pw, level)
		if err != nil {
			return
		}
		defer zw.Close() // want `the write to zw can block for ever`
		zw.Write(data)
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

// ok: the reader is closed on every way out.
func ZippedOK(data []byte, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		zw := gzip.NewWriter(pw)
		zw.Write(data)
		zw.Close()
		pw.Close()
	}()
	if err := try(); err != nil {
		pr.CloseWithError(err)
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

// Buffered text is written by Flush.
func Flushed(n int, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		bw := bufio.NewWriter(pw)
		fmt.Fprintln(bw, n)
		bw.Flush() // want `the write to bw can block for ever`
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

// The parts of a form.
func Form(file io.Reader, try func() error) error {
	pr, pw := io.Pipe()
	mw := multipart.NewWriter(pw)
	go func() {
		defer pw.Close()
		part, err := mw.CreateFormFile("f", "f") // want `the write to mw can block for ever`
		if err != nil {
			return
		}
		io.Copy(part, file)
		mw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

// The entries of an archive.
func Archive(names []string, try func() error) error {
	pr, pw := io.Pipe()
	go func() {
		tw := tar.NewWriter(pw)
		for _, name := range names {
			tw.WriteHeader(&tar.Header{Name: name}) // want `the write to tw can block for ever`
		}
		tw.Close()
		pw.Close()
	}()
	if err := try(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, pr)
	return err
}

// A producer that closes what it is given.
func produce(w io.WriteCloser, n int) {
	defer w.Close()
	fmt.Fprintln(w, n)
}

// ok: it is read to the end, which the producer makes.
func Produced(n int) error {
	pr, pw := io.Pipe()
	go produce(pw, n)
	buf := make([]byte, 16)
	for {
		if _, err := pr.Read(buf); err != nil {
			return err
		}
	}
}

func produceLeft(w io.WriteCloser, n int) {
	defer w.Close()
	fmt.Fprintln(w, n) // want `the write to w can block for ever`
}

// Read once only.
func ProducedLeft(n int, try func() error) error {
	pr, pw := io.Pipe()
	go produceLeft(pw, n)
	if err := try(); err != nil {
		return err
	}
	buf := make([]byte, 16)
	for {
		if _, err := pr.Read(buf); err != nil {
			return err
		}
	}
}

// ok: an encoder that writes to a file beside a pipe.
func Beside(n int, f *os.File) error {
	pr, pw := io.Pipe()
	go func() {
		pw.Close()
	}()
	json.NewEncoder(f).Encode(n)
	_, err := io.Copy(io.Discard, pr)
	return err
}

// ok: unseen code has the reader.
func Handed(n int, read func(io.Reader) error) error {
	pr, pw := io.Pipe()
	go func() {
		fmt.Fprintln(pw, n)
		pw.Close()
	}()
	return read(pr)
}
