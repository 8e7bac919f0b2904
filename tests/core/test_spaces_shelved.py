"""Rows of a collection as a model on the shelf, against brute force on the vectors themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.compare.pairs import compare
from core.compare.specs import Pair, Repeats, Rerun, ShelvedBoth
from core.compare.stability import repeat
from core.errors import SpecError, UnknownWord
from core.items.collection import open_table, table_of
from core.items.collection_specs import Collection
from core.items.values import categories
from core.maps import Cloud, Map, Trust
from core.maps.trust import judge as judge_map
from core.spaces.places import judge, place
from core.spaces.rows import rows_of
from core.spaces.shelving import distinct, shelve, space_of
from core.spaces.specs import Kept, Place, Space
from core.sweeps.measuring import Judged, measure
from core.vectors import PpmiSvd, Query, Shelved, nearest
from core.vectors.store import shelf

TITLES = ["a cat", "a dog", "a cat", "a  cat", "", "#1", "a cow - or two", *"bcdefghijklmnopqr"]
GONE = 1  # the row without a vector
DIGITS = Space(Collection("digits"))


@pytest.fixture(autouse=True, scope="module")
def own_shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder, usual = tmp_path_factory.mktemp("shelf"), shelf.folder
    shelf.folder = lambda: folder
    yield
    shelf.folder = usual
    shelf._loaded.cache_clear()


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(len(TITLES), 5)).astype(np.float32)


@pytest.fixture(scope="module")
def space(vectors: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Space:
    """A table with equal titles, none, one that looks like a number, and a row without vector."""
    lists: list[list[float] | None] = vectors.tolist()
    lists[GONE] = None
    path = Path(tmp_path_factory.mktemp("table")) / "animals.parquet"
    pq.write_table(pa.table({"title": TITLES, "emb": lists}), path)
    table = open_table(path)
    return Space(table.spec.replace(roles='{"title":"text"}'))


@pytest.fixture(scope="module")
def digits() -> shelf.Entry:
    return shelve(DIGITS)


def brute(V: np.ndarray, q: np.ndarray, out: set[int], k: int) -> list[int]:
    cosines = V @ q / np.linalg.norm(V, axis=1) / np.linalg.norm(q)
    return [i for i in np.argsort(-cosines, kind="stable").tolist() if i not in out][:k]


@pytest.mark.parametrize(
    ("asked", "weights"), [("#3", {3: 1.0}), ("#2 - 0.5 #6 + 2*#0", {2: 1.0, 6: -0.5, 0: 2.0})]
)
def test_neighbours_are_those_of_the_vectors(
    space: Space, vectors: np.ndarray, asked: str, weights: dict[int, float]
) -> None:
    entry = shelve(space)
    model = shelf.load(entry.id)
    assert entry.of_items and entry.words == len(TITLES) - 1 and GONE not in model.rows
    q = np.asarray(sum(weight * vectors[row] for row, weight in weights.items()))
    wanted = brute(vectors, q, {GONE, *weights}, 6)
    near = nearest(Shelved(entry.id), Query(asked, k=6))
    places = [model.vocabulary.find(name) for name, _ in near]
    assert model.rows[places].tolist() == wanted


def test_rows_of_one_title_stay_apart(space: Space) -> None:
    entry = shelve(space)
    shelf._loaded.cache_clear()  # as it is read from the disk
    model = shelf.load(entry.id)
    assert model.words[:6] == ["a cat · #0", "a cat · #2", "a cat · #3", "#4", "#1 · #5",
                               "a cow - or two"]  # fmt: skip
    for at, row in enumerate(model.rows):
        assert model.vocabulary.find(f"#{row}") == at
        assert model.vocabulary.find(model.words[at]) == at
    for absent in (f"#{GONE}", "#999", "a cat"):
        with pytest.raises(UnknownWord):
            model.vocabulary.find(absent)
    assert space_of(entry) == space.replace(roles="", embedding="emb")


@given(st.lists(st.sampled_from(["", "a", "b", "#0", "#1", "a · #1", "a · #0′", "b · #2"])))
def test_distinct_names_are_distinct(titles: list[str]) -> None:
    names = distinct(titles)
    assert len(set(names)) == len(names) == len(titles)
    assert all(n == t or n.startswith((t, "#")) for n, t in zip(names, titles, strict=True))


def test_a_shuffled_space_is_shelved_as_it_is(digits: shelf.Entry) -> None:
    assert shelve(DIGITS.replace(rows_shuffled=True)) == digits
    assert np.array_equal(shelf.load(digits.id).word, rows_of(DIGITS).V)


def test_the_map_of_words_is_the_map_of_rows(digits: shelf.Entry) -> None:
    trust = Trust(Map(Cloud(Shelved(digits.id), map_words=2_000)), trust_k=8)
    words, rows = judge_map(trust), Kept(Place(DIGITS), 8)
    np.testing.assert_allclose(words.xy, place(rows.place).xy, atol=1e-5)
    np.testing.assert_array_equal(words.true, judge(rows).true)
    np.testing.assert_allclose(words.kept, judge(rows).kept)


def test_two_models_of_rows_share_rows(digits: shelf.Entry, tmp_path: Path) -> None:
    """Half the pixels against all, the overlap by brute force."""
    X = rows_of(DIGITS).V[:60]
    half = X[:, ::2].copy()
    pq.write_table(
        pa.table({"digit": ["same"] * 60, "all": X.tolist(), "half": half.tolist()}),
        tmp_path / "two.parquet",
    )
    spec = open_table(tmp_path / "two.parquet").spec
    a, b = (Shelved(shelve(Space(spec, column)).id) for column in ("all", "half"))
    compared = compare(Pair(ShelvedBoth(a, b)))
    shares = [
        len({*brute(X, X[i], {i}, 5)} & {*brute(half, half[i], {i}, 5)}) / 5 for i in range(60)
    ]
    np.testing.assert_allclose(compared.overlap(5), shares, atol=1e-6)


def test_draws_of_the_dimensions(space: Space, vectors: np.ndarray) -> None:
    source = Shelved(shelve(space).id)
    repeated = repeat(Repeats(Rerun(source, repeat_by="dimensions"), 3))
    kept = np.delete(vectors, GONE, axis=0)
    for draw, lists in enumerate([repeated.own, *repeated.runs]):
        d = kept.shape[1]
        drawn = np.random.default_rng(draw).integers(0, d, d) if draw else np.arange(d)
        V = kept[:, drawn]
        for i in (0, 7, 15):
            assert lists[i, :5].tolist() == brute(V, V[i], {i}, 5)
    assert "3 draws of the 5 dimensions" in repeated.what
    with pytest.raises(SpecError, match="rows of a collection"):
        repeat(Repeats(Rerun(PpmiSvd(dim=10).replace(source="lee-news"), "dimensions")))


def test_sweeps_judge_maps_by_labels() -> None:
    """k-NN accuracy and agreement on the map against all distances."""
    X = rows_of(DIGITS).V.astype(np.float64)
    labels = categories(table_of(DIGITS.collection), "digit").codes
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    near = np.argsort(-cosines, axis=1, kind="stable")[:, :10]
    votes = [np.bincount(labels[row], minlength=10) for row in near]
    clear = np.array([(vote == vote.max()).sum() == 1 for vote in votes])
    right = np.array([vote.argmax() for vote in votes]) == labels
    text = "Labelled?rows_from=digits"
    accuracy = measure(Judged(text, "k-NN accuracy"))
    assert right[clear].sum() <= accuracy.value * len(X) <= right[clear].sum() + (~clear).sum()
    xy = place(Place(DIGITS)).xy
    apart = np.square(xy[:, None] - xy[None]).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    drawn = np.argsort(apart, axis=1, kind="stable")[:, :10]
    share = (labels[drawn] == labels[:, None]).mean()
    on_map = measure(Judged(text, "label agreement on the map"))
    assert on_map.value == pytest.approx(share, abs=1e-3)
    assert on_map.value < measure(Judged(text, "label agreement")).value
    assert len(on_map.replicates) and on_map.replicates.std() > 0
