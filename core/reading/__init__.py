"""What the product understands of a file, for people and for tests: `python -m core.reading`."""
