"""The pages, a row each, by the folder (room) that holds their scripts.

All that is known of a page before it runs stands in the `rows` of its room and nowhere else.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import cache

from core.specs import Spec
from dashboard.compare import rows as compare
from dashboard.images import rows as images
from dashboard.items import rows as items
from dashboard.mathematics import rows as mathematics
from dashboard.page_row import Page
from dashboard.texts import rows as texts
from dashboard.vectors import rows as vectors
from dashboard.words import rows as words

SUBJECTS = {
    "texts": "dashboard.chain.corpus_picker",
    "vectors": "dashboard.chain.vectors_picker",
    "collection": "dashboard.items.parts.collection_picker",
    "items": "dashboard.images.parts.items_picker",
    "labelled": "dashboard.texts.parts.labelled_subject",
    "matrix": "dashboard.mathematics.parts.matrix_picker",
    "swept": "dashboard.compare.parts.sweep_subject",
}
"""What pages show, by name: the module that names it in the bar above the page and chooses it.

Each has `context`, which gives (heading, name) of what is in use, and `pick`, which draws the
picker. They are imported when a page is opened whose subject they are.
"""
ROOMS = {
    "Words": words.ROWS,
    "Vectors": vectors.ROWS,
    "Texts": texts.ROWS,
    "Items": items.ROWS,
    "Compare": compare.ROWS,
    "Mathematics": mathematics.ROWS,
    "Images": images.ROWS,
}
"""The rows of the pages whose scripts are in the folder of that name."""
_USUAL = {  # of a room's pages: what they are for, and what they show
    "Words": ("Explore", "texts"),
    "Vectors": ("Explore", "vectors"),
    "Texts": ("Train", "texts"),
    "Items": ("Explore", "collection"),
    "Compare": ("Compare", "texts"),
    "Mathematics": ("Learn", ""),
    "Images": ("Train", "items"),
}
TASKS = ("Data", "Explore", "Train", "Compare", "Learn")
"""What one comes to do: the menus of the navigation, in its order."""


def _whole(page: Page, task: str, subject: str) -> Page:
    """A page with what is usual in its room where it says nothing else."""
    return replace(
        page,
        task=task if page.task is None else page.task,
        subject=subject if page.subject is None else page.subject,
    )


_PLACED = [_whole(page, *_USUAL[room]) for room, pages in ROOMS.items() for page in pages]
SECTIONS = {task: tuple(page for page in _PLACED if page.task == task) for task in TASKS}
PAGES = {page.file: page for page in _PLACED}
SCRIPTS = {
    page.file: f"{room.lower()}/{page.file}.py" for room, pages in ROOMS.items() for page in pages
}
"""Where each page's script is, from `app.py`."""
FIRST = "start"
"""The page that opens first."""


def address(page: str) -> str:
    """The last part of a page's path in links."""
    return "" if page == FIRST else page


@cache
def kinds(page: str) -> tuple[type[Spec], ...]:
    """The specs that a page publishes."""
    specs: list[type[Spec]] = []
    for name in PAGES[page].specs:
        module, _, attribute = name.rpartition(".")
        value = getattr(importlib.import_module(module), attribute)
        specs += value if isinstance(value, tuple) else [value]
    return tuple(specs)
