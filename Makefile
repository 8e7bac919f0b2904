# Aliases; the commands themselves live in dashboard/__main__.py.
run test bench lint:
	python3 -m dashboard $@ $(ARGS)

.PHONY: run test bench lint
