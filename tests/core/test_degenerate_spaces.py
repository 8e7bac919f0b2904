"""Spaces at the edge of what there is: equal, on a line, huge, tiny, repeated vectors.

No computation may be handed numbers that are not finite: compiled code of other libraries ends
the whole process over them.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core import lengths
from core.errors import QueryError, SpecError
from core.layouts import layout
from core.maps import Cloud, Clusters, Hubs, Map, Trust, cluster, drawing, hubness, judge
from core.maps.clusters import grouped
from core.maps.drawing import ROUNDING, pca, tsne
from core.maps.hubs import all_but_the_top
from core.maps.trust import nearest_on_map, own_terms, ranks_of
from core.uploads import keep
from core.vectors import Query, Shelved
from core.vectors.evaluate.analogies import answers
from core.vectors.models.model import Model, space
from core.vectors.search.graph import neighbours_among
from core.vectors.search.neighbours import neighbours
from core.vectors.specs import SECOND_ORDER
from core.vectors.store import shelf
from core.vectors.store.loading import VectorFile
from core.vectors.store.loading import keep as load_file

SHAPES = ("as they are", "equal", "parallel", "few", "two", "outlier", "signs")
SIZES = (1.0, 1e30, 3e38, 1e-30, 1e-42)


def vectors(shape: str, size: float, n: int, d: int, seed: int = 0) -> np.ndarray:
    """(n, d) float32, none of them zero."""
    rng = np.random.default_rng(seed)
    rows = rng.uniform(0.1, 1, (n, d)) * rng.choice([-1, 1], (n, d))
    rows = {
        "as they are": lambda: rows,
        "equal": lambda: np.tile(rows[:1], (n, 1)),
        "parallel": lambda: rows[:1] * rng.uniform(0.1, 1, (n, 1)),
        "few": lambda: rows[rng.integers(0, min(5, n), n)],
        "two": lambda: rows[np.arange(n) % 2],
        "outlier": lambda: np.vstack([np.tile(rows[:1], (n - 1, 1)), -rows[:1]]),
        "signs": lambda: np.sign(rows),
    }[shape]()
    return (rows * size).astype(np.float32)


SPACES = some.builds(
    vectors,
    some.sampled_from(SHAPES),
    some.sampled_from(SIZES),
    some.integers(20, 60),
    some.integers(1, 6),
    some.integers(0, 99),
)


@settings(max_examples=15, deadline=None)
@given(SPACES)
def test_all_of_a_map_but_its_clusters_and_tsne_is_finite(V: np.ndarray) -> None:
    norms = lengths.lengths(V)
    X = lengths.directions(V, norms)
    assert np.isfinite(norms).all() and (norms > 0).all()
    np.testing.assert_allclose(np.linalg.norm(X.astype(float), axis=1), 1, atol=1e-5)
    xy, share = pca(X)
    assert np.isfinite(xy).all() and np.isfinite(share).all() and 0 <= share.sum() < 1 + 1e-9
    assert np.isfinite(all_but_the_top(lengths.moderated(V)[0], 0)).all()
    near = neighbours_among(X, 12)
    assert (near.rows >= 0).all() and (near.rows < len(V)).all()
    drawn = nearest_on_map(xy, 5)
    assert (drawn >= 0).all() and (drawn < len(V)).all()
    own = own_terms(ranks_of(X, xy, np.ascontiguousarray(near.rows[:, :5]), drawn))
    assert all(np.isfinite(one).all() for one in own)
    if xy.any():
        apart = np.maximum(1 - near.cosines, 0)
        assert np.isfinite(layout(near.rows, apart, xy, 0.1, 0, threads=1)).all()


@pytest.mark.parametrize("shape", ["two", "outlier", "few"])
def test_tsne_of_repeated_vectors(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "STRETCHES", 1)
    V = vectors(shape, 1e30, 40, 3)
    X = lengths.directions(V, lengths.lengths(V))
    placed = tsne(neighbours_among(X, 16), pca(X)[0], 5.0, 0)
    assert np.isfinite(placed).all()


def test_tsne_is_never_handed_what_is_not_finite() -> None:
    X = lengths.directions(V := vectors("few", 1.0, 40, 3), lengths.lengths(V))
    start = np.full((40, 2), np.nan, np.float32)
    assert not np.isfinite(tsne(neighbours_among(X, 16), start, 5.0, 0)).any()


@pytest.mark.parametrize("shape", ["equal", "two", "few"])
def test_hdbscan(shape: str) -> None:
    from sklearn.cluster import HDBSCAN

    X = lengths.directions(V := vectors(shape, 1.0, 30, 2), lengths.lengths(V))
    labels = grouped(X, HDBSCAN(min_cluster_size=5, copy=True).fit_predict(X)).labels
    assert len(labels) == 30 and labels.min() >= -1


def test_on_a_line_the_second_component_is_zero() -> None:
    xy, share = pca(np.array([[1.0], [-1.0], [1.0]], np.float32))
    np.testing.assert_allclose(xy[:, 0] - xy[1, 0], [2, 0, 2], atol=1e-6)
    assert not xy[:, 1].any() and share.tolist() == [1, 0]


@pytest.fixture
def own_shelf(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "folder", lambda: tmp_path / "models")


def kept(V: np.ndarray) -> tuple[shelf.Entry, tuple[str, ...]]:
    lines = (f"w{i} " + " ".join(map(repr, row)) for i, row in enumerate(V.tolist()))
    content = "\n".join(lines).encode()
    return load_file(VectorFile(name="own.txt", digest=keep("own.txt", content)))[:2]


@pytest.mark.usefixtures("own_shelf")
class TestVectorsOfAFile:
    def test_all_equal(self) -> None:
        entry, _ = kept(np.tile([1.0, 2.0, 3.0], (60, 1)))
        map_ = Map(Cloud(Shelved(entry.id), map_words=60), perplexity=5.0)
        judged = judge(Trust(map_))
        assert not judged.xy.any() and judged.share.tolist() == [0, 0]
        for method in ("umap", "t-sne"):
            with pytest.raises(SpecError, match="same direction"):
                judge(Trust(map_.replace(map_method=method)))
        with warnings.catch_warnings():  # pytest has reset the filters
            warnings.simplefilter("ignore")
            assert cluster(Clusters(map_.cloud)).labels.tolist() == [0] * 60
        assert np.isfinite(hubness(Hubs(map_.cloud, centred=True)).share)

    def test_huge_ones_are_as_those_of_an_ordinary_size(self) -> None:
        V = vectors("as they are", 1.0, 60, 4)
        V[0, 0] = 0.9  # the largest
        (plain, none), (huge, notes) = kept(V), kept(V * np.float32(2.0**100))
        assert not none and "2^-100" in notes[0]
        maps = [judge(Trust(Map(Cloud(Shelved(id), map_words=60)))) for id in (plain.id, huge.id)]
        np.testing.assert_array_equal(maps[0].xy, maps[1].xy)
        assert np.isfinite(shelf.load(huge.id).word @ shelf.load(huge.id).word.T).all()


@pytest.mark.parametrize("exponent", [-120, -41, 41, 120])
def test_moderation_changes_no_digit(exponent: int) -> None:
    V = vectors("as they are", 1.0, 20, 3)
    scaled, back = lengths.moderated(np.ldexp(V, exponent))
    np.testing.assert_array_equal(np.ldexp(scaled, -back - exponent), V)
    assert 0.5 <= np.abs(scaled).max() < 1 and lengths.moderated(V)[1] == 0


def test_no_space_has_numbers_that_are_not_finite() -> None:
    word = np.ones((3, 2), np.float32)
    word[1, 0] = np.nan
    with pytest.raises(QueryError, match=r"1 of the 3 vectors .* “b”"):
        space(Model(["a", "b", "c"], np.zeros(3, np.int64), word))


def test_rounding_is_no_direction() -> None:
    X = np.tile(np.float32([0.6, 0.8]), (50, 1))
    X[::2] = np.nextafter(X[::2], np.float32(1))
    assert X.var(axis=0).sum() < ROUNDING and not pca(X)[0].any()


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("d", [1, 3])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", ["as they are", "equal"])
def test_neighbours_of_few_words(n: int, d: int, size: float, shape: str) -> None:
    model = Model([f"w{i}" for i in range(n)], np.zeros(n, np.int64), vectors(shape, size, n, d))
    for similarity in SECOND_ORDER:
        try:
            near = neighbours(model.words, space(model), {0: 1.0}, Query(similarity=similarity))
        except QueryError:  # all profiles equal: no direction
            continue
        assert len(near.ids) <= n - 1 and np.isfinite(near.scores).all()
    if n >= 4:
        assert all(np.isfinite(a.scores).all() for a in answers(space(model), [0, 1, 2]))
