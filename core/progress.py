"""Progress of long computations: the hook they report to, which can also stop them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.errors import Cancelled
from core.messages import Message, message

OnStep = Callable[[float, Mapping[str, Any]], bool]
"""The hook of every long computation: (fraction done, metrics) → True to stop.

`metrics` always holds "stage", a few words on what is being done.
"""


def run_on(fraction: float, metrics: Mapping[str, Any]) -> bool:
    """The hook that never stops anything."""
    return False


def report(on_step: OnStep, fraction: float, stage: str, **metrics: Any) -> None:
    """Tell the hook where the computation is. Raises Cancelled when it answers True."""
    if on_step(fraction, {"stage": stage, **metrics}):
        raise Cancelled(stage)


def part(on_step: OnStep, start: float, end: float, said: str = "{stage}", **values: Any) -> OnStep:
    """The hook of a step that is the part from `start` to `end` of the whole.

    said: what is told of it; {stage} stands for the stage that the step itself tells.
    """

    def step(fraction: float, metrics: Mapping[str, Any]) -> bool:
        stage = metrics.get("stage", "")
        inner = stage if isinstance(stage, Message) else message(str(stage))
        told = {**metrics, "stage": message(said, stage=inner, **values)}
        return on_step(start + (end - start) * fraction, told)

    return step
