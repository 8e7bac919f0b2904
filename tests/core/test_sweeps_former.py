"""Sweeps stored before the specs of a matrix and of a map's vectors had alternatives."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.sweeps import storage
from core.sweeps.specs import Sweep

TRUST = {"objectives": "trust", "axes": "map.map_method = pca, umap; map.cloud.vectors.dim = 25"}
ERROR = {"objectives": "error", "axes": "rank = 5, 20; shown.curves.power = 0, 1"}
WORDS = {
    "objectives": "error",
    "axes": "shown.curves.matrix.vectors.association.counts.window = 2, 3; "
    "shown.curves.matrix.kind = ppmi, vectors",
}
STORED = [
    ("Trust?map_words=1000", TRUST, "ddb9cd57c701513e"),
    ("Trust?model=abc&part=sum", TRUST, "761f9a3e719b5280"),
    ("Approximation?method=randomised", ERROR, "3ef31162d62f119c"),
    ("Approximation?kind=synthetic&height=40", ERROR, "07f3d8f758fdba24"),
    ("Approximation?kind=upload&file_name=m&file_digest=ab", ERROR, "2ab8e879253be22e"),
    ("Approximation?dim=20&kind=vectors", ERROR, "3d0d3af90cf6e43d"),
    ("Approximation?kind=ppmi", WORDS, "89f03b4a6be3ebe8"),
]
"""What was swept, and the name of its folder then."""


@pytest.mark.parametrize(("swept", "settings", "name"), STORED)
def test_is_found_with_its_settings(
    swept: str, settings: dict[str, str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "folder", lambda id: tmp_path / "sweeps" / id)
    monkeypatch.setattr("core.cache.folder", lambda: tmp_path)
    sweep = Sweep(swept=swept, **settings)
    store = storage.Store(sweep)
    params = {axis.path: axis.points()[0] for axis in sweep.varied}
    store.place(0, params)
    store.note(0)
    store.close()
    about = json.loads((store.path / "about.json").read_text())
    about["sweep"] = about["sweep"].replace(sweep.swept, swept)  # as it was spelt
    (store.path / "about.json").write_text(json.dumps(about))
    was = tmp_path / "sweeps" / name
    os.replace(tmp_path / "sweeps" / sweep.key, was)
    with closing(sqlite3.connect(was / "runs.db")) as runs, runs:
        runs.execute("UPDATE studies SET study_name = ?", (name,))
    [entry] = storage.entries()
    assert entry.sweep == sweep and not was.exists()
    store = storage.Store(entry.sweep)
    assert store.table()[0] == {0: params}
    store.close()


def test_of_other_defaults_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "folder", lambda id: tmp_path / "sweeps" / id)
    monkeypatch.setattr("core.cache.folder", lambda: tmp_path)
    store = storage.Store(Sweep(swept="Trust", **TRUST))
    store.note(0)
    store.close()
    os.replace(store.path, store.path.with_name("0" * 16))
    assert storage.entries() == []
