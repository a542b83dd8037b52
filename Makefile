# One command does all of its own set-up: `make book`, `make test`. On Windows without make, see README.md.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
RUN := $(BIN)/python
STAMP := $(VENV)/.installed

.PHONY: help book test serve lab bench findings evidence pictures lint clean venv

help:
	@echo "make book    build the book into _build/html"
	@echo "make test    build it, and run all tests (ARGS='-k name' picks some)"
	@echo "make serve   build it, and open it on localhost"
	@echo "make lab     open the chapters as notebooks in JupyterLab (ARGS=--sources: the files that the book is made of)"
	@echo "make bench   print the benchmarks (ARGS=pages, notebook, build or layers picks one)"
	@echo "make findings   run the findings that are kept, where their code has changed (ARGS=name runs one)"
	@echo "make evidence   list the tags that say less than the rules of evidence ask for"
	@echo "make pictures   take the pictures of the widgets for their index, from the built book (ARGS=chain takes one)"
	@echo "make lint    check and format the sources"
	@echo "make clean   remove the built book and its caches"

# Made again when the pinned versions or the project's own settings change, and after an interruption.
$(STAMP): requirements.txt pyproject.toml
	@echo "Setting up $(VENV) (a few minutes, once) ..."
	$(PYTHON) tools/venv.py $(VENV)

venv: $(STAMP)

book: $(STAMP)
	$(RUN) tools/build.py

test: $(STAMP)
	$(RUN) -m pytest -n 2 $(ARGS)

serve: $(STAMP)
	$(RUN) tools/build.py
	$(RUN) tools/serve.py

lab: $(STAMP)
	$(RUN) -m tools.lab $(ARGS)

bench: $(STAMP)
	$(RUN) -m benchmarks $(ARGS)

findings: $(STAMP)
	$(RUN) -m tools.findings $(ARGS)

evidence: $(STAMP)
	$(RUN) -m tools.evidence $(ARGS)

pictures: book
	$(RUN) -m tools.pictures $(ARGS)

lint: $(STAMP)
	$(RUN) -m ruff format .
	$(RUN) -m ruff check .
	$(BIN)/oxfmt "**/*.js" "**/*.ts"
	$(BIN)/oxlint

clean:
	$(PYTHON) tools/clean.py
