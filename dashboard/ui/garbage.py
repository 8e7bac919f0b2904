"""What imports leave behind for good is kept out of Python's garbage collections."""

from __future__ import annotations

import gc
import sys

MANY = 200  # modules that make it worth while
_known = 0


def spare_imports() -> None:
    """Call at the start of a run.

    A million objects of libraries make a collection take 0.2 s, in which every thread stands
    still, and a rare one: figures of past runs pile up meanwhile. Without those objects it takes
    a few ms, and Python makes one as soon as a quarter of what is left is new.
    """
    global _known
    if len(sys.modules) >= _known + MANY:
        _known = len(sys.modules)
        gc.freeze()
