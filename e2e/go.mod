module github.com/leaklint/leaklint/e2e

go 1.26.0

require (
	github.com/rogpeppe/go-internal v1.16.0
	github.com/sourcegraph/jsonrpc2 v0.2.3
	golang.org/x/tools v0.52.0
)

require (
	github.com/owenrumney/go-sarif/v3 v3.3.1 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
