"""Tokenisers and tokens, against slow references."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import cache
from core.errors import Cancelled, SourceError
from core.text import kernels, numbering, shelf, tokenisers, tokens
from core.text.growth import growth
from core.text.hanzi import HAN_RUN, simplified
from core.text.reading import read
from core.text.specs import SCRIPTS, TOKENISERS, Source, Text
from core.text.tokens import Tokens, tokenise

MARKUP = (
    "ref refs nbsp thumb px align http https www cite style bgcolor jpg svg png colspan rowspan "
    "wikitable url isbn doi html lt gt amp br div span infobox"
)
LETTERS = "aAbÉéİß'’_ -.,1٣２½²。，我爱北京們國愛ー한글\u0301\u093f\u200d\u3000\xa0ςΣ𠀀"

texts = st.builds(
    Text,
    tokeniser=st.sampled_from(TOKENISERS),
    lowercase=st.booleans(),
    numbers=st.booleans(),
    apostrophes=st.booleans(),
    script=st.sampled_from(SCRIPTS),
    new_words=st.booleans(),
)
lines = st.text(alphabet=LETTERS, max_size=40) | st.text(max_size=40).filter(str.isprintable)


def tokenised(content: str, **settings: Any) -> tuple[Text, Tokens]:
    text = Text(shelf.store_upload("t.txt", content.encode()), **settings)
    return text, tokenise(text)


def slow_words(line: str, text: Text) -> list[str]:
    """The words rule, one character at a time."""

    def letter(c: str) -> bool:
        return c.isalnum()

    found: list[str] = []
    i = 0
    while i < len(line):
        if not letter(line[i]):
            i += 1
            continue
        j = i + 1
        while j < len(line):
            mark = unicodedata.category(line[j])[0] == "M" or line[j] in "\u200c\u200d"
            inner = text.apostrophes and line[j] in "'’" and letter(line[j + 1 : j + 2] or " ")
            around = line[j - 1] + line[j + 1 : j + 2]
            inside = text.numbers and line[j] in ",." and around.isascii() and around.isdigit()
            inside = inside and len(around) == 2
            if not (letter(line[j]) or mark or inner or inside):
                break
            j += 1
        token = line[i:j].replace("’", "'")
        i = j
        if text.numbers or not token.isdigit():
            found.append(token.lower() if text.lowercase else token)
    return found


def words(text: str, **settings: Any) -> list[str]:
    return tokenisers.split(text, Text(**settings))


def test_words() -> None:
    line = "Don't—can’t; L'eau 'quoted' naïve cafe\u0301 x_y 3.14 NLP2024"
    tokens = words(line, numbers=False)
    assert tokens[:6] == ["don't", "can't", "l'eau", "quoted", "naïve", "cafe\u0301"]
    assert tokens[6:] == ["x", "y", "nlp2024"]
    assert words("rock'n'roll’s", apostrophes=False) == ["rock", "n", "roll", "s"]
    assert words("The Ümlaut", lowercase=False) == ["The", "Ümlaut"]
    assert words("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


def test_chinese() -> None:
    line = "我爱北京天安门，NLP2024 it's！"
    assert words(line, tokeniser="chinese") == ["我", "爱", "北京", "天安门", "nlp2024", "it's"]
    assert words("北京NLP2024大学", tokeniser="chinese") == ["北京", "nlp2024", "大学"]
    assert words("三 3", tokeniser="chinese", numbers=False) == ["三"]
    assert not (cache.folder() / "jieba.cache").exists(), "which nothing would check"


def test_the_dictionary_is_jiebas() -> None:
    import jieba

    counts, names, total = tokenisers.dictionary(tokenisers.Dictionary())
    expected, expected_total = jieba.Tokenizer.gen_pfdict(jieba.Tokenizer().get_dict_file())
    assert dict(zip(names.split("\n"), counts.tolist(), strict=True)) == expected
    assert total == expected_total


def test_numbers_are_not_parted_at_their_commas_and_points() -> None:
    line = "1,000 people, 3.14; in 1990, 1,234,567.5 or .5 and 7. v1.2,x 1, 2"
    expected = ["1,000", "people", "3.14", "in", "1990", "1,234,567.5", "or", "5", "and", "7"]
    assert words(line) == [*expected, "v1.2", "x", "1", "2"]
    assert words("共1,000元", tokeniser="chinese") == ["共", "1,000", "元"]
    assert words("1,000 and 3.14", numbers=False) == ["and"]
    assert words("1,5 2", tokeniser="characters") == ["1", "5", "2"]


@given(st.lists(st.sampled_from(["1", "23", ",", ".", "a", " ", "’", "\u0301", "é"]), max_size=12))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_compiled_numbers_are_those_of_the_rule(pieces: list[str]) -> None:
    line = "".join(pieces)
    numbers = numbering.numbering(Text())
    ids, _ = numbers.encode(np.frombuffer(line.encode(), np.uint8), np.array([0]))
    names = [tokenisers.normalise(numbers.spellings()[i], Text()) for i in ids]
    assert names == slow_words(line, Text()) == words(line)


def test_traditional_text_is_cut_and_called_as_simplified() -> None:
    old, new = "國立臺灣大學的學生愛讀書，NLP", "国立台湾大学的学生爱读书，NLP"
    assert words(old, tokeniser="chinese") == words(new, tokeniser="chinese")
    assert words(new, tokeniser="chinese")[1] == "台湾大学"
    written = words(old, tokeniser="chinese", script="as written")
    assert written[:3] == ["國", "立", "臺"], "its dictionary knows simplified words only"
    assert tokenisers.raw_tokens(old, Text(tokeniser="chinese"))[1] == "臺灣大學"
    assert words("國", tokeniser="characters") == ["國"], "other tokenisers convert nothing"
    assert words("国国立", tokeniser="words", script="simplified") == ["国国立"]


def test_new_words_are_guessed_where_wanted() -> None:
    line = "他来到了网易杭研大厦"  # the example of jieba's own readme
    assert "杭研" not in words(line, tokeniser="chinese")
    assert "杭研" in words(line, tokeniser="chinese", new_words=True)


@given(st.text(alphabet="國国臺台灣学學乾隆薴 aé,。𠀀𫚉", max_size=20) | st.text(max_size=20))
def test_simplifying_moves_no_character(line: str) -> None:
    converted = simplified(line)
    assert len(converted) == len(line)
    for a, b in zip(line, converted, strict=True):
        assert a == b or (HAN_RUN.fullmatch(a) and HAN_RUN.fullmatch(b))


def test_simplifying_is_that_of_opencc() -> None:
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    assert simplified("憂鬱的臺灣烏龜") == convert("憂鬱的臺灣烏龜") == "忧郁的台湾乌龟"
    assert all(simplified(c) == convert(c) for c in "國語學後麼餘於乾髮發裏裡著徵")


def test_characters_and_whitespace() -> None:
    assert words("我爱, Ab1!", tokeniser="characters") == ["我", "爱", "a", "b", "1"]
    assert words("我/r 爱/v\u3000A,b 1", tokeniser="whitespace", numbers=False) == [
        *("我/r", "爱/v", "a,b", "1")
    ]


def test_a_tokeniser_is_suggested() -> None:
    assert tokenisers.suggest_tokeniser("今天天气很好 (weather)") == "chinese"
    assert tokenisers.suggest_tokeniser("The word 中国 means China") == "words"
    assert tokenisers.suggest_tokeniser("") == "words"


@given(lines, texts)
def test_spans_and_split_agree(line: str, text: Text) -> None:
    spans = tokenisers.spans(line, text)
    assert tokenisers.split(line, text) == [tokenisers.normalise(line[a:b], text) for a, b in spans]
    assert all(0 <= a < b <= len(line) for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))


@given(lines, texts)
def test_words_against_one_character_at_a_time(line: str, text: Text) -> None:
    if text.tokeniser == "words":
        assert tokenisers.split(line, text) == slow_words(line, text)
    elif text.tokeniser == "whitespace":
        assert tokenisers.split(line, text) == [
            t.lower() if text.lowercase else t for t in line.split()
        ]


@given(st.lists(lines, min_size=1, max_size=8), texts)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_compiled_numbering_cuts_as_the_patterns_do(blocks: list[str], text: Text) -> None:
    coded = [block.encode("utf-8", "replace") + b"\n" for block in blocks]
    places = np.cumsum([0, *map(len, coded[:-1])])
    numbers = numbering.numbering(text)
    data = np.frombuffer(b"".join(coded), np.uint8)
    ids, sizes = numbers.encode(data, places)
    spelled = [numbers.spellings()[i] for i in ids]
    expected = [tokenisers.raw_tokens(c.decode(), text) for c in coded]
    assert spelled == [token for found in expected for token in found]
    assert sizes.tolist() == list(map(len, expected))
    again, _ = numbers.encode(data, places)
    assert again.tolist() == ids.tolist()


def test_numbering_grows_with_the_spellings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "ROOM", 2)
    many = " ".join(f"word{i}" for i in range(5000)) + " " + "x" * 4000
    numbers = numbering.numbering(Text())
    ids, _ = numbers.encode(np.frombuffer(many.encode(), np.uint8), np.array([0]))
    assert [numbers.spellings()[i] for i in ids] == many.split()
    assert kernels.EMPTY < 0


@pytest.mark.parametrize("tokeniser", ["words", "whitespace", "characters"])
def test_the_class_of_a_character_is_what_the_pattern_says(tokeniser: str) -> None:
    text = Text(tokeniser=tokeniser)  # type: ignore[arg-type, unused-ignore]
    classes = numbering.ByCharacter(text).classes
    every = "".join(map(chr, range(0x110000)))
    for pattern, kind in tokenisers.character_classes(text):
        bit = getattr(kernels, kind)
        expected = np.zeros(len(every), bool)
        for match in re.finditer(f"{pattern}+", every):
            expected[match.start() : match.end()] = True
        assert np.array_equal(classes & bit > 0, expected)


@pytest.mark.parametrize("size", range(1, 34))
def test_spellings_of_every_length_are_told_apart(size: int) -> None:
    rng = random.Random(size)
    base = "".join(rng.choices("ab", k=size))
    spelled = [base, base + "c", base[:-1] + "c", "c" + base[1:], base[: size // 2] + "c"]
    spelled += ["".join(rng.choices("ab\0", k=size)) for _ in range(200)]
    # whatever is not white space, NUL too, is part of such a token
    numbers = numbering.numbering(Text(tokeniser="whitespace"))
    data = np.frombuffer(" ".join(spelled).encode(), np.uint8)
    ids, _ = numbers.encode(data, np.array([0]))
    assert [numbers.spellings()[i] for i in ids] == spelled
    met = Counter(spelled)
    assert numbers.counts().tolist() == [met[name] for name in numbers.spellings()]
    assert len(set(numbers.spellings())) == len(numbers.spellings())


def reference(content: str, text: Text) -> dict[str, Any]:
    """Tokens of one cleaned document, by lists and dictionaries."""
    found: list[str] = []
    starts: dict[str, list[int]] = {"line": [], "paragraph": []}
    for paragraph in content.split("\n\n"):
        starts["paragraph"].append(len(found))
        for line in paragraph.split("\n"):
            starts["line"].append(len(found))
            found += tokenisers.split(line, text)
    counts = Counter(found)
    types = sorted(counts, key=lambda t: (-counts[t], t))
    units = {k: sorted({s for s in v if s < len(found)}) for k, v in starts.items()}
    return {"tokens": found, "types": types, "counts": [counts[t] for t in types], **units}


@given(
    st.lists(st.sampled_from(["the cat", "a 1 b", "1 2", "\n", "Über’s", "...", "我爱北京"])),
    texts,
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_tokens_against_lists_and_dictionaries(pieces: list[str], text: Text) -> None:
    content = re.sub(r"\n\s+", "\n\n", "\n".join(pieces)).strip()
    if not content:
        return
    text = text.replace(
        source="upload", digest=shelf.store_upload("t.txt", content.encode()).digest
    )
    if text.tokeniser == "discovered" and not re.search(r"\w", content):  # “...”
        with pytest.raises(SourceError, match="holds no letters"):
            tokenise(text)
        return
    expected = reference(content, text)
    if not expected["tokens"]:
        with pytest.raises(SourceError, match="holds no words"):
            tokenise(text)
        return
    tokens = tokenise(text)
    assert [tokens.types[i] for i in tokens.ids] == expected["tokens"]
    assert tokens.types == expected["types"]
    assert tokens.type_counts.tolist() == expected["counts"]
    assert tokens.line_starts.tolist() == expected["line"]
    assert tokens.paragraph_starts.tolist() == expected["paragraph"]
    assert tokens.document_starts.tolist() == [0]
    assert tokens.ids.dtype == np.uint32


@pytest.mark.parametrize("tokeniser", TOKENISERS)
def test_small_chunks_and_long_lines_change_nothing(
    tokeniser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = " ".join(f"wörd{i % 97} don't 我爱北京，" for i in range(3000)) + "\n\nEnd\f2nd one"
    text, whole = tokenised(content, tokeniser=tokeniser)
    monkeypatch.setattr(tokens, "USUAL_CHUNK", 1000)
    monkeypatch.setattr(tokens, "CHUNK", {})
    cut = tokenise.__wrapped__(text)  # type: ignore[attr-defined]
    assert cut.ids.tolist() == whole.ids.tolist()
    assert cut.types == whole.types
    assert len(whole.block_bytes) > 20
    for found in (whole, cut):
        check_invariants(text, found)
        assert len(found.document_starts) == 2
        assert len(found.paragraph_starts) == len(found.line_starts) == 3


def check_invariants(text: Text, tokens: Tokens) -> None:
    assert tokens.type_counts.sum() == len(tokens.ids)
    assert np.array_equal(np.bincount(tokens.ids), tokens.type_counts)
    order = [(-c, t) for c, t in zip(tokens.type_counts.tolist(), tokens.types, strict=True)]
    assert order == sorted(order)
    units = (
        tokens.document_starts,
        tokens.paragraph_starts,
        tokens.line_starts,
        tokens.block_tokens,
    )
    for outer, inner in pairwise(units):
        assert np.isin(outer, inner).all()
    for starts in (*units, tokens.block_bytes):
        assert starts[0] == 0 and (np.diff(starts) > 0).all() and starts.dtype == np.int64
    raw = read(text.origin)
    rng = np.random.default_rng(0)
    ends = np.append(tokens.block_bytes[1:], len(raw.utf8))
    sizes = np.diff(tokens.block_tokens, append=len(tokens.ids))
    for k in rng.choice(len(sizes), min(50, len(sizes)), replace=False):
        block = tokenisers.split(raw.decode(int(tokens.block_bytes[k]), int(ends[k])), text)
        first = int(tokens.block_tokens[k])
        assert block == [tokens.types[i] for i in tokens.ids[first : first + int(sizes[k])]]


def test_the_default_corpus() -> None:
    tokens = tokenise(Text())
    assert 400_000 < len(tokens.ids) < 600_000
    assert 25_000 < len(tokens.types) < 45_000
    assert len(tokens.document_starts) == 106
    check_invariants(Text(), tokens)
    frequent = set(tokens.types[:1000])
    assert not frequent & set(MARKUP.split())
    assert {"the", "government", "century"} <= frequent
    shown = read(Source()).decode(0, 10**8)
    for markup in ("{{", "}}", "[[", "]]", "'''", "<ref", "&nbsp;", "{|"):
        assert shown.count(markup) <= 2, markup


def test_cancelling_stops_tokenising() -> None:
    def stop(fraction: float, metrics: Mapping[str, Any]) -> bool:
        return "tokens" in metrics["stage"]

    with pytest.raises(Cancelled):
        tokenise.__wrapped__(Text(Source("lee-news")), stop)  # type: ignore[attr-defined]


def test_growth_counts_types_as_they_come() -> None:
    _, tokens = tokenised("a b a c b d a")
    seen, types = growth(tokens)
    assert seen.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert types.tolist() == [1, 2, 2, 3, 3, 4, 4]
    seen, types = growth(tokenise(Text(Source("lee-news"))), 50)
    ids = tokenise(Text(Source("lee-news"))).ids
    assert [len(set(ids[:n].tolist())) for n in seen] == types.tolist()
