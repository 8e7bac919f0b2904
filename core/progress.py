"""The progress of long computations: the hook they report to, which can also stop them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.errors import Cancelled
from core.messages import Message, message

OnStep = Callable[[float, Mapping[str, Any]], bool]
"""The hook of every long computation: (fraction done, metrics) → True to stop.

`metrics` always holds "stage", a few words on what is under way.
"""


def run_on(fraction: float, metrics: Mapping[str, Any]) -> bool:
    """The hook that never stops anything."""
    return False


def report(on_step: OnStep, fraction: float, stage: str, **metrics: Any) -> None:
    """Tell the hook where the computation is. Raises Cancelled when it answers True."""
    if on_step(fraction, {"stage": stage, **metrics}):
        raise Cancelled(stage)


def part(
    on_step: OnStep, start: float, end: float, stage: str = "{stage}", **values: Any
) -> OnStep:
    """The hook of a step that is the part from `start` to `end` of the whole.

    stage: the template of what is reported; {stage} stands for the step's own stage.
    """

    def step(fraction: float, metrics: Mapping[str, Any]) -> bool:
        own = metrics.get("stage", "")
        own = own if isinstance(own, Message) else message(str(own))
        reported = {**metrics, "stage": message(stage, stage=own, **values)}
        return on_step(start + (end - start) * fraction, reported)

    return step
