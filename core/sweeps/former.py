"""Sweeps stored when the specs of a matrix, of a map's vectors, and of a VAE had another shape.

A sweep's folder is named by all settings behind it, so that new defaults make another sweep.
The JSON of those specs has changed since, their meaning has not: such a folder is renamed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sqlite3
import typing
from contextlib import closing
from pathlib import Path
from typing import Any

from core.specs import Spec, is_silent
from core.sweeps.specs import Sweep
from core.sweeps.targets import read_reference


def adopt(path: Path, written: str, sweep: Sweep) -> bool:
    """Rename a sweep's folder to its present key; whether it had a former one.

    written: the sweep's JSON in that folder.
    """
    if path.name != former_key(written, sweep):
        return False
    with closing(sqlite3.connect(path / "runs.db")) as runs, runs:
        runs.execute("UPDATE studies SET study_name = ?", (sweep.key,))
    os.replace(path, path.with_name(sweep.key))
    return True


def former_key(written: str, sweep: Sweep) -> str:
    """The key a sweep had before."""
    base = json.dumps(_former(sweep.base), sort_keys=True, separators=(",", ":"),
                      ensure_ascii=False)  # fmt: skip
    reference = read_reference(sweep.reference or "Shelved").to_json()
    whole = "\n".join([written, base, reference])
    return hashlib.blake2b(whole.encode(), digest_size=8).hexdigest()


def _former(spec: Spec) -> dict[str, Any]:
    """`Spec.to_dict` as it was: all settings of all alternatives, the idle ones at defaults."""
    from core.items.specs import Items
    from core.latent.specs import Vae
    from core.matrices.specs import KINDS, Matrix, Ppmi, WordVectors
    from core.vectors.specs import PpmiSvd, Shelved, Vectored

    fields = ((field, getattr(spec, field.name)) for field in dataclasses.fields(spec))
    values = {field.name: value for field, value in fields if not is_silent(field, value)}
    plain = {k: _former(v) if isinstance(v, Spec) else v for k, v in values.items()}
    plain["spec"] = type(spec).__name__
    if isinstance(spec, Vectored):
        live = spec.vectors if isinstance(spec.vectors, PpmiSvd) else type(spec)().vectors
        model = spec.vectors if isinstance(spec.vectors, Shelved) else Shelved()
        return plain | {"vectors": live.to_dict(), "shelved": model.to_dict()}
    if isinstance(spec, Matrix):
        kinds = typing.get_args(Matrix)
        idle = {f.name: f.default for kind in kinds for f in dataclasses.fields(kind)
                if "held" not in f.metadata}  # fmt: skip
        own = {name: value for name, value in values.items() if name in idle}
        association = spec.association if isinstance(spec, Ppmi) else PpmiSvd().association
        vectors = spec.vectors if isinstance(spec, WordVectors) else PpmiSvd(association)
        kind = KINDS[kinds.index(type(spec))]
        return idle | own | {"spec": "Matrix", "kind": kind, "vectors": vectors.to_dict()}
    if isinstance(spec, Vae) and spec.callbacks == type(spec.callbacks)():
        plain.pop("callbacks")  # there were none
    if isinstance(spec, Items) and spec.form == Items().form:
        plain.pop("form")  # nothing was asked, and nothing guessed
    return plain
