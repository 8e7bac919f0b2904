"""The words that are kept, and how what is typed finds them."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import SpecError, UnknownWord
from core.text import shelf
from core.text.specs import Corpus, Text
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary


def test_vocabulary_keeps_the_frequent() -> None:
    source = shelf.store_upload("v.txt", b"a a a b b c c Hello hello it\xe2\x80\x99s it's d")
    kept = vocabulary(Corpus(Text(source), min_count=2))
    assert kept.words == ["a", "b", "c", "hello", "it's"]
    assert kept.counts.tolist() == [3, 2, 2, 2, 2]
    assert (kept.tokens, kept.all_tokens, kept.dropped_tokens) == (11, 12, 1)
    assert (kept.all_types, kept.dropped_types) == (6, 1)
    assert kept.find(" HELLO ") == kept.index["hello"] == 3
    assert kept.find("It’s") == 4
    assert vocabulary(Corpus(Text(source), min_count=1, max_words=2)).words == ["a", "b"]
    with pytest.raises(SpecError, match=r"only 1 word occurs 3 times.*lower the minimum count"):
        vocabulary(Corpus(Text(source), min_count=3))
    with pytest.raises(SpecError, match="no word occurs 9 times"):
        vocabulary(Corpus(Text(source), min_count=9))


def test_traditional_words_find_their_simplified_rows() -> None:
    source = shelf.store_upload("zh.txt", "學生 学生 國家，国家。國家".encode())
    kept = vocabulary(Corpus(Text(source, tokeniser="chinese"), min_count=1))
    assert kept.words == ["国家", "学生"] and kept.counts.tolist() == [3, 2]
    assert kept.find("國家") == kept.find("国家") == 0
    with pytest.raises(UnknownWord) as error:
        kept.find("學生們")
    assert error.value.near[0] == "学生"
    kept = vocabulary(Corpus(Text(source, tokeniser="chinese", script="as written"), min_count=1))
    assert kept.find("国家") == kept.index["国家"]
    with pytest.raises(UnknownWord):
        kept.find("國家")


def test_unknown_words_come_with_near_spellings() -> None:
    kept = vocabulary(Corpus())
    with pytest.raises(UnknownWord) as error:
        kept.find("goverment")
    assert error.value.near[0] == "government"
    cased = vocabulary(Corpus(Text(lowercase=False)))
    assert cased.near("GOVERNMENT")[:2] == ("government", "Government")
    with pytest.raises(UnknownWord):
        cased.find("GOVERNMENT")
    assert kept.near("") == ()
    assert len(kept.near("zzzzqqq")) <= 6
    assert Vocabulary(["我", "我们"], np.array([2, 1]), 3, 3, 2, True).near("我门")
