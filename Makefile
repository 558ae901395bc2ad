# All tasks; `make` alone lists them. Needs git, make and Python 3; the rest is installed under this folder.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
unexport VIRTUAL_ENV
unexport PYTHONDONTWRITEBYTECODE
export PYTHONUTF8 := 1

# The first Python that really starts: a version manager's shim may be on PATH and refuse to.
python3 = $(or $(shell for p in python3 python3.13 /usr/bin/python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null && echo "$$p" && break; done), \
	$(error No Python 3.8 or newer found: install python3))
with = @$(python3) -m tools.environments
py := .venv/bin/python
search = $(if $(SEED),--seed $(SEED)) $(if $(PROCESSES),--processes $(PROCESSES))
ARCHITECTURE ?= arm64

.PHONY: help setup demo local local-stop local-reset test e2e check format bench soak proofs mutants scan build lock docs texts vendor clean

help: ## List these tasks
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Install everything that work needs, locked, into this folder (done by the other tasks as needed)
	$(with)

demo: ## Watch a first sync and live changes between two sandbox vendors, from nothing
	$(with) dev sam local
	@$(py) -m local.demo

local: ## Start the one-machine edition and keep it running for use by hand
	$(with) dev sam local
	@$(py) -m local.launcher start

local-stop: ## Stop the one-machine edition; its data stays in .local/
	$(with) dev
	@$(py) -m local.launcher stop

local-reset: ## Stop the one-machine edition and DELETE its data
	$(with) dev
	@$(py) -m local.launcher reset

test: ## Run every test that needs no server (random order; repeat one with PYTEST="--randomly-seed=N")
	$(with) dev
	@$(py) -m pytest -n 2 --dist worksteal $(PYTEST)

e2e: ## Deploy to the one-machine edition on ports of its own and drive it from outside
	$(with) dev sam local
	@$(py) -m pytest -m e2e --force-enable-socket -p no:randomly tests/e2e $(PYTEST)

check: ## Format, lint, types, import rules, template rules, documents
	$(with) dev sam checkov
	@$(py) -m tools.check

format: ## Put the code into the house's format, and fix what can be fixed safely
	$(with) dev
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format --quiet .

bench: ## Measure the budgets of the design and print them beside the figures (also E2E=1, PEERS=1)
	$(with) dev $(if $(E2E),sam local) $(if $(PEERS),peers)
	@$(py) -m tools.bench $(if $(E2E),e2e) $(if $(PEERS),peers)

soak: ## Search for broken invariants with fresh seeds, again and again (SECONDS=60, SEED=, PROCESSES=1)
	$(with) dev
	@$(py) -m tools.soak $(or $(SECONDS),60) $(search)

proofs: ## Prove what takes minutes: every pair of deaths, large sets of lives, fresh ones (SECONDS=180, SEED=, PROCESSES=2)
	$(with) dev
	@$(py) -m tools.proofs $(SECONDS) $(search)

mutants: ## Change the code under the tests and list what none of them notices (ROOM=engine ONLY=engine/merge.py SAMPLE=40 SEED=)
	$(with) dev mutants
	@$(py) -m tools.mutants $(ROOM) $(if $(ONLY),--only $(ONLY)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

scan: ## Ask a public database for known vulnerabilities of everything the locks pin (needs the internet)
	$(with) dev scan
	@$(py) -m tools.scan

build: ## Build the stack as AWS gets it, into .aws-sam/ (ARCHITECTURE=x86_64 for the other processor)
	$(with) sam
	@PATH="$(CURDIR)/.venv-sam/bin:$$PATH" SAM_CLI_TELEMETRY=0 sam build --cached --parallel \
		--parameter-overrides Architecture=$(ARCHITECTURE)

lock: ## Resolve the dependencies anew and write the hashed locks
	$(with) dev
	@$(py) -m tools.lock

docs: ## Write the generated documents
	$(with) dev
	@$(py) -m tools.docs

texts: ## Bring new and changed English texts into the other languages' files, for somebody to translate
	$(with) dev
	@$(py) -m tools.texts

vendor: ## Make the folder of a new vendor, with sandbox, rig, tests and page (NAME=TiPro)
	$(with) dev
	@$(py) -m tools.new_vendor $(NAME)

clean: ## Remove what builds and tools left behind (not the environments, not .local/)
	@rm -rf .aws-sam .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage dist
