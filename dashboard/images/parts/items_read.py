"""What was understood of a file of items, below the place where it was dropped."""

from __future__ import annotations

import streamlit as st

from core import jobs
from core.errors import CoreError
from core.items.data import Loaded, load
from core.items.files import preview
from core.items.specs import Items
from dashboard.language import paragraph, say
from dashboard.markdown import plain, plain_message
from dashboard.slots import slot
from dashboard.ui import tables
from dashboard.ui.work import PATIENCE, Places, watcher

TABLE = "items_table_"  # before the names of an upload's options of a table
CLASSES = 8  # labels that are named


def show(spec: Items) -> None:
    """The number and the form of the items, their labels, what was guessed and what set aside.

    Nothing while a file is being read, or where it cannot be: the page says so itself.
    """
    if f"items:{spec.key}" in slot(Places).ended:  # it failed, or was stopped
        return
    if not load.ready(spec) and not jobs.submit(load, spec, watcher("items")).wait(PATIENCE):
        return
    if not load.ready(spec):
        return
    data = load(spec)
    for line in (summary(data), *map(plain_message, data.notes)):
        st.caption(line)
    tables.left_out(data.set_aside)


def say_taken(data: Loaded) -> None:
    """What of a file of one's own is modelled and what is not, above all that is made of it."""
    text = paragraph(summary(data), *map(plain_message, data.notes))
    few = data.x.shape[1]
    if not data.picture and (few == 1 or len(data.columns) >= few):
        st.warning(text, icon=":material/table_rows:")
    else:
        st.caption(text)


def understood(spec: Items) -> Items:
    """Show how a table was read; the items as the user says the table is to be read."""
    try:
        shown = preview(spec)
    except CoreError:  # the page says so itself
        return spec
    if shown is None:
        return spec
    key = f"items-table-{spec.dataset_digest[:12]}"
    options = tables.understood(shown, spec.items_table, key, numbers=True, named=True)
    return spec.replace(**{f"{TABLE}{name}": value for name, value in options.leaves()})


def summary(data: Loaded) -> str:
    """How many items were read, of what form, and how their labels are called."""
    n = len(data.x)
    if data.picture:
        height, width = data.picture
        read = say("{n:,} pictures of {w}×{h} were read.", n=n, w=width, h=height)
    else:
        read = say("{n:,} rows of {d:,} numbers were read.", n=n, d=data.x.shape[1])
    if not data.classes:
        return f"{read} {say('They have no labels.')}"
    names = ", ".join(plain(name) for name in data.classes[:CLASSES])
    more = ", …" if len(data.classes) > CLASSES else ""
    labels = say("{k:,} labels: {names}.", k=len(data.classes), names=names + more)
    return f"{read} {labels}"
