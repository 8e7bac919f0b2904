"""Vectors as files other programs read."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

ENDING = re.compile(r"\.[A-Za-z]\w{0,8}(\.(gz|bz2|xz))?$")
LONGEST_NAME = 60  # characters


def file_name(model: str) -> str:
    """The name of a model's file, without an ending; that of the text's file is dropped.

    >>> file_name("PPMI-SVD 50-d, mywiki.txt")
    'PPMI-SVD-50-d-mywiki'
    """
    return "-".join(ENDING.sub("", model).replace(",", "").split())[:LONGEST_NAME]


def word2vec_text(words: Sequence[str], matrix: np.ndarray) -> bytes:
    """Words and their vectors (V, d) in word2vec's text format, written by gensim.

    >>> word2vec_text(["a", "b"], np.array([[1.0, 0.5], [0.0, 2.0]], np.float32)).decode()
    '2 2\\na 1.0 0.5\\nb 0.0 2.0\\n'
    """
    return _by_gensim(words, matrix, binary=False)


def word2vec_binary(words: Sequence[str], matrix: np.ndarray) -> bytes:
    """The same in word2vec's binary format: exact, and a third of the size."""
    return _by_gensim(words, matrix, binary=True)


def safetensors(words: Sequence[str], matrix: np.ndarray) -> bytes:
    """A tensor “word” (V, d), the words as JSON in the metadata."""
    from safetensors.numpy import save

    metadata = {"words": json.dumps(list(words), ensure_ascii=False)}
    return save({"word": np.ascontiguousarray(matrix, np.float32)}, metadata)


def projector(words: Sequence[str], matrix: np.ndarray) -> bytes:
    """A zip of vectors.tsv and words.tsv, as projector.tensorflow.org takes them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        text = io.StringIO()
        np.savetxt(text, matrix, "%.9g", delimiter="\t")
        archive.writestr("vectors.tsv", text.getvalue())
        archive.writestr("words.tsv", "\n".join(words) + "\n")
    return packed.getvalue()


WRITERS: dict[str, tuple[str, Callable[[Sequence[str], np.ndarray], bytes]]] = {
    "word2vec text": (".txt", word2vec_text),
    "word2vec binary": (".bin", word2vec_binary),
    "safetensors": (".safetensors", safetensors),
    "Projector TSV": (".zip", projector),
}
"""name → (ending of the file, what writes it)"""


def _by_gensim(words: Sequence[str], matrix: np.ndarray, *, binary: bool) -> bytes:
    from gensim.models import KeyedVectors  # slow to import, and needed only here

    vectors = KeyedVectors(matrix.shape[1])
    vectors.add_vectors(list(words), np.asarray(matrix, np.float32))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors"
        vectors.save_word2vec_format(str(path), binary=binary)
        return path.read_bytes()
