# Needs git, make and Python >= 3.11 with venv. Everything else goes into .venv/.
VENV ?= .venv
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := $(VENV)/bin
EXTRAS ?= dev,slack,matrix
WORKERS ?= 2
SYNAPSE ?= .venv-synapse
JUDGE ?= .judge

.PHONY: help setup synapse judge demo test check bench bench-delivery bench-matrix bench-slack fmt lint types layers clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready-$(EXTRAS) ## Set up the virtual environment

$(VENV)/.ready-%: pyproject.toml constraints.txt
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is missing: install it, or name it with 'make PYTHON=/path/to/python3'." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$*]'
	@touch $@

demo: setup ## Brief a sample article, ask it a question, and see what a later one changes; no key needed
	@$(BIN)/communique brief config/samples/port-strike.txt
	@data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && \
	$(BIN)/communique add config/samples/port-strike.txt --data "$$data" >/dev/null && \
	echo '$$ communique ask "What does the union demand?"' && echo && \
	$(BIN)/communique ask "What does the union demand?" --data "$$data" && \
	$(BIN)/communique digest --data "$$data" >/dev/null && \
	$(BIN)/communique add config/samples/port-strike-talks.txt --data "$$data" >/dev/null && \
	echo && echo '$$ communique digest      # after another article, four days later' && echo && \
	$(BIN)/communique digest --no-quotes --data "$$data"

synapse: $(SYNAPSE)/.ready ## Set up the homeserver that the tests of Matrix talk to

$(SYNAPSE)/.ready: tests/bot/matrix/synapse-requirements.txt
	@$(PYTHON) -m venv $(SYNAPSE) && \
	$(SYNAPSE)/bin/pip install --quiet --disable-pip-version-check --only-binary :all: -r $< && touch $@ || \
	echo "Synapse cannot be installed: the tests of Matrix are skipped, except with CI=true." >&2

judge: $(JUDGE)/.ready ## Set up the Matrix client of another make that the bot has to talk to in tests

$(JUDGE)/.ready: tests/bot/matrix/judge/package.json tests/bot/matrix/judge/package-lock.json
	@mkdir -p $(JUDGE) && cp $^ $(JUDGE)/ && cd $(JUDGE) && npm ci --silent >/dev/null 2>&1 && touch .ready || \
	echo "matrix-js-sdk cannot be installed (it needs npm): its test is skipped, except with CI=true." >&2

test: setup synapse judge ## Run the tests
	$(BIN)/pytest -q -n $(WORKERS) --cov --cov-report=term:skip-covered

test-model: setup ## Test with a real language model (downloads 0.5 GB, takes some minutes; never part of check)
	$(PYTHON) -m venv .venv-model
	.venv-model/bin/pip install --quiet --disable-pip-version-check xllamacpp==2026.10.11549
	.venv-model/bin/python tests/model/fetch.py .venv-model/model
	COMMUNIQUE_TEST_MODEL=.venv-model/model/model.gguf COMMUNIQUE_TEST_MODEL_PYTHON=.venv-model/bin/python \
	$(BIN)/pytest -q tests/model

check: lint types layers test ## Everything that must hold before a change lands

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports

fmt: setup ## Put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## Measure: speed, hostile pages, crashes (data sets of your own: see tests/bench)
	$(BIN)/python -m tests.bench.speed
	$(BIN)/python -m tests.bench.poison
	$(BIN)/python -m tests.bench.crash 20

bench-delivery: setup ## Measure: 400 digests due, 50 crashes, lost answers; each must arrive once
	$(BIN)/python -m tests.bench.delivery 400 50

bench-matrix: setup synapse ## Measure: the bot on a real homeserver, killed, on a bad wire, under load
	$(BIN)/python -m tests.bench.matrix speed
	$(BIN)/python -m tests.bench.matrix kills 50
	$(BIN)/python -m tests.bench.matrix deliver 400 50
	$(BIN)/python -m tests.bench.matrix load 5

bench-slack: setup ## Measure: Slack's acknowledgements while reading, 200 commands a minute, exactly once
	$(BIN)/python -m tests.bench.slack reading
	$(BIN)/python -m tests.bench.slack load socket 5
	$(BIN)/python -m tests.bench.slack_once 200 30

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) $(SYNAPSE) $(JUDGE) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
