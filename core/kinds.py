"""What the app knows of each kind of model besides its settings: one row for each.

A row names the spec and the function that computes it, and holds the words, formulas and data
that pages show: nothing here draws. Rows import what they name on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import SpecError
from core.messages import Message, message
from core.specs import Spec

SECONDS = "seconds"
LONGEST_TITLE = 80
SOURCE_FIELDS = {"name", "digest", "column", "dim", "source"}  # a title has its own place for them
CHANGES_SHOWN = 4  # settings in a title

Loader = Callable[[], Any]
"""Imports something when it is first needed, and returns it."""


@dataclass(frozen=True)
class Control:
    """The control of a spec's field, by its name; limits and help are the field's own.

    high: ends a slider before the spec's limit; stops: the only values of a slider, of which
    `zero` names the 0; names: how choices are written;
    more: in the closed part of the panel; only: (field, value), drawn while that field has it.
    """

    name: str
    label: Message
    high: float | None = None
    step: float = 1
    log: bool = False
    format: str = "{}"
    stops: tuple[float, ...] = ()
    zero: Message | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    compact: bool = True
    more: bool = False
    only: tuple[str, Any] | None = None


@dataclass(frozen=True)
class Variant:
    """What a kind computes while the fields named in `when` have these values.

    formula: in LaTeX; name: added to the kind's own; unit: of the loss;
    pmi: whether inner products are fitted to PMI itself.
    """

    formula: str
    sentence: Message
    when: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    unit: str = ""
    pmi: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of model, or another computation that sweeps vary.

    key: its name in links; class_name: its spec's, which files and sweeps hold; load_spec,
    load_fit: the spec's class, and the `core.cache.Computation` of it; steps: the field with
    the number of steps, `step` the name of one; seed: the field that repetitions change,
    "" where nothing is random; rate: that of a learning rate that can be too large; timed: its
    result holds its duration without compilation;
    live: pages compute it from the current settings. start: the initial sweep of it, as
    fields of a `Sweep`; objectives: what its runs can be judged by, the most common first.
    load_copies: what it makes of the items that it learns, (spec, result) → (n', D), the first;
    load_target: what its inner products should equal, (spec, model, on_step) → Target;
    load_bootstrap: its training on the counts of a resampled text, (spec, draw, on_step, half)
    → Model, as in `core.counts.resampling.resampled`.
    """

    key: str
    class_name: str
    name: Message
    load_spec: Loader
    load_fit: Loader
    start: Mapping[str, Any]
    objectives: tuple[str, ...]
    variants: tuple[Variant, ...] = ()
    controls: tuple[Control, ...] = ()
    steps: str = ""
    step: Message = message("epoch")
    seed: str = "seed"
    rate: str = ""
    timed: bool = False
    live: bool = False
    estimate: Callable[[Any], Message] | None = None
    load_copies: Loader | None = None
    load_target: Loader | None = None
    load_bootstrap: Loader | None = None

    @property
    def spec(self) -> type[Spec]:
        """The class of its settings."""
        declared: type[Spec] = self.load_spec()
        return declared

    def variant(self, spec: Spec) -> Variant:
        """What these settings compute."""
        return next(
            variant
            for variant in self.variants
            if all(spec.leaf(name) == value for name, value in variant.when.items())
        )

    def title(self, spec: Spec) -> str:
        """A short name of what a spec computes: what differs from the defaults."""
        default, leaves = dict(type(spec)().leaves()), dict(spec.leaves())
        named = {name for variant in self.variants for name in variant.when}
        changed = [
            f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in leaves.items()
            if value != default[name] and name not in named | SOURCE_FIELDS
        ]
        name = f"{self.name} {self.variant(spec).name}".rstrip()
        source = leaves.get("name") or leaves.get("source", "")
        parts = [f"{name} {leaves['dim']}-d", *changed[:CHANGES_SHOWN], source]
        return ", ".join(parts)[:LONGEST_TITLE]


def kind_in(kinds: Iterable[Kind], class_name: str) -> Kind:
    """The row of a spec's class, by name. Raises SpecError where there is none."""
    kind = next((kind for kind in kinds if kind.class_name == class_name), None)
    if kind is None:
        raise SpecError(
            message("{kind} does not describe a model that can be trained.", kind=class_name)
        )
    return kind
