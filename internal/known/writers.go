package known

import (
	"go/types"
	"slices"
)

// A Writing is what a call does to a writer of its caller: what it has to say
// goes there before it returns, or its result writes there.
type Writing struct {
	To    int  // the argument that is the writer, counted as in SSA: a receiver is argument 0
	Now   bool // it writes, and so waits for a pipe's reader
	Wraps bool // its first result is a writer on top of it
	Keeps bool // it may do more to its other arguments than to read plain data
}

// Writes says what a call of the function does to a writer; false if it does
// nothing to one, or something that is not known.
func Writes(fn *types.Func) (Writing, bool) {
	fn = fn.Origin()
	if fn.Pkg() == nil {
		return Writing{}, false
	}
	if isWriteMethod(fn) {
		return Writing{Now: true}, true
	}
	names, ok := writers[fn.Pkg().Path()]
	if !ok {
		return Writing{}, false
	}
	w, ok := names[symbol(fn)]
	if recv := fn.Signature().Recv(); !ok && recv != nil && !types.IsInterface(recv.Type()) && fn.Name() != "Reset" {
		// A writer that gathers what it is told: the rest of its methods keep it back.
		wrapped, is := names["New"+typeName(recv.Type())]
		return Writing{}, is && wrapped.Wraps
	}
	return w, ok
}

// isWriteMethod reports whether fn is Write, or WriteString, of an interface.
func isWriteMethod(fn *types.Func) bool {
	sig := fn.Signature()
	if sig.Recv() == nil || !types.IsInterface(sig.Recv().Type()) || sig.Params().Len() != 1 || sig.Results().Len() != 2 {
		return false
	}
	return fn.Name() == "Write" || fn.Name() == "WriteString"
}

// typeName returns the name of the type behind t.
func typeName(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

var (
	writesTo0 = Writing{Now: true}
	writesTo1 = Writing{To: 1, Now: true}
	copiesTo0 = Writing{Now: true, Keeps: true}
	wraps0    = Writing{Wraps: true}
	part0     = Writing{Now: true, Wraps: true}
)

// writings returns a table of functions that do the same.
func writings(w Writing, names ...string) map[string]Writing {
	m := make(map[string]Writing)
	for _, n := range names {
		m[n] = w
	}
	return m
}

// merged returns the union of tables.
func merged(tables ...map[string]Writing) map[string]Writing {
	m := make(map[string]Writing)
	for _, t := range tables {
		for n, w := range t {
			m[n] = w
		}
	}
	return m
}

// compressor is the table of a package whose Writer compresses.
var compressor = merged(
	writings(wraps0, "NewWriter", "NewWriterLevel", "NewWriterLevelDict", "NewWriterDict"),
	writings(writesTo0, "Writer.Flush", "Writer.Close"))

// templates is the table of the packages for templates.
var templates = writings(writesTo1, "Template.Execute", "Template.ExecuteTemplate")

// writers lists the functions by import path.
var writers = map[string]map[string]Writing{
	"fmt": writings(writesTo0, "Fprint", "Fprintf", "Fprintln"),
	"io":  merged(writings(writesTo0, "WriteString"), writings(copiesTo0, "Copy", "CopyN", "CopyBuffer")),
	"bufio": merged(writings(wraps0, "NewWriter", "NewWriterSize"),
		writings(writesTo0, "Writer.Flush"), writings(copiesTo0, "Writer.ReadFrom")),
	"encoding/json": merged(writings(wraps0, "NewEncoder"), writings(writesTo0, "Encoder.Encode")),
	"encoding/gob":  merged(writings(wraps0, "NewEncoder"), writings(writesTo0, "Encoder.Encode", "Encoder.EncodeValue")),
	"encoding/xml": merged(writings(wraps0, "NewEncoder"),
		writings(writesTo0, "Encoder.Encode", "Encoder.EncodeElement", "Encoder.Flush", "Encoder.Close")),
	"encoding/csv":    merged(writings(wraps0, "NewWriter"), writings(writesTo0, "Writer.Flush", "Writer.WriteAll")),
	"encoding/pem":    writings(writesTo0, "Encode"),
	"encoding/binary": writings(writesTo0, "Write"),
	"compress/gzip":   compressor, "compress/zlib": compressor, "compress/flate": compressor,
	"archive/tar": merged(writings(wraps0, "NewWriter"),
		writings(writesTo0, "Writer.WriteHeader", "Writer.Write", "Writer.Flush", "Writer.Close")),
	"archive/zip": merged(writings(wraps0, "NewWriter"), writings(writesTo0, "Writer.Flush", "Writer.Close")),
	"mime/multipart": merged(writings(wraps0, "NewWriter"), writings(writesTo0, "Writer.WriteField", "Writer.Close"),
		writings(part0, "Writer.CreatePart", "Writer.CreateFormFile", "Writer.CreateFormField")),
	"text/template": templates, "html/template": templates,
	"image/png": writings(writesTo0, "Encode"), "image/jpeg": writings(writesTo0, "Encode"),
	"net/http": writings(writesTo1, "Request.Write", "Response.Write"),
	"bytes":    writings(writesTo1, "Buffer.WriteTo", "Reader.WriteTo"), "strings": writings(writesTo1, "Reader.WriteTo"),
}

// buffered are the writers that keep back what they are told until they are
// flushed or closed, by package.
var buffered = []string{
	"bufio", "encoding/csv", "compress/gzip", "compress/zlib", "compress/flate", "archive/zip", "encoding/xml",
}

// Buffers reports whether what is written to a value of the type waits there
// for a Flush or Close.
func Buffers(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && slices.Contains(buffered, n.Obj().Pkg().Path())
}
