# `make run` starts the product, `make test` checks all of it; `make help` lists the rest.
# Every target installs what it needs; only python3 and make have to be there.

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.PHONY: help run demo extras test check test-fast stress fuzz bench texts screenshots lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: ## set up what is missing, start pages, REST and SIP; Ctrl-C ends them
	@tools/venv requirements.txt
	@exec $(BIN)/python manage.py serve

demo: ## add a sample site: three users, three phones, one shared line
	@tools/venv requirements.txt
	@$(BIN)/python manage.py setup
	@$(BIN)/python manage.py demo

extras: ## install PostgreSQL's driver and uvloop
	@tools/venv requirements-extras.txt

test: ## every check and every test, real phones and browser included (under 10 minutes)
	@tools/venv requirements-dev.txt
	@tools/debian-packages
	@tools/check
	@$(PYTEST) -n 2 --dist loadgroup -q -m "not stress"

check: ## formatting, lint, types, imports, migrations, lock files
	@tools/venv requirements-dev.txt
	@tools/check

test-fast: ## the tests that start no external program (under 60 s)
	@tools/venv requirements-dev.txt
	@$(PYTEST) -n 2 -q -m "not external"

stress: ## floods, and 20,000 phones after a power cut, at the machine's full rate
	@tools/venv requirements-dev.txt
	@$(PYTEST) -q -s -m stress

fuzz: ## 1,000 calls over a bad link, then FUZZ_SECONDS (600) of coverage-guided fuzzing
	@tools/venv requirements-dev.txt
	@tools/venv requirements-fuzz.txt
	@tools/fuzz

bench: ## measure speed against the targets and two peers; writes docs/benchmarks.md (40 minutes)
	@tools/venv requirements-bench.txt
	@tools/debian-packages bench
	@$(BIN)/python -m bench $(OPTIONS)

texts: ## collect the texts that people see into locale/, and compile the translations
	@tools/venv requirements-dev.txt
	@tools/debian-packages
	@tools/texts

screenshots: ## take a picture of every page, light and dark, wide and narrow (3 minutes)
	@tools/venv requirements-dev.txt
	@tools/debian-packages
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m tests.external.screenshots

lock: ## resolve the dependencies again and export them with hashes
	@tools/venv requirements-dev.txt
	@tools/lock

clean: ## remove what the tools left behind; never the data in var/
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .fuzz
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
