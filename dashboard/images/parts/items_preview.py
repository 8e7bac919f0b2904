"""The items in use, before anything is trained on them."""

from __future__ import annotations

import numpy as np

from core.items.data import Loaded
from core.items.specs import Items
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.language import say
from dashboard.ui import captions
from dashboard.ui.figure import show_figure

COLUMNS, ROWS = 24, 6


def draw(items: Items, data: Loaded, answer: str) -> None:
    """The first items below a sentence: what a training will make of them."""
    rows = min(ROWS, -(-len(data.x) // COLUMNS))
    count = min(len(data.x), rows * COLUMNS)
    grid = np.full((rows * COLUMNS, data.x.shape[1]), np.nan, np.float32)
    grid[:count] = data.x[:count]
    item, name = say("item {i}"), say(items.label)
    captions.answer(answer)
    show_figure(
        mosaic(
            grid.reshape(rows, COLUMNS, -1), data.picture, rows=[""] * rows,
            hover=np.array([item.format(i=i) for i in range(len(grid))]).reshape(rows, COLUMNS),
        ),
        "items",
        alt=say("The first {n} items of {data}", n=count, data=name),
        height=height(rows, COLUMNS, data.picture, data.x.shape[1]),
        shape=shape(rows, COLUMNS, data.picture, data.x.shape[1]),
    )  # fmt: skip
    captions.caption(
        say(
            "{data}: the first {n:,} of {all:,} items. "
            "Labels, where there are any, are never shown to the model.",
            data=name, n=count, all=len(data.x),
        )
    )  # fmt: skip
