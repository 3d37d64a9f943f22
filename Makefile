# `make check` is all that CI runs after it has installed the peers of the
# interop tests; `make test` is its last part.

# How long each fuzz target runs.
FUZZTIME ?= 5s

# The seeds of `make chaos`, and flags of go test such as -race.
SEEDS ?= 1..1000
CHAOSFLAGS ?=

# How long `make soak` goes on, and flags of it such as -seed 2 -svg FILE (in interop); flags of `make hostile`.
SOAK ?= 30m
SOAKFLAGS ?=
HOSTILEFLAGS ?=

# The library, and what is kept out of its module graph. Each is built as its
# own go.mod says, not as go.work does, which is for people in a shell.
MODULES := . hub/nats hub/redis observe/prometheus observe/otel cmd/ws cmd/wsnats interop
# Those that users import, or install: interop/modules tests that they can.
USED := $(filter-out interop,$(MODULES))
export GOWORK := off

# Tools are pinned here and run by version: that way they never enter a go.mod.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
BENCHSTAT := golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da

PLATFORMS := linux/amd64 linux/386 linux/arm64 linux/s390x darwin/arm64 windows/amd64 js/wasm

in_modules = @set -e; for module in $(MODULES); do (cd $$module && $(1)); done

.PHONY: help check test flakes lint tidy cross machines fuzz bench baseline bench-peers bench-hub conformance-peers interop fixtures mutants chaos soak soak-minute hostile release vuln

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.* ## /\1\t/p' Makefile | expand -t 12

check: tidy lint cross machines fuzz soak-minute test ## all that CI runs

# Peers of the interop tests that are not installed are skipped, but fail if CI is set.
test: ## all tests, with the race detector and without
	@USED='$(USED)' .ci/test

# PKG: folders, such as "server cmd/ws/proxy"; else what was changed since REV (or since the branch left main)
# and what has had flaky tests. COUNT: how many times, 20 without it. FLAGS: more for go test. To spread it over
# several calls, name some of the packages in each.
flakes: ## look for flaky tests: many runs on 1, 2 and 4 processors beside busy ones; PKG, COUNT, REV, FLAGS
	@PKG='$(PKG)' COUNT='$(COUNT)' REV='$(REV)' FLAGS='$(FLAGS)' .ci/flakes

lint: ## gofmt, vet, staticcheck
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "run gofmt on:" $$unformatted; exit 1; }
	@go vet .ci/results.go
	$(call in_modules,go vet ./... && go run $(STATICCHECK) ./...)

tidy: ## check that go.mod and go.sum say what the code needs
	$(call in_modules,go mod tidy -diff)

# vet type-checks the tests too. The oldest Go that a module promises to work with is in its go.mod. Other systems go
# without wsnats: nearly all of it is a NATS server, of others, which takes minutes to compile for all of them.
cross: ## compile the modules that are used, and their tests, with the oldest Go, and for other systems and word sizes
	@set -e; for module in $(USED); do \
		export GOTOOLCHAIN=go$$(sed -n 's/^go //p' $$module/go.mod); \
		echo "vet $$module with $$GOTOOLCHAIN"; (cd $$module && go vet ./...); \
	done
	@set -e; for platform in $(PLATFORMS); do \
		echo "build and vet $$platform"; \
		export CGO_ENABLED=0 GOOS=$${platform%/*} GOARCH=$${platform#*/}; \
		for module in $(filter-out cmd/wsnats,$(USED)); do (cd $$module && go build ./... && go vet ./...); done; \
	done

# Emulators that are not installed are skipped, but fail if CI is set.
machines: ## tests of what depends on the machine, in short, with words of 32 bits and with the other order of bytes
	@.ci/machines

fuzz: ## run each fuzz target for FUZZTIME
	@.ci/fuzz $(FUZZTIME)

# These three take minutes, on a machine that does nothing else.
bench: ## run the benchmarks of each layer, compare them with the stored baseline
	@.ci/bench $(BENCHSTAT)

baseline: ## run them, and store what they say as the baseline of this platform
	@.ci/bench

bench-peers: ## measure the library beside its peers, write the README's table and chart
	cd interop && go run ./compare -write ../README.md -chart compare/peers.svg

conformance-peers: ## run ws conformance against the library and its peers, in both roles, write the README's tables
	cd interop && go run ./matrix -write ../README.md

interop: ## the interop tests alone, after npm ci
	cd interop && npm ci --no-audit --no-fund && go test -race -count=1 ./...

# Stale ones fail the tests; look at the difference before you commit it.
fixtures: ## rewrite golden files, the generated parts of the fixtures, the index of ws rfc
	go test ./protocol ./handshake ./internal/requirements -update
	cd cmd/ws && go test . ./inspect ./dissect ./capture -update

# The tests that prove a requirement have to fail when it is broken.
mutants: ## break requirements one by one, as testdata/mutants.txt lists, and expect the tests to fail
	@go test -tags mutants -count=1 -timeout 0 -v -run '^TestMutants$$' .

# It prints how far it is: what is interrupted goes on with another range.
chaos: ## run the programs of the seeds SEEDS=a..b against the model of a connection
	@go test $(CHAOSFLAGS) ./websocket/chaos -count=1 -timeout 0 -v -run '^Test(Seeds|Tunnels)$$' -seeds $(SEEDS)

soak-minute:
	@$(MAKE) --no-print-directory soak SOAK=60s

soak: ## keep a server busy for SOAK with all that can come to it: nothing lost, nothing left, nothing grows; SOAKFLAGS
	@cd interop && go run ./soak -duration $(SOAK) $(SOAKFLAGS)

# Minutes, on a machine that does nothing else.
hostile: ## what hostile peers cost the others, and what Shutdown costs behind the dead; HOSTILEFLAGS
	@cd interop && go run ./hostile $(HOSTILEFLAGS)
	@cd interop && go run ./hostile -shutdown $(HOSTILEFLAGS)

bench-hub: ## Hubs of three servers on each broker, and centrifuge, under 9,000 subscribers: everything counted; in six minutes
	@cd interop && go run ./spread

release: ## make the commit and the tags of VERSION, which the modules require of each other
	@.ci/release $(VERSION) $(USED)

vuln: ## govulncheck, which needs the network
	$(call in_modules,go run $(GOVULNCHECK) ./...)
