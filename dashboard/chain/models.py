"""Choosing a model: one from the shelf, or the PPMI-SVD of the current settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
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
from dashboard.chain import examples, spaces
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


def labels(entries: Iterable[shelf.Entry], taken: Iterable[str] = ()) -> dict[str, str]:
    """What each model is called in a list, by its id: no two alike, nor like those `taken`.

    A list's choice goes to the browser and back as its label, so that of two models of one name
    the first would be chosen for both. Models of one name say when they were made.
    """
    entries, taken = list(entries), list(taken)
    names = {entry.id: spaces.called(entry) for entry in entries}
    made = {entry.id: entry.made.replace("T", " ")[:16] for entry in entries}
    for distinction in (made, {id: id for id in names}):
        times = Counter([*names.values(), *taken])
        names = {
            id: f"{name} · {distinction[id]}" if times[name] > 1 else name
            for id, name in names.items()
        }
    return names


def pick(
    label: str = "Model",
    *,
    setting: str = "model",
    fits: Callable[[shelf.Entry], bool] = lambda entry: True,
    live: str | None = LIVE,
    items: bool = False,
    offers: bool = True,
    beside: shelf.Entry | None = None,
    bring: bool = True,
) -> str:
    """A list of the shelf's models; returns the id chosen, "" for the entry `live`.

    items: whether the page takes the rows of a collection as well as words; offers: those not on
    the shelf, too; beside: a model that this one is compared with: of rows, those of the same
    collection alone are offered; bring: whether a collection that is chosen is put on the shelf
    here, rather than by `in_use`.
    """
    entries = {e.id: e for e in shelf.entries() if fits(e) and (items or not e.of_items)}
    offered = spaces.missing() if items and offers else {}
    if beside is not None:
        entries = {id: entry for id, entry in entries.items() if spaces.comparable(beside, entry)}
        offered = {option: name for option, name in offered.items() if spaces.fits(option, beside)}
    key = state.seed(setting, "", listed=True)
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
    names = labels(entries.values(), [say(live or ""), *offered.values()])
    names |= {"": say(live or "")} | offered
    value = st.selectbox(
        say(label),
        options,
        index=options.index(current),
        key=key,
        format_func=names.__getitem__,
        help=say("Models are trained and loaded on the page “Models”."),
    )
    state.keep(setting, value)
    return settled(setting) if bring and value in offered else str(value)


def settled(setting: str = "model") -> str:
    """The id of the model that a setting names, once a collection that it names is on the shelf.

    Until then its progress is shown and the run ends; where it cannot be opened it says why.
    """
    value = str(state.get(setting, ""))
    if not value.startswith(spaces.PREFIX):
        return value
    with errors_shown():
        if id := spaces.bring(value):
            state.put(setting, id)
            st.rerun()
        st.stop()  # its progress is shown, and the page follows
    return str(state.keep(setting, ""))


def _unfit(id: str, beside: shelf.Entry | None) -> Message:
    """Why the model of a link cannot be chosen."""
    entry = shelf.find(id)
    if entry is not None and beside is not None:
        template = "“{name}” does not hold the same rows as “{other}”; another is chosen."
        return message(template, name=spaces.called(entry), other=spaces.called(beside))
    if entry is not None and entry.of_items:
        return spaces.not_words(spaces.called(entry))
    return message("The link's model is not on this shelf.")


def part(entry: shelf.Entry | None) -> str:
    """Which of the model's vectors to use; only those it has are offered."""
    if entry is not None and not entry.contexts:
        state.put("part", "word")
        return "word"
    return controls.pick(Shelved, "part", "Its vectors", names=PARTS, compact=False)


def entry_of() -> shelf.Entry | None:
    """The shelf's model that is chosen; None for the PPMI-SVD of the current settings."""
    id = state.get("model", "")
    return shelf.find(id) if id else None


def in_use() -> shelf.Entry | None:
    """The same, where a page shows it: a collection that is chosen is put on the shelf."""
    settled()
    return entry_of()


def chosen(*, parts: bool = True) -> Chosen | None:
    """The model in use; None while it is computed. parts: whether its contexts may be used."""
    entry = in_use()
    which = state.get("part", "word") if parts and entry is not None and entry.contexts else "word"
    if entry is not None:
        model = shelf.load(entry.id)
        name = spaces.called(entry)
        return Chosen(Shelved(entry.id, which), name, model, space(model, which), which)
    examples.dimension()
    spec = state.spec(PpmiSvd)
    fitted = obtain(fit, spec, "live model")
    if fitted is None:
        return None
    name = spaces.title_of(fitted.spec)
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
