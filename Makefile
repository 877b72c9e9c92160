# What a person types. It needs Python 3.11 or later and make; pip downloads the rest the first time.
#
#     make ask Q="how many kids in care do we have?"
#     make test
#
# A test sets CPBQA and INSTALLED on make's command line to put a stand-in for the program.

VENV      := .venv
PYTHON    := $(VENV)/bin/python
BENCH     := .venv-bench
CPBQA     := $(VENV)/bin/cpbqa
INSTALLED := $(VENV)/.installed
PIP       := $(PYTHON) -m pip --disable-pip-version-check install

# The question reaches the program through the environment, exactly as typed: make expands nothing in it, and no shell
# reads it.
override Q := $(value Q)
export Q

.PHONY: help ask chat build test faults check bench question pictures
.DEFAULT_GOAL := help

help:
	@echo 'make ask Q="..."   answer one question (sets everything up the first time)'
	@echo 'make chat          ask one question after another'
	@echo 'make build         build the index from corpus/ where anything changed'
	@echo 'make test          run every test'
	@echo 'make faults        the kills, storms and fuzzing at full counts (up to an hour)'
	@echo 'make check         ruff and mypy'
	@echo 'make pictures      draw the replies of docs/slack.md again'
	@echo 'make bench         measure everything on this machine and write docs/benchmarks.md (a quarter of an hour)'

ask: question $(INSTALLED)
	@$(CPBQA) build --if-changed >&2
	@$(CPBQA) ask --from-env Q

question:
	@if [ -z "$$Q" ]; then echo 'Put a question in Q, as in: make ask Q="how many kids in care do we have?"' >&2; exit 2; fi

chat: $(INSTALLED)
	@$(CPBQA) build --if-changed >&2
	@$(CPBQA) chat

build: $(INSTALLED)
	@$(CPBQA) build

test: $(INSTALLED)
	@$(PYTHON) -m pytest

faults: $(INSTALLED)
	@$(PYTHON) -m pytest -m faults

check: $(INSTALLED)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

# Needs Chromium: apt-get install chromium fonts-lato
pictures: $(INSTALLED)
	@$(CPBQA) build --if-changed >&2
	@$(PYTHON) benchmarks/pictures.py

# The ready-made searches that ours is measured beside have an environment of their own.
bench: $(INSTALLED) $(BENCH)/.installed
	@$(PYTHON) benchmarks/bench.py corpus --peers $(BENCH)/bin/python

$(BENCH)/.installed: benchmarks/requirements.txt | $(INSTALLED)
	@echo 'Setting up $(BENCH), once; this takes a few minutes.' >&2
	@$(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip --disable-pip-version-check install torch==2.13.0 >&2
	@$(BENCH)/bin/python -m pip --disable-pip-version-check install -r benchmarks/requirements.txt >&2
	@touch $@

# torch comes first and alone: asked for by another package, pip may take a build of several gigabytes.
$(VENV)/.installed: pyproject.toml
	@python=; \
	for name in python3.11 python3; do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo 'cpbqa needs Python 3.11 or later; install it and run this again.' >&2; exit 2; fi; \
	echo 'Setting up $(VENV), once; this takes a few minutes.' >&2; \
	"$$python" -m venv $(VENV)
	@$(PIP) torch==2.13.0 >&2
	@$(PIP) --editable '.[dev]' >&2
	@touch $@
