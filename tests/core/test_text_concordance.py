"""Concordance: meetings against a double loop, and lines that show what they say."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import SpecError, UnknownWord
from core.text import concordance, shelf
from core.text.concordance import lines, meetings, occurrences, sample
from core.text.specs import Corpus, Source, Text
from core.text.tokens import segments, tokenise
from core.text.vocabulary import vocabulary


def slow_meetings(
    corpus: Corpus, word: str, context: str, window: int, side: str, boundary: str, keep_gaps: bool
) -> list[tuple[int, int, int]]:
    """Every pair, by walking each unit."""
    tokens, size = tokenise(corpus.text), len(vocabulary(corpus).words)
    starts = [*segments(tokens, boundary).tolist(), len(tokens.ids)]
    found: list[tuple[int, int, int]] = []
    for low, high in pairwise(starts):
        places = [p for p in range(low, high) if keep_gaps or tokens.ids[p] < size]
        for i, p in enumerate(places):
            for j, q in enumerate(places):
                near = 1 <= abs(i - j) <= window
                on_side = side == "both" or (j < i) == (side == "left")
                pair = tokens.types[tokens.ids[p]], tokens.types[tokens.ids[q]]
                if near and on_side and pair == (word, context):
                    found.append((p, q, abs(i - j)))
    return found


@given(
    st.lists(
        st.sampled_from(["a", "a", "b", "b", "c", "x", "y", "z", "\n", "\n\n", "\f"]),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 6),
    st.sampled_from(["both", "left", "right"]),
    st.sampled_from(["paragraph", "line", "document", "none"]),
    st.booleans(),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_meetings_against_a_double_loop(
    pieces: list[str], window: int, side: str, boundary: str, keep_gaps: bool
) -> None:
    content = "a b c a b c " + " ".join(pieces)
    source = shelf.store_upload("m.txt", content.encode())
    corpus = Corpus(Text(source), min_count=2)
    for pair in (("a", "b"), ("a", "a"), ("c", "a")):
        places = meetings(
            corpus, *pair, window=window, side=side, boundary=boundary, keep_gaps=keep_gaps
        )
        triples = [
            (int(p), int(q), int(d)) for (p, q), d in zip(*vars(places).values(), strict=True)
        ]
        assert triples == slow_meetings(corpus, *pair, window, side, boundary, keep_gaps)
        assert places.positions.shape == (len(triples), 2)


def test_meetings_do_not_depend_on_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus(Text(Source("lee-news")), min_count=10)
    whole = meetings(corpus, "the", "of", window=5)
    monkeypatch.setattr(concordance, "CHUNK", 1000)
    parts = meetings(corpus, "the", "of", window=5)
    assert np.array_equal(whole.positions, parts.positions)
    assert np.array_equal(whole.distances, parts.distances)
    assert len(whole.distances) > 1000


def test_segments() -> None:
    tokens = tokenise(Text(Source("lee-news")))
    assert segments(tokens, "none").tolist() == [0]
    assert len(segments(tokens, "document")) == 300
    with pytest.raises(SpecError, match="page"):
        segments(tokens, "page")


def test_occurrences() -> None:
    corpus = Corpus(Text(Source("lee-news")))
    tokens, words = tokenise(corpus.text), vocabulary(corpus)
    places = occurrences(corpus, "Australia")
    assert len(places) == words.counts[words.find("australia")]
    assert {tokens.types[i] for i in tokens.ids[places]} == {"australia"}
    with pytest.raises(UnknownWord):
        occurrences(corpus, "notaword")


@pytest.mark.parametrize("settings", [{}, {"tokeniser": "characters"}, {"tokeniser": "whitespace"}])
def test_lines_show_the_words(settings: dict[str, Any]) -> None:
    corpus = Corpus(Text(**settings))
    tokens = tokenise(corpus.text)
    rng = np.random.default_rng(0)
    places = rng.choice(len(tokens.ids), 100, replace=False)
    for place, line in zip(places, lines(corpus, places), strict=True):
        assert line.keyword.replace("’", "'").lower() == tokens.types[tokens.ids[place]]
        assert (line.position, line.other, line.middle) == (place, "", "")
        assert len(line.left) <= 60 and len(line.right) <= 60
        assert "\n" not in line.left + line.right


def test_lines_show_pairs_in_text_order() -> None:
    corpus = Corpus()
    places = meetings(corpus, "government", "federal", window=5)
    for (p, q), line in zip(places.positions, lines(corpus, places.positions), strict=True):
        first, second = ("federal", "government") if q < p else ("government", "federal")
        assert (line.keyword.lower(), line.other.lower()) == (first, second)
        assert line.flipped == (q < p)
        assert line.position == p
    started = time.perf_counter()
    lines(corpus, places.positions[:20])
    assert time.perf_counter() - started < 0.5


def test_lines_stay_within_their_document() -> None:
    source = shelf.store_upload(
        "d.txt", "我们 before\fthe only\nword\n\nhere’s 我爱北京\fafter".encode()
    )
    corpus = Corpus(Text(source, tokeniser="chinese"), min_count=1)
    (line,) = lines(corpus, occurrences(corpus, "北京"))
    assert line.document == "d.txt (2)"
    assert (line.left, line.keyword, line.right) == ("the only word here’s 我爱", "北京", "")
    (line,) = lines(corpus, np.array([[4, 0]]))
    assert (line.keyword, line.middle, line.other) == ("我们", " before the only ", "word")


def test_traditional_text_is_shown_as_written() -> None:
    source = shelf.store_upload("zh.txt", "他在國立臺灣大學讀書。\n她在国立台湾大学读书。".encode())
    corpus = Corpus(Text(source, tokeniser="chinese"), min_count=1)
    first, second = lines(corpus, occurrences(corpus, "臺灣大學"))
    assert (first.left, first.keyword, first.right[:2]) == ("他在國立", "臺灣大學", "讀書")
    assert (second.keyword, second.right[:2]) == ("台湾大学", "读书")
    (met, _) = lines(
        corpus, meetings(corpus, "讀書", "台湾大学", window=2, boundary="line").positions
    )
    assert (met.keyword, met.other, met.flipped) == ("臺灣大學", "讀書", True)


def test_long_lines_are_found_again() -> None:
    content = " ".join(f"w{i}" for i in range(5000))
    corpus = Corpus(Text(shelf.store_upload("long.txt", content.encode())), min_count=1)
    for place in (0, 777, 2500, 4999):
        (line,) = lines(corpus, np.array([place]), width=20)
        assert line.keyword == f"w{place}"
        if 0 < place < 4999:
            assert line.left.endswith(f"w{place - 1} ")
            assert line.right.startswith(f" w{place + 1}")


def test_samples() -> None:
    corpus = Corpus()
    drawn = sample(corpus, 3, seed=1)
    assert drawn == sample(corpus, 3, seed=1) != sample(corpus, 3, seed=2)
    assert [p.position for p in drawn] == sorted(p.position for p in drawn)
    tokens = tokenise(corpus.text)
    for paragraph in drawn:
        assert 20 < len(paragraph.text) <= 1002
        first = tokens.types[tokens.ids[paragraph.position]]
        assert first in paragraph.text.lower().replace("’", "'")
        assert "\n\n" not in paragraph.text
