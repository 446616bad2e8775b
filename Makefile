# Every recipe makes what it needs: an environment in .venv, with this project in it.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test check chaos soak docs pictures model datasheet bench fuzz clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

demo: .venv/run ## the main job on a shipped two-week backlog, in demo-practice/
	@$(BIN)/inboxtriage demo --home demo-practice

test: .venv/dev ## all tests
	$(BIN)/python -m pytest -n auto

check: .venv/dev ## style, types and the borders between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

chaos: .venv/dev ## kill it at every step, break every line it hears, then count: five minutes
	$(BIN)/python -m tests.chaos

soak: .venv/dev ## ten thousand messages through the running daemon: its memory, what was lost, what came twice
	$(BIN)/python -m tests.chaos.soak

docs: .venv/dev ## write docs/commands.md, the man page and the words for shell completion anew from the help
	$(BIN)/python -m tests.help_pages

pictures: .venv/dev ## take the pictures in docs/ anew, in Chromium
	$(BIN)/python -m benchmarks.pictures

model: .venv/run ## fit the shipped classifier anew from models/training
	$(BIN)/inboxtriage train --into models/shipped

datasheet: .venv/dev ## count the training messages into models/DATASHEET.md
	$(BIN)/python -m benchmarks.datasheet

bench: .venv/dev ## messages a second, beside mbsync; ten thousand people in the journey; the keys of the review
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.journey
	$(BIN)/python -m benchmarks.review

SECONDS ?= 60
fuzz: .venv/fuzz ## hostile bytes for the parser and the IMAP answers, SECONDS=60
	$(BIN)/python -m tests.fuzz $(SECONDS)

clean: ## remove what these recipes made
	rm -rf .venv demo-practice dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/python:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "make: there is no $(PYTHON): install Python 3.11 or newer (Debian: apt install python3 python3-venv)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: $$($(PYTHON) --version) is too old: Python 3.11 or newer is needed, e.g. make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "make: $(PYTHON) has no venv module: install it (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "making .venv (once; a minute or two)" >&2
	@rm -rf .venv && $(PYTHON) -m venv .venv && touch $@

.venv/run: pyproject.toml | .venv/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev: pyproject.toml | .venv/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/run

.venv/fuzz: pyproject.toml | .venv/dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@touch $@
