"""The low-rank page: every matrix, road and tab, the numbers of `core`, and bad files."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pytest
from opening import (
    ROWS,
    array,
    captions,
    errors,
    figure,
    figures,
    go,
    hypertext,
    infos,
    open_page,
    open_tab,
    put,
    script,
    settings,
    settled,
    warnings,
)
from scipy.io import mmwrite
from scipy.sparse import random_array

from core.matrices import (
    Curves,
    Shown,
    Synthetic,
    approximate,
    curves,
    factors,
    load,
    shelf,
)
from core.specs import declared
from dashboard.mathematics.parts.teaching import LESSONS

SMALL = {"kind": "synthetic", "height": "40", "width": "30", "noise": "0.05", "seeds": "2"}
TEXT = {"source": "lee-news", "words": "120", "seeds": "2"}
CASES: dict[str, dict[str, str]] = {
    "photograph": {},
    "digits": {"kind": "digits", "road": "id", "rank": "10", "seeds": "2"},
    "words": TEXT | {"kind": "ppmi", "road": "cur", "middle": "skeleton", "chooser": "matched"},
    "vectors": TEXT | {"kind": "vectors", "dim": "20", "road": "id", "chooser": "deim"},
    "kernel": {"kind": "kernel", "samples": "60", "road": "projection", "seeds": "2"},
    "hilbert": {"kind": "hilbert", "size": "40", "rank": "12", "seeds": "2"},
    "synthetic": SMALL | {"road": "cur", "chooser": "leverage", "norm": "spectral"},
    "product": SMALL | {"road": "cr", "terms": "sampled", "draws": "4"},
    "refitted": SMALL
    | {
        "road": "cr",
        "right": "gaussian",
        "right_columns": "20",
        "terms": "greedy",
        "refitted": "yes",
        "draws": "2",
    },
    "randomised": SMALL | {"sketch": "randomised", "error_axis": "linear", "rank_axis": "linear"},
}


def lowrank(**query: str) -> Any:
    return open_page("lowrank", **query)


def upload(name: str, content: bytes) -> dict[str, str]:
    """Keep a file as an upload; the parameters of a link to it."""
    file_name, digest = shelf.store_upload(name, content)
    return {"kind": "upload", "file_name": file_name, "file_digest": digest}


def npy(values: Any, **more: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, values, **more)
    return file.getvalue()


def strip(at: Any) -> dict[str, str]:
    """The numbers along the top, by name."""
    return dict(re.findall(r"<small>([^<]+)</small><b>([^<]+)</b>", hypertext(at)))


@pytest.mark.parametrize("case", CASES)
def test_every_tab_opens(case: str) -> None:
    at = lowrank(**CASES[case])
    assert {"original", "approximation", "residual", "errors"} <= set(figures(at))
    for name in ROWS["lowrank"].tabs:
        open_tab(at, "lowrank", name)
        assert not errors(at) and not warnings(at), f"tab {name}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_is_possible(lesson: str) -> None:
    """Its settings make specs; what it shows is computed by the other tests."""
    from core.matrices import ProductCurves
    from dashboard.mathematics.views import LowRankView, Road

    known = {name for kind in (ProductCurves, Curves, Road, LowRankView) for name in declared(kind)}
    settings = LESSONS[lesson]
    assert set(settings) <= known
    Curves().replace(**{k: v for k, v in settings.items() if k in declared(Curves)})
    assert Road().replace(**{k: v for k, v in settings.items() if k in declared(Road)})


def test_a_lesson_is_taken_over() -> None:
    at = lowrank(**SMALL)
    at.selectbox(key="lesson").set_value("Rank 12 is all of Hilbert")
    settled(at.run())
    assert at.query_params == {"kind": "hilbert", "rank": "12", "seeds": "2"}
    assert strip(at)["relative error"] != "…"


def test_a_lesson_ends_what_was_set_of_the_road() -> None:
    at = lowrank(**SMALL, sketch="range", repetition="3", chooser="deim")
    at.selectbox(key="lesson").set_value("Rank 12 is all of Hilbert")
    settled(at.run())
    assert at.query_params == {"kind": "hilbert", "rank": "12", "seeds": "2"}


def test_other_roads_are_told_where_they_need_more() -> None:
    assert "need a higher rank" in hypertext(lowrank(**SMALL, rank="5"))
    assert "need a higher rank" not in hypertext(lowrank(kind="hilbert", size="1", seeds="2"))


def test_what_is_drawn_is_what_core_computes() -> None:
    at = put(lowrank(**SMALL, road="id", chooser="pivoted"), rank=7)
    matrix = Synthetic(height=40, width=30, noise=0.05)
    spec = Curves(matrix, seeds=2)
    M = load(matrix).values
    A = approximate(factors(Shown(spec, "id pivoted")), 7)
    drawn = {key: array(figure(at, key)["data"][0]["z"]) for key in ("approximation", "residual")}
    np.testing.assert_allclose(drawn["approximation"], A, atol=1e-6)
    np.testing.assert_allclose(drawn["residual"], M - A, atol=1e-6)
    error = curves(spec).relative("id pivoted").at(7)
    assert error is not None and strip(at)["relative error"] == f"{error:.4g}"
    assert error == pytest.approx(np.linalg.norm(M - A) / np.linalg.norm(M))
    kept = 7 * 40 + 7 * 23
    assert strip(at)["numbers stored"] == str(kept)
    assert at.query_params["rank"] == "7" and at.query_params["road"] == "id"


def test_curves_follow_the_choice_and_the_marker_the_slider() -> None:
    at = lowrank(**SMALL, lines="svd;id uniform")
    names = [trace.get("name") for trace in figure(at, "errors")["data"]]
    assert "ID, uniform" in names and "CUR, pivoted QR" not in names
    options, drawn = figures(at)["errors"]
    marker = next(shape for shape in drawn["layout"]["shapes"] if shape.get("name") == "follow")
    assert options["follow"] == "setting:rank" and marker["x0"] == 20
    put(at, rank=3)
    shapes = figure(at, "errors")["layout"]["shapes"]
    assert next(s for s in shapes if s.get("name") == "follow")["x0"] == 3
    at.multiselect(key="lines:False").set_value(["svd", "cur deim"])
    settled(at.run())
    names = [trace.get("name") for trace in figure(at, "errors")["data"]]
    assert "CUR, k-DEIM" in names and "ID, uniform" not in names
    assert at.query_params["lines"] == "svd;cur deim"


def test_spectral_curves_of_the_optimum_are_singular_values() -> None:
    at = lowrank(**SMALL, norm="spectral", rank_axis="linear", lines="svd")
    s = np.linalg.svd(load(Synthetic(height=40, width=30, noise=0.05)).values, compute_uv=False)
    line = next(t for t in figure(at, "errors")["data"] if t.get("name") == "SVD")
    np.testing.assert_allclose(array(line["y"])[:30].astype(float), s / s[0], rtol=1e-6)


def test_unbiased_sampling_is_told_to_be_worse_than_nothing() -> None:
    """The curve, its theory, and the sentence agree."""
    at = lowrank(road="cr", right="gaussian", terms="uniform", rank="2", draws="4")
    assert "to beat the zero matrix" in hypertext(at)
    assert float(strip(at)["relative error"]) > 1
    data = {t.get("name"): t for t in figure(at, "errors")["data"]}
    theory = array(data["theory: sampled uniformly"]["y"])
    assert theory[1] > 1.0, "worse than the zero matrix"
    longest = array(data["longest terms"]["y"]).astype(float)
    assert np.nanmax(longest) <= 1.0 + 1e-9
    assert "factor" in figures(at), "X with its chosen columns"
    assert "pull one way" in hypertext(lowrank(road="cr", terms="uniform", rank="2", draws="4"))


def test_the_error_curves_say_what_was_done() -> None:
    text = hypertext(lowrank(**SMALL))
    assert "the Frobenius norm of the difference over that of the matrix" in text
    assert "40 × 30" in text and "median of 2 repetitions" in text
    assert "measured at these only" in text, "randomised SVD and skeletons"
    exact = hypertext(lowrank(**SMALL, lines="svd;id pivoted", norm="spectral"))
    assert "the spectral norm of the difference" in exact and "repetitions" not in exact
    product = hypertext(lowrank(**CASES["product"]))
    assert "over that of the product XY" in product and "median of 4 repetitions" in product


def test_storage_is_compared_in_the_frobenius_norm() -> None:
    at = open_tab(lowrank(**SMALL, lines="svd", norm="spectral"), "lowrank", "Storage")
    shown = figure(at, "storage")
    assert "Frobenius" in shown["layout"]["yaxis"]["title"]["text"]
    spec = Curves(Synthetic(height=40, width=30, noise=0.05), seeds=2)
    line = array(next(t for t in shown["data"] if t.get("name") == "SVD")["y"]).astype(float)
    np.testing.assert_allclose(line[:30], curves(spec).relative("svd").median[:30])


@pytest.mark.parametrize("subspace", ["random", "cosine", "first"])
def test_the_ridge_ends_at_the_error_of_the_picture(subspace: str) -> None:
    """Both have the same A."""
    at = lowrank(**SMALL, road="projection", subspace=subspace, rank="5", repetition="1")
    at = open_tab(at, "lowrank", "A⁺ and ridge")
    match = re.search(r"in the limit ([0-9.]+)\.", hypertext(at))
    assert match and float(match[1]) == pytest.approx(float(strip(at)["relative error"]), rel=2e-4)


def test_chosen_rows_and_columns_are_marked() -> None:
    at = lowrank(**SMALL, road="cur", chooser="deim", rank="4")
    result = factors(Shown(Curves(Synthetic(height=40, width=30, noise=0.05),
                                seeds=2), "cur deim"))  # fmt: skip
    shapes = figure(at, "original")["layout"]["shapes"]
    columns = {(s["x0"] + s["x1"]) / 2 for s in shapes if s["x1"] - s["x0"] == 1}
    rows = {(s["y0"] + s["y1"]) / 2 for s in shapes if s["y1"] - s["y0"] == 1}
    assert columns == set(result.chosen_columns[:4].tolist())
    assert rows == set(result.chosen_rows[:4].tolist())
    assert "shapes" not in figure(at, "residual")["layout"]


def test_rank_is_kept_within_what_the_matrix_has() -> None:
    at = put(lowrank(**SMALL), rank=30)
    assert float(strip(at)["relative error"]) < 1e-9
    put(at, kind="digits")
    at = lowrank(kind="synthetic", height="1", width="30", seeds="1")
    assert not errors(at) and "approximation" in figures(at)
    assert "one rank" in " ".join(captions(at)) or "setting:rank" not in at.session_state


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("zero", np.zeros((5, 7))),
        ("constant", np.ones((6, 4))),
        ("row", np.arange(9.0)[None]),
        ("column", np.arange(9.0)[:, None]),
        ("single", np.ones((1, 1))),
        ("integers", np.arange(12).reshape(3, 4)),
        ("rank one", np.outer(np.arange(20.0), np.arange(30.0))),
    ],
)
def test_degenerate_matrices(what: str, values: np.ndarray) -> None:
    for road in ("svd", "id", "cur", "cr", "projection"):
        at = lowrank(**upload(f"{what}.npy", npy(values)), road=road, seeds="1", draws="2")
        assert not errors(at), (road, errors(at))
        assert "approximation" in figures(at)
        for name in ("Spectrum", "Storage", "A⁺ and ridge", "Factors"):
            open_tab(at, "lowrank", name)
            assert not errors(at)


def header(shape: tuple[int, ...]) -> bytes:
    """An .npy that promises more than it holds."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    return file.getvalue() + bytes(64)


class TestUploads:
    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("words.csv", b"a,b\n1,x\n", "holds text where numbers belong: “x” in line 2"),
            ("text.npy", npy(np.array([["a", "b"]])), "not numbers"),
            ("objects.npy", npy(np.array([[{}]]), allow_pickle=True), "not numbers"),
            ("nan.npy", npy(np.array([[1.0, np.nan]])), "NaN or infinite"),
            ("nan.csv", b"1,2\n3,nan\n", "line 2, column “column 2”"),
            ("complex.npy", npy(np.ones((2, 2), complex)), "is complex"),
            ("huge.npy", header((50_000, 20_000)), "1,000,000,000 entries, the limit is 25"),
            ("huge.csv", b"1,2,3,4,5,6,7,8,9,0\n" * 2_600_000, "entries, the limit is"),
            ("cube.npy", npy(np.ones((2, 2, 2))), "3 dimensions"),
            ("line.npy", npy(np.ones(5)), "1 dimension;"),
            ("empty.npy", npy(np.ones((0, 3))), "is empty (0 × 3)"),
            ("ragged.csv", b"1,2,3\n4,5\n6,7,8,9\n", "“ragged.csv”"),
            ("nothing.csv", b"", "is an empty file"),
            ("cut.npy", npy(np.ones((9, 9)))[:200], "ends before the last"),
            ("junk.npz", b"PK\x03\x04junk" * 9, "“junk.npz” is not a .npz file"),
            ("paper.pdf", b"%PDF-1.7", "is not a matrix file"),
            ("model.pkl", b"\x80\x04K\x01.", "pickles are never read"),
            ("half.mtx", b"%%MatrixMarket matrix coordinate real general\n3 3", "“half.mtx”"),
        ],
    )
    def test_what_is_no_matrix_is_explained(self, name: str, content: bytes, message: str) -> None:
        """Where it was given; the matrix that was shown stays."""
        at = choose(lowrank(**SMALL), name, content)
        assert len(errors(at)) == 1 and message in errors(at)[0], errors(at)
        assert "approximation" in figures(at) and at.query_params["kind"] == "synthetic"

    def test_a_matrix_is_adopted_and_its_link_the_same(self) -> None:
        values = np.random.default_rng(0).standard_normal((12, 9))
        at = choose(lowrank(**SMALL), "my.npy", npy(values))
        assert not errors(at) and at.query_params["kind"] == "upload"
        np.testing.assert_allclose(array(figure(at, "original")["data"][0]["z"]), values, atol=1e-6)
        again = lowrank(**at.query_params)
        assert again.query_params == at.query_params
        assert figures(again).keys() == figures(at).keys()

    def test_names_of_a_table_are_shown_as_text(self) -> None:
        table = b",<b>x</b>,%{y}\n<script>,1,2\nplain,3,4\n"
        at = choose(lowrank(**SMALL), "named & <b>.csv", table)
        layout = figure(at, "original")["layout"]
        assert layout["yaxis"]["ticktext"] == ["&lt;script&gt;", "plain"]
        assert layout["xaxis"]["ticktext"] == ["&lt;b&gt;x&lt;/b&gt;", "&#37;{y}"]
        assert "<script>" not in hypertext(at)

    def test_a_sparse_file(self) -> None:
        file = io.BytesIO()
        mmwrite(file, random_array((60, 50), density=0.1, rng=0))
        at = choose(lowrank(**SMALL), "sparse.mtx", file.getvalue())
        assert not errors(at) and at.query_params["file_name"] == "sparse.mtx"

    def test_a_factor_that_does_not_fit(self) -> None:
        at = lowrank(**SMALL, road="cr", draws="2")
        at.selectbox(key="right-choice").set_value("upload")
        settled(at.run())
        at.file_uploader(key="right-upload").set_value(("y.npy", npy(np.ones((7, 8))), ""))
        settled(at.run())
        assert "one of its sides must be 30" in errors(at)[0]

    def test_a_link_to_a_file_that_is_gone(self) -> None:
        at = lowrank(kind="upload", file_name="![x](http://e.org).npy", file_digest="0" * 64)
        assert "is no longer stored" in errors(at)[0]
        assert "![x](http" not in at.error[0].value
        at = lowrank(kind="upload")
        assert "do not fit together" in warnings(at)[0] and "approximation" in figures(at)


def choose(at: Any, name: str, content: bytes) -> Any:
    """Choose a file of one's own, wait for what it gives."""
    at.file_uploader(key="kind-upload").set_value((name, content, "application/octet-stream"))
    return settled(at.run())


class TestWords:
    def test_the_worst_words_lead_to_the_neighbours(self) -> None:
        at = open_tab(lowrank(**TEXT, kind="ppmi", rank="10"), "lowrank", "Words")
        bars = figure(at, "losing")["data"][0]
        assert len(bars["customdata"]) == 10
        kept = array(bars["x"])
        assert (np.diff(kept) >= 0).all() and kept[0] < 60
        line = figure(at, "kept")["data"][1]
        shares = array(line["y"])
        assert shares[-1] == pytest.approx(100.0) and shares[0] < shares[-1]

    def test_other_matrices_have_no_words(self) -> None:
        at = open_tab(lowrank(**SMALL), "lowrank", "Words")
        assert "are no words" in infos(at)[0]

    def test_another_page_does_not_lose_the_settings(self) -> None:
        at = lowrank(**SMALL, rank="5")
        known = settings(go(go(at, "corpus"), "lowrank"))
        assert (known["rank"], known["kind"]) == (5, "synthetic")


@pytest.mark.parametrize("case", ["synthetic", "product", "words", "refitted"])
def test_code_gives_the_numbers_shown(case: str) -> None:
    at = open_tab(lowrank(**CASES[case], lines="svd"), "lowrank", "Code")
    printed: list[Any] = []
    exec(script(at), {"print": lambda *values: printed.extend(values)})
    errors_printed, A = printed
    shown = figure(at, "approximation")
    drawn = array(shown["data"][0]["z"])
    if case == "words":  # some of them, the chosen ones first
        spec = Curves.from_query(CASES[case])[0].matrix
        places = {word: i for i, word in enumerate(load(spec).rows)}
        A = A[np.ix_(*([places[w] for w in shown["layout"][axis]["ticktext"]]
                       for axis in ("yaxis", "xaxis")))]  # fmt: skip
    np.testing.assert_allclose(drawn, A, atol=1e-5)
    assert len(errors_printed) > 10 and np.isfinite(errors_printed).all()
    if case == "refitted":  # nothing random: the curve holds the very error told
        error = float(strip(at)["relative error"])
        assert np.abs(errors_printed - error).min() < 1e-3 * error
