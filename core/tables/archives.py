"""The names of an archive's members, whatever encoding they were written in."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath

from core.tables.encodings import MANY, commonness
from core.tables.frequent import EAST_ASIAN

UTF8 = 0x800  # the flag of a name in UTF-8; others are in the encoding of some Windows or DOS
DRAWN = re.compile("[\u2500-\u259f\u0393-\u03c6∞∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■¢£¥₧ƒªº⌐¬¡«»]")  # of DOS's table
CYRILLIC = re.compile("[\u0400-\u04ff]+")
HIGH = re.compile("[^\x00-\x7f]{3,}")
HIDDEN = re.compile(r"\.(?!\.?$)")  # and no “..”
SYSTEM = ("thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir")


def is_system(file: zipfile.ZipInfo) -> bool:
    """Whether an entry is a folder, or a file that an operating system puts beside others."""
    parts = [part.lower() for part in PurePosixPath(file.filename).parts]
    folder = not file.filename or file.filename.endswith("/")
    return folder or any(part in SYSTEM or HIDDEN.match(part) for part in parts)


def member_names(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names of members as their author saw them.

    Names without the flag of UTF-8 are UTF-8 nonetheless, or in an East Asian encoding, in
    DOS's Cyrillic, or in DOS's Latin, as zip prescribes; all of an archive in the same.
    """
    unmarked = [info.filename for info in members if not info.flag_bits & UTF8]
    foreign = [name for name in unmarked if not name.isascii()]
    encoding = _encoding(foreign) if foreign else ""
    names = []
    for info in members:
        name = info.filename
        if encoding and not info.flag_bits & UTF8 and not name.isascii():
            name = name.encode("cp437", "replace").decode(encoding, "replace")
        names.append(name)
    return names


def _encoding(names: Sequence[str]) -> str:
    """The encoding of names that were decoded as cp437; "" where that was right."""
    try:
        data = "\n".join(names).encode("cp437")
    except UnicodeEncodeError:
        return ""
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    scores = {name: commonness(data, name, common) for name, common in EAST_ASIAN.items()}
    best = max(scores, key=scores.__getitem__)
    if scores[best] >= MANY:
        return best
    text = "\n".join(names)
    if HIGH.search(text):
        cyrillic = data.decode("cp866")
        letters = sum(map(len, CYRILLIC.findall(cyrillic)))
        if letters >= 0.9 * sum(not character.isascii() for character in cyrillic):
            return "cp866"
    if DRAWN.search(text):
        for encoding in EAST_ASIAN:
            try:
                data.decode(encoding)
                return encoding
            except UnicodeDecodeError:
                continue
    return ""
