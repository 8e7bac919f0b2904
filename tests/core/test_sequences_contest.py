"""Mates found, and losses against each other: by brute force, and with intervals by SciPy."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from grouped_rows import csv, rows, small
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.intervals import mean
from core.learning.specs import Callbacks
from core.sequences.contest import compete, contest_of
from core.sequences.judgement import judge
from core.sequences.learner import learner
from core.sequences.retrieval import clustered_share, difference, retrieve
from core.sequences.specs import LOSSES, Sentences
from core.sequences.splitting import KNOWN, NEW, TRAINED, Split, split
from core.sequences.training import fit


class TestRetrieval:
    @given(st.integers(0, 10_000))
    @settings(max_examples=15, deadline=None)
    def test_by_brute_force(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        group = rng.integers(0, 4, 12)
        vectors = rng.normal(size=(12, 3)).round(0)  # many equals
        found = retrieve(vectors.astype(np.float32), group)
        expected = []
        for i in range(12):
            mates = [j for j in range(12) if j != i and group[j] == group[i]]
            if mates:
                near = vectors @ vectors[i]
                value = max(near[mates])
                before = sum(near[j] > value for j in range(12) if j != i)
                equal = [j in mates for j in range(12) if j != i and near[j] == value]
                orders = combinations(range(1, len(equal) + 1), sum(equal))
                expected.append(before + np.mean([min(places) for places in orders]))
        assert found.rank == pytest.approx(expected)

    def test_who_knows_nothing_finds_nothing(self) -> None:
        """Whatever the group: texts are in the order of their groups."""
        group = np.repeat([0, 1, 2], 8)
        found = retrieve(np.zeros((24, 3), np.float32), group)
        assert set(found.rank.tolist()) == {24 / 8}
        assert not (found.rank <= 1).any()

    def test_chance_is_what_a_blind_order_finds(self) -> None:
        rng = np.random.default_rng(0)
        group = np.repeat([0, 1, 2], [3, 5, 8])
        blind = [retrieve(rng.normal(size=(16, 40)).astype(np.float32), group) for _ in range(150)]
        mean = np.mean([[(r.rank <= k).mean() for k in (1, 5, 10)] for r in blind], axis=0)
        np.testing.assert_allclose(mean, blind[0].chance, atol=0.03)

    def test_intervals_count_groups_not_texts(self) -> None:
        group = np.repeat(np.arange(10), 20)
        hit = np.repeat(np.arange(10) < 5, 20)  # all texts of a group hit, or none
        share = clustered_share(hit, group)
        assert share.value == 0.5 and share.high - share.low > 0.4
        ahead = difference(hit, ~hit, group)
        assert ahead.low < 0 < ahead.high and ahead.value == 0


class TestContest:
    def test_the_interval_knows_that_splits_overlap(self) -> None:
        """Nadeau and Bengio's variance, and Student's quantiles by SciPy."""
        values = np.array([0.3, 0.5, 0.4, 0.6])
        one = mean(values, 0.5)
        variance = float(np.var(values, ddof=1)) * (1 / 4 + 0.5)
        low, high = stats.t.interval(0.95, 3, loc=0.45, scale=math.sqrt(variance))
        assert (one.value, one.low, one.high) == pytest.approx((0.45, low, high))

    def test_the_kept_epoch_competes_and_diverged_runs_are_counted(self) -> None:
        callbacks = Callbacks(keep_best=True)
        spec = small(csv(rows()), kept_back=0.25, callbacks=callbacks, sentence_rate=0.5)
        contest = contest_of(spec.replace(sentence_epochs=5), 2)
        outcome = compete(contest)
        kept = [fit(contest.sentences.replace(loss=loss)) for loss in LOSSES]
        assert any(run.kept < run.epoch for run in kept)
        for i, loss in enumerate(LOSSES):
            judged = judge(contest.sentences.replace(loss=loss))
            for place in range(2):
                ranks = judged.of("encoder", place).rank
                assert outcome.found[0, i, place, 0] == (ranks <= 1).mean()
        parted = split(contest.sentences.parting)
        sizes = [len(parted.rows(part)) for part in (TRAINED, KNOWN, NEW)]
        assert outcome.ratios == pytest.approx([sizes[1] / sizes[0], sizes[2] / sizes[0]])

    def test_a_diverged_run_is_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fragile(spec: Sentences, parted: Split) -> Any:
            def ailment(epoch: int, *_: Any) -> str | None:
                return "ill" if (spec.loss, epoch) == ("softmax", 2) else None

            return replace(learner(spec, parted), ailment=ailment)

        monkeypatch.setattr("core.sequences.contest.learner", fragile)
        outcome = compete(contest_of(small(csv(rows(9)), kept_back=0.25), 2))
        assert outcome.stopped.tolist() == [[loss == "softmax" for loss in LOSSES]] * 2
        assert np.isfinite(outcome.found[:, :3, 0]).all()
