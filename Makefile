# Everything a person types. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := queue_server ticketing display voice ops loadtest tests
# Many tests wait for real processes: twice as many as there are processors.
WORKERS ?= $(shell echo $$(( $$(nproc) * 2 )))
SCENARIO ?= town
.DEFAULT_GOAL := help
.PHONY: help install run test check format bench load screenshots lock system clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: system $(VENV)/.installed ## make .venv with the locked dependencies and the jiaohao command

run: install ## open the sample hall on port 8000 (JIAOHAO_PORT, JIAOHAO_HOST, JIAOHAO_DATA change that)
	$(BIN)/jiaohao run

test: install ## run all tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: install ## format, lint, types, imports, documents
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_documents.py

format: install ## format the code, and mend what can be mended
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

bench: install ## measure everything, one table, also in bench.json
	$(BIN)/python -m loadtest.bench

load: install ## put a hall under load (SCENARIO=village|town|city_hall|city|province_morning|contention, ARGS=…)
	$(BIN)/python -m loadtest.load $(SCENARIO) $(ARGS)

screenshots: install ## take a picture of every page, in both languages and both themes
	$(BIN)/python -m tests.browser.screenshots

lock: install ## resolve the dependencies anew into requirements.lock
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-annotate --no-emit-index-url --no-header --output-file requirements.lock

system: ## install redis-server and python's venv from the distribution where they are missing
	@sh ops/deploy/system.sh "$(PYTHON)"

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

clean: ## remove what was made here, but not the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis bench.json
