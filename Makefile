# Only Go and make are needed for `make run` and `make test`; what needs Node, Chromium, kamailio or sipp skips, and says so.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --warn-undefined-variables --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
DEADCODE := golang.org/x/tools/cmd/deadcode@v0.45.0
VULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
CYCLONEDX := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
ADDR     ?= 127.0.0.1:8080
TIMEOUT  ?= 25m
# Rows of the matrices that are played side by side, more than there are cores: they wait more than they compute.
ROWS     ?= 4
# A count, since with a time `go test -fuzz` can fail at its own deadline.
FUZZTIME ?= 20000x
# Of a target's worker processes: each keeps a corpus of its own, and starting many takes longer than the fuzzing.
FUZZERS  ?= 2
ARGS     ?=
# Of the benchmarks: how many transfers the curve is over, and whether k6 is compiled.
TRANSFERS ?= 10000
K6       ?=
# The version that a build names: the tag, or how far it is from it. Without git the Go tool knows.
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS  := -s -w $(if $(VERSION),-X github.com/voicespec/voicespec/runner/cli.version=$(VERSION))

# The race detector needs cgo, and cgo a C compiler: `go env` says whether there is one.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## */\1\t/' | expand -t 10

.PHONY: run
run: ## run the suite against the embedded reference server; ARGS="--config FILE" for the server of a target file
	go run ./runner/voicespec run $(ARGS)

.PHONY: serve
serve: ## start the reference server on ADDR
	go run ./runner/voicespec serve --addr $(ADDR) $(ARGS)

.PHONY: check
check: fmt vet tidy ## what to run before a commit: format, vet, go.mod, the short tests
	go test -short ./...

.PHONY: test
test: fmt vet tidy unit matrix lint ## everything: format, vet, all tests, the kill matrix, lint

.PHONY: fmt
fmt: ## is every Go file formatted
	@bad=$$(gofmt -l .); if [[ -n $$bad ]]; then echo "not formatted, run gofmt -w on:"; echo "$$bad"; exit 1; fi

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: tidy
tidy: ## does go.mod name what is imported, and nothing else
	go mod tidy -diff
	cd docs/examples/embedding && go mod tidy -diff

.PHONY: dead
dead: ## is there code that neither the command nor a test reaches (deadcode, at a pinned version)
	@found=$$(go run $(DEADCODE) -test ./...); if [[ -n $$found ]]; then echo "dead code, remove it:"; echo "$$found"; exit 1; fi

.PHONY: lint
lint: tidy dead ## go.mod, dead code, and golangci-lint at a pinned version (compiled once, which takes minutes)
	go run $(GOLANGCI) run ./...

.PHONY: unit
unit: ## all Go tests, with the race detector where there is a C compiler
	@$(if $(RACE),,echo "no C compiler: the tests run without the race detector")
	GOGC=200 go test $(RACE) -shuffle=on -timeout $(TIMEOUT) ./...

.PHONY: matrix
matrix: ## the kill matrix: every fault and variation of the reference server, and whole runs compared (without the race detector: ten times as fast)
	GOGC=400 go test -timeout $(TIMEOUT) -parallel $(ROWS) -v ./runner/matrix
	go test -timeout $(TIMEOUT) -run 'Alike|LikeTheRun' ./runner/engine

.PHONY: explored
explored: ## the second column of the kill matrix: what walks find of every fault (ten minutes)
	VOICESPEC_EXPLORE=all go test -count=1 -timeout 60m -run TestExploredFaults -v ./runner/matrix

.PHONY: interop
interop: ## clients and servers of other projects against ours (needs Node)
	VOICESPEC_REQUIRE_INTEROP=1 go test -count=1 -timeout $(TIMEOUT) -v ./runner/interop

.PHONY: fuzz
fuzz: ## each fuzz target FUZZTIME times, which takes some seconds
	@{ grep -rEo --include='*_test.go' --exclude-dir=node_modules '^func Fuzz\w+' . || true; } | sed 's/:func /\t/' | while read -r file name; do \
		echo "$$name in $$(dirname "$$file")"; \
		go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -parallel $(FUZZERS) -timeout 5m "$$(dirname "$$file")"; \
	done

.PHONY: bench
bench: ## all benchmarks, among them clients side by side and the curve over TRANSFERS; K6=1 compiles k6 for its row
	VOICESPEC_TRANSFERS=$(TRANSFERS) VOICESPEC_K6=$(K6) go test -run '^$$' -bench . -benchmem -timeout 60m ./...

.PHONY: docs
docs: ## regenerate the generated documents
	go generate ./...

.PHONY: images
images: ## make the pictures of the documents again, from real runs
	go run ./runner/docimages docs/images

.PHONY: drift
drift: docs ## are the generated documents up to date
	git diff --exit-code

.PHONY: build
build: ## a static binary, bin/voicespec
	CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)" -o bin/voicespec ./runner/voicespec

.PHONY: k6
k6: ## k6 with k6/x/voicespec built in, bin/k6, as `xk6 build --with` makes it (compiles k6 once, which takes minutes)
	CGO_ENABLED=0 go build -C runner/k6 -trimpath -ldflags "-s -w" -o ../../bin/k6 ./cmd/k6

.PHONY: ktest
ktest: ## the tests of k6 with our extension (compiles k6 once, which takes minutes)
	cd runner/k6 && go mod tidy -diff
	go vet -C runner/k6 ./...
	VOICESPEC_K6=1 go test -count=1 -timeout $(TIMEOUT) -run K6 -v ./runner/interop

# The platforms of a release, as .goreleaser.yaml has them.
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: cross
cross: ## does it build for every platform of a release
	@for platform in $(PLATFORMS); do \
		echo "$$platform"; \
		GOOS=$${platform%/*} GOARCH=$${platform#*/} CGO_ENABLED=0 go build -o /dev/null ./runner/voicespec; \
	done

.PHONY: actions
actions: ## are the workflows in order (actionlint, at a pinned version)
	go run $(ACTIONLINT)

.PHONY: sbom
sbom: build ## what bin/voicespec is made of, as CycloneDX, bin/voicespec.cdx.json
	go run $(CYCLONEDX) bin -json -output bin/voicespec.cdx.json bin/voicespec

.PHONY: vuln
vuln: ## known vulnerabilities in what is called, by govulncheck; it asks vuln.go.dev
	@go run $(VULNCHECK) ./... || { echo "If the database could not be fetched, GOVULNDB names a mirror of it." >&2; exit 1; }

.PHONY: clean
clean: ## remove what was built, installed and reported here
	rm -rf bin voicespec-report runner/interop/node_modules
