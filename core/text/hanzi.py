"""Chinese characters, traditional and simplified.

Each character is converted by itself (OpenCC's table), never whole words, so that no position
in the text moves. Where one traditional character stands for two simplified ones, the more
common one is used: 乾隆 becomes 干隆.
"""

from __future__ import annotations

import functools
import re

HAN = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The ideographs, as ranges of a character class."""
HAN_RUN = re.compile(f"[{HAN}]+")
CONVERTED = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x2CEB0))


def simplified(text: str) -> str:
    """The text with its traditional characters simplified; as many characters as before.

    >>> simplified("臺灣的國語 NLP")
    '台湾的国语 NLP'
    """
    return text.translate(_table()) if HAN_RUN.search(text) else text


@functools.cache
def _table() -> dict[int, str]:
    """Traditional code point → simplified character, for those that differ."""
    from opencc import OpenCC  # half a second, and only Chinese text needs it

    characters = [chr(code) for codes in CONVERTED for code in codes]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(a): b for a, b in zip(characters, converted, strict=True) if a != b}
