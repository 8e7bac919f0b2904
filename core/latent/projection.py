"""A map of the codes that keeps neighbours together: UMAP of z."""

from __future__ import annotations

import warnings

import numpy as np

from core.cache import OnStep, cached, report, run_on
from core.latent.specs import Vae
from core.latent.training import fit

NEAREST = 15


@cached
def umap_map(spec: Vae, on_step: OnStep = run_on) -> np.ndarray:
    """Places (n', 2) of the codes of the last epoch, without unit (McInnes et al. 2018).

    Importing UMAP takes up to 20 s, and its first run compiles for as long.
    """
    trained = fit(spec, on_step)
    report(on_step, 0.1, "importing UMAP")
    mean = np.asarray(trained.snapshots[-1].mean)
    with warnings.catch_warnings():  # that a seed means one thread
        warnings.simplefilter("ignore")
        import umap

        report(on_step, 0.4, "UMAP of z")
        made = umap.UMAP(
            n_neighbors=max(2, min(NEAREST, len(mean) - 1)), init="pca", random_state=spec.vae_seed
        )
        return np.asarray(made.fit_transform(mean), np.float32)
