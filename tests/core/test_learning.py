"""Callbacks against references of their own, on a learner small enough to follow by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from core.errors import Cancelled, SpecError
from core.learning import running
from core.learning.descent import Descent
from core.learning.history import History, Record, best, is_over
from core.learning.learner import HeldOut, Learner, Run, Setting, held_out, is_stored
from core.learning.schedules import rates
from core.learning.specs import Callbacks

STEPS = 5
HELD = np.array([[[0.5, -1.0, 2.0]]], np.float32)


@dataclass(frozen=True)
class Hill:
    """Weights w (3,) that descend ½‖A w − b‖², b random in each step."""

    epochs: int = 6
    callbacks: Callbacks = field(default_factory=Callbacks)
    run_key: str = "hill"

    def at(self, epoch: int) -> Setting:
        return Setting(0.05)


class Shot(NamedTuple):
    epoch: int
    w: np.ndarray
    averaged: np.ndarray | None


A = np.diag([1.0, 3.0, 30.0]).astype(np.float32)


def loss(static: str, w: Any, data: Any, b: Any, now: Any) -> tuple[Any, Any]:
    value = 0.5 * jnp.sum((data @ w - b) ** 2)
    return value, value[None]


def draw(epoch: int) -> np.ndarray:
    return np.random.default_rng(epoch).standard_normal((STEPS, 3)).astype(np.float32)


def learner(spec: Hill) -> Learner[Shot, Run[Shot]]:
    start = jnp.array([1.0, -2.0, 3.0])

    def shown(epoch: int, w: Any, averaged: Any) -> Shot:
        return Shot(epoch, np.asarray(w), None if averaged is None else np.asarray(averaged))

    def init(_: object) -> tuple[Any, Run[Shot]]:
        return start, Run(History.empty(("loss",)), (shown(0, start, None),))

    evaluated = HeldOut(HELD[0], "held", loss) if spec.callbacks.evaluate_every else None
    return Learner(
        ("loss",), "hill", Descent.of(loss, spec.callbacks), init,
        lambda w: True, lambda run: jnp.asarray(A), draw, lambda parts: float(parts[0]),
        shown, lambda *_: None, evaluated,
    )  # fmt: skip


def train(spec: Hill) -> Run[Shot]:
    return running.run(learner(spec), spec)


def by_hand(spec: Hill, epochs: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(w, average of w, gradient as used) after every step: Adam written out, float64."""
    c = spec.callbacks
    w, m, v = np.array([1.0, -2.0, 3.0]), np.zeros(3), np.zeros(3)
    total, t = np.zeros(3), 0
    for epoch in range(1, epochs + 1):
        for rate, b in zip(rates(c, 0.05, epoch, STEPS), draw(epoch), strict=True):
            g, t = A.T @ (A @ w - b), t + 1
            if c.clip_norm and (length := np.sqrt((g**2).sum())) > c.clip_norm:
                g = g * c.clip_norm / length
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
            total = c.ema_decay * total + (1 - c.ema_decay) * w
            yield w, total / (1 - c.ema_decay**t) if c.ema_decay else w, g


@pytest.fixture(autouse=True)
def nothing_to_resume() -> Iterator[None]:
    running._states.clear()
    yield
    running._states.clear()


@pytest.mark.parametrize(
    "callbacks",
    [
        Callbacks(),
        Callbacks(clip_norm=2.0),
        Callbacks(ema_decay=0.9),
        Callbacks(rate_schedule="cosine", warmup_epochs=2, decay_epochs=3),
        Callbacks(rate_schedule="steps", decay_epochs=2, clip_norm=5.0, ema_decay=0.5),
    ],
)
def test_steps_are_those_written_out(callbacks: Callbacks) -> None:
    spec = Hill(callbacks=callbacks)
    trained = train(spec)
    steps = list(by_hand(spec, spec.epochs))
    for shot in trained.snapshots[1:]:
        w, average, _ = steps[shot.epoch * STEPS - 1]
        np.testing.assert_allclose(shot.w, w, rtol=2e-4, atol=1e-5)
        if callbacks.ema_decay:
            np.testing.assert_allclose(shot.averaged, average, rtol=2e-4, atol=1e-5)
        else:
            assert shot.averaged is None
    expected = [rates(callbacks, 0.05, epoch, STEPS)[-1] for epoch in range(1, 7)]
    np.testing.assert_allclose(trained.history.rates, expected)


def test_gradients_are_shortened_over_all_weights_at_once() -> None:
    norms = [np.linalg.norm(g) for _, _, g in by_hand(Hill(callbacks=Callbacks(clip_norm=2.0)), 2)]
    assert max(norms) == pytest.approx(2.0)
    free = train(Hill()).snapshots[-1].w
    running._states.clear()
    unclipped = train(Hill(callbacks=Callbacks(clip_norm=1e4))).snapshots[-1].w
    np.testing.assert_allclose(unclipped, free, rtol=1e-5)


def test_the_schedule_in_closed_form() -> None:
    def all_rates(callbacks: Callbacks, epochs: int) -> np.ndarray:
        return np.concatenate([rates(callbacks, 0.2, e, 4) for e in range(1, epochs + 1)])

    assert (all_rates(Callbacks(), 3) == np.float32(0.2)).all()
    s = np.arange(40)
    cosine = Callbacks(rate_schedule="cosine", decay_epochs=6, decay_factor=0.25, warmup_epochs=2)
    t = np.clip(s - 8, 0, 24)
    fall = 0.25 + 0.75 * (1 + np.cos(np.pi * t / 24)) / 2
    expected = 0.2 * np.where(s < 8, (s + 1) / 8, fall)
    np.testing.assert_allclose(all_rates(cosine, 10), expected, rtol=1e-5)
    steps = Callbacks(rate_schedule="steps", decay_epochs=3, decay_factor=0.5)
    np.testing.assert_allclose(all_rates(steps, 10), 0.2 * 0.5 ** (s // 12), rtol=1e-6)
    warm = all_rates(Callbacks(warmup_epochs=1), 3)
    np.testing.assert_allclose(warm, 0.2 * np.minimum((np.arange(12) + 1) / 4, 1), rtol=1e-6)


def test_held_out_losses_are_of_both_weights() -> None:
    spec = Hill(callbacks=Callbacks(evaluate_every=2, ema_decay=0.9))
    trained = train(spec)
    assert trained.history.evaluated[:, 0].tolist() == [2, 4, 6]
    for epoch, raw, averaged in trained.history.evaluated:
        shot = trained.snapshots[int(epoch)]
        for value, w in ((raw, shot.w), (averaged, shot.averaged)):
            assert value == pytest.approx(0.5 * ((A @ w - HELD[0, 0]) ** 2).sum(), rel=1e-4)
    curve = trained.history.curve
    assert np.isnan(curve[0, 2]) and curve[1, 2] == trained.history.evaluated[0, 1]


def history(totals: list[float], held: dict[int, float] | None = None) -> History:
    so_far = History.empty(("loss",))
    for epoch, total in enumerate(totals, 1):
        so_far = so_far.longer(np.array([total], np.float32), total, 0.1)
        if held and epoch in held:
            so_far = so_far.measured(epoch, held[epoch], np.nan)
    return so_far


@pytest.mark.parametrize("n", [1, 3, 8, 10, 11])
def test_every_held_out_item_counts_alike(n: int) -> None:
    rows = np.arange(n) + 5
    numbers = np.arange(30, dtype=np.float32) ** 2

    def mean(static: str, w: Any, data: Any, batch: Any, now: Any) -> tuple[Any, Any]:
        assert batch.shape[0] <= 4 and (n < 4 or batch.shape[0] > 2), "no batch is far smaller"
        value = (w * data[batch]).mean()
        return value, value[None]

    held = held_out(rows, 4, lambda order: order, "squares", mean)
    measured = running.evaluate(held, jnp.asarray(numbers), jnp.float32(2), None)
    np.testing.assert_allclose(measured, [2 * numbers[rows].mean()], rtol=1e-6)


def test_the_best_epoch_and_the_end_of_patience() -> None:
    totals = [5.0, 3.0, 4.0, 3.0, 6.0, 2.0]
    patient = Callbacks(patience=3)
    assert [best(history(totals[:n]), patient) for n in range(7)] == [0, 1, 2, 2, 2, 2, 6]
    over = [is_over(history(totals[:n]), patient) for n in range(7)]
    assert over == [False] * 5 + [True, False], "epoch 5 is three after the best, epoch 2"
    assert not any(is_over(history(totals[:n]), Callbacks()) for n in range(7))
    held = Callbacks(evaluate_every=2, watched="held_out", patience=4)
    rising = {2: 1.0, 4: 1.5, 6: 1.2}
    assert best(history(totals, rising), held) == 2 and is_over(history(totals, rising), held)
    assert not is_over(history(totals[:5], rising), held)


@dataclass(frozen=True)
class Constructed(Hill):
    """Losses as they are given."""

    losses: tuple[float, ...] = ()


def constructed(losses: tuple[float, ...], epochs: int, callbacks: Callbacks) -> Run[Shot]:
    spec = Constructed(epochs, callbacks, "given", losses)

    def of(static: str, w: Any, data: Any, batch: Any, now: Any) -> tuple[Any, Any]:
        return jnp.sum(w) * 0 + batch, batch[None]

    hill = learner(spec)
    replaced = Learner(
        hill.terms, "given", Descent.of(of, callbacks), hill.init, hill.learns, hill.data,
        lambda epoch: np.full(2, losses[epoch - 1], np.float32), hill.total, hill.shown,
        hill.ailment,
    )  # fmt: skip
    return running.run(replaced, spec)


def test_a_run_ends_when_patience_does_and_keeps_the_best() -> None:
    losses = (9.0, 5.0, 7.0, 6.0, 8.0, 1.0)
    callbacks = Callbacks(patience=3, keep_best=True)
    run = constructed(losses, 6, callbacks)
    assert run.epoch == 5 and (run.best, run.kept) == (2, 2)
    assert run.ended.startswith("Ended after epoch 5") and "epoch 2" in run.ended
    assert not run.stopped and run.result.epoch == 2
    running._states.clear()
    last = constructed(losses, 6, Callbacks())
    assert last.epoch == 6 and last.kept == 6 and last.result.epoch == 6 and last.best == 6


def test_the_best_epoch_stays_where_others_are_let_go() -> None:
    losses = tuple(float(abs(epoch - 27)) for epoch in range(1, 46))
    run = constructed(losses, 45, Callbacks(keep_best=True))
    epochs = [shot.epoch for shot in run.snapshots]
    assert run.result.epoch == 27 and not is_stored(27)
    assert epochs == [e for e in range(46) if is_stored(e) or e in (27, 45)]


@pytest.mark.parametrize(
    "callbacks",
    [
        Callbacks(
            rate_schedule="cosine", warmup_epochs=1, decay_epochs=4, clip_norm=3.0,
            ema_decay=0.8, evaluate_every=2, watched="averaged", keep_best=True, patience=50,
        ),
        Callbacks(patience=1),
    ],
)  # fmt: skip
def test_a_run_with_callbacks_that_is_taken_up_again_is_the_run(callbacks: Callbacks) -> None:
    straight = train(Hill(callbacks=callbacks))
    running._states.clear()
    train(Hill(1, callbacks))
    train(Hill(3, callbacks))

    def stop(fraction: float, metrics: Any) -> bool:
        return str(metrics["stage"]).startswith("epoch 5")

    spec = Hill(callbacks=callbacks)
    if callbacks.patience > 1:
        with pytest.raises(Cancelled):
            running.run(learner(spec), spec, stop)
        assert running.so_far(spec).epoch == 4
    again = train(spec)
    for one, other in zip(jax.tree.leaves(straight.snapshots), jax.tree.leaves(again.snapshots),
                          strict=True):  # fmt: skip
        np.testing.assert_array_equal(one, other)
    for name in ("parts", "totals", "rates", "evaluated"):
        np.testing.assert_array_equal(getattr(straight.history, name), getattr(again.history, name))
    assert (straight.best, straight.kept, straight.ended) == (again.best, again.kept, again.ended)


def test_a_run_tells_its_losses_while_it_goes_on() -> None:
    histories: list[np.ndarray] = []

    def look(fraction: float, metrics: Any) -> bool:
        histories.append(metrics["history"])
        return False

    spec = Hill(4)
    run = running.run(learner(spec), spec, look)
    assert [len(rows) for rows in histories] == [0, 1, 2, 3]
    np.testing.assert_array_equal(histories[-1], run.history.curve[:3])


def test_runs_that_are_not_kept_leave_a_paused_one_alone() -> None:
    paused = Hill(epochs=2)
    train(paused)
    for number in range(running.KEPT_RUNS):
        other = Hill(epochs=1, run_key=f"hill {number}")
        run = running.run(learner(other), running.unkept(other))
        assert run.epoch == 1 and running.so_far(other) is None
    assert running.so_far(Hill()).epoch == 2


def test_loops_of_their_own_record_alike() -> None:
    reports: list[Any] = []
    record = Record(lambda fraction, metrics: bool(reports.append((fraction, metrics))))
    record.add(0, 2.0)
    record.add(1, 1.0, 1.5)
    record.report(0.5, "epoch 1")
    np.testing.assert_array_equal(reports[0][1]["history"], [[0, 2, np.nan], [1, 1, 1.5]])
    assert reports[0][0] == 0.5 and record.finite
    record.add(2, np.inf)
    assert not record.finite and record.curve.shape == (3, 3)


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"watched": "held_out"}, "evaluate_every"),
        ({"watched": "averaged", "evaluate_every": 1}, "ema_decay"),
        ({"clip_norm": -1.0}, "below 0"),
    ],
)
def test_impossible_callbacks(settings: dict[str, Any], remedy: str) -> None:
    with pytest.raises(SpecError, match=remedy):
        Callbacks(**settings)
