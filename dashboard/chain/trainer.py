"""The controls of each kind of model, its formula, and the spec they make."""

from __future__ import annotations

import streamlit as st

from core.kinds import Control, Kind
from core.specs import Spec, limits
from core.vectors.kinds import KINDS, kind_of
from dashboard import state
from dashboard.chain import stages as chain
from dashboard.chain.views import TrainView
from dashboard.language import say
from dashboard.ui import controls


def pick() -> Kind:
    """Which kind of model, as a list of choices."""
    names: dict[str, str] = {kind.key: kind.name for kind in KINDS}
    key = controls.pick(TrainView, "model_kind", "Model", names=names, compact=False)
    return next(kind for kind in KINDS if kind.key == key)


def panel(kind: Kind) -> Spec:
    """All controls of a kind of model. Raises SpecError where they do not fit together."""
    if kind.live:
        chain.words_to_vectors()
        return state.spec(kind.spec)
    chain.corpus()
    counted = hasattr(kind.spec(), "counts")
    if counted:
        chain.counts()
    chain.stage("3" if counted else "2", "Training")
    for control in kind.controls:
        if not control.more:
            _draw(kind.spec, control)
    with st.expander(say("More on training")):
        for control in kind.controls:
            if control.more:
                _draw(kind.spec, control)
        if kind.seed:
            _seed(kind.seed)
    return state.spec(kind.spec)


def explain(spec: Spec) -> None:
    """The formula of what would be trained, and one sentence on it."""
    variant = kind_of(spec).variant(spec)
    st.latex(variant.formula)
    st.caption(say(variant.sentence), text_alignment="center")


def _draw(spec: type[Spec], control: Control) -> None:
    """One control, of the form that suits its field's values."""
    name, label = control.name, control.label
    if control.only:
        other, required = control.only
        if state.get(other, spec().leaf(other)) != required:
            return
    if "options" in limits(spec, name):
        controls.pick(spec, name, label, names=dict(control.names), compact=control.compact)
    elif isinstance(spec().leaf(name), bool):
        controls.toggle(spec, name, label)
    elif control.stops:
        zero = control.zero
        controls.choose(
            spec, name, label, control.stops,
            format=lambda t: say(zero) if zero and not t else control.format.format(t),
        )  # fmt: skip
    else:
        controls.slider(
            spec, name, label, step=control.step, high=control.high, log=control.log,
            format=control.format,
        )  # fmt: skip


def _seed(name: str) -> None:
    key = state.seed(name, 0)
    value = st.number_input(say("Seed"), 0, 10_000, st.session_state[key], key=key)
    state.keep(name, int(value))
