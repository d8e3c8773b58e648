# Every command that a person needs. Works with Python 3.11 and make, nothing else; `make` alone lists them.

PYTHON ?= python3
# small | demo | province: how much of the synthetic province `make demo` makes
SCALE ?= demo
# the site of which `make shots` takes pictures
SITE ?= out/demo/demo-1/site
# yes | no: whether `make demo` ends with the site open on this machine, or only made
SERVE ?= yes
# what Python compiled is kept, whatever the shell says: without, every process compiles all modules again
unexport PYTHONDONTWRITEBYTECODE
RUN := .venv/bin/python
LOCK := .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-header --quiet

.PHONY: help setup setup-tests demo test bench bench-large bench-web golden shots docs format lock wheels clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## */\t/' | expand -t 16

setup:  ## a locked .venv in this checkout (seconds; instant when nothing changed)
	@$(PYTHON) tools/prepare.py

setup-tests:
	@$(PYTHON) tools/prepare.py --tests

demo: setup  ## synthetic province -> ranked results, sheets, proofs, and the site of it, open until you stop it
	@$(RUN) -m steelyard.web.site.demonstrating --out out/demo --scale $(SCALE) --serve $(SERVE)

test: setup-tests  ## formatting, types, floors, then every test and every branch of the engine
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(RUN) -m pytest -n 2 --dist loadgroup --cov

bench: setup-tests  ## every figure beside its alternative: name, figure, limit, held or short
	@$(RUN) -m bench

bench-large: setup-tests  ## 100 million rows within 2 GiB
	@$(RUN) -m bench large

bench-web: setup-tests  ## every page at the size of a province while a run goes on, on SQLite and PostgreSQL
	@$(RUN) -m bench web

golden: setup-tests  ## rewrites the golden files; the review is `git diff`
	$(RUN) -m pytest -n 2 --golden

shots: setup-tests  ## pictures of every page of a site in both sizes: make shots SITE=out/demo/demo-1/site
	$(RUN) -m tools.shots $(SITE) out/shots

docs: setup-tests  ## rewrites the generated pages
	$(RUN) -m tools.pages

format: setup-tests  ## formats the code, mends what can be mended by machine
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

lock: setup-tests  ## newer packages: writes both lock files again
	$(LOCK) --upgrade --extra postgres --group build --output-file requirements.lock
	$(LOCK) --upgrade --all-extras --group build --group dev --constraint requirements.lock --output-file requirements-dev.lock

wheels: setup  ## out/wheels: everything that a machine without internet needs
	@$(PYTHON) tools/prepare.py --wheels
	.venv/bin/uv build --quiet --wheel --no-build-isolation --out-dir out/wheels

clean:  ## removes what commands made here: .venv, out, caches
	rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
