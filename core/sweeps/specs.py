"""A sweep as a value: what is varied, how settings are chosen, and what they are judged by."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core import specs
from core.errors import SpecError
from core.messages import message
from core.specs import Spec
from core.sweeps.axes import Axis, parse
from core.sweeps.targets import OBJECTIVES, objectives_of, read, read_reference, seed_of, write
from core.vectors.kinds import PPMI_SVD
from core.vectors.rows.common import OVERLAP

SAMPLERS = ("grid", "random", "sobol", "tpe")
LARGEST = 2000


@dataclass(frozen=True)
class Sweep(Spec):
    """Runs of one spec at many settings, each repeated with several seeds.

    `swept`, `axes`, `objectives` and `reference` are texts, so that a sweep is a link; they are
    brought to one spelling. The first objective is the one that TPE follows.
    """

    swept: str = specs.text(
        PPMI_SVD.start["swept"], 4000, "Written as in a link: name?field=value&field=value"
    )
    axes: str = specs.text(
        PPMI_SVD.start["axes"], 4000, "the fields, each with its values or its range"
    )
    sampler: str = specs.choice(
        "grid",
        SAMPLERS,
        "grid: every combination; random; sobol: random but even; tpe: Optuna's tree-structured "
        "Parzen estimator, which tries more where it found better",
    )
    trials: int = specs.integer(30, 1, LARGEST, "how many settings are tried; a grid tries all")
    repeats: int = specs.integer(3, 1, 30, "how many seeds each setting is run with")
    sampling_seed: int = specs.integer(0, 0, 9999, "seed of the choice of settings")
    together: int = specs.integer(
        4, 1, 64, "TPE chooses so many settings before it looks at results, whatever the machine"
    )
    objectives: str = specs.text(PPMI_SVD.start["objectives"], 500, "what is measured of each run")
    reference: str = specs.text("", 4000, "the model whose neighbours overlap@10 compares with")

    def __post_init__(self) -> None:
        super().__post_init__()
        base = read(self.swept)
        for name, value in {
            "swept": write(base),
            "axes": "; ".join(map(str, parse(self.axes, type(base)))),
            "objectives": ", ".join(self._judged(type(base))),
            "reference": write(read_reference(self.reference)) if self.reference.strip() else "",
        }.items():
            object.__setattr__(self, name, value)
        seed = seed_of(type(base))
        if any(axis.name == seed for axis in self.varied):
            raise SpecError(
                message("`{seed}` is the seed: it is repeated, not swept.", seed=seed), "axes"
            )
        if seed and base.leaf(seed) + self.repeats - 1 > specs.limits(type(base), seed)["high"]:
            raise SpecError(
                message(
                    "`repeats={repeats}` seeds from {first} on exceed the range of `{seed}`; "
                    "choose fewer.",
                    repeats=self.repeats,
                    first=base.leaf(seed),
                    seed=seed,
                ),
                "repeats",
            )
        if self.sampler == "grid" and self.settings > LARGEST:
            raise SpecError(
                message(
                    "This grid has {settings:,} settings; leave out values, at most "
                    "{most:,} are possible, or choose another sampler.",
                    settings=self.settings,
                    most=LARGEST,
                ),
                "axes",
            )
        if OVERLAP in self.judged and not self.reference:
            raise SpecError(
                message("{name} needs a reference model; choose one.", name=OVERLAP), "reference"
            )

    @property
    def base(self) -> Spec:
        """The spec whose fields are varied."""
        return read(self.swept)

    @property
    def varied(self) -> tuple[Axis, ...]:
        """The axes."""
        return parse(self.axes, type(self.base))

    @property
    def judged(self) -> tuple[str, ...]:
        """The names of the objectives."""
        return tuple(self.objectives.split(", "))

    @property
    def settings(self) -> int:
        """How many settings are tried."""
        if self.sampler != "grid":
            return self.trials
        return math.prod(len(axis.points()) for axis in self.varied)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of each setting; one where nothing is random."""
        seed = seed_of(type(self.base))
        first = self.base.leaf(seed) if seed else 0
        return tuple(range(first, first + (self.repeats if seed else 1)))

    def at(self, params: dict[str, Any], seed: int) -> Spec:
        """The spec of one run. Raises SpecError where the values do not fit together."""
        changes = {path.rpartition(".")[2]: value for path, value in params.items()}
        name = seed_of(type(self.base))
        return self.base.replace(**changes, **({name: seed} if name else {}))

    @cached_property
    def key(self) -> str:
        """As of every spec, but the swept one counts with all its values, its defaults too."""
        reference = read_reference(self.reference or "Shelved")
        whole = "\n".join([self.to_json(), self.base.to_json(), reference.to_json()])
        return hashlib.blake2b(whole.encode(), digest_size=8).hexdigest()

    def _judged(self, kind: type[Spec]) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(n.strip() for n in self.objectives.split(",") if n.strip()))
        possible = objectives_of(kind)
        if not names or (unknown := [n for n in names if n not in possible]):
            values = {"kind": kind.__name__, "possible": ", ".join(possible)}
            if not names:
                text = message(
                    "No objective is chosen for {kind}; choose from {possible}.", **values
                )
            else:
                wrong = unknown[0][:40]
                text = message(
                    "`{name}` is not an objective of {kind}; choose from {possible}.",
                    name=wrong,
                    **values,
                )
            raise SpecError(text, "objectives")
        assert set(names) <= set(OBJECTIVES)
        return names
