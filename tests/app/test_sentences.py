"""The page of sentences: the circle, a run, what is said of it, and tables of the user's."""

from __future__ import annotations

import ast
import contextlib
import io
from typing import Any

import pytest
from looked_at import READ, SENTENCES
from opening import (
    captions,
    errors,
    figure,
    figures,
    go,
    hypertext,
    open_page,
    open_tab,
    put,
    script,
    settings,
    settled,
    slot,
)

from core import uploads
from core.sequences import fit, judge
from core.sequences.contest import compete, contest_of
from dashboard.figures.template import TEMPLATE
from dashboard.texts.parts.sentence_run import TRAINER
from dashboard.ui.live_run import Families


def test_a_file_of_the_server(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents of a file in the folder that may be read, chosen in the bar."""
    text = "\n\n".join(f"The {w} was {a}. The {w} is {a} now." for w in ("cat", "ship", "star")
                       for a in ("old", "red", "far"))  # fmt: skip
    (tmp_path / "pets.txt").write_text(text)
    monkeypatch.setenv("VECTORSCOPE_FILES", str(tmp_path))
    at = open_page("sentences", source="lee-news")
    at.selectbox(key="file").set_value("pets.txt")
    settled(at.run())
    chosen = {name: settings(at)[name] for name in ("source", "name")}
    assert chosen == {"source": "file", "name": "pets.txt"}


LINES = "\n".join(f"text {i} of {w} and {w} again,{g}" for i in range(6)
                  for w, g in (("ships", "sea"), ("flour", "bread"), ("stars", "sky")))  # fmt: skip
CSV = f"remark,topic\n{LINES}\n".encode()


@pytest.fixture(scope="module", autouse=True)
def trained() -> None:
    fit(SENTENCES)


def markdown(at: Any) -> str:
    return "\n".join(m.value for m in at.markdown)


def table_link(content: bytes = CSV, **more: str) -> dict[str, str]:
    digest = uploads.keep("mine.csv", content)
    return {"grouping": "labels", "group_file": "mine.csv", "group_digest": digest,
            "text_column": "remark", "group_column": "topic", **more}  # fmt: skip


def test_the_circle_follows_the_hand() -> None:
    """Margin and classes need no training; a margin that nobody can keep is named."""
    at = open_page("sentences", **READ)
    assert "each of 5 has 19° to either side" in markdown(at)
    arcs = len(figure(at, "margin_circle")["data"])
    at = put(at, margin=0.0)
    assert "Without a margin each of 5 classes keeps 36°" in markdown(at)
    at = put(at, margin=0.9, circle_classes=8)
    assert "asks too much" in markdown(at) and "0.29 at most" in markdown(at)
    assert len(figure(at, "margin_circle")["data"]) == 3 + 8 != arcs
    at = put(at, loss="a-softmax", circle_classes=5)
    assert "angle keeps classes apart: each of 5 has 14°" in markdown(at)
    at = put(at, loss="am-softmax", margin=0.1, scale=1.0, circle_classes=8)
    assert "guessing blindly has 2.08" in markdown(at)


def test_pictures_are_what_plotly_takes() -> None:
    import plotly.graph_objects as go

    compete(contest_of(SENTENCES, 2))
    at = open_page("sentences", **READ, contest_seeds="2")
    drawn = {name: one for name, (_, one) in figures(at).items()}
    for tab, name in (("People", "people"), ("Losses", "losses")):
        drawn[name] = figure(open_tab(at, "sentences", tab), name)
    assert {"margin_circle", "margin_loss", "angles", "learning", "retrieval"} < set(drawn)
    for one in drawn.values():
        go.Figure(one).update_layout(template=TEMPLATE)


def test_what_is_trained_is_judged() -> None:
    at = open_page("sentences", **READ)
    judged = judge(SENTENCES)
    shown = markdown(at)
    share = judged.of("tf-idf", 1).share(1).value
    assert f"TF-IDF's for {100 * share:.0f}\u00a0%" in shown and "TF-IDF wins, by" in shown
    assert "repeat an earlier one were left out" in hypertext(at) and not errors(at)
    at = open_tab(at, "sentences", "Your sentence")
    assert "Lee news" in hypertext(at)
    at = put(at, typed_sentence="… !")
    assert errors(at) == ["There is no word in this text; type a sentence."]


def test_untrained_settings_show_the_last_run() -> None:
    at = open_page("sentences", **READ)
    at = put(at, margin=0.15)
    assert any("not trained yet; the picture shows the last" in c for c in captions(at))
    assert "sentences:Train" in {b.key for b in at.button}


def test_runs_of_other_pages_leave_this_one_alone() -> None:
    """Neither their steering nor that they train becomes this page's."""
    at = open_page("latent", source="lee-news", most_each="6", changes="5 precision 80")
    settings(at)["train_now"] = True
    at = go(at, "sentences")
    assert not errors(at) and slot(at, Families).by_name[TRAINER.name].job is None
    assert "sentences:Train" in {b.key for b in at.button}


def test_a_link_does_not_train() -> None:
    at = open_page("sentences", **READ, margin="0.17", sentences_train="yes")
    assert (
        slot(at, Families).by_name[TRAINER.name].job is None
        and "sentences_train" not in at.query_params
    )


def test_the_code_gives_the_numbers_shown() -> None:
    at = open_tab(open_page("sentences", **READ), "sentences", "Code")
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(script(at), {})
    assert str(judge(SENTENCES).of("encoder", 0).share(1)) in out.getvalue()
    assert ast.parse(script(at))


class TestTable:
    def test_groups_by_a_label(self) -> None:
        at = open_page("sentences", **table_link())
        assert not errors(at) and "18 texts in 3 groups" in hypertext(at)

    def test_columns_are_suggested(self) -> None:
        at = open_page("sentences")
        at.segmented_control(key="sentences-grouping").set_value("labels")
        at = settled(at.run())
        assert "grouping" not in at.query_params, "until there is a table, the documents stay"
        at.file_uploader(key="sentences-file").set_value(("mine.csv", CSV, "text/csv"))
        at = settled(at.run())
        assert "18 texts in 3 groups" in hypertext(at), errors(at)
        assert at.query_params["group_column"] in ("topic", ["topic"])
        at.segmented_control(key="sentences-grouping").set_value("documents")
        at = settled(at.run())
        assert "group_file" not in at.query_params and "grouping" not in at.query_params

    def test_a_table_is_read_differently(self) -> None:
        """Without its heading the columns are others; the link says how it is read."""
        at = open_page("sentences")
        at.segmented_control(key="sentences-grouping").set_value("labels")
        at = settled(at.run())
        at.file_uploader(key="sentences-file").set_value(("mine.csv", CSV, "text/csv"))
        at = settled(at.run())
        assert any("Read as UTF-8 · separator: Comma" in line for line in captions(at))
        [heading] = [box for box in at.selectbox if box.key.endswith("-heading")]
        heading.set_value("no")
        at = settled(at.run())
        assert at.query_params["group_table_heading"] in ("no", ["no"])
        assert at.query_params["text_column"] in ("column 1", ["column 1"])
        assert any("The first row names no columns" in line for line in captions(at))
        names: dict[str, Any] = {}
        lines = script(open_tab(at, "sentences", "Code"))
        exec(lines[: lines.index("\n", lines.index("\nspec = ") + 1)], names)
        assert names["spec"].leaf("group_table_heading") == "no"

    @pytest.mark.parametrize(
        ("content", "wanted"),
        [
            (
                b"remark,topic\n" + b"\n".join(b"text %d,one" % i for i in range(9)),
                "Two groups with two texts",
            ),
            (b"remark,kind\na b,x\nc d,y\n", "no column “topic”"),
            (b"\x00\x01\x02" * 50, "mine.csv"),
        ],
    )
    def test_what_cannot_be_used(self, content: bytes, wanted: str) -> None:
        at = open_page("sentences", **table_link(content))
        assert any(wanted in error for error in errors(at)), errors(at)
        assert "margin_circle" in figures(at)
