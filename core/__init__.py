"""Vectorscope's numerical core: counts → PMI → low rank → vectors → neighbours.

Pure Python and NumPy, no user interface: a few lines give whatever a page of the
dashboard shows. Every computation is a function of a small frozen *spec* (see
`core.specs`) and returns plain read-only arrays.
"""
