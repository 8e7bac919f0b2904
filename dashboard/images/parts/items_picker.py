"""Choosing items: a data set of the program, or pictures and tables of one's own."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import network
from core.errors import CoreError
from core.items.data import OPENML
from core.items.files import store_together
from core.items.specs import Items
from dashboard import state
from dashboard.images.parts import items_read
from dashboard.images.views import GeneratorsView
from dashboard.language import say
from dashboard.markdown import plain_message
from dashboard.slots import slot
from dashboard.ui import controls
from dashboard.ui.mirrors import follow

SAMPLES = {
    "digits": "Digits, 8×8 (1,797)",
    "mnist": "MNIST, 28×28 (network)",
    "fashion": "Fashion-MNIST (network)",
}
OWN = "upload"
ROWS = {"auto": "As they look", "pictures": "Pictures", "table": "Numbers"}
SCENES = {"plane": "Points of a plane", "dirac": "Two numbers"}


def context() -> list[tuple[str, str]]:
    """The items in use; of a game, what it is played on."""
    if (scene := _scene()) in SCENES:
        return [("Game", say(SCENES[scene]))]
    return [("Items", _name(in_use()))]


def in_use() -> Items:
    """The items that the pages model."""
    return state.spec(Items)


def words() -> list[str]:
    """No words: nothing of this is typed."""
    return []


def pick() -> None:
    """Draw the picker: files of one's own, the data sets, and how a file was read."""
    current = in_use()
    try:
        _upload(current)
        _samples(current)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
    if current.dataset == OWN and current.dataset_digest:
        controls.pick(Items, "form", "Rows are", names=ROWS)
        current = in_use()
        if (corrected := items_read.understood(current)) != current:
            state.put_all(dict(corrected.leaves()))
            st.rerun()
        items_read.show(current)


@dataclass
class Given:
    """The files given last, by the browser's names for them, and why they could not be read."""

    files: tuple[str, ...] = ()
    refusal: CoreError | None = None


def _upload(current: Items) -> None:
    files = st.file_uploader(
        say("Open your own pictures or table"), key="vae-upload", accept_multiple_files=True,
        help=say(
            "IDX as MNIST comes (pictures, and labels if you have them, both at once), npz or "
            "npy, a zip of pictures of one size (folders are labels), or a csv of numbers. Labels "
            "only judge. It stays on the machine this app runs on."
        ),
    )  # fmt: skip
    given, ids = slot(Given), tuple(file.file_id for file in files or ())
    if not ids:
        given.refusal = None
    elif given.files != ids:
        given.files, given.refusal = ids, None
        try:
            items = store_together([(file.name, file) for file in files])
        except CoreError as error:
            given.refusal = error
        else:
            table = {f"{items_read.TABLE}{n}": value for n, value in items.items_table.leaves()}
            _adopt(OWN, items.dataset_name, items.dataset_digest, **table)
    if given.refusal is not None:
        raise given.refusal


def _samples(current: Items) -> None:
    """The data sets, as a list that shows files of one's own where those are in use."""
    options = [*SAMPLES, *([OWN] if current.dataset == OWN else [])]
    names = {o: say(label) for o, label in SAMPLES.items()} | {current.dataset: _name(current)}
    key = state.worded("items-choice")
    follow(key, current.dataset, current.dataset)
    chosen = st.selectbox(
        say("Or a sample"), options, options.index(st.session_state[key]), key=key,
        format_func=names.__getitem__,
    )  # fmt: skip
    if chosen != current.dataset:
        if chosen in OPENML:
            network.ask_for(OPENML[chosen])
        _adopt(chosen, "", "")


def _adopt(dataset: str, name: str, digest: str, **more: str) -> None:
    state.put_all({"dataset": dataset, "dataset_name": name, "dataset_digest": digest} | more)
    if _scene():
        state.put("scene", "items")
    st.rerun()


def _name(items: Items) -> str:
    return say(SAMPLES.get(items.dataset, items.label))


def _scene() -> str:
    """What a game is played on; "" on pages without games."""
    played = state.page() == "generators"
    return str(state.get("scene", GeneratorsView().scene)) if played else ""
