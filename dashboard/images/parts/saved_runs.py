"""Trained models as files: saved from a page, and shown again as they were saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.compare.item_specs import TwoMaps, Versions
from core.items.collection import table_of
from core.items.collection_specs import Collection
from core.messages import message
from core.spaces.specs import Kept, Place, Space
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.navigation import PAGES
from dashboard.slots import slot
from dashboard.ui import downloads, live_run
from dashboard.ui.live_run import Trainer
from dashboard.ui.work import errors_shown


@dataclass
class Opened:
    """The saved model that was read last, by the browser's id, and its run by its settings."""

    file: str = ""
    runs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Families:
    """What was read, by the name of the trainer."""

    by_name: dict[str, Opened] = field(default_factory=dict)


def _opened(name: str) -> Opened:
    return slot(Families).by_name.setdefault(name, Opened())


def given(name: str) -> Callable[[Any], Any]:
    """For `Trainer.given`: the run of a spec that came from a file, in this browser tab."""
    return lambda spec: _opened(name).runs.get(spec.key)


def loader(trainer: Trainer, read: Callable[[bytes], tuple[Any, Any]]) -> None:
    """A closed part of the controls, with a field for a saved model; why it is refused is there."""
    with st.expander(say("Load a saved model")), errors_shown():
        _load(trainer, read)


def _load(trainer: Trainer, read: Callable[[bytes], tuple[Any, Any]]) -> None:
    """Load a saved model; its settings become those of the page."""
    file = st.file_uploader(
        say("A saved model"), key=f"{trainer.name}-model-file", type=["safetensors"],
        help=say(
            "A file that “Save the model” wrote. It is shown as it was saved, and not trained on."
        ),
    )  # fmt: skip
    opened = _opened(trainer.name)
    if file is None or opened.file == file.file_id:
        return
    opened.file = file.file_id
    spec, trained = read(file.getvalue())
    opened.runs = {spec.key: trained}
    state.put_all(dict(spec.leaves()))
    live_run.watched(trainer).base = spec.run_key  # its steering came with it
    st.rerun()


def saver(name: str, epoch: int, make: Callable[[], bytes]) -> None:
    """The button that saves the result of a run."""
    downloads.later(
        message("Save the model, epoch {epoch}", epoch=epoch), make, "model.safetensors",
        "application/octet-stream", f"{name}:model",
    )  # fmt: skip


def as_space(name: str, label: str, make: Callable[[], Collection]) -> None:
    """The buttons that make vectors of items a collection, and go to its pages."""

    def leave(page: str) -> None:
        space = Space(make())
        if page == "two_embeddings":  # beside the items' own numbers, where these came along
            given = table_of(space.collection).names("embedding")
            state.adopt(TwoMaps(Versions(space, "column" if len(given) > 1 else "pca")))
        else:
            state.adopt(Kept(Place(space)))
        state.leave_for(page)

    with st.container(horizontal=True, gap="small"):
        st.button(
            label, icon=":material/table_view:", key=f"{name}:collection", on_click=leave,
            args=("collection",),
        )  # fmt: skip
        for page in ("doubt", "two_embeddings"):
            st.button(
                say(PAGES[page].title), icon=PAGES[page].icon, key=f"{name}:{page}",
                on_click=leave, args=(page,), type="tertiary",
            )  # fmt: skip


def space_label(epoch: int) -> str:
    """What the button of `as_space` says of codes."""
    return marked("Codes of epoch {epoch} as a collection", epoch=epoch)
