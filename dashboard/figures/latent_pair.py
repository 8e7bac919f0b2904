"""Two runs on paper: which cluster of one is which of the other."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.latent.pairs import Compared
from dashboard.figures.template import SEQUENTIAL


def crossed(found: Compared) -> go.Figure:
    """Items by cluster of A (rows) and of B (columns), partners on the diagonal."""
    A, B = found.table.shape
    rows = np.argsort(np.where(found.match < 0, B, 0), kind="stable")  # those alone come last
    partners = [int(found.match[a]) for a in rows if found.match[a] >= 0]
    columns = partners + [b for b in range(B) if b not in partners]
    table = found.table[rows][:, columns]
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    return go.Figure(
        go.Heatmap(
            z=share.astype(np.float32),
            x=list(range(B)),
            y=list(range(A)),
            text=table,
            texttemplate="%{text}",
            customdata=[[[int(a), int(b)] for b in columns] for a in rows],
            colorscale=SEQUENTIAL,
            zmin=0,
            zmax=1,
            colorbar={"title": {"text": "share of A's cluster"}},
            hovertemplate="cluster %{customdata[0]} of A, %{customdata[1]} of B: %{text} items, "
            "%{z:.0%} of A's<extra></extra>",
            xgap=1,
            ygap=1,
        ),
        {
            "uirevision": "crossed",
            "margin": {"t": 8},
            "xaxis": {
                "title": {"text": "cluster of B"}, "tickvals": list(range(B)),
                "ticktext": [str(b) for b in columns], "showgrid": False,
            },
            "yaxis": {
                "title": {"text": "cluster of A"}, "tickvals": list(range(A)),
                "ticktext": [str(int(a)) for a in rows], "autorange": "reversed",
                "showgrid": False,
            },
        },
    )  # fmt: skip
