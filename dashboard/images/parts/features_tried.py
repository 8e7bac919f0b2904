"""Why InfoMax's neighbours are worse than the items' own on MNIST: what was tried, in a table."""

from __future__ import annotations

from dashboard.language import say
from dashboard.ui.captions import caption, facts

HEAD = ("what was changed", "5-NN", "linear probe", "local JS, nats")
TRIED: tuple[tuple[str, str, str, str], ...] = ()


def show() -> None:
    """The table and what follows from it."""
    facts(HEAD, [(say(name), *numbers) for name, *numbers in TRIED])
    caption(say(""))
