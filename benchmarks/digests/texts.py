"""Reading, tokens, vocabularies, concordances, counts and PMI of small texts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from core.counts.association import block, row
from core.counts.cooccurrence import count
from core.counts.measures import MEASURES, Association
from core.counts.ordering import cluster, leaves
from core.counts.ppmi import associate
from core.counts.resampling import resampled
from core.counts.selection import band, partners, typed
from core.counts.specs import BOUNDARIES, SIDES, WEIGHTINGS, Counts
from core.text.concordance import lines, meetings, occurrences, sample
from core.text.growth import growth
from core.text.preview import preview
from core.text.reading import read
from core.text.shelf import store_upload
from core.text.specs import Corpus, Source, Text
from core.text.tokens import tokenise
from core.text.vocabulary import vocabulary

NEWS = Corpus(text=Text(origin=Source(source="lee-news")), min_count=10)
PLAIN = Counts(corpus=NEWS)
ENGLISH = "It isn't so: 1,000 cats, 3.14 dogs.\n\nThe cats’ dogs sat. The DOGS sat by cats.\n" * 5
CHINESE = "我們在學校學習漢語，天氣很好。\n\n北京的天气很好，我们去学校。\n" * 5
TABLE = 'id,words\n1,"a cat, a dog"\n2,a dog\n3,the cat and the dog\n'


def entries() -> dict[str, Callable[[], object]]:
    return {**_reading(), **_concordance(), **_counts(), **_association()}


def _reading() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for source in ("lee-news", "wikipedia-sample"):
        found[f"text raw {source}"] = partial(read, Source(source=source))
        corpus = Corpus(text=Text(origin=Source(source=source)))
        found[f"text tokens {source}"] = partial(tokenise, corpus.text)
        found[f"text vocabulary {source}"] = partial(vocabulary, corpus)
    files = {
        "utf-8": ("a.txt", ENGLISH.encode(), ""),
        "utf-16": ("b.txt", ENGLISH.encode("utf-16"), ""),
        "gb18030": ("c.txt", CHINESE.encode("gb18030"), ""),
        "cp1252": ("d.txt", ("Où est le garçon ? Là-bas, à l’été. " * 30).encode("cp1252"), ""),
        "csv": ("e.csv", TABLE.encode(), "words"),
        "zip": ("f.zip", _zipped({"one.txt": ENGLISH, "two.txt": CHINESE}), ""),
    }
    for name, (file, data, column) in files.items():
        found[f"text raw {name}"] = partial(_of_upload, "raw", file, data, column)
        found[f"text preview {name}"] = partial(_of_upload, "preview", file, data, column)
    cuts: dict[str, tuple[str, dict[str, Any]]] = {
        "words": (ENGLISH, {}),
        "as written": (ENGLISH, {"lowercase": False, "numbers": False, "apostrophes": False}),
        "whitespace": (ENGLISH, {"tokeniser": "whitespace"}),
        "characters": (CHINESE, {"tokeniser": "characters"}),
        "chinese": (CHINESE, {"tokeniser": "chinese"}),
        "chinese as written": (CHINESE, {"tokeniser": "chinese", "script": "as written"}),
        "chinese new words": (CHINESE, {"tokeniser": "chinese", "new_words": True}),
    }
    for name, (text, more) in cuts.items():
        found[f"text cut {name}"] = partial(_cut, text, more)
    found["text vocabulary cut"] = partial(vocabulary, NEWS.replace(min_count=3, max_words=500))
    found["text growth"] = lambda: growth(tokenise(NEWS.text), 50)
    return found


def _zipped(texts: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()


def _of_upload(what: str, file: str, data: bytes, column: str) -> object:
    source = store_upload(file, data, column)
    return read(source) if what == "raw" else preview(source)


def _cut(text: str, more: dict[str, Any]) -> object:
    chosen = Text(origin=store_upload("cut.txt", text.encode()), **more)
    return tokenise(chosen), vocabulary(Corpus(text=chosen, min_count=1))


def _concordance() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {
        "text occurrences": lambda: (
            occurrences(NEWS, "government"),
            lines(NEWS, occurrences(NEWS, "government")[:30]),
        ),
        "text paragraphs": partial(sample, NEWS, 3, 1),
    }
    for boundary, side in product(BOUNDARIES, SIDES):
        found[f"text meetings {boundary} {side}"] = partial(
            meetings, NEWS, "government", "australia", window=5, side=side, boundary=boundary,
            keep_gaps=side == "both",
        )  # fmt: skip
    return found


def _counts() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for window, weighting in product((1, 2, 5, 10), WEIGHTINGS):
        spec = PLAIN.replace(window=window, weighting=weighting)
        found[f"counts window {window} {weighting}"] = partial(count, spec)
    for side, boundary in product(SIDES, BOUNDARIES):
        for gaps in (False, True):
            spec = PLAIN.replace(side=side, boundary=boundary, keep_gaps=gaps)
            found[f"counts {side} {boundary}{' gaps' * gaps}"] = partial(count, spec)
    found["counts subsampled"] = partial(count, PLAIN.replace(subsample=0.001))
    found["counts capped"] = partial(count, PLAIN.replace(max_words=200))
    for draw in (1, 2):
        found[f"counts resampled {draw}"] = partial(resampled, PLAIN, draw)
    return found


def _association() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for measure, shift, smoothing in product(MEASURES, (1.0, 5.0), (1.0, 0.75, 0.0)):
        spec = Association(counts=PLAIN, measure=measure, shift=shift, smoothing=smoothing)
        name = f"{measure} shift {shift:g} smoothing {smoothing:g}"
        found[f"pmi matrix {name}"] = partial(associate, spec)
        found[f"pmi block {name}"] = partial(_block, spec)
    spec = Association(counts=PLAIN.replace(subsample=0.001), measure="ppmi")
    found["pmi matrix subsampled"] = partial(associate, spec)
    found["order of a heatmap"] = _ordered
    found["order of partners"] = _partners
    return found


def _block(spec: Association) -> object:
    counts = count(spec.counts)
    some = np.arange(40)
    part = block(spec, counts, some, some + 20)
    return part, part.met, part.weak(5.0, 10.0), row(spec, counts, 7)


def _ordered() -> object:
    spec = Association(counts=PLAIN)
    ids = band(vocabulary(NEWS), 20, 40)
    tree = cluster(block(spec, count(PLAIN), ids, ids).value)
    return ids, tree, None if tree is None else leaves(tree)


def _partners() -> object:
    words, spec = vocabulary(NEWS), Association(counts=PLAIN)
    ids, unknown = typed(words, "government, australia police nosuchword")
    return ids, len(unknown), [partners(spec, count(PLAIN), i, 20, 1.0, 4.0) for i in ids]
