"""The page of text classes: what is said of texts, runs and methods, and tables of the user's."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from looked_at import JUDGED, REVIEWS
from opening import (
    array,
    captions,
    errors,
    figure,
    figures,
    hypertext,
    open_page,
    open_tab,
    page_of,
    put,
    script,
    settings,
    settled,
)

from core import uploads
from core.text_classes import Comparison, compare, fit, moved
from core.text_classes.bottleneck import narrow, narrowing_of
from core.text_classes.comparison import accuracy, judge
from core.text_classes.division import divide
from core.text_classes.published import recipe
from core.text_classes.rivalry import rival, rivalry_of
from dashboard.figures.template import TEMPLATE
from dashboard.texts.parts.class_run import TRAINER
from dashboard.ui import live_run

LINES = "\n".join(f"text {i} of {w} and {w} again,{g}" for i in range(8)
                  for w, g in (("ships", "sea"), ("flour", "bread")))  # fmt: skip
CSV = f"remark,topic\n{LINES}\n".encode()


@pytest.fixture(scope="module", autouse=True)
def trained() -> None:
    fit(REVIEWS)


def markdown(at: Any) -> str:
    return "\n".join(m.value for m in at.markdown).replace("\\", "")


def table_link(content: bytes = CSV, **more: str) -> dict[str, str]:
    digest = uploads.keep("mine.csv", content)
    return {"texts_of": "table", "group_file": "mine.csv", "group_digest": digest,
            "text_column": "remark", "group_column": "topic", **more}  # fmt: skip


def test_texts_and_methods_lead() -> None:
    at = open_page("text_classes", **JUDGED)
    n = len(divide(REVIEWS.division).places)
    shown = markdown(at)
    assert "in 2 classes: negative, positive" in shown and f"{n:,}" not in errors(at)
    assert "repeat another and were left out before" in hypertext(at)
    compared, judged = compare(Comparison(REVIEWS.division)), judge(REVIEWS)
    share, best = accuracy(judged.right).value, accuracy(compared.right(compared.best)).value
    assert (
        f"The network is right for {100 * share:.1f}\u00a0%" in shown
        and f"for {100 * best:.1f}\u00a0%" in shown
    )
    drawn = figure(at, "class_methods")
    assert len(drawn["data"][0]["x"]) == 7 and len(drawn["data"][1]["x"]) == 5  # published
    assert "89.5" in str(drawn["data"][1]["x"]) or 89.55 in array(drawn["data"][1]["x"])


def test_pictures_are_what_plotly_takes() -> None:
    import plotly.graph_objects as go

    rival(rivalry_of(REVIEWS, 2)), narrow(narrowing_of(REVIEWS))
    at = open_page("text_classes", **JUDGED, rivalry_seeds="2")
    drawn = {name: one for name, (_, one) in figures(at).items()}
    for tab, name in (("One text", "class_effects"), ("Characters or words", "rivals"),
                      ("Bottleneck", "class_bottleneck")):  # fmt: skip
        at = open_tab(at, "text_classes", tab)
        drawn[name] = figure(at, name)
    assert "At λ = 0.01" in markdown(at) and "not of the training" in markdown(at)
    assert {"class_methods", "class_learning"} < set(drawn)
    for one in drawn.values():
        go.Figure(one).update_layout(template=TEMPLATE)


def test_a_typed_text() -> None:
    at = open_tab(open_page("text_classes", **JUDGED), "text_classes", "One text")
    at = put(at, typed_review="服务很好")
    told = moved(REVIEWS, "服务很好")
    assert f"with {100 * told.probabilities.max():.0f}\u00a0%" in markdown(at)
    bars = figure(at, "class_effects")["data"][0]
    np.testing.assert_allclose(array(bars["y"]), 100 * told.effects(told.best), atol=1e-6)
    assert "border-bottom" in hypertext(at) or np.abs(told.effects(told.best)).max() < 0.05
    at = put(at, typed_review="   ")
    assert errors(at) == ["There is no word in this text; type a sentence."]


def test_mistakes_lead_to_the_collection() -> None:
    at = open_tab(open_page("text_classes", **JUDGED), "text_classes", "Mistakes")
    wrong = int((~judge(REVIEWS).right).sum())
    assert f"{wrong:,} of" in markdown(at) and "negative → positive" in hypertext(at)
    at.button(key="classes:collection").click()
    at = settled(at.run())
    assert page_of(at) == "collection" and not errors(at)
    assert "text-classes.parquet" in settings(at)["table_files"]


def test_the_published_switch() -> None:
    """Its time is said before it starts, and it follows the input."""
    at = open_page("text_classes", **table_link())
    at.toggle(key="classes-published").set_value(True)
    at = settled(at.run())
    values = settings(at)
    assert {name: values[name] for name in recipe("characters")} == recipe("characters")
    assert any("on this machine" in text for text in captions(at))
    at.selectbox(key="setting:text_input").set_value("words")
    values = settings(settled(at.run()))
    assert {name: values[name] for name in recipe("words")} == recipe("words")
    at.toggle(key="classes-published").set_value(False)
    values = settings(settled(at.run()))
    assert (values["text_body"], values["text_input"]) == ("convolution", "words")


def test_the_code_gives_the_numbers_shown() -> None:
    at = open_tab(open_page("text_classes", **JUDGED), "text_classes", "Code")
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(script(at), {})
    assert str(fit(REVIEWS).result.accuracy) in out.getvalue()


class TestTable:
    def test_columns_are_suggested(self) -> None:
        at = open_page("text_classes", **JUDGED)
        at.segmented_control(key="classes-origin").set_value("table")
        at = settled(at.run())
        assert "texts_of" not in at.query_params, "until there is a table, the reviews stay"
        at.file_uploader(key="sentences-file").set_value(("mine.csv", CSV, "text/csv"))
        at = settled(at.run())
        assert "16 different texts in 2 classes: bread, sea" in markdown(at), errors(at)
        assert "<b>mine.csv</b>" in hypertext(at), "the bar names it"
        at.segmented_control(key="classes-origin").set_value("reviews")
        at = settled(at.run())
        assert "group_file" not in at.query_params and "texts_of" not in at.query_params

    def test_a_table_of_the_server_is_opened(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VECTORSCOPE_FILES", str(tmp_path))
        (tmp_path / "served.csv").write_bytes(CSV)
        at = open_page("text_classes", **JUDGED)
        at.segmented_control(key="classes-origin").set_value("table")
        at = settled(at.run())
        at.selectbox(key="labelled-server").set_value("served.csv")
        at = settled(at.run())
        assert "16 different texts in 2 classes: bread, sea" in markdown(at), errors(at)
        assert "<b>served.csv</b>" in hypertext(at)

    @pytest.mark.parametrize(
        ("content", "wanted"),
        [
            (b"remark,topic\n" + b"\n".join(b"text %d,one" % i for i in range(9)),
             "or more are needed"),
            (b"remark,kind\na b,x\nc d,y\n", "no column “topic”"),
            (b"remark,topic\n" + b"\n".join(b"text %d,%d.5" % (i, i) for i in range(101)),
             "put into classes first"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_used(self, content: bytes, wanted: str) -> None:
        at = open_page("text_classes", **table_link(content))
        assert any(wanted in error for error in errors(at)), errors(at)


@pytest.mark.parametrize("job", [object(), None])
def test_what_a_training_ends_with_is_waited_for(monkeypatch: Any, job: object) -> None:
    """While it is under way nobody is told to begin it."""
    infos: list[str] = []
    monkeypatch.setattr(live_run.st, "info", infos.append)
    monkeypatch.setattr(live_run, "running", lambda *_: job)
    assert not live_run.is_complete(TRAINER, REVIEWS.replace(class_rate=0.0123), "Not trained.")
    assert infos == ["It is being trained; this is shown at its end." if job else "Not trained."]


def test_the_offer_to_compare_is_a_sentence() -> None:
    at = open_page("text_classes", **JUDGED, rivalry_seeds="4")
    at = open_tab(at, "text_classes", "Characters or words")
    offered = " ".join([*captions(at), markdown(at)])
    assert "This trains a convolution over characters and over words at 4 seeds" in offered
    assert " minute on this machine" in offered and "about 1 minutes" not in offered
