# Everything starts from nothing but Python and make: the environment is made here.
VENV   ?= .venv
PYTHON ?= python3
BIN    := $(VENV)/bin
DEMO   ?= .demo/prle.h5

.PHONY: demo test lint format typecheck bench docs clean
.DEFAULT_GOAL := test

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[offline,report,dev]'
	touch $@

demo: $(VENV)/ready  ## the whole job on data that prle makes itself, ending in an explanation
	mkdir -p $(dir $(DEMO))
	$(BIN)/prle embed demo --encoder all-MiniLM-L6-v2 -w $(DEMO)
	$(BIN)/prle fit --router softmax --em -w $(DEMO)
	$(BIN)/prle explain "A man is playing a guitar." "Someone plays an instrument." -w $(DEMO)

test: $(VENV)/ready
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

typecheck: $(VENV)/ready
	$(BIN)/mypy

bench: $(VENV)/ready
	$(BIN)/prle bench -w $(DEMO)

docs: $(VENV)/ready  ## every command in the README and docs must still exist
	$(BIN)/python -m pytest -q tests/test_docs.py

clean:
	rm -rf $(VENV) .demo build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
