# make demo | make pictures | make test | make test-core | make check | make faults | make bench | make lock
# ARGS are handed to whatever is run.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
ARGS ?=
READY = $(VENV)/.installed
# Twice as many as two cores: half of the tests wait for something at any time
WORKERS ?= 4

.PHONY: demo pictures test test-core check faults bench format lock clean

demo: $(READY)
	$(BIN)/python -m sandbox.demo $(ARGS)

# The pictures in the READMEs, where a Chromium is installed.
pictures: $(READY)
	$(BIN)/python -m sandbox.pictures $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

# A quick look while working, under a minute: the way of an event and what is told of it, on SQLite,
# without what is tried in every order or again and again. Before a release it takes `make check`.
CORE = tests/core tests/delivery tests/digest tests/recognition tests/recording \
	tests/views $(wildcard tests/test_*.py)
test-core: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) -k "not postgres and not any_order" -m "not hypothesis" $(CORE) $(ARGS)

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	scratch=$$(mktemp -d); export DATABASE_URL=sqlite:///$$scratch/check.db; \
		$(BIN)/alembic upgrade head && $(BIN)/alembic check; \
		result=$$?; rm -rf $$scratch; exit $$result
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

# Everything that can go wrong, again and again: about two hours. The tests do it in short.
# With ARGS=--write what came of it is written to docs/faults.md.
faults: $(READY)
	$(BIN)/python -m tests.faults $(ARGS)

# Everything that is measured, side by side; it writes docs/benchmarks.md and takes about an hour.
bench: $(READY)
	$(BIN)/python -m bench $(ARGS)

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The pinned versions with their hashes. The files name no download host, so that they serve
# wherever packages come from.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --no-header \
		--no-annotate pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --no-header \
		--no-annotate pyproject.toml --group dev -o requirements-dev.txt
	echo "slack-machine[sqlite]==0.40.0" | $(BIN)/uv pip compile --quiet --universal --upgrade \
		--generate-hashes --no-header --no-annotate - -o bench/rival/requirements.txt

$(READY): requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
