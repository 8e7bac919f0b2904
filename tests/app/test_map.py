"""The map page, opened by links and driven by its widgets, without a browser."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    captions,
    errors,
    figure,
    figures,
    go,
    heat,
    hypertext,
    infos,
    open_page,
    open_tab,
    put,
    script,
    settled,
    warnings,
)
from shelving import loaded, own_shelf, run  # noqa: F401

from core.maps import Cloud, Clusters, Hubs, Map, Trust, cluster, hubness, judge
from core.vectors import PpmiSvd, Shelved
from core.vectors.store import shelf

LINK = {"source": "lee-news", "dim": "20", "map_words": "300"}
SMALL = Cloud(PpmiSvd(dim=20).replace(source="lee-news"), map_words=300)


def points(at: Any) -> np.ndarray:
    """Places of the words drawn, (N, 2)."""
    trace = figure(at, "map")["data"][0]
    return np.stack([array(trace["x"]), array(trace["y"])], axis=1)


def colours(at: Any) -> Any:
    return figure(at, "map")["data"][0]["marker"]["color"]


def words(at: Any) -> list[str]:
    return figure(at, "map")["data"][0]["text"]


class TestPicture:
    def test_shows_what_core_places_and_says_how_far_it_goes(self) -> None:
        at = open_page("map", **LINK)
        judged, null = (judge(Trust(Map(SMALL.replace(shuffled=s)))) for s in (False, True))
        np.testing.assert_allclose(points(at), judged.xy, rtol=1e-5)
        np.testing.assert_allclose(array(colours(at)), judged.kept)
        html = hypertext(at)
        for each in (judged, null):
            assert f"{100 * each.kept.mean():.1f}\u00a0% kept, trustworthiness " in html
            assert f"{each.trustworthiness.mean():.3f}, continuity" in html
        assert "Null control, shuffled vectors" in html and at.query_params == LINK

    @pytest.mark.parametrize("change", [{"map_words": 200}, {"dim": 10}, {"shuffled": True}])
    def test_follows_the_settings(self, change: dict[str, Any]) -> None:
        at = put(open_page("map", **LINK), **change)
        expected = judge(Trust(Map(SMALL.replace(**change))))
        np.testing.assert_allclose(points(at), expected.xy, rtol=1e-5)

    def test_a_model_on_the_shelf(self) -> None:
        entry = shelf.train(PpmiSvd(dim=15).replace(source="lee-news"))
        link = {"model": entry.id, "part": "sum", "map_words": "300"}
        at = open_page("map", **link)
        cloud = Cloud(Shelved(entry.id, "sum"), map_words=300)
        np.testing.assert_allclose(points(at), judge(Trust(Map(cloud))).xy, rtol=1e-5)
        assert at.query_params == link and "met" in figure(at, "map")["data"][0]["hovertemplate"]
        at = open_tab(open_page("map", lasso="police government", **link), "map", "Lasso")
        assert "Nearest to their mean" in hypertext(at)
        printed: list[Any] = []
        open_tab(at, "map", "Code")
        exec(script(at), {"print": lambda *values: printed.extend(values)})
        np.testing.assert_allclose(printed[0], points(at), rtol=1e-5)

    def test_a_loaded_model_does_not_know_how_often_words_were_met(self) -> None:
        words = shelf.load(shelf.train(PpmiSvd(dim=5).replace(source="lee-news")).id).words[:100]
        text = "\n".join(f"{w} {i % 7} {i % 5} {i % 3 + 1}" for i, w in enumerate(words))
        at = open_page("map", model=loaded(text).id, map_colour="frequency")
        shown = figure(at, "map")["data"][0]
        assert "met" not in shown["hovertemplate"] and len(points(at)) == 100
        assert shown["marker"]["colorbar"]["title"]["text"] == "place in the model's list"

    def test_null_control_is_named(self) -> None:
        shown = hypertext(put(open_page("map", **LINK), shuffled=True))
        assert "Shuffled vectors (NULL CONTROL)" in shown and "The real vectors" in shown

    def test_colours_change_and_the_view_stays(self) -> None:
        at = open_page("map", **LINK)
        before, seen = points(at), []
        for colour in ("trustworthiness", "continuity", "frequency", "norm", "hubness"):
            put(at, map_colour=colour)
            np.testing.assert_array_equal(points(at), before)
            seen.append((figure(at, "map")["layout"]["uirevision"], array(colours(at)).tolist()))
        assert len({view for view, _ in seen}) == 1
        assert all(a != b for (_, a), (_, b) in itertools.pairwise(seen))
        put(at, map_words=200)
        assert figure(at, "map")["layout"]["uirevision"] != seen[0][0]

    def test_clusters_are_those_of_the_vectors(self) -> None:
        at = open_page("map", map_colour="cluster", groups="3", **LINK)
        labels = cluster(Clusters(SMALL, groups=3)).labels
        shades = np.array(colours(at))
        assert len(set(shades)) == 3
        assert all(len(set(shades[labels == i])) == 1 for i in range(3))
        put(at, clustering="hdbscan", group_size=3)
        assert "noise: in no cluster" in [t.get("name") for t in figure(at, "map")["data"]]

    def test_axes(self) -> None:
        at = open_page("map", map_method="axes", x_axis="police", y_axis="war - court", **LINK)
        spec = Trust(Map(SMALL, "axes", x_axis="police", y_axis="war - court"))
        np.testing.assert_allclose(points(at), judge(spec).xy, rtol=1e-5)
        assert figure(at, "map")["layout"]["xaxis"]["title"]["text"] == "cosine with police"

    @pytest.mark.parametrize(
        ("axis", "reason"),
        [("qqzzqq", "not in the vocabulary"), ("war +", "missing"), ("", "empty")],
    )
    def test_axes_that_mean_nothing(self, axis: str, reason: str) -> None:
        at = put(open_page("map", map_method="axes", y_axis="war", **LINK), x_axis=axis)
        assert len(errors(at)) == 1 and reason in errors(at)[0] and not figures(at)
        put(at, x_axis="police")
        assert points(at).shape == (300, 2) and not errors(at)

    def test_more_neighbours_than_words(self) -> None:
        at = open_page("map", trust_k="50", **LINK | {"map_words": "100"})
        assert "choose ≤ 49" in errors(at)[0]

    @pytest.mark.slow
    def test_umap(self) -> None:
        at = open_page("map", map_method="umap", map_seed="2", stable_seeds="2", **LINK)
        expected = judge(Trust(Map(SMALL, "umap", map_seed=2)))
        np.testing.assert_allclose(points(at), expected.xy, rtol=1e-5)
        assert "seed 2" in hypertext(at)
        open_tab(at, "map", "Seeds")
        assert len(figure(at, "seeds")["data"]) == 2
        assert "are the same from another seed" in hypertext(at)
        title = figure(at, "seeds")["layout"]["annotations"][1]["text"]
        panels = figure(at, "seeds")["data"]
        xy, shared, kept = run(script(open_tab(at, "map", "Code")))[-3:]
        assert title == f"seed 3: {100 * shared[0, 1]:.0f}\u00a0%" and len(kept) == 300
        for panel, place in zip(panels, xy, strict=True):
            np.testing.assert_allclose(array(panel["x"]), place[:, 0], rtol=1e-5)


class TestWord:
    def test_lines_go_to_its_true_neighbours(self) -> None:
        at = open_page("map", map_word="police", **LINK)
        judged = judge(Trust(Map(SMALL)))
        row = words(at).index("police")
        ends = set()
        for trace in figure(at, "map")["data"]:
            if trace.get("mode") == "lines" and len(array(trace["x"])):
                x, y = (array(trace[side]).astype(np.float32).reshape(-1, 3) for side in "xy")
                assert np.isnan(x[:, 2]).all()
                np.testing.assert_array_equal(x[:, 0], judged.xy[row, 0])
                ends |= set(zip(x[:, 1].tolist(), y[:, 1].tolist(), strict=True))
        assert ends == {tuple(judged.xy[i].tolist()) for i in judged.true[row]}
        table = at.dataframe[0].value
        assert list(table["true neighbours"]) == [words(at)[i] for i in judged.true[row]]
        near = (table["on the map"] == "near").mean()
        assert near == pytest.approx(judged.kept[row])

    def test_unknown_word(self) -> None:
        at = open_page("map", map_word="polise", **LINK)
        assert "“polise” is not in the vocabulary" in warnings(at)[0] and len(points(at)) == 300

    def test_word_that_is_not_on_the_map(self) -> None:
        at = open_page("map", **LINK | {"map_words": "2000"})
        rare = words(at)[1500]
        at = open_page("map", map_word=rare, **LINK)
        assert "is number 1,501 by frequency" in infos(at)[0]
        put(at, map_words=2000)
        assert not infos(at) and at.dataframe[0].value.shape == (10, 4)

    def test_no_word_shows_those_that_the_map_kept_least(self) -> None:
        at = open_page("map", **LINK)
        assert "Click a word on the map" in hypertext(at)
        kept = judge(Trust(Map(SMALL))).kept
        table = at.dataframe[0].value
        first = sorted(range(300), key=lambda row: (kept[row], row))[:20]
        assert list(table["word"]) == [words(at)[row] for row in first]
        np.testing.assert_allclose(table["neighbours kept"], kept[first])


class TestTabs:
    def test_lasso(self) -> None:
        at = open_page("map", lasso="police government war qqzzqq", **LINK)
        open_tab(at, "map", "Lasso")
        assert list(at.dataframe[0].value["word"]) == ["police", "government", "war"]
        assert "3 words drawn around" in hypertext(at) and "Nearest to their mean" in hypertext(at)
        at.button(key="lasso-heatmap").click()
        settled(at.run())
        go(at, "heatmap")
        rows = figure(at, "heatmap")["layout"]["yaxis"]["ticktext"]
        assert rows == ["police", "government", "war"]

    def test_hubs_before_and_after(self) -> None:
        at = open_tab(open_page("map", **LINK), "map", "Hubs")
        before = hubness(Hubs(SMALL))
        assert f"skewness {before.skewness:.2f}" in hypertext(at)
        assert at.dataframe[0].value.iloc[0, 1] == before.occurrence.max()
        put(at, removed=3)
        after = hubness(Hubs(SMALL, removed=3))
        assert f"skewness {after.skewness:.2f}" in hypertext(at)
        assert at.dataframe[0].value.iloc[0, 3] == after.occurrence.max()
        share = figure(at, "hubs")["data"][1]["y"]
        assert array(share)[1] == pytest.approx((after.occurrence >= 1).mean())

    def test_hubs_without_dimensions(self) -> None:
        at = open_tab(open_page("map", removed="20", **LINK), "map", "Hubs")
        assert "choose ≤ 19" in errors(at)[0] and "map" in figures(at)

    def test_seeds_of_what_has_none(self) -> None:
        at = open_tab(open_page("map", **LINK), "map", "Seeds")
        assert any("no randomness" in said for said in captions(at))

    def test_code_gives_the_same_map(self) -> None:
        at = open_tab(open_page("map", trust_k="7", shift="2.0", **LINK), "map", "Code")
        printed: list[Any] = []
        exec(script(at), {"print": lambda *values: printed.extend(values)})
        np.testing.assert_allclose(printed[0], points(at), rtol=1e-5)
        np.testing.assert_allclose(printed[1], array(colours(at)), rtol=1e-5)

    def test_code_gives_the_word_the_lasso_and_its_heatmap(self) -> None:
        around = "police government war qqzzqq"
        at = open_page("map", map_word="police", lasso=around, smoothing="0.75", **LINK)
        word = at.dataframe[0].value
        open_tab(at, "map", "Lasso")
        table, said = at.dataframe[0].value, hypertext(at)
        at.button(key="lasso-heatmap").click()
        settled(at.run())
        shown = heat(go(at, "heatmap"))
        given = run(script(open_tab(go(at, "map"), "map", "Code")))
        true, near, xy, counts, norms, kept, trust, continuity, lists = given[7:16]
        assert true == list(word["true neighbours"])
        assert near == list(word["neighbours on the map"])
        np.testing.assert_allclose(xy, table[["x", "y"]], rtol=1e-6)
        np.testing.assert_array_equal(counts, table["count"])
        np.testing.assert_allclose(norms, table["norm"])
        np.testing.assert_allclose(kept, table["neighbours kept"])
        np.testing.assert_allclose(trust, table["trustworthiness"])
        np.testing.assert_allclose(continuity, table["continuity"])
        np.testing.assert_array_equal(lists, table["lists it is in"])
        mean, cosines, pmi = given[16:19]
        pairs = zip(mean, cosines, strict=True)
        assert ", ".join(f"{other} ({c:.2f})" for other, c in pairs) in said
        np.testing.assert_allclose(pmi, shown, rtol=1e-5, atol=1e-6)

    def test_code_gives_the_hubs_once_they_were_looked_at(self, empty_cache: Path) -> None:
        link = LINK | {"removed": "2", "hub_k": "6"}
        at = open_tab(open_page("map", **link), "map", "Code")
        assert "hubness" not in script(at)
        open_tab(at, "map", "Hubs")
        table, said = at.dataframe[0].value, hypertext(at)
        before, skewness, _, after, cleaned, share = run(script(open_tab(at, "map", "Code")))[7:]
        assert f"skewness {skewness:.2f}" in said and f"skewness {cleaned:.2f}" in said
        assert f"takes {100 * share:.1f}\u00a0% of" in said
        for found, column in ((before, 1), (after, 3)):
            np.testing.assert_array_equal(np.sort(found)[::-1][:15], table.iloc[:, column])

    def test_code_gives_the_clusters(self) -> None:
        at = open_page("map", map_colour="cluster", groups="3", **LINK)
        labels = run(script(open_tab(at, "map", "Code")))[7]
        shades = np.array(colours(at))
        assert len(set(zip(labels.tolist(), shades.tolist(), strict=True))) == len(set(shades)) == 3

    def test_a_long_lasso_fits_the_address(self) -> None:
        from dashboard.words.parts.map_tabs import joined
        from dashboard.words.views import MapView

        many = [f"word{i}" for i in range(5000)]
        kept = joined(many)
        assert MapView(lasso=kept).lasso.split() == many[: len(kept.split())]
        assert joined(["a", "b"]) == "a b"
