"""Python that constructs a spec: the start of Code tabs, scripts and notebooks."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from core.errors import SpecError
from core.specs import Spec


def constructor(spec: Spec, named: Mapping[Spec, str] | None = None) -> str:
    """Python that constructs this spec, naming only what differs from the defaults.

    named: specs that earlier lines have constructed, and their variables.
    """
    if named and spec in named:
        return named[spec]
    try:
        default = type(spec)()
    except SpecError:  # it has none
        default = None
    parts = []
    for field in dataclasses.fields(spec):
        value = getattr(spec, field.name)
        if default is None or value != getattr(default, field.name):
            code = constructor(value, named) if isinstance(value, Spec) else repr(value)
            parts.append(f"{field.name}={code}")
    return f"{type(spec).__name__}({', '.join(parts)})"


def model_code(spec: Spec, imports: str, lines: str) -> str:
    """Python that constructs a model's `spec`, followed by `lines` that use it."""
    kinds = ", ".join(sorted({type(spec).__name__, "Shelved"}))
    return (
        "from core.counts import Association, Counts\nfrom core.text import Corpus, Source, Text\n"
        f"from core.vectors.specs import {kinds}\n{imports}\nspec = {constructor(spec)}\n{lines}\n"
    )
