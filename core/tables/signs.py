"""East Asian text that is mostly signs, as in tables of measurements: 20℃, 3㎡, ★★★."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MOST = 0.5  # of the characters that are not ASCII are signs
FAMILIAR = frozenset("℃℉°′″±×÷≤≥≈≠∞√％‰㎡㎥㎜㎝㎞㎎㎏㏄Ωμ★☆●○■□▲△▼◆◇→←↑↓①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤ")
ROWS = (0xA1, 0xA9)  # of GB 2312 that hold signs, by the first byte
HIGH = re.compile("[^\x00-\x7f]")
LONE = re.compile("[^\x00-\x7f](?![A-Za-z])")  # 20℃; but “¡Ábrete”, whose bytes are alike, goes on


def encoding_of(sample: bytes, encodings: Iterable[str]) -> tuple[str, bool]:
    """The encoding in which a sample is mostly signs, "" for none; whether others do as well.

    >>> encoding_of("s1,20℃,3㎡".encode("gb18030"), ["gb18030", "cp949"])
    ('gb18030', False)
    """
    familiar = {name: count for name in encodings if (count := _familiar(sample, name)) >= 0}
    if not familiar:
        return "", False
    best = max(familiar, key=familiar.__getitem__)
    return best, sum(count == familiar[best] for count in familiar.values()) > 1


def _familiar(sample: bytes, encoding: str) -> int:
    """How many familiar signs a sample holds, −1 where it is not mostly signs."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1
    high, lone = HIGH.findall(text), LONE.findall(text)
    signs = [sign for sign in lone if sign in FAMILIAR or _is_listed(sign, encoding)]
    letters = sum(map(str.isalpha, high))
    mostly = len(signs) >= MOST * len(high) and len(signs) + letters >= len(high)
    return sum(sign in FAMILIAR for sign in signs) if mostly else -1


def _is_listed(sign: str, encoding: str) -> bool:
    """Whether a sign stands in GB 2312's rows of signs."""
    if encoding != "gb18030" or unicodedata.category(sign)[0] not in "NPS":
        return False
    code = sign.encode(encoding)
    return len(code) == 2 and ROWS[0] <= code[0] <= ROWS[1] and code[1] > 0xA0
