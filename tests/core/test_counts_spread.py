"""Counts of a text in shards equal those of the text, count for count."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from core import cache, cluster
from core.counts import Association, Counts, count
from core.counts.counting import Cooccurrence
from core.errors import Cancelled, ClusterError, SourceError, SpecError
from core.progress import run_on
from core.text import Corpus, Source, Text, shards, vocabulary
from core.text.shelf import file_source, store_upload
from core.text.spread import Cut, Uncut, cut_shard
from core.vectors import PpmiSvd, fit
from core.vectors.models.factorised import factorise
from tests.core.tiny_corpora import news

GAPS = (
    *(" ", " ", " ", ", ", "\n", "\n", "\r\n", "\n\n", "\n \n", "\r\n\r\n", "\n\n\n  ", "\f"),
    *("\n\f\n", "\n\f", "\f\n", "\r", "\u2028\n", "\n\u2029", "\x85\n", "\v\n\v", "\n\u200b\n"),
    *("\ufeff\n", "\n\ufeff", "\x00\n", "\n\x1c"),
)
WORDS = ("a", "b", "b", "c", "d", "Été", "don’t", "中文字", "e\u0301", "7", "-", "_")
FIELDS = st.fixed_dictionaries(
    {
        "window": st.integers(1, 6),
        "weighting": st.sampled_from(("flat", "harmonic", "linear")),
        "side": st.sampled_from(("both", "left", "right")),
        "boundary": st.sampled_from(("paragraph", "line", "document", "none")),
        "keep_gaps": st.booleans(),
        "subsample": st.sampled_from((0.0, 0.01)),
        "min_count": st.integers(1, 3),
        "max_words": st.sampled_from((3, 50)),
        "tokeniser": st.sampled_from(("words", "characters", "whitespace")),
        "numbers": st.booleans(),
    }
)
TEXTS = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), min_size=20, max_size=150
)


class Here:
    """A cluster that does everything at once, in this thread: futures are results."""

    def workers(self) -> dict[str, int]:
        return {"first": 1, "second": 2}

    def submit(self, function: Callable[..., Any], *arguments: Any, priority: int = 0) -> Any:
        return function(*arguments)

    def gather(self, futures: list[Any], *how: Any) -> list[Any]:
        return futures

    def summed(self, tasks: Any, parts: int, merge: Callable[..., Any], *how: Any) -> list[Any]:
        pieces = [function(*arguments) for function, *arguments in tasks]
        assert all(len(piece) == parts for piece in pieces)
        return [merge(*(piece[r] for piece in pieces)) for r in range(parts)]

    def held(self, kind: str, key: Any, make: Callable[[], Any], on_step: Any = run_on) -> Any:
        return make()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder whose files may be read; shards are tiny."""
    monkeypatch.setenv("VECTORSCOPE_FILES", str(tmp_path))
    for name, value in {"LEAST": 60, "AROUND": 24}.items():
        monkeypatch.setattr(shards, name, value)
    return tmp_path


def equal(actual: Cooccurrence, expected: Cooccurrence) -> bool:
    """Whether every array is, bit for bit, and of one type."""
    pairs = [(getattr(actual.matrix, k), getattr(expected.matrix, k))
             for k in ("data", "indices", "indptr")]  # fmt: skip
    pairs.append((actual.keep, expected.keep))
    assert [a.dtype for a, _ in pairs] == [b.dtype for _, b in pairs]
    assert all(np.array_equal(a, b) for a, b in pairs), (
        actual.matrix.toarray().astype(int) - expected.matrix.toarray()
    )
    return actual.unit == expected.unit


def outcome(compute: Callable[[], Any]) -> Any:
    """What it gives, or the message of what it raises."""
    try:
        return compute()
    except (SourceError, SpecError) as error:
        return str(error)


def on_a_cluster(where: str, compute: Callable[[], Any]) -> Any:
    """What is computed while a scheduler's address is set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cluster.VARIABLE, where)
        return compute()


def compare(spec: Counts, where: str) -> None:
    """Vocabulary and counts, here and there, without what the cache knows."""
    for wrapped, argument in ((vocabulary, spec.corpus), (count, spec)):
        compute: Any = wrapped.__wrapped__  # type: ignore[attr-defined]
        expected = outcome(lambda c=compute, a=argument: c(a))
        distributed = on_a_cluster(where, lambda c=compute, a=argument: outcome(lambda: c(a)))
        if isinstance(expected, Cooccurrence):
            assert equal(distributed, expected)
        elif isinstance(expected, str):
            assert distributed == expected
        else:
            assert distributed.words == expected.words and np.array_equal(
                distributed.counts, expected.counts
            )
            for name in ("tokens", "all_tokens", "all_types", "lowercase"):
                assert getattr(distributed, name) == getattr(expected, name)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS, min_size=1, max_size=3), FIELDS)
def test_shards_give_the_same_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, texts: list[Any], fields: dict[str, Any]
) -> None:
    monkeypatch.setattr(cluster, "connect", lambda where=None: Here())
    place = folder / f"texts {len(list(folder.iterdir()))}"  # a time on disk is no new one
    place.mkdir()
    for n, text in enumerate(texts):
        joined = "".join(itertools.chain.from_iterable(text))
        (place / f"{n}.txt").write_text(joined, "utf-8", newline="")
    spec = Counts(Corpus(Text(file_source(place.name)))).replace(**fields)
    compare(spec, "here")


def test_such_a_file_is_really_cut(folder: Path) -> None:
    (folder / "one.txt").write_text("some words in a line\n" * 40)
    plan = shards.plan(file_source("one.txt"), 3)
    assert len(plan) > 5 and sum(shard.size for shard in plan) == 40 * 21
    assert {shard.begins for shard in plan[1:]} == {"line"}


@pytest.mark.parametrize(
    ("gap", "unit"),
    [("\n", "line"), ("\n\n", "paragraph"), ("\r\n \r\n", "paragraph"), ("\n\f", "document")],
)
def test_what_begins_at_a_cut(folder: Path, gap: str, unit: str) -> None:
    (folder / "one.txt").write_text(gap.join(["some words"] * 60), newline="")
    plan = shards.plan(file_source("one.txt"), 3)
    assert len(plan) > 3 and {shard.begins for shard in plan[1:]} == {unit}


def packed(folder: Path) -> str:
    with gzip.open(folder / "mixed" / "d.txt.gz", "wt") as file:
        file.write("e f a b c\n\n" * 30)
    return "mixed"


def mixed(folder: Path) -> str:
    (folder / "mixed").mkdir()
    (folder / "mixed" / "a.txt").write_text("a b c d\n" * 50)
    (folder / "mixed" / "b.txt").write_bytes("übel käse straße\n\n".encode("cp1252") * 30)
    (folder / "mixed" / "c.bin2").write_bytes(bytes(range(256)) * 20)  # skipped: no text
    (folder / "mixed" / "e.txt").write_text("\ufeffg h\n" * 30, "utf-8")
    (folder / "mixed" / "empty.txt").write_text("")
    (folder / "mixed" / "utf16.txt").write_text("a b ü\n" * 30, "utf-16")
    return packed(folder)


def damaged(folder: Path) -> str:
    data = b"one two three\n" * 60
    (folder / "damaged.txt").write_bytes(data[:400] + b"\xff\xfe\n" + data[400:])
    return "damaged.txt"


@pytest.mark.parametrize("make", [mixed, damaged])
def test_what_cannot_be_cut_is_read_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], str]
) -> None:
    monkeypatch.setattr(cluster, "connect", lambda where=None: Here())
    compare(Counts(Corpus(Text(file_source(make(folder))), min_count=1)), "here")


def test_records_are_documents(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "connect", lambda where=None: Here())
    rows = [
        json.dumps({"title": f"t{i}", "text": "a b\n\nc" if i % 3 else "d a"}) for i in range(60)
    ]
    (folder / "rows.jsonl").write_text("\n".join(rows))
    (folder / "rows.csv").write_text("id,text\n" + '1,"a b\n\nc"\n' * 40)
    source = file_source("rows.jsonl", "text")
    assert len(shards.plan(source, 3)) > 5
    for chosen in (source, file_source("rows.csv", "text"), file_source("rows.jsonl", "none")):
        for boundary in ("document", "none", "paragraph"):
            compare(Counts(Corpus(Text(chosen), min_count=1), boundary=boundary), "here")


@pytest.mark.parametrize("name", ["empty.txt", "blank.txt", "marks.txt", "binary.txt"])
def test_texts_without_words_are_refused_alike(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(cluster, "connect", lambda where=None: Here())
    data = {"empty": b"", "blank": b" \n" * 99, "marks": b"--- !\n" * 99, "binary": bytes(2000)}
    (folder / name).write_bytes(data[name[:-4]])
    compare(Counts(Corpus(Text(file_source(name)))), "here")


def test_a_text_beyond_the_limit_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "connect", lambda where=None: Here())
    with gzip.open(folder / "bomb.txt.gz", "wt") as file:
        file.write("a b c\n" * 1000)
    (folder / "plain.txt").write_text("a b c\n" * 1000)
    monkeypatch.setenv("VECTORSCOPE_MAX_TEXT_GB", "5e-6")
    for name in ("bomb.txt.gz", "plain.txt"):
        spec = Corpus(Text(file_source(name)))
        message = on_a_cluster("here", lambda s=spec: outcome(lambda: vocabulary(s)))
        assert "the limit is" in message


def test_a_file_that_changed_meanwhile_is_refused(folder: Path) -> None:
    (folder / "one.txt").write_text("a b c\n" * 100)
    plan = shards.plan(file_source("one.txt"), 2)
    (folder / "one.txt").write_text("a b d\n" * 101)
    with pytest.raises(SourceError, match="has changed"):
        cut_shard(plan[0], Text(file_source("one.txt")))
    (folder / "one.txt").unlink()
    with pytest.raises(ClusterError, match=r"does not see the file .*same place"):
        cut_shard(plan[0], Text(Source("file", name="one.txt", digest="0")))


def test_a_slice_is_never_guessed_at(folder: Path) -> None:
    """Its encoding is that of the whole file."""
    (folder / "one.txt").write_bytes("käse und brot\n".encode("cp1252") * 40)
    source = file_source("one.txt")
    plan = shards.plan(source, 3)
    assert isinstance(cut_shard(plan[1], Text(source)), Uncut)
    (whole,) = shards.uncut(plan, plan[1])
    assert isinstance(found := cut_shard(whole, Text(source)), Cut)
    assert "käse" in found.types.to_pylist()


# With Dask

OFF = {"boundary": "none", "keep_gaps": True, "weighting": "linear", "side": "left", "window": 3}


@pytest.mark.parametrize("fields", [{}, OFF, {"boundary": "document", "subsample": 0.001}])
def test_workers_give_the_same_counts(local: Any, folder: Path, fields: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    lines = [" ".join(f"w{n}" for n in rng.zipf(1.5, 12) if n < 99) for _ in range(300)]
    (folder / "text.txt").write_text("\n".join(lines))
    compare(
        Counts(Corpus(Text(file_source("text.txt")))).replace(**fields), local.scheduler_address
    )


def test_an_upload_is_sent_to_the_workers(local: Any, folder: Path) -> None:
    source = store_upload(
        "mine.txt", ("one two three four\n\n" * 30 + "五 六 七\f八 九 十\n").encode()
    )
    for boundary in ("document", "none"):
        spec = Counts(Corpus(Text(source), min_count=1), boundary=boundary)
        compare(spec, local.scheduler_address)


def test_the_default_corpus(local: Any) -> None:
    compare(Counts(), local.scheduler_address)


def test_vectors_are_those_of_one_machine(local: Any, empty_cache: Path) -> None:
    spec = PpmiSvd(Association(Counts(news()), smoothing=0.75), dim=20)
    expected = factorise.__wrapped__(spec.factors)  # type: ignore[attr-defined]
    cache.clear()
    distributed = on_a_cluster(
        local.scheduler_address,
        lambda: factorise.__wrapped__(spec.factors),  # type: ignore[attr-defined]
    )
    assert "blocks of rows" in distributed.method and distributed.residual < 1e-3
    assert distributed.s == pytest.approx(expected.s, rel=1e-5)
    assert distributed.energy == pytest.approx(expected.energy, rel=1e-9)
    assert np.linalg.svd(distributed.U.T @ expected.U)[1].min() > 0.999
    np.testing.assert_allclose(
        distributed.Vt @ distributed.Vt.T, np.eye(len(distributed.s)), atol=1e-5
    )
    model = on_a_cluster(local.scheduler_address, lambda: fit(spec))
    assert model.word.shape == (len(model.words), 20)


def test_a_worker_killed_while_counting_changes_nothing(
    local: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = " ".join(f"w{i % 97}" for i in range(40_000)).replace("w0 ", "w0\n\n")
    (folder / "text.txt").write_text(lines)
    spec = Counts(Corpus(Text(file_source("text.txt"))))
    monkeypatch.setattr(shards, "LEAST", 4000)
    compute: Any = count.__wrapped__  # type: ignore[attr-defined]
    expected = compute(spec)
    killed: list[int] = []
    pids: Any = partial(cluster.connect(local.scheduler_address).client.run, os.getpid)

    def kill_midway(fraction: float, metrics: Any) -> bool:
        if metrics["stage"].startswith("counting on") and fraction > 0.5 and not killed:
            killed.append(next(iter(pids().values())))
            os.kill(killed[0], signal.SIGKILL)
        return False

    assert equal(
        on_a_cluster(local.scheduler_address, lambda: compute(spec, kill_midway)), expected
    )
    assert killed and killed[0] not in pids().values()


def test_counting_can_be_cancelled(local: Any, folder: Path) -> None:
    (folder / "text.txt").write_text("a b c d\n" * 3000)
    spec = Counts(Corpus(Text(file_source("text.txt")), min_count=1))
    compute: Any = count.__wrapped__  # type: ignore[attr-defined]

    def stop(fraction: float, metrics: Any) -> bool:
        return "counting on" in metrics["stage"]

    with pytest.raises(Cancelled):
        on_a_cluster(local.scheduler_address, lambda: compute(spec, stop))
    compare(spec, local.scheduler_address)
