"""Of several processes that want a result, one computes it; the others see how far it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import claims
from core.claims import claimed
from core.errors import Cancelled
from core.messages import message
from core.progress import report, run_on

pytestmark = pytest.mark.skipif(claims.fcntl is None, reason="this system has no flock")
ROOT = Path(__file__).parents[2]
OTHER = """
import sys, time
from pathlib import Path
from core.claims import claimed
from core.messages import message
from core.progress import report, run_on
with claimed(Path(sys.argv[1]), run_on) as (step, waited):
    report(step, 0.25, message("{n:,} words read", n=1200))
    print("has it", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has claimed `tmp_path / "result"`, until a line is written to it."""
    command = [sys.executable, "-c", OTHER, str(tmp_path / "result")]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "has it\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_waits_and_sees_the_progress(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    seen: list[tuple[float, Any]] = []

    def step(fraction: float, metrics: Any) -> bool:
        seen.append((fraction, metrics["stage"]))
        assert other.stdin is not None
        other.stdin.write("go on\n")
        other.stdin.flush()
        return False

    with claimed(tmp_path / "result", step) as (_, waited):
        assert waited and seen[0] == (0.25, "1,200 words read")
        assert seen[0][1].template == "{n:,} words read", "so that it can be translated"
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_a_killed_process_claims_nothing(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    with claimed(tmp_path / "result", run_on):
        assert [path.name for path in tmp_path.iterdir()] == ["result.claim"]
    assert list(tmp_path.iterdir()) == []


def test_whoever_waits_can_stop(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    with pytest.raises(Cancelled), claimed(tmp_path / "result", lambda *_: True):
        raise AssertionError("it has no claim")
    assert other.poll() is None, "the other one goes on"


def test_alone_one_does_not_wait(tmp_path: Path) -> None:
    told: list[float] = []

    def step(fraction: float, metrics: Any) -> bool:
        told.append(fraction)
        return False

    start = time.monotonic()
    with claimed(tmp_path / "rooms" / "result", step) as (own, waited):
        assert not waited
        report(own, 0.5, message("half of it"))
        report(own, 0.6, "more")
    assert told == [0.5, 0.6] and time.monotonic() - start < claims.PATIENCE


def test_without_locks_each_computes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "result", tmp_path / "result"):  # no folder; no `flock`
        with claimed(path, run_on) as (step, waited):
            assert step is run_on and not waited
        monkeypatch.setattr(claims, "fcntl", None)
