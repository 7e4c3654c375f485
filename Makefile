# leaklint: every target is what CI runs, too. `make help` lists them.

GO      ?= go
# Extra flags of the test run, for instance TESTFLAGS=-v.
TESTFLAGS ?=
BIN     := bin/leaklint

.PHONY: help build test race lint compat toolchains docs eval lostcancel launches ledger cost lazy slices difftest fixes random leaking odd fuzz e2e e2eshort nightly clean

help: ## list the targets
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /\1	/' | expand -t 12

build: ## build bin/leaklint
	$(GO) build -o $(BIN) ./cmd/leaklint

# The race detector makes an analysis five times as slow and most of leaklint
# runs on one goroutine: it looks on where there are several. make race has it
# look on everywhere.
test: ## build, vet and run all tests, those with several goroutines under the race detector
	$(GO) build ./...
	$(GO) vet ./...
	$(GO) test -timeout 30m $(TESTFLAGS) ./...
	$(GO) test -race -timeout 30m -run Concurrent $(TESTFLAGS) . ./internal/summary
	$(GO) test -race -timeout 30m -run '^(TestInterrupt|TestScripts)$$/^(modules|SIGINT|SIGTERM|standalone)$$' $(TESTFLAGS) ./internal/driver

race: ## run all tests under the race detector
	$(GO) test -race -timeout 90m $(TESTFLAGS) ./...

lint: build ## gofmt, vet for three systems, staticcheck, leaklint on itself
	@bad="$$(gofmt -l $$(git ls-files '*.go' | grep -v '/testdata/' | grep -v '^testdata/'))"; \
	  if [ -n "$$bad" ]; then echo "not gofmt-ed (run gofmt -w):"; echo "$$bad"; exit 1; fi
	$(GO) vet ./...
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	$(BIN) ./...

compat: ## compile the analyzers against the x/tools versions that gopls pins
	./scripts/compat.sh

# What is run under other go commands: the first is older than the leaklint that
# calls it; one that is newer is refused (TestToolchains), so it builds leaklint.
SCRIPTS := ./internal/driver -count=1 -timeout 30m -run '^(TestScripts|TestOrders)$$'

toolchains: ## the scripts of the driver under Go 1.25, this Go, and Go 1.27 (fetched through the module proxy)
	LEAKLINT_GO=go1.25.4 $(GO) test $(TESTFLAGS) $(SCRIPTS)
	$(GO) test $(TESTFLAGS) $(SCRIPTS)
	GOTOOLCHAIN=go1.27.1 $(GO) test $(TESTFLAGS) $(SCRIPTS)

docs: ## write docs/passes/ from each pass's doc.go
	$(GO) run ./internal/analyzerdoc/gendocs

eval: build ## run leaklint over the pinned public modules (fetched through the module proxy)
	./eval/run.sh $(BIN)

lostcancel: build ## noctxcancel reports what vet's lostcancel does, in std and the pinned modules (after make eval)
	./scripts/lostcancel.sh $(BIN)

launches: build ## how long the goroutines of the pinned modules live (after make eval)
	./scripts/launches.sh $(BIN)

ledger: build ## why no leak is reported, summed over the pinned modules (after make eval)
	./scripts/ledger.sh $(BIN)

cost: build ## CPU time and memory beside go vet and nilness on the pinned modules (after make eval; on a quiet machine)
	./scripts/cost.sh $(BIN)

lazy: ## findings and facts of the pinned modules are the same with SSA built always (after make eval, which fetches them)
	LEAKLINT_LAZY="$${EVAL_DIR:-$(CURDIR)/.cache/eval}" GOFLAGS=-mod=mod $(GO) test -timeout 60m -run TestLazySSA $(TESTFLAGS) .

slices: ## no leak is found only because programs are sliced: the pinned modules (after make eval), N scenarios from SEED
	LEAKLINT_SLICES="$${EVAL_DIR:-$(CURDIR)/.cache/eval}" GOFLAGS=-mod=mod $(GO) test -timeout 60m ./internal/leaks -run TestSlices $(TESTFLAGS) \
	  -args -sliced.n=$(N) -sliced.seed=$(SEED)

odd: build ## hostile shapes in full size, the Go toolchain's own tests and std: no failure, 10 s and 500 MB for a package
	./scripts/odd.sh $(BIN)

# How long each fuzz target runs.
FUZZTIME ?= 30m

fuzz: ## run every fuzz target for FUZZTIME: mutated programs, damaged facts, comments, trails, command lines, profiles
	./scripts/fuzz.sh $(FUZZTIME)

e2e: ## every way in with the real tools: all versions of gopls, golangci-lint, pre-commit, actions
	cd e2e && $(GO) vet . && $(GO) test -timeout 60m $(TESTFLAGS) ./...

e2eshort: ## the same with one version of gopls
	cd e2e && $(GO) vet . && $(GO) test -short -timeout 30m $(TESTFLAGS) ./...

# Scenarios and seed of a large differential test.
N    ?= 1000
SEED ?= 1

difftest: ## compare unbufsend with the runtime on N random programs from SEED
	$(GO) test ./passes/unbufsend -run TestDifferential -v -timeout 2h -args -difftest.n=$(N) -difftest.seed=$(SEED)

fixes: ## run what the fixes of all passes make of the corpora under the runtime's leak detector
	$(GO) test . -run TestFixesRun -v -timeout 30m -args -fixes.rounds=500

# Programs that random compares, not counting those too big to compare.
COMPARED ?= 200000

random: ## compare explore with its reference interpreter on COMPARED random programs from SEED, and see the seeded faults caught
	$(GO) test ./internal/explore -run 'TestRandomPrograms|TestDoomed|TestGuesses|TestSeededFaults' -v -timeout 3h \
	  -args -explore.compared=$(COMPARED) -explore.seed=$(SEED)

leaking: ## programs that leak for a minute each, and what leaklint profile says of them
	LEAKLINT_LEAKING=1m $(GO) test ./internal/driver -run TestLeakingPrograms -timeout 30m $(TESTFLAGS)

nightly: race e2e toolchains eval lostcancel launches lazy slices difftest fixes random leaking odd fuzz ## all that is too long for every change

clean: ## remove what the build left
	rm -rf bin
