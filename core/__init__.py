"""Vectorscope's numerical core: counts → PMI → low rank → vectors → neighbours.

Pure Python and NumPy, no user interface: whatever a page of the dashboard
shows can be had from here in a few lines. Every computation is a function of
a small frozen *spec* (see `core.specs`) and returns plain read-only arrays.
"""
