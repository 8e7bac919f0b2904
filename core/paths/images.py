"""One picture on its way: image → latent → cluster → sample, in the default clustering model.

The result is plain arrays for every digit at once, kept on disk: whoever looks at one of
them needs no JAX. This module imports the latent models only where it computes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.progress import OnStep, report, run_on
from core.specs import Spec

F32 = NDArray[np.float32]
SAMPLES = 12  # generated pictures of each cluster


@dataclass(frozen=True)
class ImagePath(Spec):
    """Which model the picture goes through: the default one, on so many digits and epochs."""

    most: int = specs.integer(5000, 2, 70_000, "how many items are used at most, the first ones")
    vae_epochs: int = specs.integer(60, 1, 2000, "passes over the data")


@dataclass(frozen=True)
class Walked:
    """All n pictures at each station.

    x, rebuilt: (n, 64) in [0, 1], the picture and the mean of q(x|z) at its z; mean: (n, d)
    of p(z|x); place: (n, 2) on the two principal axes of z, which hold the share `flat` of
    its variance; responsibility: (n, K), p(y|z); label: (n,); majority: (K,) the commonest
    label of each cluster; samples: (K, 12, 64) drawn from each; real: (K, 12, 64) the
    picture nearest to each sample.
    """

    x: F32
    rebuilt: F32
    mean: F32
    place: F32
    flat: float
    responsibility: F32
    label: NDArray[np.int32]
    majority: NDArray[np.int32]
    samples: F32
    real: F32

    @property
    def cluster(self) -> NDArray[np.int64]:
        """The most probable cluster of each item: (n,) int64."""
        return self.responsibility.argmax(axis=1)

    def missed(self, item: int) -> float:
        """‖x − x̂‖/‖x‖: how much of a picture its code does not give back."""
        x = self.x[item]
        return float(np.linalg.norm(x - self.rebuilt[item]) / np.linalg.norm(x))

    def strangeness(self, cluster: int) -> float:
        """Mean ‖s − nearest real picture‖/‖s‖ over the samples s of a cluster."""
        s, near = self.samples[cluster], self.real[cluster]
        gap = np.linalg.norm(s - near, axis=1)
        return float((gap / np.linalg.norm(s, axis=1)).mean())


@cached
def walk(spec: ImagePath, on_step: OnStep = run_on) -> Walked:
    """Train the model (or take the trained one) and lead every digit through it."""
    report(on_step, 0.0, "loading JAX")
    from core.items.data import load
    from core.items.specs import Items
    from core.latent.sampling import decode, from_clusters
    from core.latent.specs import Vae
    from core.latent.training import fit

    model = Vae(Items(most=spec.most), vae_epochs=spec.vae_epochs)
    trained = fit(model, on_step)
    data, last, network = load(model.items), trained.result, trained.network(model)
    report(on_step, 0.95, "drawing samples")
    samples = decode(network, from_clusters(network, SAMPLES, 1.0, 0))
    place, flat = _plane(last.mean)
    label, cluster = data.labels, last.cluster
    majority = [np.bincount(label[cluster == k], minlength=1).argmax() for k in range(len(samples))]
    return Walked(
        data.x,
        decode(network, last.mean),
        last.mean,
        place,
        flat,
        last.responsibility,
        label,
        np.array(majority, np.int32),
        samples,
        data.x[_nearest(samples.reshape(-1, samples.shape[-1]), data.x)].reshape(samples.shape),
    )


def _plane(z: F32) -> tuple[F32, float]:
    """(n, d) → its two principal coordinates (n, 2), and their share of the variance."""
    centred = z - z.mean(axis=0)
    _, s, axes = np.linalg.svd(centred, full_matrices=False)
    share = float((s[:2] ** 2).sum() / (s**2).sum())
    return (centred @ axes[:2].T).astype(np.float32), share


def _nearest(a: F32, b: F32) -> NDArray[np.int64]:
    """For each row of a (m, D) the number of the nearest row of b (n, D): (m,)."""
    squares = (a**2).sum(1)[:, None] - 2 * a @ b.T + (b**2).sum(1)
    return squares.argmin(axis=1)
