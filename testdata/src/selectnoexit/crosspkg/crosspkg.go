// Package crosspkg has exits and starters in other packages, two hops away.
package crosspkg

import "corpus/selectnoexit/crosspkg/mid"

type worker struct {
	errs chan error
}

// ok: mid.Now never returns.
func (w *worker) Now() {
	go func() {
		for {
			if err := <-w.errs; err != nil {
				mid.Now()
			}
		}
	}()
}

// ok: mid.Check may end the process.
func (w *worker) Check() {
	go func() {
		for {
			mid.Check(<-w.errs)
		}
	}()
}

// mid.Note does not.
func (w *worker) Note() {
	go func() {
		for { // want selectnoexit/loop:"every call of worker.Note"
			mid.Note(<-w.errs)
		}
	}()
}

// Started by another package.
func (w *worker) Start() {
	mid.Start(func() {
		for { // want selectnoexit/loop:"every call of worker.Start"
			mid.Note(<-w.errs)
		}
	})
}

// ok: it ends.
func (w *worker) StartOK() {
	mid.Start(func() {
		for err := range w.errs {
			mid.Note(err)
		}
	})
}
