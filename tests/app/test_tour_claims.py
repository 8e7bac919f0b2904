"""What the tours say is so: their numbers, computed anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.counts import Association, block, count
from core.items import Collection
from core.lowrank.storage import numbers
from core.matrices import Photograph, Ppmi, load
from core.paths import WordPath, approximated, counted
from core.paths.images import ImagePath, walk
from core.sequences import Circle
from core.series.physics import marked, single, wavelengths
from core.series.scores import f1, macro_f1
from core.series.specs import Spectra
from core.spaces import Place as SpacePlace
from core.spaces import Space
from core.spaces.doubts import Labelled, Predicted, judge_labels, predict
from core.text.vocabulary import vocabulary
from core.vectors import PpmiSvd, Query, nearest
from dashboard import tours


class TestClaims:
    """Every number and word that a tour names, from `core`."""

    def path(self, word: str = "music", **more: Any) -> WordPath:
        return WordPath(path_word=word).replace(**more)

    def near(self, word: str, k: int = 15, similarity: str = "cosine", **more: Any) -> list[str]:
        query = Query(word, similarity=similarity, k=k)
        return [neighbour for neighbour, _ in nearest(PpmiSvd().replace(**more), query)]

    def test_counts_of_music(self) -> None:
        row = counted(self.path())
        assert row.contexts[:4] == ("and", "the", "of", "folk")
        assert 8 < row.observed[3] < 10 and row.size == 8855
        assert row.cut == pytest.approx(0.10, abs=0.005)
        assert counted(self.path(shift=5.0)).cut == pytest.approx(0.43, abs=0.005)
        assert row.observed[:3].sum() / row.observed[3] == pytest.approx(12, abs=0.5)

    def test_pmi_of_the_heatmap(self) -> None:
        spec = Association()
        find = vocabulary(spec.counts.corpus).find
        ids = (
            [find(w) for w in ("music", "river")],
            [find(w) for w in ("the", "folk", "mississippi")],
        )
        cells = block(spec, count(spec.counts), *map(np.array, ids))
        np.testing.assert_allclose(cells.value[0, :2], [-0.17, 5.55], atol=0.005)
        np.testing.assert_allclose(cells.value[1, [0, 2]], [0.72, 5.16], atol=0.005)
        np.testing.assert_allclose(cells.observed[1, [0, 2]], [119, 13], atol=0.5)

    def test_errors_of_the_row_of_music(self) -> None:
        for d, error in ((20, 0.95), (100, 0.84), (300, 0.75)):
            assert approximated(self.path(dim=d)).error == pytest.approx(error, abs=0.006)
        assert approximated(self.path()).kept == 9
        near = approximated(self.path(dim=20)).nearest
        assert {"literature", "poetry", "arts", "works", "painting"} == set(near[:5])

    def test_neighbours(self) -> None:
        assert self.near("music")[:5] == ["poetry", "folk", "dance", "painting", "genres"]
        assert self.near("north")[:3] == ["south", "east", "west"]
        assert "carolina" in self.near("north", similarity="pmi")
        assert "carolina" not in self.near("north")
        assert self.near("winter")[0] == "summer"
        for season in ("winter", "summer"):
            assert self.near(season, similarity="pmi")[:2] == ["temperatures", "months"]
        assert self.near("war", window=1)[:3] == ["army", "government", "forces"]
        assert self.near("war", window=20)[:4] == ["fought", "conflict", "civil", "troops"]
        longest = ["during", "british", "american", "after"]
        assert self.near("war", similarity="inner product")[:4] == longest

    def test_cosines(self) -> None:
        for word, other, cosine in (("north", "south", 0.83), ("winter", "summer", 0.79)):
            assert dict(nearest(PpmiSvd(), Query(word)))[other] == pytest.approx(cosine, abs=0.006)

    def test_what_ranks_miss(self) -> None:
        photograph, ppmi = (
            np.asarray(_dense(load(matrix)), float) for matrix in (Photograph(), Ppmi())
        )
        assert photograph.shape == (427, 640) and ppmi.shape == (1000, 1000)
        missed = {}
        for name, M in (("photograph", photograph), ("ppmi", ppmi)):
            s = np.linalg.svd(M, compute_uv=False)
            missed[name] = np.sqrt(np.maximum(1 - np.cumsum(s**2) / np.sum(s**2), 0))
        assert missed["photograph"][[0, 19]] == pytest.approx([0.293, 0.139], abs=5e-4)
        assert 1 - missed["photograph"][0] ** 2 == pytest.approx(0.91, abs=0.005)
        assert missed["ppmi"][19] == pytest.approx(0.845, abs=5e-4)
        assert 6 <= missed["ppmi"][19] / missed["photograph"][19] < 6.2
        for name, rank in (("photograph", 56), ("ppmi", 732)):
            assert missed[name][rank - 1] < 0.1 <= missed[name][rank - 2]

    def test_what_ranks_cost(self) -> None:
        assert 427 * 640 == 273_280
        assert [int(numbers("svd", r, 427, 640)) for r in (20, 256)] == [21_360, 273_408]

    @pytest.mark.slow
    def test_digits(self) -> None:
        walked = walk(ImagePath())
        right = walked.majority[walked.cluster] == walked.label
        assert len(walked.x) == 1797 and right.mean() == pytest.approx(0.95, abs=0.015)
        assert walked.flat < 0.5 and len(set(walked.majority)) == 10
        assert walked.label[3] == walked.majority[walked.cluster[3]] == 3
        assert walked.label[5] == 5 and walked.majority[walked.cluster[5]] == 9
        sure = walked.responsibility.max(axis=1)
        assert 0.9 < sure[5] < sure[right].max() and (sure[right] < sure[5]).any()
        mostly = walked.majority[walked.cluster]
        held = [
            ((walked.label == digit) & (mostly == of)).sum()
            for digit, of in ((9, 1), (1, 2), (0, 0))
        ]
        assert held == [31, 27, 178]

    def test_margins(self) -> None:
        plain, kept, flat = Circle(5, 30, 0), Circle(5, 30, 0.35), Circle(5, 1, 0.35)
        degrees = [np.rad2deg(a) for a in (plain.reach, 2 * plain.reach, kept.reach, kept.gap)]
        np.testing.assert_allclose(degrees, [36, 72, 19, 35], atol=0.5)
        assert kept.sure_margin == pytest.approx(0.36, abs=0.005)
        assert flat.least == pytest.approx(1.06, abs=0.005)
        assert np.log(5) == pytest.approx(1.61, abs=0.005)

    def test_labels_and_vectors(self) -> None:
        space = Space(Collection("digits"))
        by_pca = judge_labels(Labelled(SpacePlace(space), "digit"))
        agreement, names = by_pca.agreement, by_pca.names
        assert round(100 * agreement.mean) == 96 and round(100 * agreement.mean_null) == 10
        assert round(100 * by_pca.mapped_mean) == 57
        eight, five = names.index("8"), names.index("5")
        assert [round(100 * x[eight]) for x in (agreement.label, by_pca.mapped)] == [88, 29]
        assert [round(100 * x[five]) for x in (agreement.label, by_pca.mapped)] == [97, 25]
        assert np.argmin(by_pca.mapped - agreement.label) == five
        by_umap = judge_labels(Labelled(SpacePlace(space, "umap"), "digit"))
        assert round(100 * by_umap.mapped_mean) == 98
        suspects = by_pca.suspects
        assert len(suspects.items) == 8 and suspects.null < 0.05
        place = suspects.items.tolist().index(5)
        assert names[suspects.says[place]] == "9" and suspects.share[place] == pytest.approx(0.9)
        spec = Predicted(space, predicted='{"digit":"category","ink":"number"}')
        (near, linear), (near_ink, linear_ink) = predict(spec).values()
        assert (round(100 * near.score), round(100 * linear.score)) == (99, 94)
        assert (round(near_ink.score, 2), round(linear_ink.score, 2)) == (0.36, 0.84)

    def test_paragraphs_and_their_articles(self) -> None:
        result = judge_labels(Labelled(SpacePlace(Space()), "article"))
        shares = result.agreement.mean, result.agreement.mean_null, result.mapped_mean
        assert [round(100 * share) for share in shares] == [68, 1, 6]
        assert len(result.names) == 106

    def test_lines_of_spectra(self) -> None:
        """What is seen where, which star's line is clearer, and what “star” every time is worth."""
        axis, at_first = wavelengths(256), Spectra().resolution
        quasar = {m.name: m.at for m in marked(single("quasar", 2.0), axis, at_first)}
        assert round(quasar["C IV"]) == 4648 and at_first == 200
        poor, good = (
            max(abs(m.significance) for m in marked(single("star", snr=20.0), axis, R))
            for R in (60.0, at_first)
        )
        assert good > poor
        kinds = np.array([0.6, 0.4 / 3, 0.4 / 3, 0.4 / 3])
        counts = np.zeros((4, 4))
        counts[:, 0] = kinds
        assert Spectra().star_share == 0.6 and macro_f1(counts) == pytest.approx(0.19, abs=0.003)
        assert f1(counts)[0] == pytest.approx(0.75)

    @pytest.mark.slow
    def test_recipe_as_published(self) -> None:
        from core.latent import AS_PUBLISHED, Vae, fit

        step = tours.find("a-vae-finds-the-digits").steps[-1]
        spec, notices = Vae.from_query(dict(step.settings))
        assert not notices and spec == Vae().replace(**AS_PUBLISHED)
        sizes = np.bincount(fit(spec).snapshots[-1].cluster, minlength=10)
        assert (sizes > 0).sum() == 1 and sizes.max() == 1797


def _dense(matrix: Any) -> Any:
    matrix = getattr(matrix, "values", matrix)
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix
