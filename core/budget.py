"""How much memory there is, and how much of it one piece of work may take.

Environment: VECTORSCOPE_READ_GB (the most memory that reading one file or text may take; by
default an eighth of this machine's memory, between 0.5 and 2 GB).
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil

from core.errors import CoreError, SourceError, SpecError
from core.messages import message

C = TypeVar("C", bound=Callable[..., Any])
GB = 10**9
LEAST_GB, MOST_GB, SHARE = 0.5, 2.0, 8
SPARE = 0.1  # of the memory, which a computation leaves to the rest of the machine
GROUPS = Path("/sys/fs/cgroup")
PLACES = (  # limit, use, and the name of what can be given back, in versions 2 and 1
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def number(variable: str, default: float) -> float:
    """The value of an environment variable that holds a positive number.

    Raises SpecError where it holds anything else.
    """
    text = os.environ.get(variable, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise SpecError(
            message(
                "{variable} is “{text}”, which is not a positive number; set it to one, such as "
                "{example:g}, or unset it.",
                variable=variable,
                text=text[:40],
                example=default,
            )
        )
    return value


def memory() -> int:
    """Bytes of memory that this process may use: the machine's, or its container's."""
    return int(min([psutil.virtual_memory().total, *(limit for limit, _ in _groups())]))


def available() -> int:
    """Bytes of memory that are free, or can be freed at once."""
    left = [limit - use for limit, use in _groups()]
    return max(int(min([psutil.virtual_memory().available, *left])), 0)


def reading() -> int:
    """The most bytes that reading one file or text may hold in memory at once."""
    usual = min(max(memory() / SHARE / GB, LEAST_GB), MOST_GB)
    return int(number("VECTORSCOPE_READ_GB", round(usual, 2)) * GB)


def check_reading(need: float, name: str) -> None:
    """Raise SourceError where reading the file `name` needs more bytes than `reading` allows."""
    if need > (most := reading()):
        raise SourceError(
            message(
                "Reading “{name}” takes more than {most} of memory, the limit. Choose a smaller "
                "part of it, or raise the limit by setting VECTORSCOPE_READ_GB.",
                name=name,
                most=amount(most),
            )
        )


def room(promised: float = 0.0) -> float:
    """Bytes that a computation may take beside those that were promised so many bytes."""
    whole = memory()
    return min(available(), whole - promised) - SPARE * whole


def check(need: float) -> None:
    """Raise SpecError where a computation needs more bytes than are free."""
    if need > (left := room()):
        raise SpecError(
            message(
                "This needs about {need} of memory, and {left} are free. Choose smaller "
                "settings, or wait until other work is done.",
                need=amount(need),
                left=amount(max(left, 0)),
            )
        )


def needs(estimate: Callable[[Any], float]) -> Callable[[C], C]:
    """Say of a computation how many bytes it takes for a spec; put above `cached`.

    Then it waits for memory, or is refused, before it starts.
    """

    def mark(compute: C) -> C:
        compute.needs = estimate  # type: ignore[attr-defined]
        return compute

    return mark


def need(compute: Callable[..., Any], spec: Any) -> float:
    """The bytes that a computation says it takes; 0 where it does not say so."""
    estimate = getattr(compute, "needs", None)
    if estimate is None:
        return 0.0
    try:
        return float(estimate(spec))
    except CoreError:  # of what it needs first: the computation says it where it is shown
        return 0.0


def amount(size: float) -> str:
    """A number of bytes for people.

    >>> amount(2.5e9), amount(3e6)
    ('2.50 GB', '3 MB')
    """
    return f"{size / 1e9:,.2f} GB" if size >= 1e8 else f"{size / 1e6:,.3g} MB"


def _groups() -> list[tuple[int, int]]:
    """(limit, bytes in use that cannot be given back) of each control group this process is in."""
    groups: list[tuple[int, int]] = []
    for folder, (limit_name, use_name, idle_name) in _places():
        try:
            limit = int((folder / limit_name).read_text())
            use = int((folder / use_name).read_text())
            facts = (folder / "memory.stat").read_text().split()
        except (OSError, ValueError):  # "max": no limit
            continue
        idle = dict(zip(facts[::2], facts[1::2], strict=False)).get(idle_name, "0")
        groups.append((limit, max(use - int(idle), 0)))
    return groups


@functools.cache
def _places() -> list[tuple[Path, tuple[str, str, str]]]:
    """The folders of this process's control groups that limit its memory to less than the
    machine's; none outside Linux.

    Looked up once, so that a limit set later is not seen: each job asks before it is let run, and
    to read a dozen files with others at work takes milliseconds.
    """
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    places: list[tuple[Path, tuple[str, str, str]]] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        root, names = (GROUPS, PLACES[0]) if not controllers else (GROUPS / "memory", PLACES[1])
        if controllers and "memory" not in controllers.split(","):
            continue
        own = root / path.lstrip("/")
        folders = [root, *(f for f in (own, *own.parents) if f.is_relative_to(root) and f != root)]
        places += [(folder, names) for folder in folders if _limits(folder / names[0])]
    return places


def _limits(file: Path) -> bool:
    """Whether a control group's limit is below what the machine has."""
    try:
        return int(file.read_text()) < psutil.virtual_memory().total
    except (OSError, ValueError):  # "max": no limit
        return False
