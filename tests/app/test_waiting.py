"""Work that takes longer than a page waits: progress, cancelling, failing, trying again."""

from __future__ import annotations

import concurrent.futures
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opening import APP, LIMIT, errors, figures, heat, infos, open_page, put, settled, upload
from streamlit.testing.v1 import AppTest

from core import cache, jobs
from core.counts import cooccurrence
from core.errors import SourceError
from core.progress import report
from core.vectors.models import factorised
from core.vectors.models.factorised import factorise
from core.vectors.specs import PpmiSvd
from dashboard.navigation import SCRIPTS

NEWS = {"source": "lee-news", "row_list": "police australia government"}


class Slow:
    """A computation that goes on until it is let, cancelled, or told to fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate, self.fail, self.bug, self.runs = threading.Event(), False, False, 0
        self.real = cooccurrence.count
        monkeypatch.setattr(cooccurrence, "count", self._as_function())
        monkeypatch.setattr(jobs.Job, "wait", lambda job, seconds: False)  # longer than patience

    def _as_function(self) -> Any:
        def count(spec: Any, on_step: Any = cache.run_on) -> Any:
            if self.real.ready(spec):
                return self.real(spec)
            self.runs += 1
            while not self.gate.wait(0.01):
                report(on_step, 0.25, "counting")
            if self.bug:
                raise ZeroDivisionError("a `bug`")
            if self.fail:
                raise SourceError("The `disk` is full; free some space.")
            return self.real(spec, on_step)

        count.ready = self.real.ready  # type: ignore[attr-defined]
        return count

    def begun(self, least: int) -> int:
        """How often it was begun, once it was so often: a thread may take a moment to start."""
        late = time.monotonic() + LIMIT
        while self.runs < least and time.monotonic() < late:
            time.sleep(0.005)
        return self.runs

    def finish(self) -> None:
        """Let it end, and wait until it has."""
        running = list(jobs._jobs.values())
        self.gate.set()
        for job in running:
            job.future.exception()


@pytest.fixture
def slow(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """On a page whose text is read already; counting it is slow."""
    open_page("heatmap")
    open_page("corpus", **NEWS)
    slow = Slow(monkeypatch)
    yield slow
    slow.finish()


def opened() -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=LIMIT)
    at.query_params.update(NEWS)
    at.switch_page(SCRIPTS["heatmap"])
    return at.run()


def test_shows_progress_then_the_result(slow: Slow) -> None:
    at = opened()
    assert len(at.get("progress")) == 1 and not figures(at) and not errors(at)
    at.run()
    assert slow.begun(1) == 1, "the page joins the run that is under way"
    slow.finish()
    assert heat(settled(at.run())).shape == (3, 3) and slow.begun(1) == 1


def test_the_last_picture_stays_dimmed_meanwhile(slow: Slow) -> None:
    slow.gate.set()
    at = settled(opened())
    before = figures(at)["heatmap"]
    slow.gate.clear()
    at.session_state["setting:window"] = 9
    at.run()
    options, figure = figures(at)["heatmap"]
    assert options["dim"] and figure["data"] == before[1]["data"]
    assert at.query_params["window"] == "9"
    slow.finish()
    settled(at.run())
    options, figure = figures(at)["heatmap"]
    assert not options["dim"] and figure["data"] != before[1]["data"]


def test_failing_is_said_once_and_not_tried_again_unasked(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened()
    job = next(iter(jobs._jobs.values()))
    slow.fail = True
    slow.finish()
    with monkeypatch.context() as patch:  # what the progress bar, which has this job, does
        patch.setattr(jobs, "submit", lambda compute, spec, watcher: job)
        at.run()
    for _ in range(3):
        assert errors(at) == ["The `disk` is full; free some space."]
        assert [b.label for b in at.button if "again" in b.label] == ["Try again"]
        at.run()
    assert slow.begun(1) == 1
    slow.fail = False
    next(b for b in at.button if b.label == "Try again").click()
    settled(at.run())
    assert slow.begun(2) == 2 and heat(at).shape == (3, 3) and not errors(at)


def test_cancel_and_start_again(slow: Slow) -> None:
    at = opened()
    at.button(key="cancel:counts").click()
    at.run()
    assert any(said.startswith("Stopped.") for said in infos(at)) and not at.get("progress")
    at.run()
    assert slow.begun(1) == 1 and not errors(at)
    next(b for b in at.button if b.label == "Try again").click()
    at.run()
    assert at.get("progress") and slow.begun(2) == 2
    slow.finish()
    assert heat(settled(at.run())).shape == (3, 3)


def test_cancelled_settings_do_not_block_others(slow: Slow) -> None:
    at = opened()
    at.button(key="cancel:counts").click()
    at.run()
    slow.gate.set()
    put(at, window=3)
    assert heat(at).shape == (3, 3) and not any("Stopped" in said for said in infos(at))


@pytest.mark.parametrize("page", ["neighbours", "path"])
def test_more_dimensions_are_computed_ahead_of_the_slider(page: str, empty_cache: Path) -> None:
    """Once the hand is well on its way to the most that are there."""
    vectors = PpmiSvd().replace(source="lee-news", min_count=20, dim=101)
    word = {"expression": "police", "path_word": "police"}
    at = open_page(page, source="lee-news", min_count="20", dim="50", **word)
    all_done()
    assert not factorise.stored(vectors.factors)
    put(at, dim=70)
    all_done()
    assert factorise.stored(vectors.factors)


def test_what_is_computed_ahead_is_given_up_for_other_settings(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, real = threading.Event(), factorised.truncated_svd

    def endless(matrix: Any, rank: int, *, on_step: Any) -> Any:
        if rank <= 100:
            return real(matrix, rank, on_step=on_step)
        entered.set()
        while True:
            report(on_step, 0.5, "factorising")
            time.sleep(0.01)

    monkeypatch.setattr(factorised, "truncated_svd", endless)
    at = open_page("neighbours", source="lee-news", min_count="20", expression="police", dim="70")
    assert entered.wait(LIMIT)
    put(at, dim=50)
    all_done()  # it would not end by itself


def all_done() -> None:
    """Wait until no job is under way."""
    concurrent.futures.wait([job.future for job in list(jobs._jobs.values())])
    cache.wait_until_written()


def test_fails_at_once(empty_cache: Path) -> None:
    """Sooner than the page shows a progress bar: no button, the message alone."""
    at = open_page("corpus", **upload("blank.txt", " \n "))
    assert len(errors(at)) == 1


@pytest.fixture
def unwritable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cache folder that cannot be made: a file is in its way."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path / "file" / "cache"))
    cache.forget_memory()
    yield
    cache.forget_memory()


@pytest.mark.parametrize("page", ["heatmap", "neighbours", "corpus"])
def test_works_without_a_disk(unwritable: None, page: str) -> None:
    at = open_page(page, expression="police", search="police", dim="20", **NEWS)
    assert figures(at) and not errors(at)


def test_uploading_without_a_disk_is_explained(unwritable: None) -> None:
    at = open_page("corpus", search="police", **NEWS)
    at.file_uploader(key="upload").set_value(("a.txt", b"some text", "text/plain"))
    settled(at.run())
    assert "could not be stored" in errors(at)[0] and "rank" in figures(at)


def test_a_bug_is_told_once_and_how_to_report_it(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It used to be raised anew at every tick of the progress bar."""
    slow.bug = True
    at = opened()
    assert len(at.get("progress")) == 1
    job = next(iter(jobs._jobs.values()))
    slow.finish()
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "submit", lambda compute, spec, watcher: job)
        at.run()
    for _ in range(3):
        at.run()
        assert not at.exception and not at.get("progress")
        (said,) = errors(at)
        assert "ZeroDivisionError: a `bug`" in said and "Please report it" in said
    assert slow.begun(1) == 1 and any(button.label == "Try again" for button in at.button)
