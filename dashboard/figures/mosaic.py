"""Many small pictures as one: samples beside members, and the sheet of pictures for hovering."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from dashboard.figures.template import escape

GAP = 1  # pixels between pictures, where nothing is painted
STRIP = 3.0  # standard deviations of a table's column: black is −3, white is 3


def mosaic(
    pictures: np.ndarray,
    picture: tuple[int, ...],
    *,
    rows: Sequence[str],
    hover: np.ndarray,
    split: int = 0,
    heads: Sequence[str] = (),
) -> go.Figure:
    """Pictures (R, C, D) in rows and columns, black 0 and white 1; NaN ones are left out.

    A row of a table is drawn as a strip. hover: (R, C) texts; after `split` columns a column
    stays free, and `heads` name the parts on its two sides.
    """
    R, C = pictures.shape[:2]
    h, w = _size(picture, pictures.shape[2])
    wide = [c * (w + GAP) + (w if split and c >= split else 0) for c in range(C)]
    sheet = np.zeros((R * (h + GAP) - GAP, wide[-1] + w, 2), np.uint8)  # grey, opacity
    grey = _grey(pictures, picture).reshape(R, C, h, w)
    there = np.isfinite(pictures).all(axis=2)
    for r, c in zip(*np.nonzero(there), strict=True):
        area = sheet[r * (h + GAP) : r * (h + GAP) + h, wide[c] : wide[c] + w]
        area[..., 0], area[..., 1] = grey[r, c], 255
    middle = [r * (h + GAP) + (h - 1) / 2 for r in range(R)]
    places = [0, wide[split] if split else 0]
    return go.Figure(
        [
            go.Image(source=_png(Image.fromarray(sheet)), hoverinfo="skip"),
            go.Heatmap(
                z=np.where(there, 0.0, np.nan).astype(np.float32),
                x=[x + (w - 1) / 2 for x in wide],
                y=middle,
                text=hover,
                hovertemplate="%{text}<extra></extra>",
                hoverongaps=False,
                showscale=False,
                colorscale=[(0, "rgba(0,0,0,0)"), (1, "rgba(0,0,0,0)")],
            ),
        ],
        {
            "uirevision": f"{R}×{C}",
            "margin": {"t": 22 if heads else 4},
            "xaxis": {
                "visible": False, "range": [-0.5, sheet.shape[1] - 0.5], "constrain": "domain",
            },
            "yaxis": {
                "tickvals": middle, "ticktext": [escape(row) for row in rows], "showgrid": False,
                "zeroline": False, "ticks": "", "range": [sheet.shape[0] - 0.5, -0.5],
                "scaleanchor": "x", "constrain": "domain",
            },
            "annotations": [
                {"text": head, "x": x, "y": 1, "yref": "paper", "xanchor": "left",
                 "yanchor": "bottom", "showarrow": False}
                for head, x in zip(heads, places, strict=False)
            ],
        },
    )  # fmt: skip


def height(rows: int, columns: int, picture: tuple[int, ...], size: int, most: int = 760) -> int:
    """Pixels a mosaic of the page's full width asks for."""
    return int(np.clip(shape(rows, columns, picture, size) * 900 + 30, 90, most))


def shape(rows: int, columns: int, picture: tuple[int, ...], size: int) -> float:
    """Height over width of a mosaic."""
    h, w = _size(picture, size)
    return rows * (h + GAP) / (columns * (w + GAP))


def sheet(pictures: np.ndarray, picture: tuple[int, ...]) -> dict[str, Any]:
    """Pictures (n, D) on one sheet, for the figure to show one of them: the address and sizes."""
    n, D = pictures.shape
    h, w = _size(picture, D)
    columns = int(np.ceil(np.sqrt(n)))
    painted = np.zeros((-(-n // columns) * h, columns * w), np.uint8)
    for i, grey in enumerate(_grey(pictures, picture).reshape(n, h, w)):
        y, x = i // columns * h, i % columns * w
        painted[y : y + h, x : x + w] = grey
    return {"source": _png(Image.fromarray(painted)), "columns": columns, "width": w, "height": h}


def _size(picture: tuple[int, ...], size: int) -> tuple[int, int]:
    return (picture[0], picture[1]) if picture else (max(1, size // 8), size)


def _grey(values: np.ndarray, picture: tuple[int, ...]) -> np.ndarray:
    """To 0 … 255; a table's row is repeated downwards to a strip."""
    scaled = np.nan_to_num(values if picture else (values / STRIP + 1) / 2)
    grey = (np.clip(scaled, 0, 1) * 255).astype(np.uint8)
    if picture:
        return grey
    h, w = _size(picture, values.shape[-1])
    return np.repeat(grey[..., None, :], h, axis=-2).reshape(*grey.shape[:-1], h * w)


def _png(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=3)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
