"""The shelf keeps whole models, whatever happens, and gives back what was put there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import cache, jobs
from core.counts.specs import Counts
from core.errors import Cancelled, QueryError, SourceError, SpecError
from core.text.specs import Corpus
from core.uploads import keep
from core.vectors import Glove, PpmiSvd, Query, Shelved, SimplerGlove, Word2Vec, nearest
from core.vectors.models.model import Model
from core.vectors.store import shelf
from core.vectors.store.loading import VectorFile
from core.vectors.store.loading import keep as load_file

NEWS = Corpus().replace(source="lee-news", min_count=10)
TREE = Word2Vec(NEWS, output="hierarchical softmax", dim=8, passes=1)


@pytest.fixture(autouse=True)
def empty_shelf(empty_cache: Path) -> Iterator[None]:
    yield
    shelf._loaded.cache_clear()


@pytest.mark.parametrize(
    "spec",
    [TREE, Glove(Counts(NEWS), dim=8, epochs=1), SimplerGlove(Counts(NEWS), dim=8, epochs=1),
     PpmiSvd().replace(source="lee-news", min_count=10, dim=8)],
    ids=lambda spec: type(spec).__name__,
)  # fmt: skip
def test_a_model_comes_back_bit_by_bit(spec: Any) -> None:
    entry = shelf.train(spec)
    trained, stored = shelf.fit(spec), shelf.load(entry.id)
    assert stored.words == trained.words and stored.lowercase == trained.lowercase
    for part in ("word", "context", "word_bias", "context_bias", "counts", "history"):
        np.testing.assert_array_equal(getattr(stored, part), getattr(trained, part))
    if trained.tree is not None:
        assert stored.tree is not None
        for part in shelf.TREE:
            np.testing.assert_array_equal(getattr(stored.tree, part), getattr(trained.tree, part))
    assert shelf.get(entry.id).training == spec, "its spec is whole"
    assert (entry.words, entry.dim, entry.contexts) == (
        len(trained.words), 8, bool(trained.context.size),
    )  # fmt: skip
    assert not stored.word.flags.writeable


def test_the_same_training_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = shelf.train(TREE)
    cache.clear()  # results are forgotten, models are not
    monkeypatch.setattr(shelf, "fit", lambda *_: pytest.fail("trained again"))
    assert shelf.train(TREE) == entry
    assert [e.id for e in shelf.entries()] == [entry.id]


def test_renamed_scored_deleted() -> None:
    id = shelf.train(TREE).id
    shelf.rename(id, "  my   first\tmodel ")
    assert shelf.get(id).name == "my first model"
    shelf.note(id, {"SimLex-999": {"value": 0.1}})
    shelf.note(id, {"WordSim-353": {"value": 0.2}})
    assert set(shelf.get(id).scores) == {"SimLex-999", "WordSim-353"}
    assert shelf.get(id).training == TREE
    with pytest.raises(SpecError, match="needs a name"):
        shelf.rename(id, "  ")
    shelf.delete(id)
    assert shelf.entries() == [] and list(shelf.folder().iterdir()) == []
    for act in (lambda: shelf.delete(id), lambda: shelf.load(id), lambda: shelf.rename(id, "x")):
        with pytest.raises(QueryError, match="deleted"):
            act()


def test_what_a_killed_process_leaves_is_no_model() -> None:
    entry = shelf.train(TREE)
    half = shelf.folder() / "0123.part"
    half.mkdir()
    (half / "about.json").write_text((shelf.folder() / entry.id / "about.json").read_text())
    (half / "model.safetensors").write_bytes(b"half")
    (shelf.folder() / "feed").mkdir()
    (shelf.folder() / "feed" / "about.json").write_text('{"id": "feed"')
    assert [e.id for e in shelf.entries()] == [entry.id]


def test_a_damaged_model_is_explained() -> None:
    entry = shelf.train(TREE)
    shelf._loaded.cache_clear()
    path = shelf.folder() / entry.id / "model.safetensors"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(QueryError, match="damaged"):
        shelf.load(entry.id)


def test_a_full_disk_is_explained(monkeypatch: pytest.MonkeyPatch, empty_cache: Path) -> None:
    empty_cache.mkdir(parents=True, exist_ok=True)
    (empty_cache / "models").write_text("a file where the folder should be")
    model = Model(["a"], np.zeros(1, np.int64), np.ones((1, 2), np.float32))
    with pytest.raises(SpecError, match="could not be kept"):
        shelf.put(model, "x", "x", "text")


def test_cancelled_training_leaves_nothing() -> None:
    with pytest.raises(Cancelled):
        shelf.train(TREE, lambda fraction, metrics: "pass" in metrics["stage"])
    assert shelf.entries() == []


def test_a_spec_of_another_version_does_no_harm() -> None:
    entry = shelf.train(TREE)
    path = shelf.folder() / entry.id / "about.json"
    about = json.loads(path.read_text())
    about["spec"]["forgotten"] = 1
    path.write_text(json.dumps(about))
    assert shelf.get(entry.id).training is None


def test_two_trainings_at_once_end_on_the_shelf() -> None:
    specs = [TREE.replace(seed=1), Glove(Counts(NEWS), dim=8, epochs=2)]
    running = [jobs.submit(shelf.train, spec, "training") for spec in specs]  # type: ignore[arg-type]
    assert all(job.wait(120) for job in running)
    assert {job.result().id for job in running} == {e.id for e in shelf.entries()}


@pytest.mark.parametrize("part", ["word", "context", "sum", "concatenated"])
def test_neighbours_of_any_part(part: str) -> None:
    spec = PpmiSvd().replace(source="lee-news", min_count=10, dim=20)
    entry = shelf.train(spec)
    neighbours = nearest(Shelved(entry.id, part), Query("police", k=5))
    model = shelf.load(entry.id)
    rows = {
        "word": model.word, "context": model.context, "sum": model.word + model.context,
        "concatenated": np.hstack([model.word, model.context]),
    }[part].astype(float)  # fmt: skip
    i = model.words.index("police")
    cosine = rows @ rows[i] / np.linalg.norm(rows, axis=1) / np.linalg.norm(rows[i])
    best = [j for j in np.argsort(-cosine) if j != i][:5]
    assert [word for word, _ in neighbours] == [model.words[j] for j in best]
    with pytest.raises(QueryError, match="counts of a corpus"):
        nearest(Shelved(entry.id), Query("police", similarity="pmi"))
    if part == "word":
        assert neighbours == nearest(spec, Query("police", k=5))


def test_a_file_becomes_a_model() -> None:
    spec = VectorFile(name="v.txt", digest=keep("v.txt", b"3 2\na 1 2\nb 3 4\na 5 6\n"))
    entry, notes, set_aside = load_file(spec)
    assert entry.origin == "v.txt" and entry.training is None and "twice" in notes[0]
    assert [row.place for row in set_aside] == ["line 4"]
    assert shelf.load(entry.id).words == ["a", "b"]
    assert [word for word, _ in nearest(Shelved(entry.id), Query("A".lower()))] == ["b"]


def test_a_file_that_is_gone_is_explained() -> None:
    with pytest.raises(SourceError, match="upload it again"):
        load_file(VectorFile(name="v.txt", digest="0" * 64))
    with pytest.raises(SpecError, match="Choose a file"):
        VectorFile()


def test_names_tell_what_differs() -> None:
    assert shelf.name_of(TREE) == "word2vec skip-gram HS 8-d, min_count 10, passes 1, lee-news"
    assert shelf.name_of(Glove(x_max=10.0)) == "GloVe 100-d, x_max 10, wikipedia-sample"
