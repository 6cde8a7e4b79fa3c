# The only door. `make run` starts the product, `make test` proves it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# One selection of packages for every build: another one changes features and compiles the vector
# engine anew.
CARGO := cargo
WORKSPACE := --workspace --locked

.PHONY: help run dev test check fmt generate bench bench-retrieval bench-ingest bench-injections web tools browser services rules lint faults clean

help: ## What there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: tools-run web ## Start the product: http://127.0.0.1:8080, data in .xin/
	$(CARGO) build $(WORKSPACE) --bin xin
	exec target/debug/xin

dev: tools-run web ## Rebuild and restart the product when a source file changes
	infra/dev.sh

test: tools check web ## Every suite, on real backends
	$(CARGO) build $(WORKSPACE) --all-targets
	$(CARGO) nextest run $(WORKSPACE) --no-fail-fast
	$(CARGO) test $(WORKSPACE) --doc
	$(MAKE) browser

check: tools-web web ## Format, lints, docs, sizes, directions, web lint and types
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(WORKSPACE) --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(WORKSPACE) --no-deps --document-private-items
	infra/checks/sizes.py
	infra/checks/directions.py
	infra/checks/logs.py
	cd web && npm run check

fmt: ## Format everything
	$(CARGO) fmt --all
	cd web && npm run format

generate: web ## Write what is generated: configuration, OpenAPI document, client types
	$(CARGO) build $(WORKSPACE) --bin xin
	target/debug/xin configuration > target/configuration.md && mv target/configuration.md docs/
	target/debug/xin openapi > target/openapi.json && mv target/openapi.json docs/
	cd web && npm run generate

bench: tools web ## Acknowledgements, turns, memory, start-up, beside raw rates
	$(CARGO) build $(WORKSPACE) --release --bins
	target/release/xin-bench all

bench-retrieval: tools-run web ## Ranking, answers and abstention on the sets in EVAL_DIR (../shared/eval)
	$(CARGO) build $(WORKSPACE) --release --bin xin-bench
	target/release/xin-bench retrieval

bench-ingest: tools-run web ## What parsing costs per format, and the index at 100,000 passages
	$(CARGO) build $(WORKSPACE) --release --bins
	target/release/xin-bench parsing
	target/release/xin-bench scale

bench-injections: tools-run web ## The attacks in EVAL_DIR against a model that obeys them; counts leaks
	$(CARGO) build $(WORKSPACE) --release --bins
	target/release/xin-bench injections

faults: tools web ## Kill each process in turn under load and count what is lost or doubled
	$(CARGO) build $(WORKSPACE) --bins
	target/debug/xin-bench faults

browser: tools web ## The browser suite against the running program
	infra/browser-tests.sh

web: tools-web ## Build the console and the widget
	cd web && npm run build

tools-run:
	infra/tools.sh run
tools-web:
	infra/tools.sh web
tools:
	infra/tools.sh all
