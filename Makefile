# Two commands from an empty clone: `make app` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
CHROMIUM := $(shell command -v chromium chromium-browser google-chrome 2>/dev/null | head -n 1)

.DEFAULT_GOAL := help
.PHONY: help app test test-slow check lock chromium notebooks studies docs

help:            ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 14

$(VENV)/app: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint requirements.lock --editable .
	@touch $@

$(VENV)/dev: $(VENV)/app
	$(BIN)/pip install --quiet --constraint requirements.lock --editable '.[dev,docs,postgres,detectors,quantisation,ray,tracking]'
	@touch $@

app: $(VENV)/app ## set up and open the app on the shipped checkpoints
	$(BIN)/workbench app --port $(PORT)

chromium:        ## install the browser that the tests drive, where there is none
ifeq ($(CHROMIUM),)
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
	  apt-get -qq install --yes --no-install-recommends chromium fonts-noto-core fonts-noto-cjk; \
	else \
	  echo "No Chromium found. Install it (for instance: sudo apt-get install chromium), then try again."; \
	  exit 1; \
	fi
endif

test: $(VENV)/dev chromium ## set up all that tests need, check style and types, run the suite
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow" -n 2 --dist loadfile

test-slow: $(VENV)/dev chromium ## the tests that take minutes
	$(BIN)/pytest -m slow

check: $(VENV)/dev ## style and types alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

notebooks: $(VENV)/dev ## execute the notebooks and keep their outputs
	$(BIN)/python tests/notebooks/execute.py

studies: $(VENV)/dev ## run the shipped studies and write docs/studies.md with their figures
	for family in llama gpt2 qwen3; do \
	  $(BIN)/workbench tinyworld base tiny-$$family --architecture $$family || exit 1; \
	done
	$(BIN)/workbench publish $(notdir $(basename $(wildcard assets/studies/*.yaml))) --executor processes

docs: $(VENV)/dev ## show the documentation at a local address while it is written
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

lock: $(VENV)/dev ## write requirements.lock from what is installed
	$(BIN)/python -m tests.lock requirements.lock
