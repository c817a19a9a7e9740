# What can be done here: `make help` says it, config/tool does it, with nothing but Python 3.11 or 3.12. Variables given to make
# reach it as environment variables.

PYTHON ?= python3

.PHONY: help demo test lint bench test-core db shell serve drop stop clean

help:
	@sed 's/^    //' config/help.txt

demo test lint bench test-core db shell serve drop stop clean:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or 3.12 is needed: install python3.11, or name it with PYTHON=." >&2; exit 1; }
	@exec $(PYTHON) config/tool $@
