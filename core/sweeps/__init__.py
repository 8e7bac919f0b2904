"""Sweeps: the same computation at many settings, and which of them are really better."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.sweeps.running import run
    from core.sweeps.specs import Sweep
    from core.sweeps.storage import load

__all__ = ["Sweep", "load", "run"]

gather(__name__)
