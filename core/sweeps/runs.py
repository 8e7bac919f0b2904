"""The runs of a sweep as values: the setting, the seed, and the outcome."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.sweeps.measuring import Value
from core.sweeps.specs import Sweep

SEAL = "checksum"


@dataclass(frozen=True)
class Run:
    """One setting with one seed: a value for each objective, or the reason why there is none."""

    place: int
    seed: int
    params: Mapping[str, Any]
    values: Mapping[str, Value] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class Table:
    """All runs of a sweep that are done, by place and seed."""

    sweep: Sweep
    runs: tuple[Run, ...]

    @property
    def complete(self) -> bool:
        """Whether every run has ended."""
        return len(self.runs) == self.sweep.settings * len(self.sweep.seeds)

    def of(self, place: int) -> list[Run]:
        """The runs of one setting."""
        return [run for run in self.runs if run.place == place]

    def params(self, place: int) -> Mapping[str, Any]:
        """One setting, {path: value}."""
        return self.of(place)[0].params

    def rows(self) -> list[dict[str, Any]]:
        """A row a run: number, settings, seed, objectives, and why it failed."""
        names = self.sweep.judged
        return [
            {
                "setting": run.place,
                **run.params,
                "seed": run.seed,
                **{n: run.values[n].value if n in run.values else None for n in names},
                "failed": run.reason,
            }
            for run in self.runs
        ]


def pack(run: Run) -> dict[str, Any]:
    """A run's outcome as plain JSON; replicates and halves keep six digits."""
    values = {name: [value.value, _plain(value.replicates)] for name, value in run.values.items()}
    halves = {n: _plain(v.halves.ravel()) for n, v in run.values.items() if len(v.halves)}
    return {"values": values, **({"halves": halves} if halves else {}), "reason": run.reason}


def unpack(place: int, seed: int, params: Mapping[str, Any], plain: Mapping[str, Any]) -> Run:
    """The run again. Raises KeyError, TypeError or ValueError for what `pack` did not write."""
    halves = plain.get("halves", {})  # runs of earlier versions have none
    values = {
        str(name): Value(
            float(value), _array(replicates), _array(halves.get(name, [])).reshape(-1, 2)
        )
        for name, (value, replicates) in plain["values"].items()
    }
    return Run(place, seed, dict(params), values, str(plain["reason"]))


def sealed(run: Run) -> dict[str, Any]:
    """A run's outcome as `pack` gives it, with a checksum of it and of its setting."""
    packed = pack(run)
    return packed | {SEAL: _seal(run.place, run.seed, run.params, packed)}


def unsealed(place: int, seed: int, params: Mapping[str, Any], plain: Mapping[str, Any]) -> Run:
    """The run of `sealed` again; one of an earlier version has no checksum.

    Raises ValueError where the checksum differs, and as `unpack` does.
    """
    packed = {name: value for name, value in plain.items() if name != SEAL}
    if SEAL in plain and plain[SEAL] != _seal(place, seed, params, packed):
        raise ValueError(f"run {seed} of setting {place} is damaged")
    return unpack(place, seed, params, packed)


def _seal(place: int, seed: int, params: Mapping[str, Any], packed: Mapping[str, Any]) -> str:
    numbers = {k: float(v) if isinstance(v, (int, float)) else str(v) for k, v in params.items()}
    text = json.dumps([place, seed, numbers, packed], sort_keys=True)
    return f"{zlib.crc32(text.encode()):08x}"


def _plain(numbers: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(x) else float(f"{x:.6g}") for x in numbers]


def _array(replicates: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if x is None else x for x in replicates], np.float64)
