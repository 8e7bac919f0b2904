"""Digests of results, to see that a change of the code changes no number.

`python -m benchmarks.digests write FILE` before the change, and `compare FILE` after it, on the
same machine: other processors and libraries round differently.
"""
