# One command each; `make` alone tells them. Needs python3 (3.11 to 3.13, with venv) and make.
PYTHON ?= python3
ENV := .local/venv/bin/python
BIN := .local/venv/bin
PORT ?= 8000
export PORT

.PHONY: help run stop reset logins demo-clock manage test lint format bench shots
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: ## start everything; PORT=8000 DATABASE_URL= REDIS_URL= may be given
	@$(PYTHON) -m portal.local.bootstrap run
	@$(ENV) -m portal.local.supervise

stop: ## stop what runs
	@$(PYTHON) -m portal.local.bootstrap run
	@$(ENV) -m portal.local.control stop

reset: ## stop, and erase the demo's data
	@$(PYTHON) -m portal.local.bootstrap run
	@$(ENV) -m portal.local.control reset

logins: ## demo logins with their current one-time codes
	@$(ENV) -m portal.local.control manage demo_logins

demo-clock: ## move the demo clock: make demo-clock ARGS="--advance 71h"
	@$(ENV) -m portal.local.control manage demo_clock $(ARGS)

manage: ## any manage.py command inside the running demo: make manage ARGS="verify_deadlines"
	@$(ENV) -m portal.local.control manage $(ARGS)

test: ## all tests on servers of their own; ARGS="tests/law -k v01", CHROMIUM=/path
	@$(PYTHON) -m portal.local.bootstrap test
	@$(ENV) -m portal.local.testing $(if $(ARGS),$(ARGS),-n 2)

lint: ## style, types, layers, templates, migrations, deploy check
	@$(PYTHON) -m portal.local.bootstrap test
	@$(ENV) -m portal.local.linting

format: ## put the code into the one style
	@$(PYTHON) -m portal.local.bootstrap test
	@$(BIN)/ruff check --fix --quiet . && $(BIN)/ruff format --quiet .

bench: ## measure what is promised; one of them: ARGS="engine_firing 100000"
	@$(PYTHON) -m portal.local.bootstrap test
	@$(ENV) -m portal.local.measuring $(ARGS)

shots: ## make the pictures in docs/ again
	@$(PYTHON) -m portal.local.bootstrap test
	@SHOTS=docs/pictures $(ENV) -m portal.local.testing -m journey $(ARGS)
