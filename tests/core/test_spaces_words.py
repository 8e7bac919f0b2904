"""Words that stand out in some of the texts, and the names of a map's regions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import chi2_contingency

from core.spaces.regions import named_regions
from core.spaces.words import present_in, standing_out

RNG = np.random.default_rng(0)
COMMON = [f"common{i}" for i in range(40)]


def text(*words: str) -> str:
    return " ".join([*words, *RNG.choice(COMMON, 6)])


def test_evidence_by_scipy() -> None:
    """G² of the 2×2 table, by SciPy's log-likelihood ratio without a correction."""
    texts = [text("sea") if i % 3 == 0 or i == 1 else text() for i in range(60)]
    labels = np.array([0 if i % 3 == 0 else 1 for i in range(60)], np.int32)
    present = present_in([*texts[:-1], None])
    [first, second], [evidence, _] = standing_out(present.matrix, labels, 2, 3)
    assert present.words[first[0]] == "sea" and "sea" not in {present.words[i] for i in second}
    table = np.array([[20, 0], [1, 39]])
    wanted = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert evidence[0] == pytest.approx(wanted, rel=1e-5)


def test_function_words_name_nothing() -> None:
    """However strongly they stand out; words of letters and digits may."""
    common = "the of and in to was for that with as his on by from at it he"
    odd, even = f"{common} is which were whale p53 1999", f"{common} moor"
    present = present_in([odd if i % 2 else even for i in range(40)])
    labels = (np.arange(40) % 2).astype(np.int32)
    words, _ = standing_out(present.matrix, labels, 2, 20, present.naming)
    named = [{present.words[i] for i in best} for best in words]
    assert named == [{"moor"}, {"whale", "p53"}]
    every, _ = standing_out(present.matrix, labels, 2, 20)
    assert {"is", "which", "1999"} <= {present.words[i] for i in every[1]}


def test_texts_left_aside_are_not_compared() -> None:
    dense = (np.random.default_rng(3).random((90, 40)) < 0.3).astype("f4")
    labels = np.array([0, 1, -2] * 30, np.int32)
    dense[labels == 0, 0] = 1
    matrix = csr_array(dense)
    whole = standing_out(matrix, labels, 2, 5)
    part = standing_out(csr_array(matrix[labels > -2]), labels[labels > -2], 2, 5)
    for some, others in zip(whole, part, strict=True):
        for a, b in zip(some, others, strict=True):
            np.testing.assert_allclose(a, b)
    assert 0 in whole[0][0]


def test_luck_names_few_groups() -> None:
    """Among texts without topics one of twenty groups has a word, and no more."""
    named = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        matrix = csr_array((rng.random((200, 300)) < rng.uniform(0.02, 0.4, 300)).astype("f4"))
        labels = rng.integers(0, 2, 200).astype(np.int32)
        words, _ = standing_out(matrix, labels, 2, 1)
        named += sum(len(best) > 0 for best in words)
    assert named <= 8  # of 80; 4 are expected


def test_names_get_finer_as_one_looks_closer() -> None:
    """Two topics far apart, each of two that lie close: the whole map tells the two apart, a
    window on one of them what is in it."""
    topics = [("animal", "cat"), ("animal", "dog"), ("plant", "rose"), ("plant", "oak")]
    places = np.array([[0, 0], [1, 0], [20, 0], [21, 0]])
    which = np.repeat(np.arange(4), 45)
    xy = (places[which] + RNG.normal(0, 0.1, (180, 2))).astype(np.float32)
    xy[3] = np.nan
    present = present_in([text(*topics[i]) for i in which])
    rows = np.arange(180)
    whole = named_regions(present, rows, xy)
    names = {word for region in whole.regions for word in region.words}
    assert whole.rows == 179 and whole.words == () and names >= {"animal", "plant"}
    near = named_regions(present, rows, xy, (-1.0, 2.0, -1.0, 1.0))
    assert near.rows == 89 and near.words[0] == "animal"
    names = {word for region in near.regions for word in region.words}
    assert {"cat", "dog"} <= names and "animal" not in names
    left = next(region for region in near.regions if "cat" in region.words)
    assert abs(left.x) < 0.3 and left.rows <= 45
    assert named_regions(present, rows, xy, (100, 101, 0, 1)).regions == ()
