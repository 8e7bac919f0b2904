"""What one piece of work may take: settings of the environment, and the machine's memory."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from core import budget
from core.errors import SourceError, SpecError


@pytest.mark.parametrize("text", ["abc", "-1", "0", "nan", "inf", "1,5"])
def test_a_setting_that_is_no_number_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("VECTORSCOPE_READ_GB", text)
    with pytest.raises(SpecError, match=f"VECTORSCOPE_READ_GB is “{text}”"):
        budget.reading()


def test_reading_has_a_limit_that_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VECTORSCOPE_READ_GB", raising=False)
    assert 0.5e9 <= budget.reading() <= 2e9
    monkeypatch.setenv("VECTORSCOPE_READ_GB", " 0.25 ")
    budget.check_reading(0.25e9, "a.txt")
    with pytest.raises(SourceError, match=r"“a.txt” takes more than 0.25 GB.*VECTORSCOPE_READ_GB"):
        budget.check_reading(0.25e9 + 1, "a.txt")


def test_a_container_limits_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("2500000\n")
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 1500000\n")
    unlimited = tmp_path / "unlimited"
    unlimited.mkdir()
    (unlimited / "memory.max").write_text("max\n")
    places = [(folder, budget.PLACES[0]) for folder in (tmp_path, unlimited)]
    monkeypatch.setattr(budget, "_places", lambda: places)
    assert (budget.memory(), budget.available()) == (3_000_000, 2_000_000)
    budget.check(1_700_000)
    with pytest.raises(SpecError, match=r"1\.8 MB of memory, and 1\.7 MB are free"):
        budget.check(1_800_000)
    assert (budget.room(), budget.room(1_500_000)) == (1_700_000, 1_200_000)


@pytest.mark.parametrize(("text", "limits"), [("3000000\n", True), ("max\n", False), ("", False),
                                              ("9223372036854771712\n", False)])  # fmt: skip
def test_only_limits_below_the_machine_are_looked_at(
    tmp_path: Path, text: str, limits: bool
) -> None:
    (tmp_path / "memory.max").write_text(text)
    assert budget._limits(tmp_path / "memory.max") is limits
    assert not budget._limits(tmp_path / "none")


def test_without_a_container_the_machine_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "_places", list)
    assert budget.memory() == psutil.virtual_memory().total
    assert 0 < budget.available() <= budget.memory()
