"""One sweep, several servers: one runs it, the others watch; and damage in its file is noticed."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.errors import Cancelled, SourceError
from core.sweeps import folders, load, run, storage
from core.sweeps.ownership import LOCK, owned
from tests.core import sweeping
from tests.core.sweeping import QUICK

SWEEP = dataclasses.replace(QUICK, trials=3, repeats=1)
OWN = """
import sys, locket
lock = locket.lock_file(sys.argv[1])
lock.acquire()
print(flush=True)
input()
"""


@pytest.fixture(autouse=True)
def in_process(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs stay in this process: starting others takes seconds."""
    monkeypatch.setattr("core.sweeps.running.workers", sweeping.Here)


def other_server() -> subprocess.Popen[bytes]:
    """Another process that owns the sweep."""
    lock = storage.create_folder(SWEEP) / LOCK
    other = subprocess.Popen(
        [sys.executable, "-c", OWN, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    other.stdout.readline()
    return other


def test_another_servers_sweep_is_watched_and_taken_over_when_it_died() -> None:
    with other_server() as other:
        stages = []

        def watch(fraction: float, metrics: Any) -> bool:
            stages.append(str(metrics["stage"]))
            if "by another server" in stages[-1]:
                assert metrics["table"].runs == ()
                other.kill()
            return False

        table = run(SWEEP, watch)
    assert "0 of 3 runs, by another server" in stages
    assert table.complete and load(SWEEP).rows() == table.rows()


def test_watching_can_be_cancelled_and_deleting_is_refused() -> None:
    with other_server() as other:
        with pytest.raises(Cancelled):
            run(SWEEP, lambda fraction, metrics: "another server" in metrics["stage"])
        with pytest.raises(SourceError, match="Another server runs this sweep"):
            storage.delete(SWEEP.key)
        assert folders.remove_leftovers() == 0 and folders.folder(SWEEP.key).exists()
        other.kill()
    assert folders.remove_leftovers() == 1, "a sweep without a summary that nobody owns"
    assert not folders.folder(SWEEP.key).exists()


@pytest.mark.parametrize("begun_anew", [False, True])
def test_a_sweep_that_is_deleted_while_it_is_read_is_not_damaged(
    begun_anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(SWEEP)
    here, away, opened = folders.folder(SWEEP.key), folders.folder("gone"), storage._open

    def deleted(file: Path, sweep: Any) -> Any:
        monkeypatch.setattr(storage, "_open", opened)
        here.rename(away)
        if begun_anew:
            run(dataclasses.replace(SWEEP))
        raise KeyError("what reading a file says that is suddenly gone")

    monkeypatch.setattr(storage, "_open", deleted)
    assert load(SWEEP).complete == begun_anew
    assert here.exists() == begun_anew and away.exists()


def test_an_owner_is_one_of_several_threads_too() -> None:
    folder = storage.create_folder(SWEEP)
    with owned(folder) as first, owned(folder) as second:
        assert first and not second
    with owned(folder) as third:
        assert third


@pytest.mark.parametrize("what", ["outcome", "setting"])
def test_a_digit_that_changed_in_the_file_is_noticed(what: str) -> None:
    table = run(SWEEP)
    assert load(SWEEP).rows() == table.rows()
    with closing(sqlite3.connect(folders.folder(SWEEP.key) / "runs.db")) as runs, runs:
        if what == "outcome":
            sql = "SELECT trial_user_attribute_id, value_json FROM trial_user_attributes " \
                  "WHERE key LIKE 'run %'"  # fmt: skip
            id, text = runs.execute(sql).fetchone()
            digit = next(i for i, sign in enumerate(text) if sign in "12345678")
            changed = f"{text[:digit]}{int(text[digit]) + 1}{text[digit + 1 :]}"
            runs.execute("UPDATE trial_user_attributes SET value_json = ? "
                         "WHERE trial_user_attribute_id = ?", (changed, id))  # fmt: skip
        else:
            runs.execute("UPDATE trial_params SET param_value = param_value + 1 "
                         "WHERE param_id = 1")  # fmt: skip
    with pytest.raises(SourceError, match="damaged; delete the sweep"):
        load(SWEEP)


def test_runs_of_an_earlier_version_have_no_checksum(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.sweeps.runs import pack

    with monkeypatch.context() as patch:
        patch.setattr(storage, "sealed", pack)
        table = run(SWEEP)
    assert load(SWEEP).rows() == table.rows()
