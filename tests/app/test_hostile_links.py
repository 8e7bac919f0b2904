"""Links that mean harm: any value of any setting on any page ends in a notice, not in an error."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import typing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from opening import errors, open_page, warnings

from core.errors import CoreError
from core.specs import Spec
from dashboard import tours
from dashboard.navigation import PAGES
from tests.core.hostile import DEEPER

EXTREMES = [
    "", " ", "0", "-1", "1", "99999999999999999999", "9" * 5000, "-" + "9" * 5000, "nan", "inf",
    "-inf", "1e308", "1e-308", "1e400", "0x10", "1_000", "٣", "１２", "yes", "no", "True", "None",
    "null", "[]", "{}", "\0", "\u202e", "\ud800", "<script>alert(1)</script>", "../../etc/passwd",
    "javascript:alert(1)", "%00", "`", "$x$", "a" * 10_000, "\n", "🧨" * 300, "-0.0", "0.1",
]  # fmt: skip


FEWER = {  # what these pages compute is computed of less
    "lowrank": {"seeds": "1"},
    "text_classes": {"train_texts": "300", "read_characters": "20"},
}


def every_kind() -> list[type[Spec]]:
    """All specs that any page or sweep makes of a link."""

    found: list[type[Spec]] = []
    left = list(Spec.__subclasses__())
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        if kind.__module__.startswith(("core.", "dashboard.")) and dataclasses.is_dataclass(kind):
            found.append(kind)
    return sorted(found, key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__name__)
def test_any_value_of_any_field(kind: type[Spec]) -> None:
    """A spec comes out, as valid as any, and a sentence for what was not possible."""
    try:
        names = [name for name, _ in kind().leaves()]
    except CoreError:
        return  # it has no default: pages make it of a file that was chosen
    if not names:
        return  # it has no settings
    free = _is_free(kind())
    value = some.sampled_from(EXTREMES) | some.text(max_size=30) | some.integers().map(str)

    @settings(max_examples=int(DEEPER or 60), derandomize=not DEEPER, deadline=None)
    @given(some.dictionaries(some.sampled_from(names), value, max_size=6))
    def check(query: dict[str, str]) -> None:
        made, notices = kind.from_query(query)
        again, none = kind.from_query(made.to_query())
        assert again == made and not none
        assert kind.from_json(made.to_json()) == made
        made.to_json().encode()
        for notice in notices:
            notice.encode("utf-8", "backslashreplace")
            assert len(notice) < 1200
        if not notices and free:
            for name, text in query.items():
                told = made.leaf(name)
                assert isinstance(told, bool | str) or float(text) == pytest.approx(float(told))

    check()


def _is_free(spec: Spec) -> bool:
    """Whether no setting of the chain means nothing, and is put back, because of another."""
    inner = [value for value in vars(spec).values() if isinstance(value, Spec)]
    return type(spec).__post_init__ is Spec.__post_init__ and all(map(_is_free, inner))


def nonsense(value: str) -> dict[str, str]:
    """Every setting that pages publish, with this value."""
    names = {name for kind in every_kind() for name, _ in _leaves(kind)}
    texts = {"expression", "search", "row_list", "column_list", "axes", "swept", "lang"}
    return dict.fromkeys(sorted(names - texts), value)


def _leaves(kind: type[Spec]) -> list[tuple[str, typing.Any]]:
    try:
        return list(kind().leaves())
    except CoreError:
        return []


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_with_nonsense(page: str) -> None:
    at = open_page(page, **(nonsense("\u202e<script>") | FEWER.get(page, {})))
    if page != "tours":  # it has no settings
        assert warnings(at) or errors(at)
    assert not any("\u202e<script>" in e.proto.body for e in at.get("html"))


@pytest.mark.parametrize("step", ["0", "-1", "9" * 5000, "٣", "nan", "", "²", "<b>"])
def test_any_step_of_a_tour(step: str) -> None:
    tour = tours.shipped()[0]
    at = open_page(tour.steps[0].page, tour=tour.id, step=step, **dict(tour.steps[0].settings))
    assert not at.exception


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", "*", "a*", "\0", "a" * 9999, "%2e%2e", "<b>",
             "0" * 32, "01_counts", "counts/../counts"],
)  # fmt: skip
def test_tours_that_lead_elsewhere(name: str) -> None:
    with pytest.raises(CoreError):
        tours.find(name)
    at = open_page("corpus", tour=name, step="1", source="lee-news")
    assert any("tour" in said for said in errors(at))


def test_a_cache_that_is_no_folder_is_said_at_once(tmp_path: typing.Any) -> None:
    """VECTORSCOPE_CACHE is the owner's, not a visitor's: no link reaches it."""
    file = tmp_path / "file"
    file.write_text("x")
    code = (
        "from core import uploads\nfrom core.errors import CoreError\n"
        "try: uploads.keep('a', b'x')\nexcept CoreError as error: print('said', error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"VECTORSCOPE_CACHE": str(file)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "said" in done.stdout and "VECTORSCOPE_CACHE" in done.stdout
