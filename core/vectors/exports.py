"""Vectors as files other programs read."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def word2vec_text(words: Sequence[str], matrix: np.ndarray) -> bytes:
    """Words and their vectors (V, d) in word2vec's text format, written by gensim.

    >>> word2vec_text(["a", "b"], np.array([[1.0, 0.5], [0.0, 2.0]], np.float32)).decode()
    '2 2\\na 1.0 0.5\\nb 0.0 2.0\\n'
    """
    from gensim.models import KeyedVectors  # slow to import, and needed only here

    vectors = KeyedVectors(matrix.shape[1])
    vectors.add_vectors(list(words), np.asarray(matrix, np.float32))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.txt"
        vectors.save_word2vec_format(str(path), binary=False)
        return path.read_bytes()
