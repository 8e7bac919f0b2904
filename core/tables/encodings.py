"""Detecting the encoding of bytes.

UTF-8 is assumed until a byte contradicts it, or until the zeros of unmarked UTF-16 do. Then a
sample decides: lines apart where some are UTF-8 and others not; the East Asian encodings by how
many of a language's most common characters they yield (their byte ranges overlap, so that being
decodable says little); all others by `charset_normalizer`, after the Latin and Cyrillic ones, which
it confuses. Where few characters tell, and tell as much for another, the encoding is unsure.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from core.tables.frequent import CYRILLIC, EAST_ASIAN, HUNGARIAN, LATIN
from core.tables.signs import encoding_of as encoding_of_signs

BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16's, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
SAMPLE = 1 << 16
MANY = 0.2  # of the non-ASCII characters are common ones in real Chinese, Japanese, Korean
MOST = 0.9  # of them in a Latin alphabet
OFTEN = 0.7  # of them are the commonest small letters in Russian and its neighbours
FEWEST = 16  # bytes that may be unmarked UTF-16
APART = 0.2  # of the lines with non-ASCII characters are UTF-8 where encodings are mixed
READABLE = 0.9  # of the characters in text that was decoded rightly
HIGH = re.compile(r"[^\x00-\x7f]")
MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
COMMON = re.compile(
    "[\t\n\r -~\xa0-\u024f\u0370-\u06ff\u0900-\u0e7f\u2010-\u2044"
    "\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]"
)
HAN = re.compile("[\u4e00-\u9fff]")
UNCOMMON = b"\xd8"  # where the characters begin that GB 2312 lists second
HANGUL_SYLLABLE = re.compile("[\uac00-\ud7a3]")
ODD = re.compile(  # in a word: a mark that is no apostrophe or dash; a capital after a small letter
    r"(?<=[^\W\d_])(?:[^\x00-\x7f\w’‘–—…·\xa0\xad]|[ºª])(?=[^\W\d_])"
    "|(?<=[a-zß-öø-ÿœšžőű])[À-ÖØ-ÞŒŠŽŸŐŰ]"
)
HUNGARIANS = 0.98  # of the letters beyond ASCII are those of Hungarian
LONG_O = re.compile("[őŐ](?![eE])")  # õe is Portuguese
ACUTE = frozenset("áíóúÁÍÓÚ")  # French and Estonian have none of them
FEW = 4  # characters beyond ASCII that tell little
LETTER_BYTE = re.compile(rb"[A-Za-z]")
HIGH_BYTE = re.compile(rb"[\x80-\xff]")
NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "gb18030": "GB18030",
    "big5hkscs": "Big5",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR",
}


@dataclass(frozen=True)
class Encoding:
    """name: a codec of Python; others: the codec of the lines that are not `name`, or "".

    mark: the bytes of the byte order mark at the start. unsure: another would do as well.
    """

    name: str = "utf-8"
    others: str = ""
    mark: int = 0
    unsure: bool = False

    @property
    def label(self) -> str:
        """The name that people know it by."""
        names = [NAMES.get(name, name) for name in (self.name, self.others) if name]
        return ", ".join(names)


def opening(start: bytes) -> Encoding:
    """The encoding that a text's first bytes show: a mark, UTF-16 or UTF-32 without one, or UTF-8.

    >>> opening("id,text\\n1,a".encode("utf-16-le")).label
    'UTF-16'
    """
    name, mark = marked(start)
    return Encoding(name or _unmarked(start) or "utf-8", mark=mark)


def guess(sample: bytes) -> Encoding:
    """The encoding of bytes that are not strict UTF-8, some lines of which may be."""
    lines = [line for line in sample.splitlines() if HIGH_BYTE.search(line)]
    others = [line for line in lines if not _is_utf8(line)]
    if len(others) < len(lines) and len(lines) - len(others) >= APART * len(lines):
        foreign, unsure = _detected(b"\n".join(others)) if others else ("utf-8", False)
        return Encoding("utf-8", "" if foreign == "utf-8" else foreign, unsure=unsure)
    name, unsure = _detected(sample)
    return Encoding(name, unsure=unsure)


def marked(start: bytes) -> tuple[str, int]:
    """The encoding of a byte order mark ("" without one), and the mark's length."""
    for mark, encoding in BOMS.items():
        if start.startswith(mark):
            return encoding, len(mark)
    return "", 0


def detect(sample: bytes) -> str:
    """The encoding of bytes that are not strict UTF-8.

    >>> detect("我們在北京的時候，天氣很好，他說了很多事。".encode("big5"))
    'big5hkscs'
    """
    return _detected(sample)[0]


def _detected(sample: bytes) -> tuple[str, bool]:
    """The encoding of bytes that are not strict UTF-8, and whether it is unsure."""
    valid = len(MULTIBYTE.findall(sample))
    stray = len(HIGH_BYTE.findall(MULTIBYTE.sub(b"", sample)))
    if valid > 4 * stray:
        return "utf-8", False  # damaged here and there
    accented = len(HIGH_BYTE.findall(sample)) < len(LETTER_BYTE.findall(sample))
    for family, enough in ((EAST_ASIAN, MANY), (LATIN, MOST), (CYRILLIC, OFTEN)):
        if family is LATIN:
            name, unsure = encoding_of_signs(sample, EAST_ASIAN)
            if name:
                return name, unsure
            if not accented:
                continue  # Greek, Cyrillic and the like, whose letters are all high bytes
        scores = {name: commonness(sample, name, common) for name, common in family.items()}
        if family is LATIN:
            scores = {name: score - _oddness(sample, name) for name, score in scores.items()}
        best = max(scores, key=scores.__getitem__)
        if scores[best] >= enough:
            return _latin(sample, scores) if family is LATIN else (best, False)
    if _is_chinese(sample):
        return "gb18030", False
    from charset_normalizer import from_bytes

    # nobody writes Korean in Johab any more, whose bytes are those of much else
    guess = from_bytes(sample, cp_exclusion=["johab"]).best()
    # Windows wrote most of the West's eight-bit text
    name = "cp1252" if guess is None or guess.encoding == "ascii" else guess.encoding
    return name, len(HIGH_BYTE.findall(sample)) < FEW


def _latin(sample: bytes, scores: dict[str, float]) -> tuple[str, bool]:
    """The likeliest of the Latin encodings, and whether another would do as well."""
    best = max(scores, key=scores.__getitem__)
    if best == "cp1252" and _is_hungarian(sample):
        best = "cp1250"
    equal = [name for name, score in scores.items() if score >= scores[best]]
    few = len(HIGH_BYTE.findall(sample)) < FEW
    return best, few and len({sample.decode(name, "replace") for name in equal}) > 1


def _is_hungarian(sample: bytes) -> bool:
    """Whether õ and û, as Portuguese, Estonian and French have them, are ő and ű instead.

    Those have other letters beside them that Hungarian lacks, and lack its acute ones.
    """
    text = sample.decode("cp1250", "replace")
    if commonness(sample, "cp1250", HUNGARIAN) < HUNGARIANS:
        return False
    acute, long_u = not ACUTE.isdisjoint(text), "ű" in text.lower()
    return (acute and long_u) or (bool(LONG_O.search(text)) and (acute or long_u or "é" in text))


def _oddness(sample: bytes, encoding: str) -> float:
    """The share of the characters beyond ASCII that no word has where they stand: schšn, sch”n."""
    text = sample.decode(encoding, "replace")
    return len(ODD.findall(text)) / max(len(HIGH.findall(text)), 1)


def _is_chinese(sample: bytes) -> bool:
    """Whether bytes are of GB 2312's common characters, and not Hangul, whose bytes are alike."""
    try:
        high = "".join(HIGH.findall(sample.decode("gb2312")))
    except UnicodeDecodeError:
        return False
    drawn = sum(character.encode("gb2312") < UNCOMMON for character in HAN.findall(high))
    hangul = len(HANGUL_SYLLABLE.findall(sample.decode("cp949", "replace")))
    return drawn >= MOST * len(high) and hangul < MOST * drawn


def commonness(sample: bytes, encoding: str, common: frozenset[str]) -> float:
    """The share of common characters among those the sample's high bytes decode to, 0 to 1."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    high = HIGH.findall(decoder.decode(sample))
    if not high or high.count("\ufffd") > 0.02 * len(high) + 1:
        return 0.0
    return sum(character in common for character in high) / len(high)


def _unmarked(start: bytes) -> str:
    """UTF-16 or UTF-32 by their zeros, which no other text has; "" where it is neither."""
    start = start[: SAMPLE - SAMPLE % 4]
    if start.count(b"\0") < 0.02 * len(start) or len(start) < FEWEST:
        return ""
    names = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
    shares = {name: _readable(start, name) for name in names}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= READABLE else ""


def _readable(data: bytes, encoding: str) -> float:
    """The share of characters that texts are made of: those of common scripts, and white space."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data)
    return len(COMMON.findall(text)) / max(len(text), 1)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
