"""Scripts and notebooks of a page: what anyone typed stands in them as text, and they run."""

from __future__ import annotations

import ast
import contextlib
import io
import tokenize
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import cache, uploads
from core.errors import SourceError
from core.text.shelf import store_upload
from core.text.specs import Source
from core.vectors import Glove, Shelved
from core.vectors.store import shelf
from dashboard import notebook
from dashboard.spec_code import constructor
from dashboard.words.views import CorpusView, RowWords

HOSTILE = "</script><img src=x onerror=alert(1)>\"\"\"\n'''\r\nimport os  # \u2028\x0c\\"


def view(text: str) -> notebook.View:
    return notebook.View(
        "heatmap", "PMI heatmap", "http://127.0.0.1:8501/heatmap", {"search": text},
        (CorpusView(search=text[:200]), RowWords(row_list=text[:200])),
    )  # fmt: skip


def code_of(text: str) -> list[str]:
    """The tokens of a script that are no comments."""
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type not in skipped]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_settings_are_comments_and_nothing_else(text: str) -> None:
    saved = notebook.script(view(text), "print(1)\n")
    assert code_of(saved) == ["print", "(", "1", ")"]
    cells = nbformat.reads(notebook.notebook(view(text), "print(1)\n"), as_version=4)
    nbformat.validate(cells)
    assert cells["cells"][2]["source"] == "show(1)"


def test_hostile_words() -> None:
    shown = view(HOSTILE)
    assert code_of(notebook.script(shown, "print(1)")) == ["print", "(", "1", ")"]
    (about, *_) = nbformat.reads(notebook.notebook(shown, "print(1)"), as_version=4)["cells"]
    assert "<img" not in about["source"].replace("\\<img", "")
    assert "search=%3C%2Fscript%3E%3Cimg" in shown.link
    rows = about["source"].partition("| setting")[2].splitlines()
    assert all(row.endswith(" |") for row in rows[2:]), "a value keeps to its row"


@pytest.mark.parametrize(
    ("lines", "words", "kinds"),
    [
        ("show([('poetry', 0.8), ('folk', 0.7)])", ["poetry", "0.8"], ["bar"]),
        ("show(['poetry', 'folk'], np.array([0.8, 0.7]))", ["poetry", "0.8"], ["bar"]),
        ("show(np.eye(3))", ["1.0"], ["heatmap"]),
        ("show(pd.DataFrame(np.eye(2), ['a', 'b'], ['c', 'd']))", ["a", "d"], ["heatmap"]),
        ("show(7, 'seven')", ["7", "seven"], []),
    ],
)
def test_a_notebook_prints_tables_and_draws(
    lines: str, words: list[str], kinds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(
        "plotly.graph_objects.Figure.show", lambda figure: drawn.append(figure.data[0].type)
    )
    cells = nbformat.reads(notebook.notebook(view("x"), lines), as_version=4)["cells"]
    said = printed("\n".join(cell["source"] for cell in cells[1:]))
    assert all(word in said for word in words) and drawn == kinds


def test_the_address_is_whole() -> None:
    assert view("a b&c").link == "http://127.0.0.1:8501/heatmap?search=a+b%26c"
    assert notebook.View("path", "Signal path", "https://host/").link == "https://host/"
    assert notebook.View("path", "Signal path").link == ""


def test_an_upload_is_brought_from_beside_the_script(
    empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, name = b"the cat sat on the mat\n" * 9, "pets & 'co'.txt"
    source = store_upload(name, data)
    lines = notebook.complete(
        f"from core.text import Corpus, Source, Text, vocabulary\n"
        f"print(vocabulary(Corpus(text=Text(origin={constructor(source)}), min_count=1)).words)\n"
    )
    saved = notebook.script(view("x"), lines)
    before = printed(saved)
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path / "elsewhere"))
    cache.forget_memory()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=f"put the file with the SHA-256 {source.digest}"):
        printed(saved)
    (tmp_path / name).write_bytes(data + b"more")
    with pytest.raises(SourceError, match="is another file"):
        printed(saved)
    (tmp_path / name).write_bytes(data)
    assert printed(saved) == before and "'cat'" in before
    assert uploads.path(name, source.digest).read_bytes() == data


def test_a_file_of_the_server_is_named() -> None:
    source = Source("file", name="a\nimport os", digest="0" * 64)
    lines = notebook.complete(f"print({constructor(source)})\n")
    first, *_ = lines.splitlines()
    assert "VECTORSCOPE_FILES" in first and "'a\\nimport os'" in first
    ast.parse(lines)


def test_a_model_is_trained_where_the_shelf_does_not_have_it(empty_cache: Path) -> None:
    spec = Glove().replace(source="lee-news", min_count=20, dim=4, epochs=1)
    entry = shelf.train(spec)
    lines = notebook.complete(
        "from core.vectors import Shelved, model_of\n"
        f"print(model_of({constructor(Shelved(entry.id))}).word[0])\n"
    )
    before = printed(lines)
    shelf.delete(entry.id)
    shelf._loaded.cache_clear()
    assert printed(lines) == before
    assert shelf.find(entry.id) is not None


def printed(lines: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(lines, {})
    return said.getvalue()
