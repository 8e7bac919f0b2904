"""Callbacks of a training, on its page."""

from __future__ import annotations

import numpy as np
from opening import array, errors, figure, figures, open_page, open_tab, put, script, settled
from training_run import LINK, SMALL, nothing_under_way, run  # noqa: F401

from core.latent import fit


def test_callbacks_are_part_of_the_link_and_shown() -> None:
    wanted = {
        "rate_schedule": "cosine", "decay_epochs": "6", "clip_norm": "5.0", "ema_decay": "0.9",
        "evaluate_every": "2", "watched": "held_out", "keep_best": "yes",
    }  # fmt: skip
    spec = SMALL.replace(
        rate_schedule="cosine", decay_epochs=6, clip_norm=5.0, ema_decay=0.9, evaluate_every=2,
        watched="held_out", keep_best=True,
    )  # fmt: skip
    assert spec.to_query().items() >= wanted.items()
    trained = fit(spec)
    at = open_page("latent", **spec.to_query())
    assert not errors(at) and {"loss", "rate"} <= set(figures(at))
    loss, rate = figure(at, "loss"), figure(at, "rate")
    names = [trace["name"] for trace in loss["data"]]
    assert names[-2:] == ["held out", "averaged weights"]
    np.testing.assert_allclose(array(loss["data"][-2]["y"]), trained.history.evaluated[:, 1])
    np.testing.assert_allclose(array(rate["data"][0]["y"]), trained.history.rates)
    losses, _, _ = run(script(open_tab(at, "latent", "Code")))
    np.testing.assert_array_equal(losses, trained.losses)


def test_a_loss_that_is_not_measured_cannot_be_watched() -> None:
    at = open_page("latent", **(LINK | {"watched": "held_out", "evaluate_every": "2"}))
    put(at, evaluate_every=0)
    assert not errors(settled(at)) and at.query_params.get("watched") is None
