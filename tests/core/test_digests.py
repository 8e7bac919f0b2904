"""Digests of results: they notice one bit, they leave out times, and they are the same twice.

Digests kept in a file hold for one machine only: `python -m benchmarks.digests` compares those.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from benchmarks.digests.__main__ import compare
from benchmarks.digests.digest import digest
from benchmarks.digests.entries import QUICK, all_entries
from core import cache
from core.messages import message
from core.text.specs import Corpus


@dataclass(frozen=True)
class Result:
    rows: np.ndarray
    more: dict[str, object]
    stage: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Renamed:
    lines: np.ndarray
    others: dict[str, object]
    message: str = ""


X = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize("place", range(X.size))
def test_one_bit_anywhere_changes_a_digest(place: int) -> None:
    changed = X.copy()
    changed.view(np.uint32).flat[place] ^= 1
    for build in (
        lambda x: x,
        lambda x: Result(x, {}),
        lambda x: Result(X, {"a": [(1, x)]}),
        lambda x: csr_array((x.ravel(), np.arange(12) % 4, [0, 4, 8, 12])),
        lambda x: float(x.flat[place]),
    ):
        assert digest(build(X.copy())) == digest(build(X))
        assert digest(build(changed)) != digest(build(X))


@pytest.mark.parametrize(
    "other",
    [X.T, X.reshape(4, 3), X.astype(np.float64), X.ravel(), X.tolist(), list(X), -X, X[:2]],
    ids=str,
)
def test_shape_and_type_belong_to_an_array(other: object) -> None:
    assert digest(other) != digest(X)


def test_lists_are_not_glued_together() -> None:
    values: list[object] = [["ab", "c"], ["a", "bc"], [["ab"], "c"], ["abc"], [], [[]], "", b"", 0]
    values += [0.0, -0.0, False, None, {"ab": "c"}, ("ab", "d"), csr_array(X), csr_array(-X)]
    assert len({digest(value) for value in values}) == len(values)


def test_times_names_of_fields_settings_and_texts_are_left_out() -> None:
    plain = digest(Result(X, {"a": 1.0}, message("3 words")))
    assert digest(Result(X, {"a": 1.0, "seconds": 3.0}, message("4 words"), 7.0)) == plain
    assert digest(Renamed(X, {"a": 1.0}, message("five words"))) == plain
    assert digest(Result(X, {"a": 2.0}, message("3 words"))) != plain
    assert digest([Corpus(min_count=3)]) == digest([Corpus()])
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


def test_what_is_not_known_is_not_passed_over() -> None:
    with pytest.raises(TypeError, match="object"):
        digest([object()])


def test_comparing_tells_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    before = {"a 1": "x", "a 2": "y", "b": "z"}
    assert compare(before, {**before, "c": "w"}, "") == 0
    assert "new: c\n3 of 3" in capsys.readouterr().out
    assert compare(before, {"a 1": "x", "a 2": "v"}, "") == 1
    assert capsys.readouterr().out == "missing: b\ndifferent: a 2\n1 of 3 are the same.\n"
    assert compare(before, {"a 1": "x", "a 2": "y"}, "a") == 0  # only those asked for


def test_results_are_the_same_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = []
    for folder in ("one", "two"):
        monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path / folder))
        cache.forget_memory()
        chosen = {name: result for name, result in all_entries().items() if name.startswith(QUICK)}
        digests.append({name: digest(result()) for name, result in chosen.items()})
    cache.forget_memory()
    assert digests[0] == digests[1]
    of_counts = [value for name, value in digests[0].items() if name.startswith("counts window")]
    # at window 1 all three weightings are the same, at window 2 harmonic and linear
    assert len(set(of_counts)) == len(of_counts) - 3
