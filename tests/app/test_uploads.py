"""Texts of one's own: through the uploader, or by the link that an upload leaves."""

from __future__ import annotations

import bz2
import io
import lzma
import os
import zipfile
from typing import Any

import pytest
from opening import (
    PAGES,
    SMALL,
    bars,
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
    settings,
    settled,
    upload,
    warnings,
)

from core import cache
from dashboard.chain import examples

CHINESE = (
    "人工智能是计算机科学的一个分支。机器学习是人工智能的核心。深度学习是机器学习的一种方法。\n"
    "研究人员用神经网络研究自然语言。自然语言处理是人工智能的重要方向。\n"
) * 30
ENGLISH = "The cat sat on the mat and the dog sat on the cat while a bird sang to the dog.\n" * 40


NEWS = {"source": "lee-news", "search": "police"}


def choose(at: Any, name: str, content: bytes | str) -> Any:
    """Drop a file into the bar's picker, wait for what it gives."""
    data = content.encode() if isinstance(content, str) else content
    at.file_uploader(key="upload").set_value((name, data, "application/octet-stream"))
    return settled(at.run())


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("page", SMALL)
def test_is_adopted_and_stays(page: str) -> None:
    at = choose(open_page(page), "pets.txt", ENGLISH)
    assert not errors(at) and at.query_params["name"] == "pets.txt"
    at.session_state["setting:expression"] = "cat"
    for other in (*SMALL, page):
        go(at, other)
        assert at.query_params["name"] == "pets.txt"
    again = open_page(page, **at.query_params)
    assert again.query_params == at.query_params and figures(again).keys() == figures(at).keys()


def test_replaces_examples_that_would_be_unknown() -> None:
    at = choose(open_page(), "pets.txt", ENGLISH)
    assert not warnings(at)
    assert "cat" in figure(at, "heatmap")["layout"]["yaxis"]["ticktext"]
    assert bars(go(at, "neighbours")) and settings(at)["expression"] in ENGLISH
    assert "<mark>" in hypertext(open_tab(go(at, "corpus"), "corpus", "Find a word"))


@pytest.mark.parametrize("page", PAGES)
def test_link_of_another_page_needs_no_examples(page: str) -> None:
    """It does not carry the other pages' settings; nobody typed their examples."""
    many = " ".join(f"word{i % 150} and" for i in range(3000))
    at = go(open_page("corpus", **upload("many.txt", many)), page)
    assert not warnings(at) and not errors(at) and figures(at)


def test_sample_without_the_example_words() -> None:
    at = open_page(source="lee-news")
    assert not warnings(at) and 2 <= len(heat(at)) < 26
    put(at, row_list="war zzzqqq")
    assert settings(at)["row_list"] == "war zzzqqq"
    assert len(warnings(at)) == 1, (infos(at), heat(at).shape)


@pytest.mark.parametrize("known", [False, True])
def test_examples_after_a_restart(known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts are stored, the words not in memory; and what is typed meanwhile is not lost."""
    open_page(source="lee-news")
    cache.forget_memory()
    assert "palestinian" in settings(open_page(source="lee-news"))["row_list"]
    with monkeypatch.context() as patch:
        if not known:
            patch.setattr(examples, "of_corpus", lambda c: examples.Known(c.text.key, None, c))
        at = open_page(source="lee-news")
    put(at, row_list="war zzzqqq")
    assert settings(at)["row_list"] == "war zzzqqq" and len(warnings(at)) == 1


def test_back_to_a_sample() -> None:
    at = choose(open_page(), "pets.txt", ENGLISH)
    at.selectbox(key="corpus-choice").set_value("lee-news")
    settled(at.run())
    assert at.query_params["source"] == "lee-news" and "name" not in at.query_params
    assert not errors(at) and "heatmap" in figures(at)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "“empty.txt” is empty"),
        ("blank.txt", b" \n\n \t\n", "is empty: it holds no text"),
        ("junk.txt", os.urandom(50_000), "“junk.txt”"),
        ("nul.txt", bytes(20_000), "“nul.txt”"),
        ("paper.pdf", b"%PDF-1.7", "cannot be read as text: save it as .txt"),
        ("sheet.xlsx", b"PK\x03\x04", "save the sheet as CSV first"),
        ("what.xyz", ENGLISH, "unknown extension"),
        ("broken.zip", b"PK\x03\x04" + b"nonsense" * 20, "“broken.zip”"),
        ("broken.txt.gz", b"\x1f\x8b\x08\x00nonsense", "“broken.txt.gz”"),
        ("broken.csv.gz", b"\x1f\x8b\x08\x00nonsense", "“broken.csv.gz”"),
        ("cut.csv.bz2", bz2.compress(b"a,b\n1,2\n" * 9999)[:60], "“cut.csv.bz2”"),
        ("cut.txt.xz", lzma.compress(ENGLISH.encode())[:60], "“cut.txt.xz”"),
        ("photos.zip", zipped({"a.jpg": b"x", "b.png": b"y"}), "holds no text file"),
        ("empty.zip", zipped({}), "holds no text file"),
        ("empty.csv", b"", "“empty.csv”"),
    ],
)
def test_what_cannot_be_read_is_explained(name: str, content: bytes, said: str) -> None:
    at = choose(open_page("corpus", **NEWS), name, content)
    assert any(said in told for told in errors(at)), errors(at) + infos(at)
    assert len(errors(at)) == 1
    choose(at, "pets.txt", ENGLISH)
    assert not errors(at) and "rank" in figures(at)


def test_zip_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what an archive declares nor what a stream yields goes beyond the limit."""
    monkeypatch.setenv("VECTORSCOPE_MAX_TEXT_GB", "0.001")
    at = choose(open_page("corpus", **NEWS), "bomb.zip", zipped({"a.txt": bytes(10**7)}))
    assert "“bomb.zip” holds" in errors(at)[0] and "limit" in errors(at)[0]


class TestTinyTexts:
    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize("text", ["word", "word " * 20, "a b", "one two three " * 9])
    def test_no_exception(self, page: str, text: str) -> None:
        at = open_page(page, **upload("tiny.txt", text, row_mode="frequency", expression="word"))
        assert figures(at) or errors(at) or warnings(at) or infos(at)

    def test_too_few_words_for_the_minimum_count(self) -> None:
        at = open_page(**upload("tiny.txt", "one word each", row_mode="frequency"))
        assert len(errors(at)) == 1 and "min_count" in errors(at)[0]
        assert heat(put(at, min_count=1)).shape == (3, 3)

    def test_more_dimensions_than_words(self) -> None:
        kept = upload("pets.txt", ENGLISH, expression="cat")
        at = open_page("neighbours", dim="50", **kept)
        assert "`dim=50` exceeds what a vocabulary of" in errors(at)[0] and not figures(at)
        assert bars(put(at, dim=4))
        at = open_page("neighbours", **kept)
        assert bars(at) and settings(at)["dim"] == 11, "what nobody chose is lowered"

    def test_window_larger_than_every_document(self) -> None:
        text = zipped({f"{i}.txt": b"red green blue" for i in range(12)})
        kept = upload("short.zip", text, row_mode="frequency", window="20", weighting="flat")
        at = open_page(boundary="document", **kept)
        assert not errors(at) and heat(at).shape == (3, 3)

    def test_documents_of_one_word(self) -> None:
        """No two words ever meet."""
        text = zipped({f"{i}.txt": b"alone" if i % 2 else b"lonely" for i in range(12)})
        kept = upload("alone.zip", text, row_mode="frequency", boundary="document")
        for page in PAGES:
            at = open_page(page, expression="alone", dim="2", **kept)
            assert errors(at) or infos(at) or figures(at)


class TestChinese:
    @pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16", "big5"])
    def test_words_are_cut_and_found(self, encoding: str) -> None:
        text = CHINESE.encode(encoding, "ignore")
        at = choose(open_page("neighbours", source="lee-news"), "中文.txt", text)
        assert at.query_params["tokeniser"] == "chinese", "suggested by the text"
        put(at, expression="学习", dim=5)
        if not bars_shown(at):
            put(at, expression="人工智能")
        assert bars(at) and not errors(at)

    def test_on_the_other_pages(self) -> None:
        kept = upload("中文.txt", CHINESE.encode("gb18030"), tokeniser="chinese")
        at = open_page(row_list="人工智能 机器，学习、自然语言", **kept)
        assert "人工智能" in figure(at, "heatmap")["layout"]["yaxis"]["ticktext"]
        at = open_page("corpus", search="人工智能", **kept)
        assert "<mark>人工智能</mark>" in hypertext(at) and "GB18030" in hypertext(at)

    def test_what_is_typed_is_converted_as_the_text_is(self) -> None:
        """A mixed text: either script finds the one row, and both are shown as written."""
        mixed = CHINESE + "機器學習是人工智能的核心。研究人員用神經網絡研究自然語言。\n" * 30
        kept = upload("中文.txt", mixed.encode(), tokeniser="chinese", dim="5")
        at = open_page(row_list="機器 学习 學習 神經網絡", **kept)
        names = figure(at, "heatmap")["layout"]["yaxis"]["ticktext"]
        assert {"机器", "学习"} <= set(names) and not {"機器", "學習"} & set(names)
        assert "script" not in at.query_params, "simplified is the default"
        at = open_page("neighbours", expression="學習 + 机器", **kept)
        assert bars(at) and not errors(at)
        at = open_page("corpus", search="學習", **kept)
        assert "<mark>学习</mark>" in hypertext(at) and not errors(at)

    def test_as_written_keeps_the_scripts_apart(self) -> None:
        mixed = CHINESE + "學習機器，國立臺灣大學\n" * 40
        kept = upload("中文.txt", mixed.encode(), tokeniser="chinese", dim="5")
        at = open_page("corpus", search="灣", **kept)
        put(at, script="as written", new_words=True)
        assert at.query_params["script"] == "as written"
        assert at.query_params["new_words"] == "yes"
        put(at, new_words=False)
        assert "<mark>灣</mark>" in hypertext(at) and not errors(at)
        labels = {
            box.label for box in [*at.get("segmented_control"), *at.toggle, *at.get("button_group")]
        }
        assert {"Guess new words", "Keep numbers"} <= labels
        at = open_page("corpus", source="lee-news")
        assert "Guess new words" not in {box.label for box in at.toggle}


def bars_shown(at: Any) -> bool:
    return "neighbours" in figures(at)


class TestTables:
    TABLE = "id,text,stars\n" + '7,"the cat, the dog and the bird",5\n' * 30

    def test_asks_for_the_column(self) -> None:
        at = choose(open_page("corpus", **NEWS), "reviews.csv", self.TABLE)
        assert at.query_params == NEWS, "nothing is adopted before"
        column = next(box for box in at.selectbox if box.label == "Column with the text")
        assert column.options == ["id", "text", "stars"]
        column.set_value("text")
        settled(at.run())
        assert at.query_params["column"] == "text" and not errors(at)
        assert "<b>210</b>" in hypertext(at), "tokens of that column only"

    def test_says_how_it_was_read_and_can_be_corrected(self) -> None:
        headless = "7,the cat and the dog,5\n" * 30
        at = choose(open_page("corpus", **NEWS), "reviews.csv", headless)
        assert any("without a heading" in caption.value for caption in at.caption)
        column = next(box for box in at.selectbox if box.label == "Column with the text")
        settled(column.set_value("column 2").run())
        assert "<b>150</b>" in hypertext(at) and "table_heading" not in at.query_params
        heading = next(box for box in at.selectbox if box.label == "First row")
        settled(heading.set_value("yes").run())
        column = next(box for box in at.selectbox if box.label == "Column with the text")
        assert column.options == ["7", "the cat and the dog", "5"]
        settled(column.set_value("the cat and the dog").run())
        assert at.query_params["table_heading"] == "yes" and not errors(at)
        assert "<b>145</b>" in hypertext(at), "the first row is a heading now"
        at = open_page("corpus", **at.query_params)
        assert "<b>145</b>" in hypertext(at) and not errors(at)
        assert next(box for box in at.selectbox if box.label == "First row").value == "yes"

    def test_rows_that_are_not_used_are_named(self) -> None:
        at = choose(open_page("corpus", **NEWS), "short.csv", self.TABLE + "8\n")
        column = next(box for box in at.selectbox if box.label == "Column with the text")
        settled(column.set_value("text").run())
        assert any("line 32" in text.value for text in at.markdown)

    def test_link_without_column(self) -> None:
        at = open_page("corpus", **upload("reviews.csv", self.TABLE))
        assert "column" in errors(at)[0] and "stars" in errors(at)[0]

    def test_link_with_a_column_that_is_not_there(self) -> None:
        at = open_page("corpus", **upload("reviews.csv", self.TABLE, column="txt"))
        assert "txt" in errors(at)[0] and "stars" in errors(at)[0]


class TestFilesOnTheServer:
    def test_are_offered_and_read(self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "pets.txt").write_text(ENGLISH)
        monkeypatch.setenv("VECTORSCOPE_FILES", str(tmp_path))
        at = open_page("corpus", **NEWS)
        at.selectbox(key="file").set_value("pets.txt")
        settled(at.run())
        assert at.query_params["name"] == "pets.txt" and not errors(at)
        link = dict(at.query_params)
        (tmp_path / "pets.txt").write_text(ENGLISH + "The cat slept.")
        at = open_page("corpus", **link)
        assert at.query_params["digest"] != link["digest"], "the file as it is now"
        (tmp_path / "pets.txt").unlink()
        (tmp_path / "other.txt").write_text(ENGLISH)
        at = open_page("corpus", **at.query_params)
        assert "rank" in figures(at) and not errors(at), "it was read before"

    def test_none_outside_the_folder(self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VECTORSCOPE_FILES", str(tmp_path))
        at = open_page(source="file", name="../../etc/passwd", digest="0" * 64)
        assert any("outside the folder" in said for said in errors(at))
