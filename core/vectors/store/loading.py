"""From a file of vectors to a model on the shelf."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core import specs
from core.errors import SpecError
from core.lengths import moderated
from core.messages import message
from core.progress import OnStep, report, run_on
from core.specs import Spec
from core.text.shelf import locate
from core.text.specs import Source
from core.vectors.models.model import Model
from core.vectors.store import shelf
from core.vectors.store.readers.formats import load


@dataclass(frozen=True)
class VectorFile(Spec):
    """A file of vectors: an upload or a file on the server, and its word list if it needs one."""

    place: str = specs.choice("upload", ("upload", "file"), "where the file is")
    name: str = specs.text("", 300, "file name")
    digest: str = specs.text("", 64, "what pins the file's content")
    list_name: str = specs.text("", 300, "name of the word list")
    list_digest: str = specs.text("", 64, "what pins the word list's content")
    first: int = specs.integer(0, 0, 10_000_000, "only so many of the first words; 0: all of them")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.digest:
            raise SpecError(message("Choose a file of vectors first."), "digest")


def keep(spec: VectorFile, on_step: OnStep = run_on) -> tuple[shelf.Entry, tuple[str, ...]]:
    """Read a file and put its vectors on the shelf; the entry, and notes on what was odd.

    Raises SourceError, with the line, for a file that cannot be used.
    """
    path = _path(spec.place, spec.name, spec.digest)
    words = _path(spec.place, spec.list_name, spec.list_digest) if spec.list_digest else None
    loaded = load(path, spec.name, words, spec.first, on_step)
    report(on_step, 1.0, "keeping the vectors")
    matrix, exponent = moderated(loaded.matrix)
    model = Model(loaded.words, np.zeros(len(loaded.words), np.int64), matrix)
    id = hashlib.blake2b(spec.to_json().encode(), digest_size=8).hexdigest()
    entry = shelf.put(model, id, spec.name, loaded.format, origin=spec.name)
    if not exponent:
        return entry, loaded.notes
    template = (
        "Products of vectors whose numbers are as far from 1 as these are beyond 32-bit numbers: "
        "all were multiplied by 2^{exponent}. Cosines are the same, lengths are not."
    )
    return entry, (*loaded.notes, message(template, exponent=exponent))


def _path(place: str, name: str, digest: str) -> Path:
    return locate(Source(place, name=name, digest=digest))[0][0]
