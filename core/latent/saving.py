"""A trained model as a file: safetensors, the settings as JSON in its header. Nothing is run."""

from __future__ import annotations

import json
import math

import jax
import numpy as np
from jax import Array

from core.errors import CoreError, SourceError
from core.items.shape import Shape
from core.latent.networks import skeleton
from core.latent.specs import Vae
from core.latent.training import Snapshot, Trained
from core.messages import message

KIND = "vectorscope latent model 1"
LIMIT = 500_000_000  # bytes
MADE_OF_NONSENSE = (
    ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError
)  # fmt: skip


def to_bytes(spec: Vae, trained: Trained) -> bytes:
    """The last epoch of a run, its losses, and its spec."""
    from safetensors.numpy import save

    last = trained.snapshots[-1]
    arrays = {f"weight.{i}": w for i, w in enumerate(last.weights)}
    arrays |= {"mean": last.mean, "logvar": last.logvar, "responsibility": last.responsibility}
    arrays |= {"losses": trained.losses, "target": trained.target}
    header = {
        "kind": KIND, "spec": spec.to_json(), "epoch": str(last.epoch),
        "picture": json.dumps(trained.shape.picture), "size": str(trained.shape.size),
        "seconds": str(trained.seconds), "device": trained.device, "stopped": trained.stopped,
    }  # fmt: skip
    return bytes(save({k: np.ascontiguousarray(v) for k, v in arrays.items()}, header))


def from_bytes(content: bytes) -> tuple[Vae, Trained]:
    """The spec and the run of a file of `to_bytes`. Raises SourceError where it is none."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if len(content) > LIMIT:
        raise SourceError(
            message(
                "The file has {size:,.0f} MB; the limit is {most:g}.",
                size=len(content) / 1e6,
                most=LIMIT / 1e6,
            )
        )
    try:
        length = int.from_bytes(content[:8], "little")
        header = json.loads(content[8 : 8 + length]).get("__metadata__", {})
        if header.get("kind") != KIND:
            raise SourceError(message("This safetensors file is no latent model saved here."))
        arrays = load(content)
        spec = Vae.from_json(header["spec"])
        shape = _shape(header)
        weights = tuple(arrays[f"weight.{i}"] for i in range(_count(arrays)))
        parts = [np.asarray(arrays[k]) for k in ("mean", "logvar", "responsibility")]
        snapshot = Snapshot(int(header["epoch"]), weights, *parts)
        trained = Trained(
            shape, arrays["losses"], (snapshot,), _whole(arrays["target"]),
            header["stopped"][:300], float(header["seconds"]), header["device"][:100],
        )  # fmt: skip
    except SourceError:
        raise
    except (CoreError, SafetensorError, *MADE_OF_NONSENSE) as error:
        raise SourceError(
            message(
                "This is no latent model saved here, or it is damaged ({error}).",
                error=str(error)[:200],
            )
        ) from error
    _check(spec, trained)
    return spec, trained


def _shape(header: dict[str, str]) -> Shape:
    """How the numbers of an item lie. Raises SourceError where they make no such picture."""
    axes = tuple(int(n) for n in json.loads(header["picture"]))
    size = int(header["size"])
    if axes and (min(axes) < 1 or len(axes) != 2 or math.prod(axes) != size):
        raise SourceError(
            message(
                "The file says {size:,} numbers make a picture of {shape}.",
                size=size,
                shape=f"{axes!s:.60}",
            )
        )
    return Shape.of(axes, size)


def _whole(target: np.ndarray) -> np.ndarray:
    if target.dtype.kind not in "iu":
        raise ValueError(f"targets of {target.dtype}")
    return target.astype(np.int64)


def _count(arrays: dict[str, np.ndarray]) -> int:
    return sum(name.startswith("weight.") for name in arrays)


def _check(spec: Vae, trained: Trained) -> None:
    """Arrays of other shapes than the spec's network has, and such as hold no numbers."""
    last, n, K = trained.snapshots[-1], len(trained.snapshots[-1].mean), spec.components
    size = trained.shape.size
    if not 0 < size <= 4096 or not 0 <= trained.epoch <= spec.vae_epochs:
        raise SourceError(message("The file's sizes are not those of a latent model."))
    wanted = [leaf.shape for leaf in jax.tree.leaves(skeleton(spec, trained.shape)) if _is(leaf)]
    wanted += [(n, spec.latent), (n, spec.latent), (n, K), (trained.epoch, 4)]
    found = (*last.weights, last.mean, last.logvar, last.responsibility, trained.losses)
    target = trained.target
    strange = len(target) not in (0, n) or ((target < -1) | (target >= K)).any() or target.ndim != 1
    if (
        strange
        or [array.shape for array in found] != wanted
        or not all(np.isfinite(a).all() for a in found)
    ):
        raise SourceError(
            message("The arrays of the file do not fit the settings in it: it was changed.")
        )


def _is(leaf: object) -> bool:
    return isinstance(leaf, (jax.ShapeDtypeStruct, Array))
