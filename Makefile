# make on its own lists the targets. Each needs Go; the tests install the rest, see CONTRIBUTING.md.

export CGO_ENABLED := 0
export PATH := $(PATH):/usr/local/go/bin

PKG     ?= ./...
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS  = -s -w -X main.version=$(VERSION)
SYSTEMS  = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

.PHONY: build
build: ## ./tandem for this machine
	go build -trimpath -ldflags '$(LDFLAGS)' -o tandem .

.PHONY: test
test: ## every test, on SQLite and PostgreSQL and in Chromium (one package: PKG=./internal/db)
	@scripts/with-postgres scripts/with-browser go test $(PKG)

.PHONY: shots
shots: ## pictures of every page in both sizes and colours, for looking: dist/shots
	@mkdir -p dist/shots
	@TANDEM_SHOTS='$(CURDIR)/dist/shots' scripts/with-browser go test -count=1 -run 'TestInABrowser/every_page' ./internal/app

.PHONY: lint
lint: ## vet, staticcheck, gofumpt, deadcode
	@scripts/lint

.PHONY: faults
faults: ## the long tests: kills, full disks, cut connections
	@scripts/with-postgres scripts/tagged faults -timeout 25m

.PHONY: corpus
corpus: ## the tests against real files: DATA=FOLDER
	@[ -n '$(DATA)' ] || { echo 'name the folder of the files: make corpus DATA=FOLDER' >&2; exit 2; }
	@TANDEM_CORPUS_DATA="$$(cd '$(DATA)' && pwd)" scripts/with-postgres scripts/tagged corpus

.PHONY: bench
bench: ## the benchmarks
	go test -run '^$$' -bench . ./bench/...

.PHONY: release
release: $(SYSTEMS:%=dist/%) ## dist/tandem-VERSION-SYSTEM-PROCESSOR for each system, and SHA256SUMS
	cd dist && { sha256sum tandem-$(VERSION)-* 2>/dev/null || shasum -a 256 tandem-$(VERSION)-*; } >SHA256SUMS

# the same source, version and Go give the same bytes, wherever they are built
.PHONY: $(SYSTEMS:%=dist/%)
$(SYSTEMS:%=dist/%): dist/%:
	GOOS=$(*D) GOARCH=$(*F) GOAMD64=v1 GOARM64=v8.0 go build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' \
		-o dist/tandem-$(VERSION)-$(*D)-$(*F)$(if $(filter windows,$(*D)),.exe) .
