# vanthu: `make demo` shows it at work, `make test` checks all of it.
#
# Both install what is missing (Debian packages, with root or sudo) and need
# Rust; nothing else is to be done by hand.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

DEMO_ARCHIVE ?= target/demo-archive
VANTHU := target/release/vanthu

.PHONY: help demo build test check-format lint docs unit-and-end-to-end samples install-packages install-test-packages

help:
	@echo "make demo     build, import the sample documents into an archive, search it"
	@echo "make test     formatting, lints, documentation, all tests"
	@echo "make build    build target/release/vanthu"
	@echo "make samples  rebuild corpus-samples/ (needs to compile a typesetter, ten minutes)"

install-packages:
	@.ci/install-packages

install-test-packages:
	@.ci/install-packages --with-browser

build: install-packages
	cargo build --release --locked

demo: build
	rm -rf $(DEMO_ARCHIVE)
	$(VANTHU) import corpus-samples/scans --archive $(DEMO_ARCHIVE)
	@echo; echo '$$ vanthu search "cai cach hanh chinh"'
	@$(VANTHU) search "cai cach hanh chinh" --limit 3 --archive $(DEMO_ARCHIVE)
	@echo; echo '$$ vanthu search 749/qd-ttg'
	@$(VANTHU) search 749/qd-ttg --limit 1 --archive $(DEMO_ARCHIVE)
	@echo; echo "The archive is in $(DEMO_ARCHIVE). Go on with:"
	@echo "  $(VANTHU) search 'tiêm chủng' --archive $(DEMO_ARCHIVE)"
	@echo "  $(VANTHU) show 1 --archive $(DEMO_ARCHIVE)"
	@echo "  $(VANTHU) serve --archive $(DEMO_ARCHIVE)      # and open http://127.0.0.1:8080"

test: install-test-packages check-format lint docs unit-and-end-to-end

check-format:
	cargo fmt --all --check

lint:
	cargo clippy --locked --all-targets -- -D warnings

docs:
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

unit-and-end-to-end:
	cargo test --locked

samples:
	cargo run --release --manifest-path corpus-samples/typesetter/Cargo.toml
