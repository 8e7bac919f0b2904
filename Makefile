# Aliases; the commands themselves live in dashboard/__main__.py.
run test bench lint docs:
	python3 -m dashboard $@ $(ARGS)

# In an environment that holds requirements-dev.txt, which `test` makes.
PYTHON ?= .venv/bin/python
screenshots:
	$(PYTHON) docs/screenshots.py $(ARGS)

.PHONY: run test bench lint docs screenshots
