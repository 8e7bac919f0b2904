r"""Encoder E, generator G and discriminator D, and what they minimise (as in `inference_specs`).

AAE:  D: −E ln D(z) − E ln(1 − D(E(x)));  E, G: ‖x − G(E(x))‖² − λ ln D(E(x))
ALI:  D: −E ln D(x, E(x)) − E ln(1 − D(G(z), z));
      E, G: −E ln(1 − D(x, E(x))) − E ln D(G(z), z)

D may also pay for its gradient, `penalised`. The squared error is −ln q(x|z) of a normal
distribution of variance ½, but for a constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax, random

from core.adversarial.inference_specs import Inference
from core.adversarial.losses import judged
from core.items.shape import Shape
from core.learning.networks import Dense
from core.learning.saving import filled


class Triad(eqx.Module):
    """encoder: x (D,) → (d,); generator: z (d,) → x (D,); judge: logit of a code, or of a pair.

    squash: pictures lie in [0, 1], numbers of a table anywhere.
    """

    encoder: Dense
    generator: Dense
    judge: Dense
    squash: bool = eqx.field(static=True)

    def generate(self, z: Array) -> Array:
        """z (n, d) → items (n, D)."""
        out = self.generator(z)
        return jax.nn.sigmoid(out) if self.squash else out

    def encode(self, x: Array) -> Array:
        """Items (n, D) → their codes (n, d)."""
        return self.encoder(x)

    def placed(self, z: Array) -> Array:
        """z itself: codes are to be distributed alike."""
        return z

    def verdict(self, shown: Array) -> Array:
        """What D says of codes (n, d), or of items with codes (n, D + d), before any sigmoid: (n,).

        Of one row, too: () instead of (n,).
        """
        return self.judge(shown)[..., 0]


def begin(spec: Inference, shape: Shape) -> Triad:
    """The networks as they start."""
    keys = random.split(random.key(spec.inference_seed), 3)
    W, d, D = spec.inference_width, spec.inference_latent, shape.size
    judged = d if spec.inference_model == "aae" else D + d
    return Triad(
        Dense((D, W, W, d), keys[0]),
        Dense((d, W, W, D), keys[1]),
        Dense((judged, W, W, 1), keys[2]),
        squash=shape.kind == "pictures",
    )


@lru_cache(maxsize=32)
def skeleton(spec: Inference, shape: Shape) -> Any:
    """The networks, of shapes only."""
    return eqx.filter_eval_shape(begin, spec, shape)


def restore(spec: Inference, shape: Shape, arrays: Sequence[np.ndarray]) -> Triad:
    """The networks with these arrays."""
    triad: Triad = filled(skeleton(spec, shape), arrays)
    return triad


def shown(model: str, triad: Triad, x: Array, z: Array) -> tuple[Array, Array]:
    """What D is shown that it is to call true, and what it is not, a row each.

    AAE: z, and codes of items x. ALI: items with their codes, and G(z) with z.
    """
    if model == "aae":
        return z, triad.encode(x)
    of_items, of_generated = (x, triad.encode(x)), (triad.generate(z), z)
    return jnp.concatenate(of_items, axis=-1), jnp.concatenate(of_generated, axis=-1)


def judge_loss(model: str, triad: Triad, x: Array, z: Array) -> Array:
    """What D minimises, without its penalty."""
    true, false = shown(model, triad, x, z)
    return judged("non-saturating", triad.verdict(true), triad.verdict(false))


def penalised(model: str, triad: Triad, x: Array, z: Array) -> tuple[Array, Array]:
    """`judge_loss`, and the mean of the squared norm of D's gradient at all that it is shown.

    Of D's logit, as WGAN-GP's penalty with c = 0: the balance then attracts (Mescheder et al.
    2018). D sees its rows once for both. For D to learn from: what it is shown is held fixed.
    """
    rows = lax.stop_gradient(jnp.concatenate(shown(model, triad, x, z)))
    logits, gradients = jax.vmap(jax.value_and_grad(triad.verdict))(rows)
    true, false = jnp.split(logits, 2)
    return judged("non-saturating", true, false), (gradients**2).sum(axis=1).mean()


def coder_loss(
    model: str, triad: Triad, x: Array, z: Array, code_weight: Any
) -> tuple[Array, Array]:
    """What E and G minimise; (2,) their loss against D, and the squared error of an item.

    ALI has no such error: it is 0.
    """
    if model == "aae":
        codes = triad.encode(x)
        against = jax.nn.softplus(-triad.verdict(codes)).mean()
        error = ((triad.generate(codes) - x) ** 2).sum(axis=1).mean()
        return error + code_weight * against, jnp.stack([against, error])
    of_items, of_generated = map(triad.verdict, shown(model, triad, x, z))
    against = jax.nn.softplus(of_items).mean() + jax.nn.softplus(-of_generated).mean()
    return against, jnp.stack([against, jnp.zeros(())])
