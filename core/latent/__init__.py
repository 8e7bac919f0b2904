"""Latent-variable models: variational autoencoders with a normal or a mixture as prior."""

from core.items.data import load
from core.items.specs import Items
from core.latent.judgement import judge
from core.latent.specs import AS_PUBLISHED, Vae
from core.latent.training import fit

__all__ = ["AS_PUBLISHED", "Items", "Vae", "fit", "judge", "load"]
