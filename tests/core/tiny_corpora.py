"""Corpora of a few words, for the tests of trained models."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.text.shelf import store_upload
from core.text.specs import Corpus, Text


def corpus(text: str, min_count: int = 1) -> Corpus:
    return Corpus(Text(store_upload("tiny.txt", text.encode())), min_count=min_count)


def a_text(words: int = 12, sentences: int = 400, seed: int = 0) -> str:
    """Two topics whose words keep to themselves, and two words met everywhere."""
    rng = np.random.default_rng(seed)
    half = words // 2
    lines = []
    for _ in range(sentences):
        topic = rng.integers(2)
        names = [f"w{topic * half + i}" for i in rng.integers(0, half, 8)]
        lines.append(" ".join(np.insert(names, rng.integers(0, 8, 3), ["the", "of", "the"])))
    return "\n\n".join(lines)


def news(**more: Any) -> Corpus:
    return Corpus().replace(source="lee-news", min_count=10, **more)
