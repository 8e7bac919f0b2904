"""Two runs on paper: which cluster of one is which of the other."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.latent.pairs import Compared
from dashboard.images.figures.judgement import shares
from dashboard.language import say


def crossed(comparison: Compared) -> go.Figure:
    """Items by cluster of A (rows) and of B (columns), partners on the diagonal."""
    B = comparison.table.shape[1]
    rows = np.argsort(np.where(comparison.match < 0, B, 0), kind="stable")  # those alone come last
    partners = [int(comparison.match[a]) for a in rows if comparison.match[a] >= 0]
    columns = partners + [b for b in range(B) if b not in partners]
    return shares(
        comparison.table[rows][:, columns],
        rows=[str(int(a)) for a in rows],
        columns=[str(b) for b in columns],
        axes=(say("cluster of B"), say("cluster of A")),
        colours=say("share of A's cluster"),
        hover=say(
            "cluster %{customdata[0]} of A, %{customdata[1]} of B: %{text} items, %{z:.0%} of A's"
            "<extra></extra>"
        ),
        uirevision="crossed",
    )
