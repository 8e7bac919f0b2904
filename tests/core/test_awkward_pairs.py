"""Judged pairs and analogies as people have them: what is right for each file and each layout."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.errors import SourceError
from core.vectors.evaluate import pair_lists
from core.vectors.evaluate.judged import Pair, Question
from core.vectors.evaluate.lists import read_list
from core.vectors.evaluate.scores import known
from core.vectors.models.model import Model
from tests.core import awkward

FIVE = [("river", "lake", 8.1), ("bread", "cheese", 7.35), ("lamp", "stone", 2.2),
        ("river", "stone", 4.5), ("lake", "bread", 1.15)]  # fmt: skip
RIGHT: dict[str, dict[str, Any]] = {
    "s01_": {"rows": 5, "note": "score in “Score”"},
    "s03_": {"rows": 5},
    "s04_": {"rows": 5, "note": "decimal marks"},
    "s05_": {"rows": 5},
    "s06_": {"rows": 6},
    "s09_": {"rows": 5, "encoding": "UTF-16"},
    "s11_": {"rows": 5, "note": "score in “column 1”"},
}


@awkward.present
@pytest.mark.parametrize("name", RIGHT)
def test_each_file_of_pairs(name: str) -> None:
    right, reading = RIGHT[name], awkward.reading("pairs", name)
    assert (reading.kind, reading.error, reading.rows) == ("pairs", "", right["rows"])
    assert list(reading.first) == list(FIVE[0]) and not reading.set_aside
    assert list(reading.names[:5]) == [a for a, _, _ in FIVE]
    assert reading.encoding == right.get("encoding", "UTF-8")
    assert right.get("note", "") in " ".join(reading.notes)
    assert awkward.reading("auto", name) == reading
    if name == "s06_":
        assert reading.names[5] == "ice cream"


@awkward.present
def test_each_file_of_analogies() -> None:
    reading = awkward.reading("pairs", "s07_")
    assert (reading.kind, reading.rows, reading.labels) == ("analogies", 6, ("pairs", "Mixed"))


def pairs(text: str | bytes, name: str = "own.txt") -> list[tuple[str, str, float]]:
    content = text.encode() if isinstance(text, str) else text
    judged = read_list(content, name)
    assert judged.kind == "pairs"
    return [(pair.a, pair.b, pair.score) for pair in judged.pairs]


PUBLISHED = {
    "SimLex-999": "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconc(w2)\tconcQ\tAssoc(USF)\t"
    "SimAssoc333\tSD(SimLex)\n"
    + "".join(f"{a}\t{b}\tN\t{s}\t4.9\t2.1\t1\t0.5\t0\t0.41\n" for a, b, s in FIVE),
    "SimVerb-3500": "".join(f"{a}\t{b}\tV\t{s}\tSYNONYMS\n" for a, b, s in FIVE),
    "MEN": "".join(f"{a} {b} {s:.6f}\n" for a, b, s in FIVE),
    "MEN, lemmas": "".join(f"{a}-n {b}-j {s:.6f}\n" for a, b, s in FIVE),
    "RareWords": "".join(f"{a}\t{b}\t{s}\t7\t6\t7\t0\t4\t6\t10\t3\t2\t8\n" for a, b, s in FIVE),
    "WordSim-353": "Word 1,Word 2,Human (mean)\n" + "".join(f"{a},{b},{s}\n" for a, b, s in FIVE),
    "WordSim-353, set 1": "Word 1,Word 2,Human (mean),1,2,3\n"
    + "".join(f"{a},{b},{s},9,8,7\n" for a, b, s in FIVE),
    "gensim": "# The Collection\n# Word 1\tWord 2\tHuman (mean)\n"
    + "".join(f"{a}\t{b}\t{s}\n" for a, b, s in FIVE),
    "RG-65": "".join(f"{a};{b};{s}\n" for a, b, s in FIVE),
    "write.csv": '"","w1","w2","score"\n'
    + "".join(f'"{i}","{a}","{b}",{s}\n' for i, (a, b, s) in enumerate(FIVE, 1)),
    "write.table": '"w1" "w2" "score"\n'
    + "".join(f'"{i}" "{a}" "{b}" {s}\n' for i, (a, b, s) in enumerate(FIVE, 1)),
    "score in the middle": "a,score,b\n" + "".join(f"{a},{s},{b}\n" for a, b, s in FIVE),
    "semicolons, no heading": "".join(f"{a};{b};{s}\n".replace(".", ",") for a, b, s in FIVE),
    "all in quotes": '"w1";"w2";"score"\n'
    + "".join(f'"{a}";"{b}";"{s}"\n'.replace(".", ",") for a, b, s in FIVE),
    "write.table, tabs": "w1\tw2\tscore\n"
    + "".join(f"{i}\t{a}\t{b}\t{s}\n" for i, (a, b, s) in enumerate(FIVE, 1)),
    "parts of speech": "word1,pos1,word2,pos2,score\n"
    + "".join(f"{a},N,{b},V,{s}\n" for a, b, s in FIVE),
    "Excel": "sep=;\nw1;w2;score\n"
    + "".join(f"{a};{b};{s}\n".replace(".", ",") for a, b, s in FIVE),
}  # fmt: skip


@pytest.mark.parametrize("layout", PUBLISHED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_published_layouts(layout: str, encoding: str) -> None:
    assert pairs(PUBLISHED[layout].encode(encoding), "own.csv") == FIVE


def test_two_characters_are_a_word_in_chinese() -> None:
    assert pairs("i 河流 湖泊 8.1\ni 面包 奶酪 7\ns 台灯 石头 2\n")[0] == ("河流", "湖泊", 8.1)


def test_words_that_stand_for_numbers_are_words() -> None:
    assert pairs("w1,w2,score\nnan,null,5\nNA,inf,4\ni,j,3\n")[0] == ("nan", "null", 5)


def test_letters_of_cp1252() -> None:
    text = "w1;w2;score\n" + "".join(f"Größe{i};Maß;{i},5\n" for i in range(5))
    assert pairs(text.encode("cp1252"))[0] == ("Größe0", "Maß", 0.5)


@pytest.mark.parametrize(
    ("text", "line"), [("a b 1\nc d 2\ne f\ng h 3", 3), ("a b 1\nc d two\ne f 3\ng h 4", 2),
                       ("a b 1\nc d 2\ne f inf\ng h 4", 3)],
)  # fmt: skip
def test_lines_that_are_no_pairs_are_named(text: str, line: int) -> None:
    judged = read_list(text.encode(), "own.txt")
    assert len(judged.pairs) == 3 and [one.place for one in judged.set_aside] == [f"line {line}"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("a b 1\n", "at least 3"), ("", "holds 0"), ("a b nan\nc d 1\ne f 1\n", "line 1")],
)
def test_too_few(text: str, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        read_list(text.encode(), "own.txt", "pairs")


def test_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_lists, "MOST", 10)
    with pytest.raises(SourceError, match="more than 10 rows"):
        read_list(b"a b 1\n" * 11, "own.txt")


QUESTIONS = [Question("x", "a", "b", "c", "d"), Question("y z", "e", "f", "g", "h")]


@pytest.mark.parametrize("mark", [": ", ":", "：", " : ", ":: "])
@pytest.mark.parametrize("separator", [" ", "\t", ",", ";"])
def test_sections_in_any_spelling(mark: str, separator: str) -> None:
    lines = [mark + "x", separator.join("abcd"), "", mark + "y z", separator.join("efgh")]
    assert list(read_list("\n".join(lines).encode(), "own.txt").questions) == QUESTIONS


def test_sections_in_a_column_and_a_heading() -> None:
    rows = [f"capitals,a{i},b{i},c{i},d{i}\n" for i in range(9)]
    judged = read_list(("category,word1,word2,word3,word4\n" + "".join(rows)).encode(), "own.csv")
    assert judged.questions[0] == Question("capitals", "a0", "b0", "c0", "d0")
    assert len(judged.questions) == 9 and not judged.set_aside


def test_lines_that_are_no_analogies_are_named() -> None:
    judged = read_list(b": x\na b c d\na b c\ne f g h\n", "own.txt")
    assert len(judged.questions) == 2 and judged.set_aside[0].place == "line 3"
    with pytest.raises(SourceError, match="no analogies"):
        read_list(b": x", "own.txt", "analogies")


@pytest.mark.parametrize("text", ["a,b,c,d\nking,queen,man,woman\nbig,bigger,tall,taller\n",
                                  ": n\nking queen man woman\none 1 two 2\n"])  # fmt: skip
def test_headings_and_numbers_of_analogies(text: str) -> None:
    judged = read_list(text.encode(), "own.txt")
    assert (judged.kind, len(judged.questions), judged.questions[0].a) == ("analogies", 2, "king")


def test_the_kind_can_be_chosen() -> None:
    text = b"a b 1 2\nc d 3 4\ne f 5 6\n"
    assert read_list(text, "own.txt").kind == "pairs"
    assert read_list(text, "own.txt", "analogies").questions[0].d == "2"


def test_an_apostrophe_is_one_however_it_is_written() -> None:
    model = Model(["o'clock", "don’t"], np.zeros(2, np.int64), np.ones((2, 2), np.float32))
    words = model.vocabulary
    assert known(words, {"o’clock", "don't", "Don't"}) == {"o’clock": 0, "don't": 1, "Don't": 1}
    assert words.find("o’clock") == 0 and words.find("don't") == 1


WORDS = some.text(some.sampled_from("abcdefgäß'’-"), min_size=1, max_size=8).filter(
    lambda word: word.strip("'’-") and word[-2:-1] != "-"
)
ROWS = some.lists(
    some.tuples(WORDS, WORDS, some.floats(0.01, 10).map(lambda x: round(x, 2))),
    min_size=4, max_size=20,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ROWS, some.sampled_from([(",", "."), (";", ","), ("\t", "."), ("\t", ",")]),
       some.permutations(["word1", "word2", "score"]), some.booleans())  # fmt: skip
def test_what_pandas_writes(
    rows: list[tuple[str, str, float]], dialect: tuple[str, str], order: list[str], index: bool
) -> None:
    table = pd.DataFrame(rows, columns=["word1", "word2", "score"])[order]
    file = io.StringIO()
    table.to_csv(file, sep=dialect[0], decimal=dialect[1], index=index)
    firsts = [name for name in order if name != "score"]
    wanted = [(row[firsts[0]], row[firsts[1]], row["score"]) for _, row in table.iterrows()]
    assert pairs(file.getvalue(), "own.csv") == wanted


@settings(max_examples=60, deadline=None)
@given(ROWS, some.sets(some.integers(0, 19), max_size=6), some.sampled_from(" \t,"))
def test_rows_in_are_rows_read_and_rows_named(
    rows: list[tuple[str, str, float]], bad: set[int], separator: str
) -> None:
    lines = [separator.join([a, b, str(score)]) for a, b, score in rows]
    spoilt = {i for i in bad if i < len(lines) and i > 0}
    for i in spoilt:
        lines[i] = separator.join([rows[i][0], rows[i][1], "much"])
    if 3 * len(spoilt) > len(lines) or len(lines) - len(spoilt) < 3:
        return
    judged = read_list("\n".join(lines).encode(), "own.txt", "pairs")
    assert len(judged.pairs) + sum(one.rows for one in judged.set_aside) == len(lines)
    good = [Pair(*row) for i, row in enumerate(rows) if i not in spoilt]
    assert list(judged.pairs) == good
