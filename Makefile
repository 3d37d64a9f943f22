# `make check` is all that CI runs after it has installed the peers of the
# interop tests; `make test` is its last part.

# How long each fuzz target runs.
FUZZTIME ?= 10s

# The library, and what is kept out of its module graph.
MODULES := . interop

# Tools are pinned here and run by version: that way they never enter a go.mod.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

PLATFORMS := linux/amd64 linux/386 linux/arm64 linux/s390x darwin/arm64 windows/amd64 js/wasm

in_modules = @set -e; for module in $(MODULES); do (cd $$module && $(1)); done

.PHONY: check test lint tidy cross fuzz bench interop fixtures vuln

check: tidy lint cross fuzz test

# All tests under the race detector. Interop peers that are not installed are
# skipped, but fail if CI is set.
test:
	@.ci/test $(MODULES)

lint:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "run gofmt on:" $$unformatted; exit 1; }
	$(call in_modules,go vet ./... && go run $(STATICCHECK) ./...)

# go.mod and go.sum say what the code needs.
tidy:
	$(call in_modules,go mod tidy -diff)

# The library and its tests compile for other systems and word sizes: vet
# type-checks the tests too.
cross:
	@set -e; for platform in $(PLATFORMS); do \
		echo "build and vet $$platform"; \
		export CGO_ENABLED=0 GOOS=$${platform%/*} GOARCH=$${platform#*/}; \
		go build ./... && go vet ./...; \
	done

fuzz:
	@.ci/fuzz $(FUZZTIME)

bench:
	go test -run '^$$' -bench . -benchmem ./...

# The interop tests alone, with all peers of npm.
interop:
	cd interop && npm ci --no-audit --no-fund && go test -race -count=1 ./...

# Rewrites the golden files and the generated parts of the fixtures. Tests fail
# on stale ones; look at the difference before you commit it.
fixtures:
	go test ./protocol ./handshake -update

# Needs the network for the list of vulnerabilities.
vuln:
	$(call in_modules,go run $(GOVULNCHECK) ./...)
