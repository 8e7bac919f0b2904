"""Features without labels: Deep InfoMax, and encoders side by side on items they never saw."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.features.specs import InfoMax
    from core.features.training import fit
    from core.items.data import load
    from core.items.specs import Items

__all__ = ["InfoMax", "Items", "fit", "load"]

gather(__name__)
