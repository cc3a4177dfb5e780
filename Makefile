# Everything from a fresh clone.  `make help` lists the targets.
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
# Many tests wait for a paced load rather than for a CPU.  WORKERS=0: one after another, in this process.
WORKERS ?= 3
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# How often test-all kills what a test kills once.
KILLS ?= 20
# Extra words for the comparison and for pytest: make compare ARGS="--rounds 5", make test ARGS="-x".
ARGS ?=

# Container images like to forbid it, and then each of the many processes compiles all our modules anew.
export PYTHONDONTWRITEBYTECODE =

SETUP := pyproject.toml bench/_version.py scripts/make-venv scripts/find-python
# An environment whose Python has gone (an upgrade of the system) is made again, whatever the stamps say.
ifneq ($(wildcard $(VENV)/.run),)
ifneq ($(shell $(BIN)/python -c 'print(1)' 2>/dev/null),1)
SETUP += gone
endif
endif

.PHONY: gone help compare compare-cluster test test-fast test-all check lint format types imports java archive system dev clean \
	bench-help bench-startup bench-accuracy bench-verdict bench-overhead bench-profiles bench-spool \
	bench-report bench-scala bench-assess compat upgrades

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

compare: $(VENV)/.run java archive ## Compare both APIs on this machine, to a verdict (about two minutes)
	@$(BIN)/sparkbench compare --quick $(ARGS)

compare-cluster: $(VENV)/.run java archive ## The same on a standalone cluster that it starts and ends (an estimate)
	@scripts/compare-cluster $(VENV) $(ARGS)

test: $(VENV)/.dev java system check ## Everything: style, types, import contracts, all tests
	@echo "About 5,000 tests; they take 20 to 25 minutes on 2 CPUs, a few more the first time."
	@$(PYTEST) $(ARGS)

test-all: $(VENV)/.dev java system check ## The same, with what repeats for long
	@SPARKBENCH_LONG=1 SPARKBENCH_KILLS=$(KILLS) $(PYTEST) $(ARGS)

test-fast: $(VENV)/.dev ## The tests that start no Spark
	@$(PYTEST) -m "not slow" $(ARGS)

check: lint types imports ## Style, types and import contracts

lint: $(VENV)/.dev ## ruff, and that the code is formatted
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || \
		{ echo "Not formatted; run: make format" >&2; $(BIN)/ruff format --check . ; exit 1; }

format: $(VENV)/.dev ## Format the code and fix what can be fixed
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

types: $(VENV)/.dev ## mypy, strict
	@$(BIN)/mypy

imports: $(VENV)/.dev ## Import contracts
	@$(BIN)/lint-imports --no-logo

bench-help: $(VENV)/.run ## How long `sparkbench --help` takes, beside an idle interpreter
	@scripts/bench-help $(VENV)

bench-startup: $(VENV)/.run java archive ## Where the seconds of a trial go, and what saves some, in pairs (about 20 minutes)
	@$(BIN)/python -m scripts.proof.startup $(ARGS)

bench-accuracy: $(VENV)/.run java ## Measured latency against a ground truth, both APIs (about 12 minutes)
	@$(BIN)/python -m scripts.proof.accuracy $(ARGS)

bench-verdict: $(VENV)/.run java ## Is the rule right on real Spark? Whole runs, in parts (ARGS="aa --runs 10")
	@$(BIN)/python -m scripts.proof.verdict $(ARGS)

bench-overhead: $(VENV)/.run java ## What the instrumentation costs, both APIs (about 40 minutes)
	@$(BIN)/python -m scripts.proof.overhead $(ARGS)

bench-profiles: $(VENV)/.run java ## What the profiles gain over the textbook, Structured Streaming (about 20 minutes)
	@$(BIN)/python -m scripts.proof.profiles $(ARGS)

bench-spool: $(VENV)/.run java ## The spooled and the native source against the socket source (about 15 minutes)
	@$(BIN)/python -m scripts.proof.spool $(ARGS)

bench-scala: $(VENV)/.run java archive ## What the harness adds to a DStream in Scala, beside one written by hand (about 15 minutes)
	@$(BIN)/python -m scripts.proof.by_hand $(ARGS)

bench-assess: $(VENV)/.run ## Precision and recall of `sparkbench assess` on its corpus
	@$(BIN)/python -m scripts.proof.assessed $(ARGS)

compat: $(VENV)/.run java ## Which features run on which version of Spark (about an hour, fetches the versions)
	@$(BIN)/python -m scripts.proof.compat $(ARGS)

upgrades: $(VENV)/.run java ## Which checkpoints go on under a newer Spark, and back (about 15 minutes, fetches the versions)
	@$(BIN)/python -m scripts.proof.upgrades $(ARGS)

bench-report: $(VENV)/.run ## The report of 1,000 trials of 300 batches: time and size
	@$(BIN)/python -m scripts.proof.report_size $(ARGS)

clean: ## Remove the environment and what tools left (never runs/)
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# --- set-up ---------------------------------------------------------------------------------------

java: | $(VENV)/.run
	@scripts/need-java $(VENV)

archive: | $(VENV)/.run java
	@$(BIN)/sparkbench doctor --prepare || true

system:
	@scripts/system-pieces

dev: $(VENV)/.dev

gone:

# Stamps: the environment is set up again only when what it is made from has changed.
$(VENV)/.run: $(SETUP)
	@scripts/make-venv $(VENV)
	@touch $@

$(VENV)/.dev: $(SETUP) | $(VENV)/.run
	@scripts/make-venv $(VENV) dev
	@touch $@
