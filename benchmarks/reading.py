"""Reading and tokenising: million tokens per CPU-second, against `re.findall` and a dictionary.

Every method runs in a process of its own, in turn, several times; the median
is shown. CPU is user + system time. Ours reads the file (finding its encoding,
cleaning it), cuts it into tokens and numbers them by frequency, without its
cache around that; kernels and the Chinese dictionary are loaded before. The
reference is told the encoding, applies the same pattern to each line (it takes
underscores for letters, so that it counts a few tokens differently), lowers
each token and numbers the types with a dictionary. Two rows have no ratio:
unpacking the default corpus and taking its markup away is most of our time
there, and words of Chinese need a dictionary; the reference does neither.
Recognising an encoding costs a tenth of a second whatever the size: on a sixth
of the Chinese sample the reference was the faster one. Texts from
../shared/data are left out where it is absent.
"""

from __future__ import annotations

import lzma
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "shared" / "data"
CHINESE_CHARACTERS, RUNS = 3_000_000, 5
ENGLISH, CHINESE = "en-wikipedia-articles.txt.xz", "zh-wikipedia-articles.txt.xz"
# row: (file in the folder, "" for the default corpus; its encoding; tokeniser)
TEXTS = {
    "default corpus (bz2, wiki markup)": ("", "", "words"),
    "English articles": ("english.txt", "utf-8", "words"),
    "Chinese, GB18030": ("chinese.txt", "gb18030", "characters"),
    "Chinese, GB18030, dictionary": ("chinese.txt", "gb18030", "chinese"),
}
ALONE = ("default corpus (bz2, wiki markup)", "Chinese, GB18030, dictionary")


def ours(row: str, folder: Path) -> tuple[int, float]:
    """(tokens, CPU-seconds)"""
    from core.text import reading, shelf, tokenisers, tokens
    from core.text.numbering import numbering
    from core.text.specs import Source, Text

    name, _, tokeniser = TEXTS[row]
    text = Text(shelf.file_source(name) if name else Source(), tokeniser=tokeniser)
    tokenisers.split("中文分词", text)
    import numpy as np

    numbering(text).encode(np.frombuffer(b"warm\n", np.uint8), np.array([0]))
    tokens.read = reading.read.__wrapped__  # type: ignore[attr-defined]
    start = _cpu()
    found = tokens.tokenise.__wrapped__(text)  # type: ignore[attr-defined]
    return len(found.ids), _cpu() - start


def plain(row: str, folder: Path) -> tuple[int, float]:
    """(tokens, CPU-seconds) of the reference."""
    from core.text import tokenisers
    from core.text.specs import Text

    name, encoding, tokeniser = TEXTS[row]
    pattern = tokenisers.pattern(Text(tokeniser=tokeniser))
    numbers: dict[str, int] = {}
    ids: list[int] = []
    start = _cpu()
    with (folder / name).open(encoding=encoding) as lines:
        for line in lines:
            tokens = pattern.findall(line)
            ids += [numbers.setdefault(token.lower(), len(numbers)) for token in tokens]
    return len(ids), _cpu() - start


def table() -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        _write_texts(Path(name))
        for row, (file, *_) in TEXTS.items():
            if file and not (Path(name) / file).exists():
                continue
            peers = () if row in ALONE else ("plain",)
            runs: dict[str, list[list[float]]] = {method: [] for method in ("ours", *peers)}
            for _ in range(RUNS):
                for method, found in runs.items():
                    said = subprocess.run(
                        [sys.executable, "-m", "benchmarks.reading", method, row, name],
                        capture_output=True, text=True, check=True,
                    ).stdout  # fmt: skip
                    found.append([float(part) for part in said.split()])
            speed = {m: statistics.median(n / cpu / 1e6 for n, cpu in f) for m, f in runs.items()}
            rows.append(
                {
                    "text": row,
                    "tokeniser": TEXTS[row][2],
                    "M tokens": runs["ours"][0][0] / 1e6,
                    "CPU s": statistics.median(cpu for _, cpu in runs["ours"]),
                    "M tokens / CPU s": speed["ours"],
                }
            )
            if peers:
                rows[-1]["plain Python"] = speed["plain"]
                rows[-1]["ours ÷ plain"] = speed["ours"] / speed["plain"]
    return rows


def _write_texts(folder: Path) -> None:
    if not DATA.exists():
        return
    (folder / "english.txt").write_bytes(lzma.decompress((DATA / ENGLISH).read_bytes()))
    with lzma.open(DATA / CHINESE, "rt", encoding="utf-8") as file:
        sample = file.read(CHINESE_CHARACTERS)
    (folder / "chinese.txt").write_text(sample, "gb18030")


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    os.environ["VECTORSCOPE_FILES"] = sys.argv[3]
    os.environ["VECTORSCOPE_CACHE"] = str(Path(sys.argv[3]) / "cache")
    print(*{"ours": ours, "plain": plain}[sys.argv[1]](sys.argv[2], Path(sys.argv[3])))
