"""Scripts that set no spaces between words."""

from __future__ import annotations

import re

SCRIPTS = {
    "Thai": "\u0e00-\u0e7f",
    "Lao": "\u0e80-\u0eff",
    "Khmer": "\u1780-\u17ff",
    "Burmese": "\u1000-\u109f",
    "Tibetan": "\u0f00-\u0fff",
    "Japanese": "\u3041-\u30ff",
}
PATTERNS = {script: re.compile(f"[{letters}]") for script, letters in SCRIPTS.items()}
MUCH = 0.2  # of the letters


def unspaced(sample: str) -> str:
    """The language whose script sets no spaces between words, if much of a text is in it; or "".

    Chinese, for which there is a dictionary, is none of them; Japanese is known by its kana.

    >>> unspaced("ภาษาไทยไม่เว้นวรรคระหว่างคำ")
    'Thai'
    """
    letters = sum(map(str.isalpha, sample))
    for script, pattern in PATTERNS.items():
        if letters and len(pattern.findall(sample)) > MUCH * letters:
            return script
    return ""
