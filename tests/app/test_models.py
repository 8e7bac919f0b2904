"""The pages on models: trained, kept, loaded, explained, scored, without a browser."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
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
    page_of,
    put,
    script,
    settings,
    settled,
    warnings,
)
from shelving import LINK, NEWS, SMALL, finish, kind, loaded, own_shelf, run  # noqa: F401

from core.errors import SpecError
from core.uploads import keep
from core.vectors import Query, Shelved, nearest
from core.vectors.kinds import kind_of
from core.vectors.store import shelf
from dashboard.chain import training
from dashboard.navigation import SCRIPTS


class TestTrain:
    @pytest.mark.parametrize("name", SMALL)
    def test_every_kind_from_link_to_shelf(self, name: str) -> None:
        spec = SMALL[name]
        query = {"model_kind": kind(name)} | {k: v for k, v in spec.to_query().items() if v}
        at = open_page("models", **query)
        assert not errors(at) and any("Not trained yet" in texts for texts in captions(at))
        at.button(key="train").click()
        at = finish(at.run())
        (entry,) = shelf.entries()
        assert entry.training == spec and not errors(at)
        assert at.query_params == {k: v for k, v in query.items() if k != "model_kind"
                                   or v != "word2vec"}  # fmt: skip
        history = shelf.load(entry.id).history
        assert ("loss" in figures(at)) == bool(len(history))
        if len(history):
            drawn = figure(at, "loss")["data"]
            np.testing.assert_allclose(array(drawn[0]["y"]), history[:, 1], rtol=1e-6)
            held = np.isfinite(history[:, 2]).any()
            assert len(drawn) == (2 if held else 1) and held == bool(kind_of(spec).estimate)
        (shape, *_) = run(script(open_tab(at, "train", "Code")))
        assert shape == shelf.load(entry.id).word.shape

    def test_the_shelf_is_there_in_the_next_visit(self) -> None:
        entry = shelf.train(SMALL["glove"])
        at = open_page("models", model_kind="glove", epochs="3", **LINK)
        assert "loss" in figures(at) and "train" not in [b.key for b in at.button]
        at.button(key="to-neighbours").click().run()
        assert page_of(at) == "neighbours"
        assert settings(at)["model"] == entry.id

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
        assert "Stopped. Nothing was saved." in infos(at) and shelf.entries() == []
        assert "train" in [b.key for b in at.button]

    def test_settings_that_do_not_fit_are_explained(self) -> None:
        at = open_page("models", model_kind="simpler", side="left", **LINK)
        texts = warnings(at) + errors(at)
        assert any("not symmetric" in sentence for sentence in texts)

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
    at.switch_page(SCRIPTS[page])
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
        (left_out,) = [box for box in at.expander if box.label == "1 row or file was not used"]
        assert left_out.markdown[0].value == "- line 4: “cat” again"

    def test_a_file_of_an_archive(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VECTORSCOPE_FILES", str(tmp_path))
        with zipfile.ZipFile(tmp_path / "glove.zip", "w") as archive:
            archive.writestr("2d.txt", "cat 1 2\ndog 1 3\n")
            archive.writestr("3d.txt", "cat 1 2 3\ndog 1 3 2\nsea 1 0 1\n")
        at = open_tab(open_page("models"), "models", "Load")
        at.selectbox(key="server-vectors").select("glove.zip")
        at.run()
        (member,) = [box for box in at.selectbox if box.label == "File of the archive"]
        at = member.select("3d.txt").run()
        at.button(key="load").click()
        finish(at.run())
        (entry,) = shelf.entries()
        assert (entry.words, entry.dim) == (3, 3)

    def test_the_column_with_the_words(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VECTORSCOPE_FILES", str(tmp_path))
        table = pa.table({"kind": ["a", "b", "a"], "what": ["cat", "dog", "sea"],
                          "vector": [[1.0, 2.0], [1.0, 3.0], [0.0, 1.0]]})  # fmt: skip
        parquet.write_table(table, tmp_path / "v.parquet")
        at = open_tab(open_page("models"), "models", "Load")
        at.selectbox(key="server-vectors").select("v.parquet")
        at.run()
        at.button(key="load").click()
        at = finish(at.run())
        assert "taken from “what”; they could be taken from: kind" in warnings(at)[0]
        assert [entry.words for entry in shelf.entries()] == [3]
        (column,) = [box for box in at.selectbox if box.label == "Column with the words"]
        at = column.select("kind").run()
        at.button(key="load").click()
        finish(at.run())
        assert sorted(entry.words for entry in shelf.entries()) == [2, 3]


class TestNeighbours:
    @pytest.mark.parametrize("part", ["word", "sum"])
    def test_of_a_model_on_the_shelf(self, part: str) -> None:
        entry = shelf.train(SMALL["word2vec"])
        more = {} if part == "word" else {"part": part}
        query = {"model": entry.id, "expression": "police", "k": "7", **more}
        at = open_page("neighbours", **query)
        expected = nearest(Shelved(entry.id, part), Query("police", k=7))
        assert [word for word, _ in bars(at)] == [word for word, _ in expected]
        assert at.query_params == query
        (printed,) = run(script(open_tab(at, "neighbours", "Code")))
        assert printed == expected
        for tab in ("Table", "Vectors", "Provenance"):
            assert not errors(open_tab(at, "neighbours", tab))
        assert "setting:window" not in at.session_state, "its settings are not for changing"

    def test_two_models_side_by_side(self) -> None:
        a, b = (shelf.train(SMALL[name]) for name in ("word2vec", "glove"))
        at = open_page("neighbours", model=a.id, compare="yes", b_model=b.id,
                       b_similarity="euclidean", expression="police")  # fmt: skip
        words = [d[0] for d in figure(at, "compared")["data"][1]["customdata"]]
        expected = nearest(Shelved(b.id), Query("police", similarity="euclidean"))
        assert words == [word for word, _ in expected]

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

    def test_two_models_of_one_name_are_two(self) -> None:
        first, second = (loaded(f"cat 1 2\n{near} 1 2.5\nsea -3 1\n") for near in ("dog", "cow"))
        assert first.name == second.name and first.id != second.id
        at = open_page("neighbours", model=second.id, expression="cat", k="1")
        assert [word for word, _ in bars(at)] == ["cow"]
        at.toggle(key="setting:exclude_inputs").set_value(False)
        assert settings(at.run())["model"] == second.id
        box = at.selectbox(key="setting:model")
        assert len(set(box.options)) == len(box.options)
        assert sum(first.name in option for option in box.options) == 2
        box.select(first.id)
        at = put(settled(at.run()), exclude_inputs=True)
        assert [word for word, _ in bars(at)] == ["dog"]

    def test_a_model_that_is_gone(self) -> None:
        at = open_page("neighbours", model="feedfeedfeedfeed", expression="music")
        assert "not on this shelf" in warnings(at)[0] and bars(at)

    def test_first_order_measures_are_not_offered(self) -> None:
        entry = shelf.train(SMALL["glove"])
        at = open_page("neighbours", model=entry.id, similarity="pmi", expression="police")
        assert bars(at) and at.selectbox(key="setting:similarity").value == "cosine"


def test_uploading_bytes_keeps_them_once() -> None:
    assert keep("a.bin", b"same") == keep("b.bin", io.BytesIO(b"same"))


def test_a_damaged_model_is_shown_and_deleted() -> None:
    kept = loaded("\n".join(f"w{n} {n} 1" for n in range(30)))
    spoilt = shelf.folder() / "spoilt"
    spoilt.mkdir()
    (spoilt / "about.json").write_text('{"id": "spoilt", "name": 5}')
    at = open_tab(open_page("models"), "models", "Gallery")
    assert any("spoilt” is damaged" in line for line in warnings(at))
    at.button(key="delete:spoilt").click()
    settled(at.run())
    assert not warnings(at) and not spoilt.exists()
    assert [entry.id for entry in shelf.entries()] == [kept.id]
