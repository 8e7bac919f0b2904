"""Autoencoders whose latents are codes: vector quantisation and finite scalar quantisation."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.items.data import load
    from core.items.specs import Items
    from core.learning.specs import Callbacks
    from core.quantised.specs import Codes
    from core.quantised.training import fit

__all__ = ["Callbacks", "Codes", "Items", "fit", "load"]

gather(__name__)
