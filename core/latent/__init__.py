"""Latent-variable models: variational autoencoders with a normal or a mixture as prior."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.items.data import load
    from core.items.specs import Items
    from core.latent.judgement import judge
    from core.latent.specs import AS_PUBLISHED, Vae
    from core.latent.training import fit
    from core.learning.specs import Callbacks

__all__ = ["AS_PUBLISHED", "Callbacks", "Items", "Vae", "fit", "judge", "load"]

gather(__name__)
