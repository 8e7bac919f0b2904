"""Keep the objects that imports create for good out of Python's garbage collection."""

from __future__ import annotations

import gc
import sys

MANY = 200  # new modules that make freezing worth while
_modules_frozen = 0


def spare_imports() -> None:
    """Call at the start of a run.

    A million objects of libraries make a collection take 0.2 s, in which every thread stands
    still, and a rare one: figures of past runs pile up meanwhile. Without those objects it takes
    a few ms, and Python makes one as soon as a quarter of what is left is new.
    """
    global _modules_frozen
    if len(sys.modules) >= _modules_frozen + MANY:
        _modules_frozen = len(sys.modules)
        gc.freeze()
