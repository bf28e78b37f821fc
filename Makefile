# Plain "make" says what can be made. The two that matter: make brochures, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
UV := $(shell command -v uv 2>/dev/null)

# What WeasyPrint needs, and what the tests look at the PDFs with.
LIBRARIES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
READERS := poppler-utils mupdf-tools qpdf gettext ghostscript
# Real servers, for tests in namespaces of their own, and a browser.
PEERS := cups cups-client cups-filters cups-ipp-utils avahi-daemon dbus iproute2 postfix dovecot-core dovecot-imapd dovecot-lmtpd chromium

.DEFAULT_GOAL := help
.PHONY: help setup brochures check test test-peers traces catalogs bench lock clean

help: ## say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

setup: $(VENV)/ready ## install everything into .venv (and, as root or with sudo, the system's libraries)

brochures: $(VENV)/ready ## build every brochure that is not up to date into dist/
	@$(BIN)/brochure build

check: $(VENV)/ready ## check content, catalogs and layouts without writing a PDF
	@$(BIN)/brochure check

test: $(VENV)/ready ## run every check: style, types, tests
	@$(call install,$(READERS))
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/pytest -q -n auto --dist loadgroup

test-peers: $(VENV)/ready ## print with a real CUPS, send mail to a real Postfix, look with a real browser, on this machine alone; skipped with a reason where that is not allowed
	@($(call install,$(PEERS))) || echo "test-peers: some packages cannot be installed here"
	$(BIN)/pytest -q -m peers -rs tests/peers

traces: $(VENV)/ready ## rewrite the goldens in tests/traces; read the difference before you commit it
	$(BIN)/pytest -q tests/test_traces.py --rewrite-traces

catalogs: $(VENV)/ready ## rewrite locales/*.pot from content and templates
	@$(BIN)/brochure catalog extract

bench: $(VENV)/ready ## measure speed and memory as ratios
	@$(BIN)/python -m tests.benchmarks

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra test --extra dask --extra preview pyproject.toml -o requirements.lock --no-header -q

clean: ## delete what make made
	rm -rf $(VENV) dist build

$(VENV)/ready: requirements.lock pyproject.toml
	@$(call install,$(LIBRARIES))
ifneq ($(UV),)
	"$(UV)" venv -q --allow-existing --python $(PYTHON) $(VENV)
	VIRTUAL_ENV="$(CURDIR)/$(VENV)" "$(UV)" pip sync -q --require-hashes requirements.lock
	VIRTUAL_ENV="$(CURDIR)/$(VENV)" "$(UV)" pip install -q --no-deps --no-build-isolation --editable .
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@touch $@

# Install Debian packages that are missing; without the right to, stop with the line to type.
define install
	if command -v dpkg-query >/dev/null; then \
	  missing=; \
	  for name in $(1); do \
	    dpkg-query -W -f '$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$name"; \
	  done; \
	  if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ]; then as=; \
	    elif sudo -n true 2>/dev/null; then as="sudo"; \
	    else echo "Type this first: sudo apt-get install$$missing" >&2; exit 1; fi; \
	    $$as apt-get update -qq && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	  fi; \
	fi
endef
