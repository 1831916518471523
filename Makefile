.POSIX:
.SUFFIXES:

PYTHON = python3
ROWS = 2000
SEED = 1
FAULTS = 0

BIN = .venv/bin
UV = uv==0.13.9
COMPILE = build/lock/bin/uv --no-config pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock' --extra excel --extra gaiji --extra synth

help: ## print this help
	@awk -F ' *## *' '/^[.a-z-]+:.*## / { sub(/:.*/, "", $$1); printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  ROWS=$(ROWS) SEED=$(SEED) FAULTS=$(FAULTS) PYTHON=$(PYTHON) can be set, as in: make run ROWS=50000 FAULTS=1"

.venv: .venv/installed ## install the pinned tools and the project, editable, into .venv

.venv/installed: requirements.lock requirements-dev.lock
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

run: .venv ## rehearse: make a town, migrate it, leave the delivery in build/out
	rm -rf build/town build/out
	$(BIN)/migrate synth --layout juki --source host_fixed --rows $(ROWS) --seed $(SEED) --faults $(FAULTS) \
		--out build/town
	@# 1 is the verdict 不合格: the rehearsal was held and has its report
	$(BIN)/migrate run --layout juki --source host_fixed --input build/town/in --out build/out || test $$? -eq 1

check: lint types test ## all that CI runs: lint, types, test

lint: .venv ## style, format and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: .venv ## mypy, strict
	$(BIN)/mypy

test: .venv ## all tests, in random order, on all cores
	$(BIN)/pytest -n auto

offline: .venv ## all tests where there is no network (Linux)
	unshare --net $$(test $$(id -u) -eq 0 || echo --map-root-user) $(BIN)/pytest -n auto

faults: .venv ## disturb real runs at every call on the disk, in some 5,000 ways (Linux): PARTS=kills,moments … for some
	$(BIN)/python -m tests.faults $(if $(PARTS),--parts $(PARTS))

same: .venv ## one town in 48 surroundings: threads, batches, clock, locale … give the same bytes (needs faketime)
	$(BIN)/python -m tests.same

recall: .venv ## how many of the injected faults are found
	$(BIN)/python -m tests.recall

drafts: .venv ## how many field boundaries of undocumented files a draft finds
	$(BIN)/python -m tests.drafts $(ROWS)

badinputs: .venv ## 58 nasty files, some seeds and sizes: what must be processed is, what must be caught is
	$(BIN)/python -m tests.badinputs

browser: .venv ## a report in a real browser: no request, no complaint, all of it printed, all by keyboard (needs Chromium)
	$(BIN)/python -m tests.browser

bench: .venv ## time and memory, against peers in the same run, and of a city of 800,000
	$(BIN)/python -m benchmarks.bench --scale
	$(BIN)/python -m benchmarks.names

format: .venv ## put the code into the house format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: ## resolve anew and pin with hashes: requirements.lock, requirements-dev.lock
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/python -m pip install --quiet $(UV)
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --constraint requirements.lock --group dev --output-file requirements-dev.lock

clean: ## remove what was built, but .venv
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find migrate tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help .venv run check lint types test offline faults same recall drafts badinputs browser bench format lock clean
