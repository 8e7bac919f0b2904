"""Explain, Lengths, of texts with few words."""

from __future__ import annotations

from opening import errors, hypertext, open_page, open_tab

from core import uploads


def _lengths(name: str, text: str) -> object:
    digest = uploads.keep(name, text.encode())
    link = {"source": "upload", "name": name, "digest": digest, "min_count": "1", "dim": "2"}
    return open_tab(open_page("explain", **link), "explain", "Lengths")


def test_frequent_words_are_called_that() -> None:
    words = " ".join(f"word{i} " * (25 - i) for i in range(24)).split()
    text = ". ".join(" ".join(words[i::30]) for i in range(30))
    at = _lengths("few.txt", text)
    shown = hypertext(at)
    assert "The most frequent words are " in shown and "Stop words are" not in shown, errors(at)


def test_too_few_words_are_told() -> None:
    at = _lengths("seven.txt", "the cat sat down. the dog lay by the cat. " * 20)
    said = " ".join(errors(at))
    assert "and here 7 have" in said and "A loaded model" not in said
