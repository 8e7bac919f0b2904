"""Detecting the encoding of bytes, and decoding them piece by piece.

UTF-8 is assumed until a byte contradicts it. Then a sample decides: the
East Asian encodings by how many of a language's most common characters they
yield (their byte ranges overlap, so that being decodable says little), all
others by `charset_normalizer`, after the Latin ones, which it confuses.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16's, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
STEP = 1 << 16
SAMPLE = 1 << 16
MANY = 0.2  # of the non-ASCII characters are common ones in real Chinese, Japanese, Korean
MOST = 0.9  # of them in a Latin alphabet
HIGH = re.compile(r"[^\x00-\x7f]")
MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
LETTER_BYTE = re.compile(rb"[A-Za-z]")
HIGH_BYTE = re.compile(rb"[\x80-\xff]")
CONTROL = (*range(9), *range(14, 27), *range(28, 32), 32)  # of the counts of `controls`
CHINESE = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从"
    "動這來國個到說們為時會過學對裡後麼發當開經頭從點現問題長與關無進種樣，。、：；《》“”「」（）"
)
KANA = frozenset(map(chr, range(0x3041, 0x30FD))) - {"・"}
HANGUL = frozenset(
    "이다는을의에가고하지로한은를도기서사어들나리아자라인그일해시대정수보부있것게과와으상여만안주면적니전제"
)
EAST_ASIAN = {
    "gb18030": CHINESE,
    "big5hkscs": CHINESE,
    "cp932": KANA,
    "euc_jp": KANA,
    "cp949": HANGUL,
}
PUNCTUATION = frozenset("‘’“”„–—…«»§°\xa0")
WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüœßÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜŒ£€¿¡ºª") | PUNCTUATION
CENTRAL = frozenset("ąćęłńóśźżáčďéěíňřšťúůýžőűöüăâîşţäßĄĆĘŁŃŚŹŻÁČĎÉĚÍŇŘŠŤÚŮÝŽŐŰÖÜ") | PUNCTUATION
LATIN = {"cp1252": WESTERN, "cp1250": CENTRAL, "iso8859-2": CENTRAL}
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


@dataclass
class Tally:
    """What decoding counted: characters, control characters, and invalid bytes."""

    characters: int = 0
    control: int = 0
    bytes: int = 0
    bad: int = 0
    first_bad: int = -1

    @property
    def is_text(self) -> bool:
        """False for binary data: too many bytes are invalid, or control characters."""
        return self.bad <= 0.1 * self.bytes and self.control <= 0.01 * self.characters


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
    valid = len(MULTIBYTE.findall(sample))
    stray = len(HIGH_BYTE.findall(MULTIBYTE.sub(b"", sample)))
    if valid > 4 * stray:
        return "utf-8"  # damaged here and there
    accented = len(HIGH_BYTE.findall(sample)) < len(LETTER_BYTE.findall(sample))
    for family, enough in ((EAST_ASIAN, MANY), (LATIN, MOST)):
        if family is LATIN and not accented:
            break  # Greek, Cyrillic and the like, whose letters are all high bytes
        scores = {name: _commonness(sample, name, common) for name, common in family.items()}
        best = max(scores, key=scores.__getitem__)
        if scores[best] >= enough:
            return best
    from charset_normalizer import from_bytes

    guess = from_bytes(sample).best()
    # Windows wrote most of the West's eight-bit text
    return "cp1252" if guess is None or guess.encoding == "ascii" else guess.encoding


def controls(data: bytes) -> np.ndarray:
    """How often each of the bytes 0 to 31 occurs, and, at 32, how often 127 does: (33,) int64.

    In UTF-8 these are the ASCII control characters. Several times faster than a pattern.
    """
    byte_values = np.frombuffer(data, np.uint8)
    frequencies = np.bincount(byte_values[byte_values < 32], minlength=33)
    frequencies[32] = data.count(b"\x7f") if b"\x7f" in data else 0  # `in` is faster than `count`
    return frequencies


def decoded(
    chunks: Iterable[bytes], encoding: str, tally: Tally, strict: bool = False
) -> Iterator[str]:
    """Decode a stream of bytes piece by piece; what cannot be decoded becomes U+FFFD.

    Raises UnicodeDecodeError (whose `object` is the piece) when `strict`.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for chunk in chunks:
        for at in range(0, len(chunk), STEP):
            yield _decode(decoder, encoding, chunk[at : at + STEP], False, tally, strict)
    yield _decode(decoder, encoding, b"", True, tally, strict)


def _decode(
    decoder: codecs.IncrementalDecoder,
    encoding: str,
    data: bytes,
    final: bool,
    tally: Tally,
    strict: bool,
) -> str:
    tally.bytes += len(data)
    raw = data
    parts: list[str] = []
    while True:
        try:
            parts.append(decoder.decode(data, final))
            break
        except UnicodeDecodeError as error:
            if strict:
                raise
            # `object` is the decoder's own buffer with `data` behind it
            buffer = error.object
            if tally.first_bad < 0:
                tally.first_bad = tally.bytes - len(buffer) + error.start
            tally.bad += error.end - error.start
            parts += [buffer[: error.start].decode(encoding), "\ufffd"]
            data = buffer[error.end :]
            decoder.reset()
    text = "".join(parts)
    tally.characters += len(text)
    # invalid UTF-8 has no byte below 128
    utf8 = raw if encoding == "utf-8" else text.encode("utf-8", "surrogatepass")
    tally.control += int(controls(utf8)[[*CONTROL]].sum())
    return text


def _commonness(sample: bytes, encoding: str, common: frozenset[str]) -> float:
    """The share of common characters among those the sample's high bytes decode to."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    high = HIGH.findall(decoder.decode(sample))
    if not high or high.count("\ufffd") > 0.02 * len(high) + 1:
        return 0.0
    return sum(character in common for character in high) / len(high)
