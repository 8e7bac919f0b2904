"""A trained latent model as a file of `core.learning.archive`, and files of earlier versions."""

from __future__ import annotations

import json
import math
from typing import Any

import jax
import numpy as np

from core.errors import SourceError
from core.items.shape import Shape
from core.latent.loss import Terms
from core.latent.networks import skeleton
from core.latent.snapshots import Snapshot, Trained
from core.latent.specs import Vae
from core.learning.archive import LARGEST, misfit, packed, unsealed
from core.learning.history import History
from core.learning.saving import is_weight, unnamed
from core.messages import message

KIND = "vectorscope latent model 2"
FIRST = "vectorscope latent model 1"  # weights by number, losses without what callbacks record


def to_bytes(spec: Vae, trained: Trained) -> bytes:
    """The epoch of a run that is its result, its history, and its spec."""
    kept = trained.result
    more = {
        "mean": kept.mean, "logvar": kept.logvar, "responsibility": kept.responsibility,
        "target": trained.target,
    }  # fmt: skip
    return packed(KIND, spec, trained, skeleton(spec, trained.shape), more)


def from_bytes(content: bytes) -> tuple[Vae, Trained]:
    """The spec and the run of a file of `to_bytes`. Raises SourceError where it is none."""
    spec, trained = unsealed(content, (KIND, FIRST), _read)
    _check(spec, trained)
    return spec, trained


def _read(header: dict[str, str], arrays: dict[str, np.ndarray]) -> tuple[Vae, Trained]:
    """What a file holds, of either kind."""
    spec, shape, epoch = Vae.from_json(header["spec"]), _shape(header), int(header["epoch"])
    averaged: tuple[np.ndarray, ...] = ()
    if header["kind"] == FIRST:
        count = sum(name.startswith("weight.") for name in arrays)
        weights = tuple(arrays[f"weight.{i}"] for i in range(count))
        history = History(Terms._fields, arrays["losses"], *_of_first(arrays["losses"]))
    else:
        network = skeleton(spec, shape)
        weights = unnamed("weight", network, arrays)
        if spec.callbacks.ema_decay:
            averaged = unnamed("averaged", network, arrays)
        history = History(
            tuple(str(term) for term in json.loads(header["terms"])),
            *(arrays[name] for name in ("losses", "totals", "rates", "evaluated")),
        )
    mean, logvar, responsibility = (arrays[n] for n in ("mean", "logvar", "responsibility"))
    kept = Snapshot(epoch, weights, mean, logvar, responsibility, averaged)
    return spec, Trained(
        history, (kept,), header["stopped"][:300], header.get("ended", "")[:300],
        int(header.get("best", 0)), epoch, float(header["seconds"]), header["device"][:100],
        shape=shape, target=_whole(arrays["target"]),
    )  # fmt: skip


def _of_first(losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Totals and rates as NaN: files of the first format do not hold them."""
    unknown = np.full(len(losses), np.nan)
    return unknown, unknown


def _shape(header: dict[str, str]) -> Shape:
    """The shape of an item. Raises SourceError where `size` numbers do not fill it."""
    axes = tuple(int(n) for n in json.loads(header.get("axes") or header["picture"]))
    size = int(header["size"])
    if axes and (min(axes) < 1 or len(axes) > 2 or size % math.prod(axes)):
        raise SourceError(
            message(
                "The file declares items of {size:,} numbers, which do not fill a shape of "
                "{shape}.",
                size=size,
                shape=f"{axes!s:.60}",
            )
        )
    if not 0 < size <= LARGEST:
        raise SourceError(message("The file's sizes are not those of a latent model."))
    return Shape.of(axes, size)


def _whole(target: np.ndarray) -> np.ndarray:
    if target.dtype.kind not in "iu":
        raise ValueError(f"targets of {target.dtype}")
    return target.astype(np.int64)


def _check(spec: Vae, trained: Trained) -> None:
    """Raise SourceError for arrays whose shapes do not fit the spec, or that are not finite."""
    result, history = trained.result, trained.history
    n, K, E = len(result.mean), spec.components, len(history.parts)
    if not 0 <= result.epoch <= E <= spec.vae_epochs or not 0 <= trained.best <= E:
        raise SourceError(message("The file's sizes are not those of a latent model."))
    if result.epoch != E and not spec.callbacks.keep_best:
        raise misfit()
    network = skeleton(spec, trained.shape)
    of_network = [leaf.shape for leaf in jax.tree.leaves(network) if is_weight(leaf)]
    expected: list[Any] = [*of_network, *(of_network if result.averaged else [])]
    expected += [(n, spec.latent), (n, spec.latent), (n, K), (E, len(Terms._fields))]
    arrays = (
        *result.weights, *result.averaged, result.mean, result.logvar, result.responsibility,
        history.parts,
    )  # fmt: skip
    target = trained.target
    strange = len(target) not in (0, n) or ((target < -1) | (target >= K)).any() or target.ndim != 1
    recorded = [history.totals.shape, history.rates.shape, history.evaluated.shape]
    evaluated = history.evaluated
    strange = strange or recorded != [(E,), (E,), (len(evaluated), 3)]
    strange = strange or history.terms != Terms._fields
    if (
        strange
        or not ((evaluated[:, 0] >= 1) & (evaluated[:, 0] <= E)).all()
        or [array.shape for array in arrays] != expected
        or not all(np.isfinite(a).all() for a in arrays)
    ):
        raise misfit()
