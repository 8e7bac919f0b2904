"""The pages on models: trained, kept, loaded, explained, scored, without a browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    bars,
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
    settled,
    warnings,
)

from core.counts.specs import Counts
from core.errors import SpecError
from core.text.shelf import keep
from core.text.specs import Corpus
from core.vectors import (
    Explicit,
    Glove,
    PpmiSvd,
    Query,
    Shelved,
    SimplerGlove,
    Word2Vec,
    explained,
    nearest,
    shelf,
)
from core.vectors.loading import VectorFile
from core.vectors.loading import keep as load_file
from core.vectors.scores import scored
from dashboard.ui import training

NEWS = Corpus().replace(source="lee-news", min_count=10)
LINK = {"source": "lee-news", "min_count": "10", "dim": "10"}
SMALL: dict[str, Any] = {
    "word2vec": Word2Vec(NEWS, dim=10, passes=2),
    "tree": Word2Vec(NEWS, output="hierarchical softmax", dim=10, passes=2),
    "glove": Glove(Counts(NEWS), dim=10, epochs=3),
    "simpler": SimplerGlove(Counts(NEWS), dim=10, epochs=3),
    "explicit": Explicit(Counts(NEWS), size=60, dim=10, iterations=10),
    "ppmi-svd": PpmiSvd().replace(source="lee-news", min_count=10, dim=10),
}


@pytest.fixture(autouse=True)
def own_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A shelf of this test's own; results stay in the cache that all share."""
    monkeypatch.setattr(shelf, "folder", lambda: tmp_path / "models")
    training._started.clear()
    yield
    for job in training.running():
        job.cancel()
        job.wait(30)
    training._started.clear()
    shelf._loaded.cache_clear()


def finish(at: Any) -> Any:
    """Run the page until no training is under way."""
    for job in training.running():
        assert job.wait(120)
    return settled(at.run())


def run(code: str) -> list[Any]:
    printed: list[Any] = []
    exec(code, {"print": lambda *values: printed.extend(values)})
    return printed


def kind(name: str) -> str:
    return "word2vec" if name == "tree" else name


class TestTrain:
    @pytest.mark.parametrize("name", SMALL)
    def test_every_kind_from_link_to_shelf(self, name: str) -> None:
        spec = SMALL[name]
        query = {"model_kind": kind(name)} | {k: v for k, v in spec.to_query().items() if v}
        at = open_page("models", **query)
        assert not errors(at) and any("Not trained yet" in said for said in captions(at))
        at.button(key="train").click()
        at = finish(at.run())
        (entry,) = shelf.entries()
        assert entry.training == spec and not errors(at)
        assert at.query_params == {k: v for k, v in query.items() if k != "model_kind"
                                   or v != "word2vec"}  # fmt: skip
        if name != "ppmi-svd":
            drawn = figure(at, "loss")["data"]
            history = shelf.load(entry.id).history
            np.testing.assert_allclose(array(drawn[0]["y"]), history[:, 1], rtol=1e-6)
            held = np.isfinite(history[:, 2]).any()
            assert len(drawn) == (2 if held else 1) and held == (name != "explicit")
        (shape, *_) = run(open_tab(at, "train", "Code").code[0].value)
        assert shape == shelf.load(entry.id).word.shape

    def test_the_shelf_is_there_in_the_next_visit(self) -> None:
        entry = shelf.train(SMALL["glove"])
        at = open_page("models", model_kind="glove", epochs="3", **LINK)
        assert "loss" in figures(at) and "train" not in [b.key for b in at.button]
        at.button(key="to-neighbours").click()
        at = settled(at.run())
        assert at.session_state["page"] == "neighbours"
        assert at.session_state["settings"]["model"] == entry.id

    def test_cancelled_and_seen_from_another_browser(self) -> None:
        at = open_page("models", passes="200", **LINK)
        at.button(key="train").click()
        at.run()
        (job,) = training.running()
        other = open_page_while_running("models", **LINK)
        cancel = f"cancel:{job.spec.key}"
        assert cancel in [b.key for b in other.button], "the job is seen, and can be ended"
        other.button(key=cancel).click()
        other.run()
        assert job.cancelled and job.wait(30)
        at = settled(at.run())
        assert "Stopped. Nothing was kept." in infos(at) and shelf.entries() == []
        assert "train" in [b.key for b in at.button]

    def test_settings_that_do_not_fit_are_explained(self) -> None:
        at = open_page("models", model_kind="simpler", side="left", **LINK)
        said = warnings(at) + errors(at)
        assert any("not symmetric" in sentence for sentence in said)

    def test_an_error_in_training_is_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fit(spec: Any, on_step: Any) -> None:
            raise SpecError("The loss is not finite; lower `rate`.", "rate")

        monkeypatch.setattr(shelf, "fit", fit)
        at = open_page("models", **LINK)
        at.button(key="train").click()
        at = finish(at.run())
        assert "lower `rate`" in errors(at)[0] and shelf.entries() == []
        assert "train" in [b.key for b in at.button], "it can be tried again"


def open_page_while_running(page: str, **query: str) -> Any:
    from opening import APP, LIMIT
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_file(str(APP), default_timeout=LIMIT)
    at.query_params.update(query)
    at.switch_page(f"app_pages/{page}.py")
    at.run()
    assert not at.exception
    return at


class TestGallery:
    def opened(self, *names: str) -> Any:
        for name in names:
            shelf.train(SMALL[name])
        return open_tab(open_page("models"), "models", "Gallery")

    def test_empty(self) -> None:
        assert "shelf is empty" in infos(self.opened())[0]

    def test_rename_and_delete(self) -> None:
        at = self.opened("glove", "ppmi-svd")
        assert len(at.dataframe[0].value) == 2
        id = at.selectbox(key="setting:model").value
        at.text_input(key=f"name:{id}").set_value("My *first* model")
        at.button(key="rename").click()
        at = settled(at.run())
        assert shelf.get(id).name == "My *first* model"
        assert "My *first* model" in list(at.dataframe[0].value["name"])
        at.button(key="delete").click()
        at = settled(at.run())
        assert [e.id for e in shelf.entries()] != [id] and len(shelf.entries()) == 1
        assert not errors(at)

    def test_scores_are_shown_once_they_are_known(self) -> None:
        entry = shelf.train(SMALL["ppmi-svd"])
        at = open_tab(open_page("scores", model=entry.id), "scores", "Scores")
        assert "WordSim-353" in shelf.get(entry.id).scores
        at = open_tab(go(at, "models"), "models", "Gallery")
        assert "WordSim-353" in at.dataframe[0].value.columns
        assert "SimLex-999" in hypertext(at)


class TestLoad:
    def test_a_file_from_the_server(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "served").mkdir()
        monkeypatch.setenv("VECTORSCOPE_FILES", str(tmp_path / "served"))
        (tmp_path / "served" / "v.vec").write_text("3 2\ncat 1 2\ndog 1 3\ncat 0 1\n")
        (tmp_path / "served" / "bad.vec").write_text("2 2\ncat 1 2\ndog 1\n")
        at = open_tab(open_page("models"), "models", "Load")
        at.selectbox(key="server-vectors").select("bad.vec")
        at.run()
        at.button(key="load").click()
        at = finish(at.run())
        assert "line 3" in errors(at)[0] and shelf.entries() == []
        at.selectbox(key="server-vectors").select("v.vec")
        at.run()
        at.button(key="load").click()
        at = finish(at.run())
        (entry,) = shelf.entries()
        assert entry.name == "v.vec" and entry.words == 2
        assert "cat" in warnings(at)[0] and "line 4" in warnings(at)[0]


def loaded(text: str) -> shelf.Entry:
    return load_file(VectorFile(name="own.txt", digest=keep("own.txt", text.encode())))[0]


class TestNeighbours:
    @pytest.mark.parametrize("part", ["word", "sum"])
    def test_of_a_model_on_the_shelf(self, part: str) -> None:
        entry = shelf.train(SMALL["word2vec"])
        more = {} if part == "word" else {"part": part}
        query = {"model": entry.id, "expression": "police", "k": "7", **more}
        at = open_page("neighbours", **query)
        wanted = nearest(Shelved(entry.id, part), Query("police", k=7))
        assert [word for word, _ in bars(at)] == [word for word, _ in wanted]
        assert at.query_params == query
        (found,) = run(open_tab(at, "near", "Code").code[0].value)
        assert found == wanted
        for tab in ("Table", "Vectors", "Provenance"):
            assert not errors(open_tab(at, "near", tab))
        assert "setting:window" not in at.session_state, "its settings are not for changing"

    def test_two_models_side_by_side(self) -> None:
        a, b = (shelf.train(SMALL[name]) for name in ("word2vec", "glove"))
        at = open_page("neighbours", model=a.id, compare="yes", b_model=b.id,
                       b_similarity="euclidean", expression="police")  # fmt: skip
        words = [d[0] for d in figure(at, "compared")["data"][1]["customdata"]]
        wanted = nearest(Shelved(b.id), Query("police", similarity="euclidean"))
        assert words == [word for word, _ in wanted]

    def test_beside_the_live_vectors(self) -> None:
        entry = shelf.train(SMALL["glove"])
        at = open_page("neighbours", compare="yes", b_model=entry.id, b_similarity="cosine",
                       expression="police", **LINK)  # fmt: skip
        assert "compared" in figures(at)

    def test_of_a_loaded_file(self) -> None:
        entry = loaded("cat 1 2\ndog 1 2.5\nsea -3 1\n")
        at = open_page("neighbours", model=entry.id, expression="cat")
        assert [word for word, _ in bars(at)] == ["dog", "sea"]
        put(at, expression="sea - cats")
        assert "“cats” is not in the vocabulary" in warnings(at)[0]

    def test_a_model_that_is_gone(self) -> None:
        at = open_page("neighbours", model="feedfeedfeedfeed", expression="music")
        assert "not on this shelf" in warnings(at)[0] and bars(at)

    def test_first_order_measures_are_not_offered(self) -> None:
        entry = shelf.train(SMALL["glove"])
        at = open_page("neighbours", model=entry.id, similarity="pmi", expression="police")
        assert bars(at) and at.selectbox(key="setting:similarity").value == "cosine"


class TestExplain:
    @pytest.mark.parametrize("name", ["word2vec", "glove", "simpler", "explicit", "ppmi-svd"])
    def test_factorisation_shows_what_core_finds(self, name: str) -> None:
        entry = shelf.train(SMALL[name])
        at = open_page("explain", model=entry.id)
        found = explained.compare(Shelved(entry.id))
        counted = array(figure(at, "density")["data"][0]["customdata"])
        assert np.nansum(counted) > 0.9 * len(found.product)
        assert f"Correlation {found.correlation:.3f}" in hypertext(at)
        assert ("least possible" in hypertext(at)) == (name in ("word2vec", "explicit"))
        label, correlation, *_ = run(open_tab(at, "explain-below", "Code").code[0].value)
        assert (label, correlation) == (found.label, found.correlation)

    def test_without_any_model_the_live_vectors_are_explained(self) -> None:
        at = open_page("explain", **LINK)
        assert {"density", "residuals"} <= set(figures(at)) and not errors(at)

    @pytest.mark.parametrize("name", ["tree", "file"])
    def test_models_without_a_target(self, name: str) -> None:
        entry = loaded("a 1 2\nb 3 4\n") if name == "file" else shelf.train(SMALL[name])
        at = open_page("explain", model=entry.id)
        assert "choose" in errors(at)[0] and not figures(at)

    def test_freedom_follows_the_slider(self) -> None:
        at = open_tab(open_page("explain"), "explain", "GloVe's freedom")
        assert "needs a GloVe" in infos(at)[0]
        shelf.train(SMALL["simpler"])
        entry = shelf.train(SMALL["glove"])
        at = open_tab(open_page("explain", model=entry.id), "explain", "GloVe's freedom")
        strips = []
        for moved in (0.0, 2.0, 8.0):
            put(at, moved=moved)
            strips.append(numbers(at))
            shown = array(figure(at, "cosines")["data"][1]["y"])
            assert shown.sum() == pytest.approx(1.0, abs=1e-3)
        losses = [strip["loss with a added"] for strip in strips]
        means = [strip["mean cosine with a added"] for strip in strips]
        assert max(losses) - min(losses) < 2e-6 * max(1, losses[0]) + 1e-5
        assert means[0] < means[1] < means[2] > 0.9
        loss, mean = run(open_tab(at, "explain-below", "Code").code[0].value)
        assert loss == pytest.approx(losses[2], abs=1e-6) and mean == pytest.approx(means[2], 1e-3)
        put(at, freedom_word="zzqq")
        assert "zzqq" in warnings(at)[0] and "cosines" in figures(at)

    @pytest.mark.parametrize("name", ["glove", "simpler"])
    def test_lengths(self, name: str) -> None:
        entry = shelf.train(SMALL[name])
        at = open_tab(open_page("explain", model=entry.id), "explain", "Lengths")
        other, stop = figure(at, "norms")["data"]
        assert "the" in stop["text"] and "police" in other["text"]
        (found, *_) = run(open_tab(at, "explain-below", "Code").code[0].value)
        assert f"−log P(w): {found:.3f}" in hypertext(at)


def numbers(at: Any) -> dict[str, float]:
    import re

    shown = re.findall(r"<small>([\w ]+)</small><b>([-\d.,]+)</b>", hypertext(at))
    return {name: float(value.replace(",", "")) for name, value in shown}


class TestScores:
    def test_analogy_by_three_rules(self) -> None:
        entry = shelf.train(SMALL["simpler"])
        at = open_page("scores", model=entry.id, first="police", second="court", third="man")
        drawn = figure(at, "parallelogram")["data"]
        assert [t.get("text") for t in drawn if t.get("text") == ["police", "court", "man"]]
        tables = [table.value for table in at.dataframe[:3]]
        rules = run(open_tab(at, "scores-below", "Code").code[0].value)[0::3]
        assert rules == ["3CosAdd", "3CosMul", "raw sum"]
        words = run(at.code[0].value)[1::3]
        for table, expected in zip(tables, words, strict=True):
            assert list(table["word"]) == expected
            assert not {"police", "court", "man"} & set(expected)
        put(at, without=False)
        assert {"police", "court", "man"} & set(at.dataframe[0].value["word"])

    def test_unknown_and_empty_words(self) -> None:
        at = open_page("scores", first="zzqq", **LINK)
        assert "zzqq" in errors(at)[0]
        put(at, first=" ")
        assert "Type three words" in infos(at)[0]

    def test_scores_are_those_of_core(self) -> None:
        entry = shelf.train(SMALL["ppmi-svd"])
        at = open_tab(open_page("scores", model=entry.id), "scores", "Scores")
        sheet = scored(Shelved(entry.id))
        published, chance, own = figure(at, "similarity")["data"]
        np.testing.assert_allclose(array(own["x"]), [s.value for s in sheet.similarity])
        assert len(published["x"]) == 10 and len(array(chance["x"])) == 2
        ticks = figure(at, "similarity")["layout"]["yaxis"]["ticktext"]
        assert ticks[0] == f"WordSim-353<br>{sheet.similarity[0].coverage:.0%} covered"
        (found, _) = run(open_tab(at, "scores-below", "Code").code[0].value)
        assert found == [(s.name, s.value, s.covered) for s in sheet.similarity]
        assert not errors(at)


class TestKeywords:
    TEXT = "The police said the court heard that police had found the man in Sydney"

    def test_three_definitions(self) -> None:
        tree = shelf.train(SMALL["tree"])
        entry = shelf.train(SMALL["simpler"])
        at = open_page("keywords", model=entry.id, passage=self.TEXT, tree_model=tree.id)
        assert {"sum", "tree", "tfidf"} <= set(figures(at)) and not errors(at)
        shown = [d[0] for d in figure(at, "sum")["data"][0]["customdata"]]
        words, _ = run(open_tab(at, "keywords", "Code").code[0].value)
        assert words[: len(shown)] == shown
        assert len(open_tab(at, "keywords", "Table").dataframe[0].value) >= 3 * len(shown)

    def test_what_cannot_be_had_is_said(self) -> None:
        entry = loaded("police 1 2\ncourt 3 1\nman 0 1\n")
        at = open_page("keywords", model=entry.id, passage=self.TEXT)
        assert "sum" in figures(at) and len(infos(at)) == 2 and not errors(at)
        put(at, passage="zz qq")
        assert "Only 0 words" in errors(at)[0]
        put(at, passage="  ")
        assert "Paste a text" in infos(at)[-1]


def test_uploading_bytes_keeps_them_once() -> None:
    assert keep("a.bin", b"same") == keep("b.bin", io.BytesIO(b"same"))
