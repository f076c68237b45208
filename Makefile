# make demo    install into .venv, then run the whole pipeline on the embedded model
# make test    install into .venv, then check and test everything
#
# PYTHON       the interpreter that makes .venv (3.11 to 3.13)
# TORCH_INDEX  a pip index with another build of torch (CPU or CUDA); empty is pip's own index

PYTHON ?= python3
VENV ?= .venv
TORCH_INDEX ?=
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

export PYRIGHT_PYTHON_CACHE_DIR := $(abspath $(VENV))/pyright
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.PHONY: demo test check install install-dev clean

demo: install
	$(BIN)/qspark run --profile tiny-cpu

test: check
	$(BIN)/pytest -n 3 --dist worksteal

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pyright --pythonpath $(BIN)/python

install: $(VENV)/installed

install-dev: $(VENV)/installed-dev

# torch goes first and alone: asked for later, by a range, it can bring gigabytes of another build.
$(VENV)/torch: constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) torch==2.13.0 $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	touch $@

$(VENV)/installed: $(VENV)/torch pyproject.toml
	$(INSTALL) --editable '.[train]'
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(INSTALL) --editable '.[train,bench,data,ray,equivalence,dev]'
	$(BIN)/pyright --version
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache
