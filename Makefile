# Two commands for newcomers: `make run-local` and `make test`. `make help` lists the rest.
SHELL := /bin/sh
# Node >= 22.18: the one on PATH, or one fetched from the npm registry into .node/ (scripts/node.sh).
NODE_BIN := $(shell sh scripts/node.sh)
ifeq ($(NODE_BIN),)
$(error no usable Node: see the message above)
endif
export PATH := $(NODE_BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run-local stop run-client status bench bench-l2 bench-prover test test-unit soak build lint format typecheck image clean distclean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

run-local: build ## install, build, boot everything, run the client, wait for the proofs
	@STACKCTL_PRESET=$${STACKCTL_PRESET:-run-local} ./stackctl up --detach

stop: node_modules/.installed ## stop the stack, keep its data
	@./stackctl down

run-client: node_modules/.installed ## send more transactions to the running stack
	@./stackctl spam

status: node_modules/.installed ## what runs, how far the chain and its proofs are
	@./stackctl status

bench: build ## boot time, blocks/s, TPS, prove and verify time (BENCH_FLAGS="--rate 20")
	@node cli/bench/stack.ts $(BENCH_FLAGS)

bench-l2: build ## L2 alone: hashes, VM, transfers, load on four validators (BENCH_FLAGS="--rate 100")
	@echo "== hashes and signatures, beside @scure/starknet" && node packages/crypto/bench/crypto.ts
	@echo "== Cairo VM (CAIRO_VM_TS=.../dist/index.js compares with cairo-vm-ts)" && node packages/cairo-vm/bench/loop.ts
	@echo "== signed ERC-20 transfers on one core" && node packages/execution/bench/transfer.ts
	@echo "== one block by stage" && node services/sequencer/bench/block.ts
	@echo "== four validators under load" && node services/sequencer/bench/load.ts $(BENCH_FLAGS)

bench-prover: build ## the prover beside stwo-web-stark, by size, layout, threads, rows (BENCH_FLAGS="--rows --scaling --max 15")
	@node packages/program-proof/bench/prover.ts $(BENCH_FLAGS)

test: build ## all tests (TEST_FLAGS="..." go to vitest)
	@npm run --silent test -- $(TEST_FLAGS)

test-unit: build ## the quick ones: no process, no socket
	@npm run --silent test:unit -- $(TEST_FLAGS)

soak: build ## the deep suites, for hours (SEEDS=1000000 simulated networks, MINUTES=10 of fuzz)
	@node packages/consensus/bench/simulate.ts $(or $(SEEDS),1000000)
	@MUTANTS=all npx vitest run --project unit packages/block-proof/test/replay.test.ts
	@FUZZ_SECONDS=$$(( $(or $(MINUTES),10) * 60 )) npx vitest run --project integration services/sequencer/test/fuzz

# One stamp for the install: `npm ci` runs again only when the lockfile changed.
node_modules/.installed: package-lock.json package.json
	@echo "Installing packages (once)" >&2
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

build: node_modules/.installed ## compile WebAssembly and Solidity (only what changed)
	@npm run --silent build

lint: build ## formatter, linters, types
	@npm run --silent lint
	@npm run --silent typecheck

format: node_modules/.installed ## rewrite the sources in the project's format
	@npm run --silent format

typecheck: node_modules/.installed ## types only
	@npm run --silent typecheck

image: ## one container image for all services (IMAGE=stackctl; docker/README.md)
	@docker build -t $(or $(IMAGE),stackctl) -f docker/Dockerfile .

clean: node_modules/.installed ## stop the stack, delete its data and proofs
	@./stackctl clean

distclean: ## delete what installs, builds and runs made
	@if [ -e node_modules/.installed ]; then ./stackctl clean; fi
	rm -rf node_modules .node packages/*/build contracts/*/build services/*/build
