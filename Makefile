# The only set-up commands are `make run` and `make test`; everything lives in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config.toml

.PHONY: run chat test lint format bench install install-dev lock messages screenshots check-python clean

run: install ## install what is needed and start the bot
	@$(BIN)/regulars --config $(CONFIG) run

chat: install ## the community in the terminal
	@$(BIN)/regulars --config $(CONFIG) chat

test: install-dev ## every test that can run on this machine
	@$(BIN)/python -m pytest -q --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

lint: install-dev ## format, rules, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: install-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: install-dev ## every figure the README names
	@$(BIN)/python -m benchmarks $(ARGS)

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/.installed: requirements.lock pyproject.toml | check-python
	@echo "Setting up .venv (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the tools for the tests (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

check-python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "Regulars needs Python 3.11 or later. Install python3, or name one: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Regulars needs Python 3.11 or later; $(PYTHON) is older. Name a newer one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }

screenshots: install-dev ## the README's pictures of the community; needs Chromium
	@$(BIN)/python -m tools.screenshots $(ARGS)

messages: install-dev ## bring the translations up to date; fails while texts are open
	@$(BIN)/python -m bot.locale

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml --all-extras --group build
lock: install-dev ## read pyproject.toml again into both lock files
	@$(BIN)/python -m pip install --quiet uv
	@$(LOCK) $(ARGS) -o requirements.lock
	@$(LOCK) $(ARGS) --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV)
