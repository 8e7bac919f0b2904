"""The page of sweeps: run, look, stop, resume, open elsewhere."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from opening import (
    errors,
    figures,
    go,
    hypertext,
    open_page,
    open_tab,
    page_of,
    script,
    settings,
    settled,
    warnings,
)

from core import jobs
from core.sweeps import Sweep, folders, run, storage
from dashboard.compare.parts import sweep_run
from dashboard.ui import background
from tests.core.sweeping import Here

LINK = {
    "swept": "Approximation?kind=synthetic&height=30&width=20&method=randomised&power=0",
    "axes": "rank = 2, 5, 9; shown.curves.oversampling = 0, 4",
    "objectives": "error, seconds",
    "repeats": "3",
}
SWEEP = Sweep.from_query(LINK)[0]
PICTURES = {
    "Ranking": "sweep_ranking",
    "Trade-off": "sweep_trade",
    "Parallel": "sweep_parallel",
    "Importance": "sweep_importance",
    "Slices": "sweep_slices",
    "Contour": "sweep_contour",
}


@pytest.fixture(autouse=True)
def alone(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own, and runs in this process."""
    monkeypatch.setattr("core.sweeps.running.workers", Here)
    background.forget()
    sweep_run._loaded.clear()


def test_the_default_waits_for_a_click() -> None:
    at = open_page("sweeps")
    question = "Which window, shift and smoothing is best for PPMI-SVD, judged by WordSim-353?"
    assert question in hypertext(at)
    assert storage.entries() == []
    assert "27 settings × 1 seed" in " ".join(c.value for c in at.caption)
    planned = at.dataframe[0].value
    assert len(planned) == 10 and planned.iloc[1].tolist() == [2, 1.0, 0.75]


@pytest.mark.parametrize("sampler", ["random", "sobol", "tpe"])
def test_the_settings_that_are_announced_are_those_that_run(sampler: str) -> None:
    link = LINK | {"sampler": sampler, "trials": "3", "repeats": "1"}
    at = open_page("sweeps", **link)
    announced = at.dataframe[0].value
    table = run(Sweep.from_query(link)[0])
    assert announced.to_dict("records") == [dict(table.params(place)) for place in range(3)]


def test_a_sweep_that_just_began_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file may be half made."""
    monkeypatch.setitem(background._started, SWEEP.key, ("sweep", jobs.Job(SWEEP)))
    monkeypatch.setattr(storage, "Store", None)
    assert sweep_run.table_of(SWEEP).runs == ()


def test_a_sweep_is_run_and_judged() -> None:
    at = open_page("sweeps", **LINK)
    at.button("sweep-start").click().run()
    job = background.job_of(SWEEP)
    assert job is not None and job.wait(120)
    settled(at.run())
    assert len(run(SWEEP).runs) == 18
    assert any("has the best error" in m.value for m in at.markdown)
    for tab, key in PICTURES.items():
        at.session_state["sweep-pictures"] = tab
        settled(at.run())
        options, figure = figures(at)[key]
        assert figure["data"] and len(options["alt"]) > 10
    assert at.query_params["swept"] == SWEEP.swept


def test_runs_can_be_had_as_files_and_by_code() -> None:
    expected = run(SWEEP)
    at = open_page("sweeps", **LINK)
    table = at.dataframe[0].value
    assert table["error"].tolist() == [row["error"] for row in expected.rows()]
    open_tab(at, "sweep-below", "Code")
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(script(at), {})
    assert len(output.getvalue().splitlines()) == 5
    open_tab(at, "sweep-below", "Provenance")
    assert at.dataframe


def test_the_best_run_opens_on_another_page() -> None:
    best = run(SWEEP)
    at = open_page("sweeps", **LINK)
    at.button("sweep-go:lowrank").click().run()
    assert page_of(at) == "lowrank" and best.complete
    go(at, "lowrank")  # a run by itself would be one of the page that the test began with
    assert settings(at)["rank"] == 9
    assert settings(at)["sketch"] == "randomised"


def test_failed_runs_are_counted_and_told() -> None:
    link = LINK | {"axes": "shown.curves.matrix.kind = synthetic, upload", "repeats": "1"}
    run(Sweep.from_query(link)[0])
    at = open_page("sweeps", **link)
    assert any("1 setting failed" in m.value for m in at.markdown)
    assert "needs a file" in " ".join(at.dataframe[0].value["failed"])


def test_kept_sweeps_are_opened_and_deleted() -> None:
    run(SWEEP)
    at = open_page("sweeps")
    at.session_state["sweeps-tabs"] = "Kept sweeps"
    settled(at.run())
    at.button(f"sweep-open:{SWEEP.key}").click()
    settled(at.run())
    assert at.query_params["axes"] == SWEEP.axes
    at.session_state["sweeps-tabs"] = "Kept sweeps"
    settled(at.run())
    at.button(f"sweep-delete:{SWEEP.key}").click()
    settled(at.run())
    assert storage.entries() == []


def test_a_damaged_file_can_be_deleted_where_it_is_told() -> None:
    run(SWEEP)
    (folders.folder(SWEEP.key) / "runs.db").write_bytes(b"damaged" * 2000)
    at = open_page("sweeps", **LINK)
    assert any("damaged; delete the sweep" in line for line in errors(at))
    at.button("sweep-delete-damaged").click()
    settled(at.run())
    assert errors(at) == [] and storage.entries() == []


def test_an_impossible_field_value_is_told_where_it_was_typed() -> None:
    at = open_page("sweeps", **LINK)
    at.text_input("sweep-values:Approximation:rank").set_value("9 .. 2")
    settled(at.run())
    assert any("is empty" in line for line in errors(at))
    at.text_input("sweep-values:Approximation:rank").set_value("2 .. 9")
    settled(at.run())
    assert errors(at) == [] and "rank = 2 .. 9" in at.query_params["axes"]


def test_a_link_with_an_unknown_field_says_so() -> None:
    at = open_page("sweeps", **(LINK | {"axes": "rnk = 2, 3"}))
    assert any("no field" in line for line in warnings(at))


def test_another_model_begins_with_its_own_fields() -> None:
    at = open_page("sweeps")
    at.selectbox("sweep-kind:PpmiSvd").set_value("Vae")
    settled(at.run())
    assert at.query_params["swept"] == "Vae?vae_epochs=15"
    assert "latent = 2, 5, 10" in at.query_params["axes"]
    assert page_of(settled(go(at, "heatmap"))) == "heatmap"
