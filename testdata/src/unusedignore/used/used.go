// Package used has ignores that hide a finding, each beside one that does not.
package used

type object struct{ data []byte }

func (o *object) end() {}

// SameLine has the comment on the line.
func (o *object) SameLine() {
	go func() { defer o.end(); select {} }() //nolint:leaklint // one for each call is meant here
	go func() { defer o.end() }()            //nolint:leaklint // want unusedignore/unused:"hides no finding"
}

// LineAbove has the comment on the line above.
func (o *object) LineAbove() {
	//lint:ignore leaklint/selectnoexit one for each call is meant here
	go func() { defer o.end(); select {} }()
	//lint:ignore leaklint/selectnoexit this goroutine ends // want unusedignore/unused:`"leaklint/selectnoexit" hides no finding`
	go func() { defer o.end() }()
}

// Check names a check of the pass.
func (o *object) Check() {
	go func() { defer o.end(); select {} }() //lint:ignore selectnoexit/forever meant
	go func() { defer o.end(); select {} }() //lint:ignore selectnoexit/select meant // want unusedignore/unused:`"selectnoexit/select" hides no finding` selectnoexit/forever:"."
}

// DocComment has the comment in its doc.
//
//lint:ignore leaklint/selectnoexit one for each call is meant here
func (o *object) DocComment() {
	go func() {
		defer o.end()
		select {}
	}()
}

// DocCommentUnused has nothing to hide.
//
//nolint:selectnoexit // want unusedignore/unused:"hides no finding"
func (o *object) DocCommentUnused() {
	go o.end()
}

// Block: a nolint comment above a statement covers all of it.
func (o *object) Block() {
	//nolint:selectnoexit // one for each call is meant here
	go func() {
		defer o.end()
		select {}
	}()
	//lint:ignore selectnoexit covers one line // want unusedignore/unused:"hides no finding"
	go func() {
		defer o.end()
		select {} // want selectnoexit/forever:"."
	}()
}

// TooFar: a comment covers the line below it and no more.
func (o *object) TooFar() {
	//lint:ignore leaklint/selectnoexit not on the next line // want unusedignore/unused:"hides no finding"

	go func() { defer o.end(); select {} }() // want selectnoexit/forever:"."
}

// Both: of two names one is needed.
func (o *object) Both() {
	//lint:ignore leaklint/selectnoexit,leaklint/unusedignore meant // want unusedignore/unknown:`"leaklint/unusedignore" names no pass`
	go func() { defer o.end(); select {} }()
}
