# Everything is made in .venv; GNU make, Python 3.11 and pip are all that is assumed.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test check bench soak teams-playground format clean help

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile

demo: .venv/installed ## Fill a demo programme and chat with it in the browser
	$(BIN)/portal demo

test: .venv/dev ## Run all tests
	$(RUN) pytest -n 2 --dist worksteal

check: .venv/dev ## Style, types, layers and the tests of the docs
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(BIN)/lint-imports
	$(RUN) pytest tests/docs tests/test_house.py

bench: .venv/dev ## Measure everything in docs/benchmarks.md; prints JSON (DATA=folder of labelled sets)
	$(RUN) tests.bench $(if $(DATA),--data $(DATA))

soak: .venv/dev ## The long run: all proofs with full numbers, written to docs/soak.md
	$(RUN) tests.proof

teams-playground: .venv/dev ## The demo in Microsoft's own local client (npx, from npm), at http://localhost:56150
	$(RUN) tests.playground

format: .venv/dev ## Lay out the code
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

clean: ## Remove what was built here, and the demo's store
	rm -rf .venv var build *.egg-info

.venv/bin/pip:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/pip
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/dev: pyproject.toml constraints.txt | .venv/bin/pip
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ .venv/installed
