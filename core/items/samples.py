"""Collections that are always there: paragraphs of the Wikipedia sample, and digits."""

from __future__ import annotations

import io
import re

import numpy as np
import pyarrow as pa

from core.items.array_files import Arrays
from core.items.arrow_files import in_memory
from core.items.readers import Joined, Reader
from core.text.reading import read
from core.text.specs import Source

SHORTEST = 200  # characters of a paragraph that says something
EACH = 12  # paragraphs of an article


def articles() -> Reader:
    """The first long paragraphs of each article of the Wikipedia sample; they have no vectors."""
    raw = read(Source("wikipedia-sample"))
    columns: dict[str, list[object]] = {
        "article": [],
        "text": [],
        "characters": [],
        "paragraph": [],
    }
    for name, start, end in zip(
        raw.document_names, raw.document_starts, raw.document_starts[1:], strict=False
    ):
        paragraphs = re.split(r"\n\s*\n", raw.decode(int(start), int(end)))
        long = [" ".join(p.split()) for p in paragraphs if len(p) >= SHORTEST]
        for place, text in enumerate(long[:EACH], start=1):
            for column, value in zip(columns.values(), (name, text, len(text), place), strict=True):
                column.append(value)
    return in_memory(pa.table(columns), "articles")


def digits() -> Reader:
    """1,797 handwritten digits: their grey values as vectors (64), pictures, and which it is."""
    from PIL import Image
    from sklearn.datasets import load_digits

    x, labels = load_digits(return_X_y=True)
    grey = np.asarray(x * (255 / 16), np.uint8).reshape(-1, 8, 8)
    pictures = []
    for digit in grey:
        with io.BytesIO() as file:
            Image.fromarray(255 - digit).save(file, "png")
            pictures.append(file.getvalue())
    table = pa.table(
        {
            "digit": pa.array(labels.astype(str)),
            "picture": pa.array(pictures, pa.binary()),
            "ink": pa.array(x.mean(axis=1) / 16),
        }
    )
    pixels = Arrays("pixels", len(x), {"pixels": np.asarray(x, np.float32)})
    return Joined([in_memory(table, "digits"), pixels])


READERS = {"articles": articles, "digits": digits}
