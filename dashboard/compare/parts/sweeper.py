"""The controls of a sweep: what is swept, over which values, how settings are chosen and judged."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.errors import SpecError
from core.registry import BY_CLASS
from core.specs import Leaf, Spec
from core.sweeps.axes import Axis, fields, parse, shown
from core.sweeps.specs import Sweep
from core.sweeps.targets import OBJECTIVES, objectives_of, read, seed_of, write
from core.vectors.kinds import PPMI_SVD
from core.vectors.rows.common import OVERLAP
from core.vectors.specs import Shelved
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import models
from dashboard.language import say
from dashboard.markdown import plain_message
from dashboard.ui import controls, layout, mirrors
from dashboard.ui.captions import caption

FEW = 8  # options that are chosen one by one


def panel() -> Sweep | None:
    """The sweep that the controls describe. Raises SpecError for an impossible one."""
    base = _base()
    if base is None:
        return None
    layout.heading("Fields and values")
    axes = _axes(type(base))
    layout.heading("Choosing settings")
    sampler = controls.pick(Sweep, "sampler", "Sampler",
                            names={"tpe": "TPE", "sobol": "Sobol"})  # fmt: skip
    if sampler != "grid":
        controls.slider(Sweep, "trials", "Settings tried", log=True)
        controls.slider(Sweep, "sampling_seed", "Seed of the choice", high=999)
    if seed_of(type(base)):
        controls.slider(Sweep, "repeats", "Seeds for each setting")
    else:
        caption(
            say(
                "Nothing in this model is random: one run a setting, and the doubt is "
                "that of the list's pairs or questions."
            )
        )
    layout.heading("Objectives")
    _objectives(type(base))
    return None if axes is None else state.spec(Sweep)


def begin(kind: str) -> None:
    """Set everything to where sweeps of a kind begin."""
    state.put_all(dict(Sweep(**BY_CLASS[kind].start).leaves()))


def _base() -> Spec | None:
    layout.heading("Model")
    now = str(state.get("swept", Sweep().swept))
    kind = now.partition("?")[0]
    names = list(BY_CLASS)
    chosen = st.selectbox(
        say("What is swept"), names, index=names.index(kind) if kind in names else 0,
        format_func={name: say(row.name) for name, row in BY_CLASS.items()}.__getitem__,
        key=state.worded(f"sweep-kind:{kind}"),
    )  # fmt: skip
    if chosen != kind:
        begin(str(chosen))
        st.rerun()
    if st.button(
        say("Settings of the other pages"),
        icon=":material/input:", width="stretch", key="sweep-now",
        help=say("Start from what this model's page is set to in this browser."),
    ):  # fmt: skip
        state.put("swept", write(state.spec(BY_CLASS[kind].spec)))
        st.rerun()
    text = controls.words(
        Sweep, "swept", "Its settings, where they differ from the defaults",
    )  # fmt: skip
    try:
        return read(text)
    except SpecError as error:
        st.error(plain_message(error), icon=":material/error:")
        return None


def _axes(kind: type[Spec]) -> str | None:
    """Which fields vary, and the values of each; None, and a message, where impossible."""
    known = {field.path: field for field in fields(kind) if field.name != seed_of(kind)}
    text = str(state.get("axes", Sweep().axes))
    try:
        now = {axis.path: axis for axis in parse(text, kind)}
    except SpecError:  # they are those of another model
        now = {}
    key = state.worded(f"sweep-fields:{kind.__name__}")
    if mirrors.follow(key, text, list(now)):
        for path, axis in now.items():
            st.session_state[_key(kind, path)] = _shown(axis, known[path])
    chosen = st.multiselect(
        say("Fields"), list(known), key=key,
        default=st.session_state[key],  # as all controls: a run that overtakes another keeps it
        format_func={path: field.name for path, field in known.items()}.__getitem__,
        help=say("Any number, name, or yes-or-no of the model and of all it is made from."),
    )  # fmt: skip
    axes: str | None = "; ".join(f"{path} = {_values(kind, known[path])}" for path in chosen)
    try:
        axes = "; ".join(map(str, parse(axes or "", kind)))
        state.put("axes", text := axes)
    except SpecError as error:
        st.error(plain_message(error), icon=":material/error:")
        axes = None
    mirrors.note(key, text)
    return axes


def _values(kind: type[Spec], field: Leaf) -> str:
    key = _key(kind, field.path)
    if 0 < len(field.options) <= FEW:
        options = [shown(option) for option in field.options]
        st.session_state.setdefault(key, options)
        picked = st.pills(field.name, options, selection_mode="multi", key=key,
                          default=st.session_state[key],
                          help=say(field.limits["help"]) or None)  # fmt: skip
        return ", ".join(picked)
    st.session_state.setdefault(key, shown(field.default))
    if field.options:
        where = say("one of {options}", options=", ".join(field.options))
    else:
        low, high = field.limits["low"], field.limits["high"]
        where = say("{low:g} to {high:g}", low=low, high=high)
    text: str = st.text_input(
        field.name, st.session_state[key], key=key,
        help=say(
            "{what}: {where}. Values “2, 5, 10”, or a range “2 .. 10”, “10 .. 300 log”; “in 7” "
            "says how many points a grid takes of it.",
            what=say(field.limits["help"]).rstrip(".。"), where=where,
        ),
    )  # fmt: skip
    return text


def _shown(axis: Axis, field: Leaf) -> Any:
    if 0 < len(field.options) <= FEW:
        return [shown(value) for value in axis.values]
    return str(axis).partition(" = ")[2]


def _key(kind: type[Spec], path: str) -> str:
    return f"sweep-values:{kind.__name__}:{path}"


def _objectives(kind: type[Spec]) -> None:
    possible = objectives_of(kind)
    now = [name.strip() for name in str(state.get("objectives", Sweep().objectives)).split(",")]
    key = f"sweep-objectives:{kind.__name__}"
    mirrors.follow(key, now, [name for name in now if name in possible] or [possible[0]])
    chosen = st.pills(
        say("Measured of each run; TPE follows the first"), possible, selection_mode="multi",
        key=key, default=st.session_state[key],
        format_func={name: say(name) for name in possible}.__getitem__,
        help="; ".join(f"{say(name)}: {say(OBJECTIVES[name].meaning)}" for name in possible),
    )  # fmt: skip
    chosen = [name for name in now if name in chosen] + [n for n in chosen if n not in now]
    mirrors.note(key, chosen)
    state.put("objectives", ", ".join(chosen))
    if OVERLAP in chosen:
        _reference()


def _reference() -> None:
    live = say("PPMI-SVD, defaults")
    shelved = models.labels(shelf.entries(), [live])
    options = {write(PPMI_SVD.spec()): live}
    options |= {write(Shelved(id)): name for id, name in shelved.items()}
    now = str(state.get("reference", ""))
    if now and now not in options:
        options[now] = now
    chosen = st.selectbox(
        say("Compared with"), list(options), index=list(options).index(now) if now else 0,
        format_func=options.__getitem__, key=state.worded("sweep-reference"),
    )  # fmt: skip
    state.put("reference", str(chosen))
