"""MNIST for benchmarks: from files of one's own, or from OpenML."""

from __future__ import annotations

import os
from pathlib import Path

from core.items.files import store_together
from core.items.specs import Items


def mnist(most: int) -> Items:
    """The first pictures of MNIST.

    VECTORSCOPE_MNIST: a folder with an IDX file of pictures and one of labels, packed or not;
    without it they are those of OpenML, once they were fetched on the page.
    """
    if not (folder := os.environ.get("VECTORSCOPE_MNIST")):
        return Items("mnist", most=most)
    files = sorted(Path(folder).glob("*idx?-ubyte*"))
    items = store_together([(path.name, path.read_bytes()) for path in files])
    return items.replace(most=most)
