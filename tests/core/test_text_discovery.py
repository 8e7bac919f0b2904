"""Texts without their spaces, the tokeniser "discovered", and what is said of bad texts."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import CoreError, SourceError
from core.segmentation.scoring import agree
from core.segmentation.specs import METHODS, Discovery
from core.text import tokenisers
from core.text.concordance import lines, occurrences
from core.text.discovery import (
    Discovered,
    basis,
    begins,
    count,
    counted_for,
    cutter,
    segmenter,
    spelling,
)
from core.text.judging import along, curve, found, halves, judged
from core.text.letters import letters_of
from core.text.reading import read
from core.text.shelf import store_upload
from core.text.specs import Corpus, Source, Text
from core.text.tokens import tokenise
from core.text.vocabulary import vocabulary

WORDS = ["the", "cat", "sat", "on", "a", "mat", "in", "1998", "and", "dogs", "there", "too"]
RNG = np.random.default_rng(5)
LINES = "\n".join(" ".join(RNG.choice(WORDS, 9)) + "." for _ in range(300))


@pytest.fixture(scope="module")
def source() -> Source:
    return store_upload("spaced.txt", LINES.encode()).replace(joined=True)


@given(st.text(alphabet="ab1２ \u3000\t.\né字\u0301", max_size=60))
@settings(max_examples=150, deadline=None)
def test_letters_without_spaces_are_those_of_the_text_without_them(text: str) -> None:
    joined, plain = letters_of(text, joined=True), letters_of(re.sub(r"[^\S\n]", "", text))
    assert np.array_equal(joined.codes, plain.codes)
    assert not joined.codes[-1] and np.all(joined.begins <= (joined.codes > 0))
    for code, start, end in zip(joined.codes, joined.starts, joined.ends, strict=True):
        inside = re.sub(r"\s", "", text[start:end])
        assert not code or inside.isdecimal() or chr(code) == inside.lower()


def test_where_words_begin_by_the_spaces() -> None:
    text = "No 19 98b, don't"
    letters = letters_of(text, joined=True)
    shown = ["".join(text[a:b].split()) if c else "." for c, a, b in
             zip(letters.codes, letters.starts, letters.ends, strict=True)]  # fmt: skip
    assert shown == ["N", "o", "1998", "b", ".", "d", "o", "n", ".", "t", "."]
    assert np.flatnonzero(letters.begins).tolist() == [0, 2, 5, 9]


def test_a_source_without_its_spaces(source: Source) -> None:
    spaced, joined = read(source.replace(joined=False)), read(source)
    text = spaced.utf8.tobytes().decode()
    assert joined.utf8.tobytes().decode() == text.replace(" ", "")
    assert len(joined.document_starts) == len(spaced.document_starts)


def test_settings_of_before_keep_their_keys() -> None:
    plain = Corpus().to_json()
    assert "joined" not in plain and "discovery" not in plain
    link = Text(Source(joined=True), tokeniser="discovered", discovery=Discovery(cut_cost=2.0))
    assert Text.from_query(link.to_query())[0] == link
    assert Text.from_json(link.to_json()) == link


def test_thresholds_that_do_nothing_are_no_other_text() -> None:
    """They are settings of the page Word discovery, too: moving one there must count nothing."""
    assert Text().replace(cut_cost=4.0, found_by="entropy").key == Text().key
    made = Text(tokeniser="discovered", discovery=Discovery(found_by="cohesion"))
    assert made.replace(longest_word=9, cut_cost=4.0, joining_pmi=2.0).key == made.key
    for changes in ({"cohesion_2": 3.0}, {"least_count": 9}, {"found_by": "branching"}):
        assert made.replace(**changes).key != made.key
    words = Discovered(made.origin, made.discovery)
    assert basis(words.replace(longest_word=9, cut_cost=4.0)) == words


def test_a_cut_counts_no_ngrams_that_its_method_does_not_ask_for(source: Source) -> None:
    longer = Discovered(source, Discovery(found_by="entropy", longest_word=13))
    cutter(longer)
    begins(longer)
    assert count.stored(counted_for(basis(longer))) and not count.stored(counted_for(longer))


@pytest.mark.parametrize("found_by", METHODS)
def test_the_tokeniser_gives_the_words_that_are_found(source: Source, found_by: str) -> None:
    how = Discovery(found_by=found_by, longest_word=5)
    tokens = tokenise(Text(source, tokeniser="discovered", discovery=how))
    words = found(Discovered(source, how))
    counts = dict(zip(words.words, words.counts.tolist(), strict=True))
    written = Counter[str]()
    for name, n in zip(tokens.types, tokens.type_counts.tolist(), strict=True):
        written[re.sub(r"\d+", "0", name)] += n
    assert written == counts
    assert len(tokens.line_starts) == 300


@pytest.mark.parametrize("found_by", METHODS)
def test_n_grams_looked_up_once_give_the_same_cut(source: Source, found_by: str) -> None:
    text = spelling(source)
    for cost in (-1.0, 0.5, 3.0):
        how = Discovery(found_by=found_by, longest_word=5, cut_cost=cost, further_cost=cost)
        spec = Discovered(source, how)
        for part in (slice(None), halves(text)[1]):
            wanted = cutter(spec).begins(text.codes[part])
            np.testing.assert_array_equal(begins(spec, part), wanted)


def test_tokens_lie_where_spans_say(source: Source) -> None:
    text = Text(source, tokeniser="discovered", discovery=Discovery(longest_word=5))
    raw = read(source).utf8.tobytes().decode()
    tokens = tokenise(text)
    by_line = [token for line in raw.split("\n") for token in tokenisers.split(line, text)]
    assert by_line == [tokens.types[i] for i in tokens.ids]
    line = raw.split("\n")[0]
    assert [line[a:b] for a, b in tokenisers.spans(line, text)] == tokenisers.raw_tokens(line, text)
    corpus = Corpus(text, min_count=1)
    word = vocabulary(corpus).words[0]
    [shown] = lines(corpus, occurrences(corpus, word)[:1])
    assert shown.keyword == word


def test_judged_by_the_spaces(source: Source) -> None:
    spec = Discovered(source, Discovery(longest_word=5))
    text = spelling(source)
    assert text.gold.sum() == len(re.findall(r"1998(?: 1998)*|[a-z]+", LINES))
    tuned, unseen = halves(text)
    assert text.codes[unseen.start - 1] == 0 and tuned.stop == unseen.start
    whole = agree(text.codes, text.gold, cutter(spec).begins(text.codes))
    ours = found(spec)
    assert whole.own == ours.counts.sum() and 0.5 < whole.f1 <= 1
    assert ours.steps[0].bits > ours.steps[-1].bits
    golden = {re.sub(r"\d+", "0", word) for word in WORDS}
    assert ours.known.tolist() == [word in golden for word in ours.words]
    assert set(ours.missed) == golden - set(ours.words)
    result = judged(spec)
    points = curve(along(spec))
    at = points.thresholds.tolist().index(1.5)
    assert points.f1[at, 1] == pytest.approx(result.f1)
    assert along(spec.replace(cut_cost=3.0)) == along(spec)


def test_words_stay_within_a_line_and_a_phrase(source: Source) -> None:
    text = "thecat,themat\nsat"
    spans = segmenter(Discovered(source, Discovery(longest_word=5))).spans(text)
    assert "".join(text[a:b] for a, b in spans) == re.sub(r"[,\n]", "", text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans.tolist()))
    assert not any(set(text[a:b]) & set(",\n") for a, b in spans)


@pytest.mark.parametrize("found_by", METHODS)
def test_one_character(found_by: str) -> None:
    tiny = store_upload("one.txt", "字".encode()).replace(joined=True)
    spec = Discovered(tiny, Discovery(found_by=found_by))
    assert found(spec).words == ["字"] and judged(spec).f1 in (0.0, 1.0)


def test_a_text_without_letters_says_so() -> None:
    dots = store_upload("dots.txt", b"... !\n?").replace(joined=True)
    with pytest.raises(SourceError, match="holds no letters"):
        found(Discovered(dots))


def test_a_text_without_gold_says_so(source: Source) -> None:
    spec = Discovered(source.replace(joined=False), Discovery(longest_word=5))
    assert not len(found(spec).known)
    for judge in (judged, lambda spec: curve(along(spec))):
        with pytest.raises(CoreError, match="Nothing tells where the words"):
            judge(spec)


@pytest.mark.slow
def test_the_peoples_daily() -> None:
    """Against the published size of the sample, and better than both published methods."""
    source = Source("peoples-daily")
    tokens = tokenise(Text(source, tokeniser="whitespace"))
    assert len(tokens.document_starts) == 19_484 and len(tokens.ids) == 1_121_447
    joined = source.replace(joined=True)
    f1 = {name: judged(Discovered(joined, Discovery(found_by=name))).f1 for name in METHODS}
    assert f1["unigram"] > 0.78 > f1["branching"] > 0.72 > max(f1["cohesion"], f1["entropy"])
