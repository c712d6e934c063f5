# Two commands for newcomers: `make run-local` and `make test`. The rest is for developers.
SHELL := /bin/sh
# Node >= 22.18: the one on PATH, or one fetched from the npm registry into .node/ (scripts/node.sh).
NODE_BIN := $(shell sh scripts/node.sh)
ifeq ($(NODE_BIN),)
$(error no usable Node: see the message above)
endif
export PATH := $(NODE_BIN):$(PATH)

.PHONY: run-local stop run-client test build lint format typecheck bench soak clean distclean

run-local: build ## install, build, boot everything, run the client, wait for the proofs
	@./stackctl up --detach

stop: ## stop the stack, keep its data
	@./stackctl down

run-client: ## send more transactions to the running stack
	@./stackctl spam

test: build
	@npm run --silent test

# One stamp for the install: `npm ci` runs again only when the lockfile changed.
node_modules/.installed: package-lock.json package.json
	@echo "Installing packages"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

build: node_modules/.installed ## compile WebAssembly and Solidity (only what changed)
	@npm run --silent build

lint: build
	@npm run --silent lint
	@npm run --silent typecheck

format: node_modules/.installed
	@npm run --silent format

typecheck: node_modules/.installed
	@npm run --silent typecheck

clean: ## wipe the stack's data
	@./stackctl clean

distclean: ## remove everything that a build or an install made
	rm -rf node_modules .node .stack proofs packages/*/build contracts/*/build contracts/l1/artifacts contracts/l1/cache
