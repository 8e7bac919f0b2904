"""PMI by hand, against dense NumPy, and its evidence against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import chi2_contingency

from core.counts import association, ppmi
from core.counts.counting import Cooccurrence
from core.counts.measures import Association


def counts_of(dense, unit=1, keep=None):
    dense = np.asarray(dense, np.uint32)
    keep = np.ones(len(dense)) if keep is None else np.asarray(keep)
    return Cooccurrence(csr_array(dense), unit, keep)


def whole(spec, counts):
    everything = np.arange(counts.size)
    return association.block(spec, counts, everything, everything)


def test_pmi_by_hand():
    # cat and dog meet 3 times, cat and the once, dog and the twice
    counts = counts_of([[0, 3, 1], [3, 0, 2], [1, 2, 0]])
    block = whole(Association(measure="pmi"), counts)
    assert block.expected[0, 1] == pytest.approx(4 * 5 / 12)
    assert block.value[0, 1] == pytest.approx(np.log(3 / (4 * 5 / 12)))
    assert block.value[0, 2] == pytest.approx(np.log(1 / (4 * 3 / 12)))
    assert np.isnan(block.value[0, 0]), "a pair that never met has no PMI"
    assert block.expected[0, 0] == pytest.approx(4 * 4 / 12)


def test_shift_smoothing_and_normalisation_by_hand():
    counts = counts_of([[0, 3, 1], [3, 0, 2], [1, 2, 0]])
    shifted = whole(Association(measure="pmi", shift=5.0), counts)
    plain = whole(Association(measure="pmi"), counts)
    np.testing.assert_allclose(shifted.value, plain.value - np.log(5))
    np.testing.assert_allclose(shifted.pmi, plain.pmi)

    smooth = whole(Association(measure="pmi", smoothing=0.75), counts)
    share = 5**0.75 / (4**0.75 + 5**0.75 + 3**0.75)
    assert smooth.value[0, 1] == pytest.approx(np.log(3 / (4 * share)))
    assert smooth.value[0, 1] != pytest.approx(smooth.value[1, 0]), "smoothing breaks symmetry"

    normal = whole(Association(measure="npmi"), counts)
    assert normal.value[0, 1] == pytest.approx(plain.value[0, 1] / -np.log(3 / 12))


def test_npmi_of_words_that_only_meet_each_other_is_one():
    normal = whole(Association(measure="npmi"), counts_of([[0, 2, 0], [2, 0, 0], [0, 0, 9]]))
    assert normal.value[2, 2] <= 1.0
    assert whole(Association(measure="npmi"), counts_of([[4]])).value[0, 0] == 1.0


tables = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 20), min_size=n, max_size=n), min_size=n, max_size=n)
)


@settings(max_examples=100, deadline=None)
@given(
    table=tables,
    shift=st.sampled_from([1.0, 2.0, 15.0]),
    smoothing=st.sampled_from([0.0, 0.75, 1.0]),
    data=st.data(),
)
def test_sparse_ppmi_equals_the_dense_formula(table, shift, smoothing, data, monkeypatch_count):
    n = len(table)
    keep = data.draw(st.lists(st.sampled_from([0.25, 0.5, 1.0]), min_size=n, max_size=n))
    counts = counts_of(table, unit=2, keep=keep)
    spec = Association(measure="ppmi", shift=shift, smoothing=smoothing)
    monkeypatch_count(counts)
    dense = np.array(table) / 2 * np.outer(keep, keep)
    with np.errstate(divide="ignore", invalid="ignore"):
        context = np.where(dense.sum(0) > 0, dense.sum(0) ** smoothing, 0)
        expected = np.outer(dense.sum(1), context / context.sum())
        reference = np.nan_to_num(np.maximum(np.log(dense / expected) - np.log(shift), 0))
    matrix = ppmi.associate(spec)
    np.testing.assert_allclose(matrix.toarray(), reference, atol=1e-6)
    assert (matrix.data > 0).all()
    block = whole(spec, counts)
    np.testing.assert_allclose(np.nan_to_num(block.value), reference, atol=1e-12)
    np.testing.assert_array_equal(np.isnan(block.value), dense == 0)


@pytest.fixture(scope="module")
def monkeypatch_count():
    """Let `associate` find given counts instead of reading a corpus."""
    original = ppmi.count

    def use(counts):
        ppmi.count = lambda spec, on_step: counts

    yield use
    ppmi.count = original


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=4, max_size=4))
def test_g2_equals_scipy(cells):
    a, b, c, d = cells
    expected = chi2_contingency([[a, b], [c, d]], correction=False, lambda_="log-likelihood")
    g2 = association.log_likelihood_ratio(
        np.array([[a]]), np.array([[a + b]]), np.array([[a + c]]), a + b + c + d
    )
    assert g2[0, 0] == pytest.approx(expected.statistic, rel=1e-6, abs=1e-6)


def test_weak_cells():
    counts = counts_of([[0, 30, 1], [30, 0, 20], [1, 20, 0]])
    block = whole(Association(measure="pmi"), counts)
    weak = block.weak(least_expected=1.0, least_g2=3.84)
    assert not weak[0, 1], "met often, more than chance: strong"
    np.testing.assert_array_equal(weak, (block.expected < 1) | (block.g2 < 3.84))


def test_a_word_without_contexts_is_never_met():
    counts = counts_of([[0, 2, 0], [2, 0, 0], [0, 0, 0]])
    block = whole(Association(measure="pmi"), counts)
    assert np.isnan(block.value[2]).all()
    assert (block.expected[2] == 0).all()
    row = association.row(Association(measure="pmi"), counts, 0)
    np.testing.assert_allclose(row.value[0], block.value[0])
