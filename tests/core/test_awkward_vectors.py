"""Word vectors as people have them: what is right for each file is known."""

from __future__ import annotations

import pytest

from tests.core import awkward

pytestmark = awkward.present

RIVER = [0.0012, 0.2987, -0.2741]
SIX = ["river", "lake", "bread", "cheese", "lamp", "stone"]
FILES: dict[str, tuple[int, str]] = {
    # file → words of it, and what a note says
    "v01": (6, ""),
    "v03": (6, ""),
    "v04": (6, ""),
    "v05": (6, "declares 7 words; the file holds 6"),
    "v07": (7, "1 words contain a space"),
    "v09": (8, "“R$ 0,00”; “0,0 km²”"),
    "v11": (6, "empty word"),
    "v13": (6, ""),
    "v14_bfloat16 v14_words": (6, ""),
    "v14_words v14_bfloat16": (6, ""),
    "v15 v14_words": (6, "position_embeddings.weight (4 × 3)"),
    "v16 v17": (6, ""),
    "v17 v16": (6, ""),
    "v16 v21": (6, ""),
    "v16 v24": (6, "“word” is the list's heading"),
    "v22 v14_words": (6, ""),
    "v23 v24": (6, "“word” is the list's heading"),
    "v24 v23": (6, "“word” is the list's heading"),
    "v30 v14_words": (6, ""),
    "v31": (6, "“broken” at line 8"),
    "v33": (7, "1 words have a vector of zeros"),
    "v35": (6, ""),
    "v37": (7, ""),
    "v39": (6, "decimal commas"),
    "v43": (6, ""),
    "v45": (6, ""),
}
REFUSED = {
    "v22": "numbers only, without words; add the list",
    "v26": "damaged Parquet",
    "v41": "line 1 (“<<<<<<<”)",
    "v47": "line 2 holds “1_0”",
    "v16": "add a word list",
    "v17": "add the file of their vectors",
    "v24": "not a word and its numbers",
    "v15": "position_embeddings.weight (4 × 3), embeddings.word_embeddings.weight (6 × 3)",
}


@pytest.mark.parametrize("files", FILES)
def test_words_and_vectors(files: str) -> None:
    rows, note = FILES[files]
    reading = awkward.reading("vectors", *files.split())
    assert reading.error == ""
    assert (reading.rows, reading.columns) == (rows, 3)
    assert [name for name in reading.names if name in SIX] == SIX
    assert reading.first == pytest.approx(RIVER, abs=2e-3 if "v14_bfloat16" in files else 1e-6)
    assert note in " ".join(reading.notes)


@pytest.mark.parametrize("file", REFUSED)
def test_what_cannot_be_read_says_what_is_missing(file: str) -> None:
    assert REFUSED[file] in awkward.reading("vectors", file).error


def test_tokens_are_what_stands_before_the_numbers() -> None:
    assert awkward.reading("vectors", "v07").names[-1] == " "
    assert awkward.reading("vectors", "v09").names[-2:] == ("R$ 0,00", "0,0 km²")
    assert "\x1f" in awkward.reading("vectors", "v37").names
    assert awkward.reading("vectors", "v16", "v19").names[4:] == ("\u2028", "x\x85y")


def test_rows_set_aside_are_named() -> None:
    for file, place in (("v11", "line 5"), ("v31", "line 8")):
        assert [row.place for row in awkward.reading("vectors", file).set_aside] == [place]


def test_the_end_of_a_sentence_is_its_own_row() -> None:
    reading = awkward.reading("vectors", "v25")
    assert reading.names[0] == "</s>" and list(reading.first) == [1, 1, 1]


@pytest.mark.parametrize(("file", "shape"), [("v29", (4, 2)), ("v49", (60, 10)), ("v51", (12, 3))])
def test_as_ever(file: str, shape: tuple[int, int]) -> None:
    reading = awkward.reading("vectors", file)
    assert (reading.rows, reading.columns) == shape and reading.notes == ()
