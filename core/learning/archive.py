"""A trained model as a file: safetensors, the settings as JSON in its header. Nothing is run."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import jax
import numpy as np

from core.errors import CoreError, SourceError
from core.items.shape import Shape
from core.learning.history import History
from core.learning.learner import Run
from core.learning.saving import is_weight, named, unnamed
from core.messages import Message, message

KINDS = {
    "vectorscope latent model 1": message("a latent model"),
    "vectorscope latent model 2": message("a latent model"),
    "vectorscope codes 1": message("a model with codes"),
    "vectorscope o-gan 1": message("an O-GAN"),
    "vectorscope inference 1": message("an AAE or ALI"),
    "vectorscope infomax 1": message("an InfoMax encoder"),
}
"""What each kind of file holds, by the name of the kind that its header gives."""
DIGEST = "digest"
LIMIT = 500_000_000  # bytes
LARGEST = 4096  # numbers in an item
MADE_OF_NONSENSE = (
    ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, IndexError
)  # fmt: skip
T = TypeVar("T")
S = TypeVar("S", bound=Any)


class Parts(NamedTuple):
    """What a file of `packed` holds. run: the fields of a `Run` but its stored epochs."""

    spec: Any
    shape: Shape
    epoch: int
    weights: tuple[np.ndarray, ...]
    averaged: tuple[np.ndarray, ...]
    arrays: Mapping[str, np.ndarray]
    run: dict[str, Any]


def sealed(kind: str, header: Mapping[str, str], arrays: Mapping[str, np.ndarray]) -> bytes:
    """A file of this kind, with a digest of all that it holds."""
    from safetensors.numpy import save

    whole = {"kind": kind, **header}
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return bytes(save(arrays, whole | {DIGEST: _digest(whole, arrays)}))


def kind_of(content: bytes) -> str:
    """The kind of file that a header gives; "" where there is none."""
    try:
        length = int.from_bytes(content[:8], "little")
        return str(json.loads(content[8 : 8 + length])["__metadata__"]["kind"])
    except MADE_OF_NONSENSE:
        return ""


def unsealed(
    content: bytes,
    kinds: tuple[str, ...],
    read: Callable[[dict[str, str], dict[str, np.ndarray]], T],
) -> T:
    """What `read` makes of (header, arrays) of a file of one of these kinds.

    Raises SourceError where it is none of them, too large, damaged, or cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    what = KINDS[kinds[0]]
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
        if header.get("kind") not in kinds:
            raise _of_another_kind(header.get("kind"), what)
        arrays = load(content)
        digest = header.pop(DIGEST, None)  # files of earlier versions have none
        if digest is not None and digest != _digest(header, arrays):
            raise SourceError(message("The file was damaged or changed since it was saved here."))
        return read(header, arrays)
    except SourceError:
        raise
    except (CoreError, SafetensorError, *MADE_OF_NONSENSE) as error:
        raise SourceError(
            message(
                "This is not {what} saved here, or it is damaged ({error}).",
                what=what,
                error=str(error)[:200],
            )
        ) from error


def _of_another_kind(kind: object, what: Message) -> SourceError:
    held = KINDS.get(kind) if isinstance(kind, str) else None
    if held is None:
        return SourceError(message("This safetensors file is not {what} saved here.", what=what))
    return SourceError(
        message(
            "The file holds {held}, not {what}: load it on the page that saved it.",
            held=held,
            what=what,
        )
    )


def packed(
    kind: str, spec: Any, run: Run[Any], network: Any, more: Mapping[str, np.ndarray]
) -> bytes:
    """The epoch of a run that is its result, its history, and its spec.

    run: with a `shape`; its result with `weights`, and `averaged` where there are any. network:
    its skeleton; more: further arrays of the epoch.
    """
    kept, history, shape = run.result, run.history, run.shape  # type: ignore[attr-defined]
    arrays = named("weight", network, kept.weights)
    if averaged := getattr(kept, "averaged", ()):
        arrays |= named("averaged", network, averaged)
    arrays |= {"losses": history.parts, "totals": history.totals, "rates": history.rates}
    arrays |= {"evaluated": history.evaluated, **more}
    header = {
        "spec": spec.to_json(), "epoch": str(kept.epoch), "terms": json.dumps(history.terms),
        "axes": json.dumps(shape.axes), "size": str(shape.size), "best": str(run.best),
        "seconds": str(run.seconds), "device": run.device, "stopped": run.stopped,
        "ended": run.ended,
    }  # fmt: skip
    return sealed(kind, header, arrays)


def unpacked(
    content: bytes, kind: str, spec_class: type[S], skeleton: Callable[[S, Shape], Any]
) -> Parts:
    """The parts of a file of `packed`. Raises SourceError where it is none, or does not fit."""

    def read(header: dict[str, str], arrays: dict[str, np.ndarray]) -> Parts:
        spec, shape, epoch = spec_class.from_json(header["spec"]), _shape(header), header["epoch"]
        network = skeleton(spec, shape)
        averaged: tuple[np.ndarray, ...] = ()
        if spec.callbacks.ema_decay:
            averaged = unnamed("averaged", network, arrays)
        history = History(
            tuple(str(term) for term in json.loads(header["terms"])),
            *(arrays[name] for name in ("losses", "totals", "rates", "evaluated")),
        )
        run = {
            "history": history, "stopped": header["stopped"][:300],
            "ended": header["ended"][:300], "best": int(header["best"]), "kept": int(epoch),
            "seconds": float(header["seconds"]), "device": header["device"][:100],
        }  # fmt: skip
        weights = unnamed("weight", network, arrays)
        parts = Parts(spec, shape, int(epoch), weights, averaged, arrays, run)
        _check(parts, network)
        return parts

    return unsealed(content, (kind,), read)


def misfit() -> SourceError:
    """The refusal of a file whose arrays are not those of its settings."""
    return SourceError(
        message("The arrays of the file do not fit the settings in it: it was changed.")
    )


def _check(parts: Parts, network: Any) -> None:
    """Raise SourceError for arrays whose shapes do not fit the spec, or that are not finite."""
    history, best, E = parts.run["history"], parts.run["best"], len(parts.run["history"].parts)
    if not 0 <= parts.epoch <= E <= parts.spec.epochs or not 0 <= best <= E:
        raise misfit()
    if parts.epoch != E and not parts.spec.callbacks.keep_best:
        raise misfit()
    shapes = [leaf.shape for leaf in jax.tree.leaves(network) if is_weight(leaf)]
    arrays = (*parts.weights, *parts.averaged)
    if [array.shape for array in arrays] != shapes * (2 if parts.averaged else 1):
        raise misfit()
    if not all(np.isfinite(array).all() for array in (*arrays, history.parts)):
        raise misfit()
    recorded = (history.parts, history.totals, history.rates, history.evaluated)
    wanted = ((E, len(history.terms)), (E,), (E,), (len(history.evaluated), 3))
    if tuple(array.shape for array in recorded) != wanted:
        raise misfit()
    measured = history.evaluated[:, 0]
    if not ((measured >= 1) & (measured <= E)).all():
        raise misfit()


def _shape(header: Mapping[str, str]) -> Shape:
    """The shape of an item. Raises SourceError where `size` numbers do not fill it."""
    axes, size = tuple(int(n) for n in json.loads(header["axes"])), int(header["size"])
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
        raise misfit()
    return Shape.of(axes, size)


def _digest(header: Mapping[str, str], arrays: Mapping[str, np.ndarray]) -> str:
    """A digest of all that a file holds, by which damage is noticed."""
    digest = hashlib.blake2b(json.dumps(header, sort_keys=True).encode(), digest_size=16)
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
