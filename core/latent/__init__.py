"""Latent-variable models: variational autoencoders with a normal or a mixture as prior."""

from core.latent.data import load
from core.latent.judgement import judge
from core.latent.specs import AS_PUBLISHED, Items, Vae
from core.latent.training import fit

__all__ = ["AS_PUBLISHED", "Items", "Vae", "fit", "judge", "load"]
