# `make serve` and `make test` are all that is needed; the other targets are their parts.
# Every target brings the tools it needs in the pinned version (.ci/install) and says so when it installs one.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 8080
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)
WASM := --target wasm32-unknown-unknown
SOURCES := $(shell find kernels src www -type f) Cargo.toml Cargo.lock Trunk.toml .cargo/config.toml rust-toolchain.toml

export LAYERSCOPE_TOOLS := $(CACHE)/layerscope/tools
export PATH := $(LAYERSCOPE_TOOLS)/bin:$(CURDIR)/tests/e2e/node_modules/.bin:$(PATH)

# The page's standard library is compiled along with it, so that what the page doesn't use is left out: panics that only stop,
# no places in the source. That saves a twelfth of the code; stable Cargo can't do it yet. LLVM leaves out what makes the code larger:
# strength reduction of loops, and remembering what was loaded before. wasm-opt (in www/index.html) leaves out two passes that keep
# intermediate results in locals: the code is shorter with them, but larger when compressed.
release := RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size \
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS='-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Cllvm-args=-disable-lsr -Cllvm-args=-enable-pre=0 -Cllvm-args=-enable-load-pre=0' \
	trunk

.PHONY: help serve build test format lint doc test-native test-wasm e2e budget bench frames

help:
	@echo 'make serve         build the release page and serve it on http://127.0.0.1:$(PORT)/ (PORT=8080)'
	@echo 'make test          every check: format, lints, documentation, tests, the page in a browser, its size'
	@echo 'make build         the release page in dist/'
	@echo 'make bench         how fast the layers are on this machine, as bench.html measures it'
	@echo 'make frames        how smooth every block is in a hand, by a frame trace'
	@echo 'Parts of make test: format lint doc test-native test-wasm build e2e budget'

serve:
	@if (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null; then \
		echo 'Port $(PORT) is taken; choose another: make serve PORT=8081' >&2; exit 1; fi
	@.ci/install rust page
	@echo 'Building the release page; it will be at http://127.0.0.1:$(PORT)/'
	@$(release) serve --release --no-autoreload --port $(PORT)

build:
	@.ci/install rust page
	@$(release) build --release

test:
	@.ci/test

format:
	@.ci/install rust
	@cargo fmt --all --check

lint:
	@.ci/install rust
	@cargo clippy --locked --all-targets -- -D warnings
	@cargo clippy --locked --all-targets $(WASM) -- -D warnings
	@cargo clippy --locked --features vulkan --example card -- -D warnings

doc:
	@.ci/install rust
	@RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
	@RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps $(WASM)

test-native:
	@.ci/install rust
	@cargo test --locked --no-fail-fast

# A wasm test runs in Node and in Chromium, unless its file says `run_in_browser`.
test-wasm:
	@.ci/install rust page browser
	@WASM_BINDGEN_TEST_ONLY_NODE=1 cargo test --locked --no-fail-fast --tests $(WASM)
	@WASM_BINDGEN_TEST_ONLY_WEB=1 WASM_BINDGEN_USE_BROWSER=1 WASM_BINDGEN_TEST_TIMEOUT=300 CHROMEDRIVER="$$(command -v chromedriver)" \
		cargo test --locked --no-fail-fast --tests $(WASM)

e2e: dist/index.html
	@.ci/install node browser
	@node --test --test-timeout=600000 --test-reporter=spec --test-concurrency=1 tests/e2e/*.test.mjs

budget: dist/index.html
	@.ci/install node
	@node tests/e2e/budget.mjs

bench: dist/index.html
	@.ci/install node browser
	@node tests/e2e/bench.mjs

frames: dist/index.html
	@.ci/install node browser
	@node tests/e2e/frames.mjs

dist/index.html: $(SOURCES)
	@$(MAKE) --no-print-directory build
