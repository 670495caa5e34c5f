# The commands of the README. Everything lives in .venv and .motcua; nothing is installed into the system but what APT_PACKAGES names.
PYTHON ?= python3.11
# Debian packages that only tests need (the browser, an SMS gateway); installed where they are missing, as root; without them those tests are skipped.
APT_PACKAGES ?= chromium kannel poppler-utils zbar-tools
BIN := .venv/bin
# Tests run in so many processes; 1 suits a debugger: .venv/bin/pytest tests
TEST_PROCESSES ?= 2
# Unit tests wait for MongoDB now and then: three processes keep two cores busy.
CHECK_PROCESSES ?= 3
# Every distribution: a new one is found by its pyproject.toml.
PATHS := $(patsubst %/pyproject.toml,%,$(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml))
OWN := $(subst _,-,$(notdir $(PATHS)))

# Compiled modules are kept: every service, command and test process starts with some hundred modules less to compile.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup up down demo test check test-hostile lint lock generated bench sbom
.DEFAULT_GOAL := setup

setup: ## virtual environment, locked packages, Kafka's jars; fast the second time
	@$(PYTHON) deploy/local/install.py $(APT_PACKAGES)

up: setup ## the whole stack, until Ctrl-C
	@$(BIN)/motcua up

down:
	@$(BIN)/motcua down

demo: setup ## three dossiers from the citizen's first click to the result
	@$(BIN)/motcua demo

bench: setup
	@$(BIN)/motcua bench

test: setup ## every test
	@$(BIN)/pytest -n $(TEST_PROCESSES) tests

check: lint ## what a person runs often: lint, types, unit tests and contracts
	@$(BIN)/pytest -q -n $(CHECK_PROCESSES) tests/unit tests/contracts

test-hostile: setup ## 100,000 bodies over all routes, 10,000 calls to each callback, 10,000 of schemathesis, through a running stack
	@MOTCUA_HOSTILE_BODIES=100000 MOTCUA_HOSTILE_CALLS=10000 MOTCUA_SCHEMATHESIS_EXAMPLES=10000 $(BIN)/pytest tests/hostile

lint: setup ## what must be clean before a change lands
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock: ## pin the newest versions that every pyproject.toml allows; setup once before
	@printf './%s\n' $(PATHS) | $(BIN)/uv pip compile - --group pyproject.toml:dev --python-version 3.11 --upgrade --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(OWN:%=--no-emit-package motcua-%) -o requirements.lock -q
	@$(BIN)/python -m motcua_local.parts.kafka_jars

# A file is replaced only by one that was made as a whole.
make_file = $(BIN)/python $(2) > $(1).new && mv $(1).new $(1)
generated: setup ## the pages and scripts that are made from the code; tests hold each to it
	@$(call make_file,docs/asyncapi.json,-m motcua_contracts.wire.asyncapi)
	@$(call make_file,docs/authorisation.md,-m motcua_gateway.rights_table)
	@$(call make_file,docs/dependencies.md,deploy/supply/supply.py dependencies)
	@$(call make_file,docs/licences.md,deploy/supply/supply.py licences)
	@$(call make_file,docs/metrics.md,-m motcua_chassis.metrics_table)
	@$(call make_file,docs/personal-data.md,-m motcua_contracts.wire.personal_map)
	@$(call make_file,deploy/kubernetes/mongodb-users.js,-m motcua_operations.mongo_users)

sbom: setup ## every package and jar with version, licence and hash, as CycloneDX: build/sbom.json
	@$(BIN)/python deploy/supply/supply.py sbom build/sbom.json
