"""The page on two models, opened by links and driven by its widgets, without a browser."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    errors,
    figure,
    figures,
    hypertext,
    infos,
    open_page,
    open_tab,
    put,
    script,
    settled,
    warnings,
)
from shelving import LINK, SMALL, loaded, own_shelf, run  # noqa: F401

from core.compare import (
    Changed,
    Contest,
    Pair,
    Repeats,
    Rerun,
    ShelvedBoth,
    compare,
    halves,
    repeat,
    versus,
)
from core.vectors import PpmiSvd, Shelved
from core.vectors.store import shelf
from dashboard.chain import spaces
from dashboard.compare.parts.compare_scores import verdict
from dashboard.compare.parts.compare_tabs import notes_of

NEWS: PpmiSvd = SMALL["ppmi-svd"]
PAIR = Pair(Changed(NEWS, b_dim=8))
QUERY = LINK | {"b_dim": "8"}


def stability(at: Any) -> Any:
    """The tab of the reruns, after they were asked for."""
    at = open_tab(at, "compare", "Stability")
    if any(button.key == "compare-reruns" for button in at.button):
        assert "stability" not in figures(at), "nothing is trained unasked"
        at = settled(at.button("compare-reruns").click().run())
    return at


def markdown(at: Any) -> str:
    return "\n".join(e.value.replace("\\", "") for e in at.markdown)


def test_dimensions_in_chinese() -> None:
    """Of models not kept and of those on the shelf; a name that somebody gave stays."""
    shown = hypertext(open_page("compare", **QUERY, lang="zh"))
    assert f"A 为 PPMI-SVD {NEWS.dim} 维" in shown and not re.search(r"\d-d\b", shown)
    entry = shelf.train(NEWS)
    try:
        at = open_page("neighbours", model=entry.id, lang="zh")
        assert spaces.called(entry) == entry.name, "outside of a session it is English"
        assert f"{NEWS.dim} 维" in hypertext(at) and entry.name not in hypertext(at)
        shelf.rename(entry.id, "my 20-d, best")
        assert spaces.called(shelf.get(entry.id)) == "my 20-d, best"
    finally:
        shelf.delete(entry.id)


class TestPicture:
    def test_shows_what_core_finds(self) -> None:
        at = open_page("compare", **QUERY)
        comparison = compare(PAIR)
        trace = figure(at, "changes")["data"][0]
        np.testing.assert_allclose(
            array(trace["customdata"])[:, 1], 100 * comparison.overlap(10), rtol=1e-6
        )
        spread = array(trace["y"]) - comparison.overlap(10)
        assert 0 < np.abs(spread).max() <= 0.035 + 1e-6, "spread by a third of a step, no more"
        np.testing.assert_allclose(10 ** array(trace["x"]), comparison.counts, rtol=1e-4)
        shown, mean = hypertext(at), comparison.mean_overlap(10)
        percents = (f"{100 * share:.1f}\u00a0%" for share in (mean.value, mean.low, mean.high))
        assert "{} [{}, {}]".format(*percents) in shown
        assert f"by chance {100 * (10 / (len(comparison.words) - 1)):.1f}\u00a0%" in shown
        assert f"<b>{comparison.alike.rsa.value:.3f}</b>" in shown and at.query_params == QUERY

    def test_k_is_a_slider_that_computes_nothing_anew(self) -> None:
        at = put(open_page("compare", **QUERY), overlap_k=3)
        shares = array(figure(at, "changes")["data"][0]["customdata"])[:, 1]
        np.testing.assert_allclose(shares, 100 * compare(PAIR).overlap(3), atol=0.5)

    def test_a_word_and_its_two_lists(self) -> None:
        at = open_page("compare", compared_word="police", **QUERY)
        comparison = compare(PAIR)
        row = comparison.words.index("police")
        lists = figure(at, "lists")["data"]
        for bars, rows in zip(lists[:2], (comparison.a_rows, comparison.b_rows), strict=True):
            assert [d[0] for d in bars["customdata"]] == [
                comparison.words[i] for i in rows[row, :10]
            ]
        joined = len(set(comparison.a_rows[row, :10]) & set(comparison.b_rows[row, :10]))
        assert len(lists) == 2 + joined
        assert f"once A is aligned with B: {comparison.alike.cosines[row]:.3f}" in hypertext(at)

    def test_models_on_the_shelf(self) -> None:
        a, b = shelf.train(NEWS), shelf.train(SMALL["glove"])
        at = open_page("compare", a_model=a.id, b_model=b.id, b_part="sum")
        comparison = compare(Pair(ShelvedBoth(Shelved(a.id), Shelved(b.id, "sum"))))
        assert f"<b>{comparison.alike.cka.value:.3f}</b>" in hypertext(at)
        assert at.query_params == {"a_model": a.id, "b_model": b.id, "b_part": "sum"}

    def test_the_same_twice(self) -> None:
        at = open_page("compare", b_window="5", b_dim="10", **LINK)
        assert "the same model" in infos(at)[0] and not figures(at)

    def test_nothing_shared_and_a_model_that_is_gone(self) -> None:
        mine = loaded("\n".join(f"zz{i} {i} 1 2" for i in range(40)))
        at = open_page("compare", a_model=mine.id, **LINK)
        assert "share 0 words" in errors(at)[0] and not figures(at)
        at = open_page("compare", a_model="f" * 16, **QUERY)
        assert "not on this shelf" in warnings(at)[0] and figures(at)

    def test_unknown_word(self) -> None:
        at = open_page("compare", compared_word="qqzzqq", **QUERY)
        assert "not a word both models have" in warnings(at)[0] and "lists" not in figures(at)


class TestTabs:
    def test_words_by_how_much_they_changed(self) -> None:
        at = open_tab(open_page("compare", **QUERY), "compare", "Words")
        table = at.dataframe[0].value
        assert table["overlap@10"].is_monotonic_increasing
        least = table[table["overlap@10"] == table["overlap@10"].min()]
        assert least["rank by frequency"].is_monotonic_increasing
        assert len(table) == len(compare(PAIR).words)

    def test_scores_and_their_verdict(self) -> None:
        at = open_tab(open_page("compare", **QUERY), "compare", "Scores")
        fine = [duel for duel in versus(Contest(PAIR)) if np.isfinite(duel.a.value)]
        assert len(fine) > 1
        for duel in fine:
            assert verdict(duel) in markdown(at)
        values = array(figure(at, "duels")["data"][0]["x"])
        np.testing.assert_allclose(values, [duel.a.value for duel in fine])

    def test_verdicts(self) -> None:
        from core.compare.duel import Duel
        from core.intervals import around

        bounds = around(0.3, 0.1)
        real = ("L", "", bounds, bounds, around(0.1, 0.05), 10, 20)
        text = verdict(Duel(*real, (1, 1), (True, False)))
        assert "B is better by 0.100" in text and "luck of the questions is ruled out" in text
        assert "Luck of training: not known, each was trained once" in text
        assert "a loaded model" in verdict(Duel(*real, (1, 1), (True, None)))
        assert "Nothing in their training is random" in verdict(Duel(*real, (1, 1), (False, False)))
        text = verdict(Duel(*real, (3, 1), (True, False)))
        assert "luck of the questions and of training is ruled out" in text
        for apart, small in ((around(0.01, 0.005), True), (around(0.015, 0.014), False)):
            text = verdict(Duel("L", "", bounds, bounds, apart, 10, 20, (1, 1), (True, True)))
            assert ("too small to matter" in text) == small and "certain" not in text
        tie = Duel("L", "", bounds, bounds, around(-0.1, 0.15), 10, 20, (1, 1), (True, True))
        assert "no difference beyond the luck of the questions" in verdict(tie)

    def test_stability_stands_beside_every_neighbour(self) -> None:
        link = QUERY | {"repeats": "2", "compared_word": "police"}
        at = stability(open_page("compare", **link))
        known = repeat(Repeats(Rerun(NEWS), repeats=2))
        row = known.words.index("police")
        times = known.times(row, known.own[row, :10], 10)
        table = at.dataframe[0].value
        assert list(table["in the top 10 in"]) == [f"{n} of 2 runs" for n in times]
        assert f"{100 * known.stay(10).mean():.1f}\u00a0% are among" in hypertext(at)
        at.run()
        labels = figure(settled(at), "lists")["data"][0]["text"]
        words = [known.words[i] for i in known.own[row, :10]]
        assert labels == [
            f"{w} <i>{n}</i>"
            for w, n in zip(words, notes_of(known, "police", words, 10) or [], strict=True)
        ]

    def test_stability_is_drawn_against_every_word_s_own_frequency(self) -> None:
        """Also of those that are not among the shared words that are compared."""
        at = stability(open_page("compare", **QUERY, repeats="2", pair_words="50"))
        met, _ = array(figure(settled(at), "stability")["data"][0]["customdata"]).T
        np.testing.assert_array_equal(met, shelf.model_of(NEWS).counts)

    def test_reruns_are_measured_on_the_other_half_when_asked(self) -> None:
        at = stability(open_page("compare", **QUERY, repeats="2"))
        assert "still be a chance of this text" in hypertext(at) and "promises" not in figures(at)
        at.button("compare-halves").click().run()
        *_, best = rows = halves(Repeats(Rerun(NEWS), repeats=2)).promises(10)
        drawn = figure(settled(at), "promises")["data"][0]
        np.testing.assert_allclose(array(drawn["y"]), [row.share for row in rows])
        assert any(
            f"{100 * best.share:.0f}\u00a0% are among the 10" in text.value for text in at.markdown
        )

    def test_stability_of_a_loaded_model(self) -> None:
        a = shelf.train(NEWS)
        words = shelf.load(a.id).words
        mine = loaded("\n".join(f"{w} {i % 7} {i % 5} 2" for i, w in enumerate(words[:300])))
        at = open_page("compare", a_model=mine.id, b_model=a.id)
        stability(at)
        assert "choose one trained here" in errors(at)[0] and "changes" in figures(at)

    def test_several_models(self) -> None:
        at = open_tab(open_page("compare", **QUERY), "compare", "Several models")
        assert "two or more models" in infos(at)[0]
        ids = [shelf.train(SMALL[kind]).id for kind in ("ppmi-svd", "glove", "word2vec")]
        at = open_page("compare", crowd=" ".join(ids), **QUERY)
        open_tab(at, "compare", "Several models")
        z = array(figure(at, "crowd")["data"][0]["z"])
        expected = compare(Pair(ShelvedBoth(Shelved(ids[0]), Shelved(ids[1])))).overlap(10).mean()
        assert z.shape == (3, 3) and z[0, 1] == z[1, 0] == pytest.approx(expected, rel=1e-5)

    def test_code_gives_the_same_numbers(self) -> None:
        at = open_tab(open_page("compare", **QUERY), "compare", "Code")
        mean, alike, share, *_ = run(script(at))
        comparison = compare(PAIR)
        assert mean == comparison.mean_overlap(10) and alike.rsa == comparison.alike.rsa
        np.testing.assert_array_equal(share, comparison.overlap(10))

    def test_code_gives_the_lists_the_reruns_and_several_models(self) -> None:
        ids = " ".join(shelf.train(SMALL[kind]).id for kind in ("ppmi-svd", "glove"))
        link = QUERY | {"repeats": "2", "compared_word": "police", "repeated": "b", "crowd": ids}
        at = stability(open_page("compare", **link))
        table, text = at.dataframe[0].value, hypertext(at)
        open_tab(at, "compare", "Several models")
        matrix = array(figure(at, "crowd")["data"][0]["z"])
        printed = run(script(open_tab(at, "compare", "Code")))
        lists = figure(at, "lists")["data"]
        for bars, near, cosines in zip(lists[:2], printed[3:6:2], printed[4:7:2], strict=True):
            assert [d[0] for d in bars["customdata"]] == near
            np.testing.assert_allclose([d[3] for d in bars["customdata"]], cosines, rtol=1e-5)
        assert f"aligned with B: {printed[7]:.3f}" in hypertext(at)
        stay, near, times, depths, overlaps = printed[-5:]
        assert (
            f"{100 * stay.mean():.1f}\u00a0% are among" in text and list(table["neighbour"]) == near
        )
        assert list(table["in the top 10 in"]) == [f"{n} of 2 runs" for n in times]
        np.testing.assert_allclose(overlaps[list(depths).index(10)], matrix, rtol=1e-5)

    def test_provenance(self) -> None:
        at = open_tab(open_page("compare", **QUERY), "compare", "Provenance")
        table = at.dataframe[0].value
        shown = dict(zip(table["setting"], table["value"], strict=True))
        assert shown["b_dim"] == "8" and shown["min_count"] == "10"


def test_reruns_of_a_seeded_model_use_seeds() -> None:
    entry = shelf.train(SMALL["glove"])
    at = open_page("compare", a_model=entry.id, repeats="2", **LINK)
    at = stability(at)
    assert "2 trainings from other seeds" in hypertext(at)
    known = repeat(Repeats(Rerun(Shelved(entry.id), repeat_by="seeds"), repeats=2))
    assert f"{100 * known.stay(10).mean():.1f}\u00a0%" in hypertext(at)
