# Everything starts from nothing but Python and make: the environment is made here.
VENV   ?= .venv
PYTHON ?= python3
BIN    := $(VENV)/bin
DEMO   ?= .demo/prle.h5
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder

.PHONY: demo test coverage lint audit format typecheck bench torture fuzz docs clean
.DEFAULT_GOAL := test

$(VENV)/ready: pyproject.toml constraints.txt constraints-offline.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r constraints-offline.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[offline,ray,report,serve,openvino,dev]'
	touch $@

demo: $(VENV)/ready  ## the whole job on data that prle makes itself, ending in an explanation
	mkdir -p $(dir $(DEMO))
	$(BIN)/prle embed demo --encoder all-MiniLM-L6-v2 -w $(DEMO)
	$(BIN)/prle fit --router softmax --em -w $(DEMO)
	$(BIN)/prle explain "A man is playing a guitar." "Someone plays an instrument." -w $(DEMO)

test: $(VENV)/ready  ## in as many processes as there are cores; the tests of a module stay together
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

coverage: $(VENV)/ready  ## the same, and which lines no test has run; a quarter slower
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --cov --cov-report=term:skip-covered

lint: $(VENV)/ready audit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

audit: $(VENV)/ready  ## known weaknesses of what is installed; where PyPI cannot be asked, a line says so
	@if $(BIN)/python -c "import urllib.request as net; net.urlopen('https://pypi.org/pypi/pip/json', timeout=5)" 2>/dev/null; \
	then $(BIN)/pip-audit --skip-editable --progress-spinner off; \
	else echo "pip-audit is skipped: pypi.org cannot be reached."; fi

format: $(VENV)/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

typecheck: $(VENV)/ready
	$(BIN)/mypy

bench: $(VENV)/ready
	$(BIN)/prle bench -w $(DEMO)

torture: $(VENV)/ready  ## kills, full disks, damage, company: about twenty minutes, and nothing may be lost
	$(BIN)/python -m benchmarks.torture --kills 330 --interrupts 60 --full 60 --flips 1000 --cuts 200 --hostile 500 --commits 100

fuzz: $(VENV)/ready  ## twenty minutes of looking for inputs that the readers do not expect
	$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris
	$(BIN)/python -m benchmarks.fuzz workspace --seconds 600
	$(BIN)/python -m benchmarks.fuzz delimited --seconds 600

docs: $(VENV)/ready  ## every command in the README and docs must still exist
	$(BIN)/python -m pytest -q tests/test_docs.py

clean:
	rm -rf $(VENV) .demo build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
