"""Choosing a model: one from the shelf, or the PPMI-SVD of the current settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.messages import Message, message
from core.specs import Spec
from core.vectors.models.fitting import fit
from core.vectors.models.model import Model, Space, space
from core.vectors.specs import PpmiSvd, Shelved
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import spaces
from dashboard.language import say
from dashboard.spec_code import model_code
from dashboard.ui import code_tab, controls, downloads, notices, provenance_tab
from dashboard.ui.tabs import tabs
from dashboard.ui.work import errors_shown, obtain

if TYPE_CHECKING:
    import pandas as pd

PARTS = {
    "word": "words, w",
    "context": "contexts, c",
    "sum": "sum, w + c",
    "concatenated": "both, [w; c]",
}
LIVE = "PPMI-SVD of the current settings"


@dataclass(frozen=True)
class Chosen:
    """A chosen model, which of its vectors to use, and the spec that identifies it."""

    spec: Spec
    name: str
    model: Model
    space: Space
    part: str

    @property
    def on_shelf(self) -> bool:
        return isinstance(self.spec, Shelved)


def pick(
    label: str = "Model",
    *,
    setting: str = "model",
    fits: Callable[[shelf.Entry], bool] = lambda entry: True,
    live: str | None = LIVE,
    items: bool = False,
    offers: bool = True,
    beside: shelf.Entry | None = None,
) -> str:
    """A list of the shelf's models; returns the id chosen, "" for the entry `live`.

    items: whether the page takes the rows of a collection as well as words; offers: those not on
    the shelf, too; beside: a model that
    this one is compared with: of rows, those of the same collection alone are offered.
    """
    entries = {e.id: e for e in shelf.entries() if fits(e) and (items or not e.of_items)}
    offered = spaces.missing() if items and offers else {}
    if beside is not None:
        entries = {id: entry for id, entry in entries.items() if spaces.comparable(beside, entry)}
        offered = {option: name for option, name in offered.items() if spaces.fits(option, beside)}
    key = state.seed(setting, "")
    if items and offers and beside is None:
        offered |= spaces.requested(st.session_state[key], offered)
    options = [*([""] if live else []), *entries, *offered]
    if st.session_state[key] not in options:
        if st.session_state[key]:
            notices.add(_unfit(st.session_state[key], beside))
        st.session_state[key] = options[0] if options else ""
    if not options:
        return ""
    current = st.session_state[key]
    labels = {id: entry.name for id, entry in entries.items()} | {"": say(live or "")} | offered
    value = st.selectbox(
        say(label),
        options,
        index=options.index(current),
        key=key,
        format_func=labels.__getitem__,
        help=say("Models are trained and loaded on the page “Models”."),
    )
    state.keep(setting, value)
    if value in offered:
        with errors_shown():
            if id := spaces.bring(value):
                state.put(setting, id)
                st.rerun()
            st.stop()  # its progress is shown, and the page follows
        value = state.keep(setting, "")
    return str(value)


def _unfit(id: str, beside: shelf.Entry | None) -> Message:
    """Why the model of a link cannot be chosen."""
    entry = shelf.find(id)
    if entry is not None and beside is not None:
        template = "“{name}” does not hold the same rows as “{other}”; another is chosen."
        return message(template, name=entry.name, other=beside.name)
    if entry is not None and entry.of_items:
        return spaces.not_words(entry.name)
    return message("The link's model is not on this shelf.")


def part(entry: shelf.Entry | None) -> str:
    """Which of the model's vectors to use; only those it has are offered."""
    if entry is not None and not entry.contexts:
        state.put("part", "word")
        return "word"
    return controls.pick(Shelved, "part", "Its vectors", names=PARTS, compact=False)


def chosen(
    *, parts: bool = True, fits: Callable[[shelf.Entry], bool] = lambda entry: True
) -> Chosen | None:
    """A row of controls that choose a model, and that model; None while it is computed."""
    if not parts:
        id, which = pick(fits=fits), "word"
        entry = shelf.find(id) if id else None
    else:
        left, right = st.columns([3, 1.4], vertical_alignment="bottom")
        with left:
            id = pick(fits=fits)
        entry = shelf.find(id) if id else None
        with right:
            which = part(entry)
    if entry is not None:
        model = shelf.load(id)
        return Chosen(Shelved(id, which), entry.name, model, space(model, which), which)
    spec = state.spec(PpmiSvd)
    fitted = obtain(fit, spec, "live model")
    if fitted is None:
        return None
    name = shelf.name_of(fitted.spec)
    return Chosen(fitted.spec, name, fitted.result, space(fitted.result, which), which)


def below_model(name: str, choice: Chosen, imports: str, code: str, table: pd.DataFrame) -> None:
    """Table, code and provenance of what a page shows of a model."""
    training = shelf.get(choice.spec.leaf("model")).training if choice.on_shelf else None
    tabs(
        f"{name}-below-tabs",
        {
            "Table": lambda: downloads.table(table, name, name, {"rank": say("rank‹of a list›")}),
            "Code": lambda: code_tab.show(model_code(choice.spec, imports, code)),
            "Provenance": lambda: provenance_tab.show(
                *([training] if training else []), choice.spec
            ),
        },
    )
