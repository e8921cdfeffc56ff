# Two commands do everything on a fresh machine with Python 3.11+ and a package index: `make run` and `make test`.
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV := $(BIN)/python -m uv
ARGS ?=
# Tests mostly wait for engines that start, die and come back: three files at a time keep two cores busy.
TESTERS ?= 3

# Hundreds of processes start in the tests: what they import is compiled once, also where that is switched off.
export PYTHONDONTWRITEBYTECODE :=

# Each round of `make drills` makes other choices.
SEEDS ?= 1 2 3

.PHONY: run test check lint format bench drills shots lock browser networks clean help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: $(VENV)/ready-to-run ## start the shop: make run ARGS="--port 9000"
	@$(BIN)/myclothes run $(ARGS)

test: lint browser networks ## everything: lint, types, tests
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: test ## says yes or no, the same as test

lint: $(VENV)/ready-to-test ## lint, format, types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/ready-to-test ## mend what lint and format can mend by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/ready-to-test ## measure, as ratios in one run
	$(BIN)/python -m bench $(ARGS)

drills: $(VENV)/ready-to-test ## every disaster, three times with other choices: SEEDS="1 2 3"
	@failed=; for seed in $(SEEDS); do \
	  $(BIN)/myclothes drill all --seed $$seed $(ARGS) || failed="$$failed $$seed"; \
	  $(BIN)/myclothes drill lose-zone split --isolated --seed $$seed || failed="$$failed $$seed-isolated"; \
	done; test -z "$$failed" || { echo "Broken, or refused by this machine, with seed$$failed."; exit 1; }

shots: $(VENV)/ready-to-test browser ## screenshots of every page at three widths
	$(BIN)/python -m tests.browser.shots $(ARGS)

browser: ## a Chromium for the browser tests, where it may be installed
	@scripts/install-browser

networks: ## nft and ip for the tests of isolation, where they may be installed
	@scripts/install-networks

$(VENV)/bin/python:
	@echo "Making a virtual environment in $(VENV) …"
	@$$(scripts/find-python) -m venv $(VENV)

$(VENV)/ready-to-run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	@echo "Installing what the shop needs (once) …"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/ready-to-test: $(VENV)/bin/python requirements/dev.txt pyproject.toml
	@echo "Installing what the tests need (once) …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

lock: $(VENV)/bin/python ## refresh the hashed locks after a change of pyproject.toml
	@$(PIP) install uv
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra engines --extra dynamodb pyproject.toml requirements/build.in -o requirements/run.txt
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dynamodb -c requirements/run.txt pyproject.toml -o requirements/serve.txt
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra engines --extra dynamodb --extra aws --extra dev -c requirements/run.txt pyproject.toml requirements/build.in -o requirements/dev.txt

clean: ## forget the virtual environment (the shop's data stays)
	rm -rf $(VENV)
