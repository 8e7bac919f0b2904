"""The ways of a word and of a picture, against plain arithmetic on whole matrices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import xlogy

from core.counts import Association, Counts, associate, block, count
from core.errors import UnknownWord
from core.paths import WordPath, approximated, counted
from core.paths.images import SAMPLES, ImagePath, Walked, walk
from core.paths.words import FREQUENT, NEAREST, contexts_of, whole_rows
from core.text import Corpus
from core.text.vocabulary import vocabulary
from core.vectors import PpmiSvd, Query, nearest

NEWS = Corpus().replace(source="lee-news", min_count=20)
COUNTS = Counts(corpus=NEWS)


def path(word: str = "police", *, dim: int = 30, **more: float) -> WordPath:
    return WordPath(PpmiSvd(Association(COUNTS, **more), dim=dim), word)  # type: ignore[arg-type]


def positive(spec: WordPath) -> np.ndarray:
    return associate(spec.vectors.association).toarray().astype(np.float64)


def test_counts_and_pmi_are_those_of_the_whole_row() -> None:
    spec = path(shift=2.0, smoothing=0.75)
    row, counts, words = counted(spec), count(COUNTS), vocabulary(NEWS)
    w = words.find("police")
    everything = block(spec.vectors.association, counts, [w], np.arange(counts.size))
    ids = [words.find(context) for context in row.contexts]
    np.testing.assert_allclose(row.observed, everything.observed[0, ids])
    np.testing.assert_allclose(row.value, everything.value[0, ids])
    met = everything.met[0]
    assert row.met == met.sum() and row.size == counts.size
    assert row.shown == pytest.approx(everything.observed[0, ids].sum() / counts.row(w).sum())
    assert row.cut == pytest.approx((everything.value[0, met] <= 0).mean())
    assert list(row.observed) == sorted(row.observed, reverse=True)


def test_contexts_are_the_frequent_and_the_telling_ones() -> None:
    """G² from the four cells of each pair's table, written out."""
    counts, w = count(COUNTS), vocabulary(NEWS).find("police")
    M = np.stack([counts.row(i) for i in range(counts.size)])
    N, rows, columns = M.sum(), M.sum(axis=1), M.sum(axis=0)
    g2 = np.zeros(counts.size)
    for c in range(counts.size):
        table = np.array([[M[w, c], rows[w] - M[w, c]], [columns[c] - M[w, c], 0]])
        table[1, 1] = N - table.sum()
        E = np.outer(table.sum(axis=1), table.sum(axis=0)) / N
        g2[c] = 2 * (xlogy(table, table) - xlogy(table, E)).sum()
    often = set(np.argsort(-M[w], kind="stable")[:FREQUENT].tolist())
    telling = [
        c for c in np.argsort(-g2) if c not in often | {w} and M[w, c] > rows[w] * columns[c] / N
    ]
    assert set(contexts_of(counts, w).tolist()) == often | set(telling[: NEAREST - FREQUENT])


@pytest.mark.parametrize("change", [{"shift": 5.0}, {"smoothing": 0.3}, {"dim": 4}])
def test_later_settings_do_not_choose_other_contexts(change: dict[str, float]) -> None:
    assert counted(path(**change)).contexts == counted(path()).contexts  # type: ignore[arg-type]


def test_reconstruction_is_the_best_of_its_rank() -> None:
    spec = path(dim=25, shift=1.5)
    M, w = positive(spec), vocabulary(NEWS).find("police")
    U, s, Vt = np.linalg.svd(M)
    best = (U[:, :25] * s[:25]) @ Vt[:25]
    approximation, row = approximated(spec), counted(spec)
    ids = [vocabulary(NEWS).find(context) for context in row.contexts]
    np.testing.assert_allclose(approximation.target, M[w, ids], atol=1e-6)
    np.testing.assert_allclose(approximation.rebuilt, best[w, ids], atol=2e-3)
    gap = np.linalg.norm(M[w] - best[w]) / np.linalg.norm(M[w])
    assert approximation.error == pytest.approx(gap, abs=1e-3)
    assert approximation.average == pytest.approx(
        np.linalg.norm(M - best) / np.linalg.norm(M), abs=1e-3
    )


def test_vector_times_contexts_is_the_reconstruction() -> None:
    """At p = ½, what the vector scope says of itself."""
    approximation = approximated(path())
    np.testing.assert_allclose(
        approximation.of_contexts @ approximation.vector, approximation.rebuilt, atol=1e-4
    )


@pytest.mark.parametrize("dim", [3, 30, 120])
def test_neighbours_are_those_of_the_query(dim: int) -> None:
    spec = path("government", dim=dim)
    approximation = approximated(spec)
    neighbours = nearest(spec.vectors, Query("government", k=NEAREST))
    np.testing.assert_allclose(approximation.cosines, [score for _, score in neighbours], atol=5e-3)
    assert len(set(approximation.nearest) & {word for word, _ in neighbours}) >= NEAREST - 1


def test_whole_rows_and_what_is_kept_of_them() -> None:
    spec = path()
    M, w = positive(spec), vocabulary(NEWS).find("police")
    cosines = M @ M[w] / (np.linalg.norm(M, axis=1) * np.linalg.norm(M[w]))
    np.testing.assert_allclose(whole_rows(spec.profile), cosines, atol=1e-5)
    cosines[w] = -1
    best = {vocabulary(NEWS).words[i] for i in np.argsort(-cosines)[:NEAREST]}
    approximation = approximated(spec)
    assert approximation.kept == len(best & set(approximation.nearest))
    ids = [
        [vocabulary(NEWS).find(word) for word in many]
        for many in (approximation.contexts, approximation.nearest)
    ]
    np.testing.assert_array_equal(approximation.shared, M[np.ix_(ids[1], ids[0])].T > 0)


def test_a_larger_rank_loses_less() -> None:
    errors = [approximated(path(dim=d)).error for d in (2, 10, 50, 250)]
    assert errors == sorted(errors, reverse=True) and errors[-1] < 0.6 * errors[0]


def test_a_way_that_was_gone_is_remembered() -> None:
    for follow in (counted, approximated):
        once = follow(path(dim=7))
        assert follow(path(dim=7)) is once and follow(path(dim=8)) is not once
        arrays = [value for value in vars(once).values() if isinstance(value, np.ndarray)]
        assert arrays and not any(array.flags.writeable for array in arrays)
        assert all(array.base is None or array.base.nbytes < 1e5 for array in arrays), (
            "a view would keep all vectors"
        )


def test_unknown_word() -> None:
    with pytest.raises(UnknownWord, match="qqzzqq"):
        counted(path("qqzzqq"))


@pytest.fixture(scope="module")
def walked() -> Walked:
    return walk(ImagePath(most=200, vae_epochs=3))


def test_stations_of_the_pictures(walked: Walked) -> None:
    n, K = walked.responsibility.shape
    assert (n, walked.x.shape, walked.rebuilt.shape) == (200, (200, 64), (200, 64))
    assert walked.samples.shape == walked.real.shape == (K, SAMPLES, 64)
    np.testing.assert_allclose(walked.responsibility.sum(axis=1), 1, atol=1e-4)
    for k in range(K):
        mine = walked.label[walked.cluster == k]
        if len(mine):
            assert (mine == walked.majority[k]).sum() == np.bincount(mine).max()


def test_numbers_of_the_pictures(walked: Walked) -> None:
    from sklearn.decomposition import PCA

    flat = PCA(2).fit(walked.mean).explained_variance_ratio_.sum()
    assert walked.flat == pytest.approx(flat, rel=1e-4)
    x, again = walked.x[7].astype(float), walked.rebuilt[7].astype(float)
    assert walked.missed(7) == pytest.approx(np.sqrt(((x - again) ** 2).sum() / (x**2).sum()))
    gaps = [
        min(np.linalg.norm(sample - real) for real in walked.x) / np.linalg.norm(sample)
        for sample in walked.samples[2]
    ]
    assert walked.strangeness(2) == pytest.approx(np.mean(gaps), rel=1e-3)


def test_a_stored_way_needs_no_jax() -> None:
    """The first page shows it: importing JAX would be half of a warm start."""
    import subprocess
    import sys

    code = (
        "import sys\nfrom core.paths.images import ImagePath, walk\n"
        "import dashboard.words.parts.image_path\n"
        "print('jax' in sys.modules, 'numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["False", "False"]), done.stderr
