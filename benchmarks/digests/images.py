"""Variational autoencoders of every kind, what is asked of them, and a small sweep."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image

from core.items.data import load
from core.items.files import store_items
from core.items.specs import Items
from core.latent.baselines import METHODS, Baseline, Spread, baseline, spread
from core.latent.density import Densities, expected, log_weights, running, scan
from core.latent.graph import clusters, neighbours
from core.latent.health import constant_loss
from core.latent.information import Bottleneck, informed, split, squeeze
from core.latent.judgement import judge, silhouette
from core.latent.pairs import RunPair, compare, pair_spread
from core.latent.projection import umap_map
from core.latent.sampling import (
    angle_walk,
    decode,
    from_clusters,
    kl_by_dimension,
    members,
    straight_walk,
    traverse,
    walk_ends,
)
from core.latent.saving import from_bytes, to_bytes
from core.latent.snapshots import Trained
from core.latent.specs import AS_PUBLISHED, MODELS, STARTS, Vae
from core.latent.training import advance, fit, forget
from core.sweeps.running import run
from core.sweeps.specs import Sweep
from core.sweeps.study import importance

DIGITS = Items(most=300)
BASE = Vae(items=DIGITS, clusters=5, latent=4, width=16, vae_epochs=3, vae_batch=50)
KINDS: dict[str, Vae] = {
    **{
        f"{model} from {start}": BASE.replace(latent_model=model, start=start)
        for model in MODELS
        for start in STARTS
    },
    "free classifier": BASE.replace(classifier="free"),
    "sampled divergence": BASE.replace(divergence="sampled"),
    "vade sampled": BASE.replace(latent_model="vade", divergence="sampled", start="warm"),
    "plain sampled": BASE.replace(latent_model="plain", divergence="sampled"),
    "free and sampled": BASE.replace(classifier="free", divergence="sampled", guide=0.0),
    "unguided": BASE.replace(guide=0.0),
    "as published": BASE.replace(**AS_PUBLISHED),
    "bernoulli": BASE.replace(likelihood="bernoulli", binary=True),
    "bernoulli plain": BASE.replace(likelihood="bernoulli", binary=True, latent_model="plain"),
    "dense": BASE.replace(layer_kind="dense", vae_seed=3, precision=10.0),
    "steered": BASE.replace(changes="1 rate 0.0005; 2 precision 80"),
    "diverging": BASE.replace(vae_rate=10.0, vae_epochs=6),
    "steered astray": BASE.replace(vae_epochs=6, changes="2 rate 10"),
    "long": BASE.replace(vae_epochs=23),
}


def entries() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {
        f"vae {name}": partial(_run, spec) for name, spec in KINDS.items()
    }
    for name in ("clusters", "plain", "vade"):
        found[f"vae convolutions {name}"] = partial(_convolved, name, "auto")
    found["vae pictures, dense"] = partial(_convolved, "clusters", "dense")
    found["vae table"] = _table
    found["vae resumed"] = partial(_resumed, "")
    found["vae resumed and steered"] = partial(_resumed, "2 rate 0.0002; 2 precision 90")
    return {**_data(), **found, **_asked(), **_sweeps()}


def parts_of(trained: Trained) -> object:
    """What a run holds, by meaning rather than by the fields of its class."""
    shots = [
        (shot.epoch, list(shot.weights), shot.mean, shot.logvar, shot.responsibility)
        for shot in trained.snapshots
    ]
    return trained.losses, shots, trained.target, bool(trained.stopped)


def _run(spec: Vae) -> object:
    return parts_of(fit(spec))


def _pictures() -> Items:
    """28×28 pictures of bars, with labels."""
    rng = np.random.default_rng(5)
    x = rng.integers(0, 60, (120, 28, 28)).astype(np.uint8)
    labels = np.arange(120) % 3
    for picture, label in zip(x, labels, strict=True):
        picture[:, 6 + 7 * label : 10 + 7 * label] = 230
    file = io.BytesIO()
    np.savez(file, x=x, y=labels)
    return store_items("bars.npz", file.getvalue())


def _convolved(model: str, layers: str) -> object:
    settings = {"latent_model": model, "layer_kind": layers, "clusters": 3, "vae_epochs": 2}
    spec = Vae(items=_pictures()).replace(**settings, latent=3, width=32, vae_batch=40)
    return _run(spec)


def _rows() -> Items:
    rng = np.random.default_rng(6)
    centres = 3 * rng.standard_normal((3, 6))
    lines = ["a,b,c,d,e,f,label"]
    for i in range(90):
        numbers = centres[i % 3] + rng.standard_normal(6)
        lines.append(",".join(f"{number:.4f}" for number in numbers) + f",{i % 3}")
    return store_items("rows.csv", "\n".join(lines).encode())


def _table() -> object:
    spec = Vae(items=_rows(), clusters=3, latent=2, width=16, vae_epochs=3, vae_batch=30)
    return _run(spec)


def _resumed(changes: str) -> object:
    """Half a run, then the whole: from the state where the half ended."""
    spec = BASE.replace(vae_epochs=4, vae_seed=8)
    forget(spec)
    half = advance(spec.replace(vae_epochs=2))
    return parts_of(half), parts_of(advance(spec.replace(changes=changes)))


def _loaded(items: Items) -> object:
    """What is read of items, by meaning rather than by the fields of its class."""
    data = load(items)
    return data.x, data.labels, data.classes, data.picture, data.notes


def _data() -> dict[str, Callable[[], object]]:
    return {
        "items digits": partial(_loaded, Items()),
        "items binary": partial(_loaded, Items(most=50, binary=True)),
        "items pictures": lambda: _loaded(_pictures()),
        "items rows": lambda: _loaded(_rows()),
        "items idx": _idx,
        "items files of pictures": _files_of_pictures,
        "items graph": _graph,
        "items constant loss": lambda: [
            constant_loss(spec, load(spec.items).x) for spec in KINDS.values()
        ],
    }


def _idx() -> object:
    x = np.random.default_rng(7).integers(0, 256, (20, 9, 7)).astype(np.uint8)
    head = struct.pack(">BBBBIII", 0, 0, 8, 3, *x.shape)
    return _loaded(store_items("few-images.idx", head + x.tobytes()))


def _files_of_pictures() -> object:
    rng = np.random.default_rng(8)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for i in range(6):
            file = io.BytesIO()
            Image.fromarray(rng.integers(0, 256, (12, 10, 3)).astype(np.uint8)).save(file, "PNG")
            archive.writestr(zipfile.ZipInfo(f"{'ab'[i % 2]}/{i}.png"), file.getvalue())
    return _loaded(store_items("pictures.zip", packed.getvalue()))


def _graph() -> object:
    data = load(DIGITS)
    near = neighbours(data.x, data.picture, 10)
    return near, clusters(data.x, data.picture, 5, 0)


def _asked() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {
        "vae asked bottleneck": partial(squeeze, Bottleneck(vae=BASE.replace(vae_epochs=1))),
        "vae asked spread": partial(spread, Spread(vae=BASE, seeds=2)),
        "vae asked judgement": _judgement,
        "vae asked saved": _saved,
        "vae asked umap": partial(umap_map, BASE),
        "vae asked compared": lambda: compare(
            fit(BASE).snapshots[-1], fit(KINDS["unguided"]).snapshots[-1]
        ),
        "vae asked pairs": partial(
            pair_spread, RunPair(first=BASE, second=KINDS["unguided"], pairs=2)
        ),
    }
    for name in ("clusters from graph", "plain from graph", "vade from warm", "bernoulli"):
        spec = KINDS[name]
        found[f"vae asked density {name}"] = partial(_density, spec)
        found[f"vae asked information {name}"] = partial(_information, spec)
        found[f"vae asked samples {name}"] = partial(_samples, spec)
    for method in METHODS:
        found[f"baseline {method}"] = partial(baseline, Baseline(items=DIGITS, method=method))
    return found


def _density(spec: Vae) -> object:
    x, network = load(spec.items).x, fit(spec).network(spec)
    bernoulli = spec.likelihood == "bernoulli"
    log_w = log_weights(network, bernoulli, spec.precision, x[0], 300)
    return log_w, running(log_w), expected(log_w), scan(Densities(vae=spec, draws=10))


def _information(spec: Vae) -> object:
    trained = fit(spec)
    last = trained.snapshots[-1]
    return informed(spec), split(trained.network(spec), last.mean, last.logvar, 1)


def _samples(spec: Vae) -> object:
    trained = fit(spec)
    network, last = trained.network(spec), trained.snapshots[-1]
    z = from_clusters(network, 3, 0.8, 2)
    a, b, centre = walk_ends(network, 0, spec.components - 1, 1.0, 4)
    return (
        z, decode(network, z), from_clusters(network, 2, 1.0, 2, 0), members(last, 0, 5),
        decode(network, traverse(last.mean[0], 1, np.linspace(-2, 2, 5))),
        a, b, centre, angle_walk(a - centre, b - centre, 7), straight_walk(a, b, 7),
        kl_by_dimension(network, last),
    )  # fmt: skip


def _judgement() -> object:
    labels, last = load(DIGITS).labels, fit(BASE).snapshots[-1]
    return judge(last.cluster, labels, BASE.components), silhouette(last.mean, last.cluster)


def _saved() -> object:
    spec, trained = from_bytes(to_bytes(BASE, fit(BASE)))
    return spec == BASE, parts_of(trained)


def _sweeps() -> dict[str, Callable[[], object]]:
    matrix = "kind=synthetic&height=30&width=20&method=randomised&power=0&rank=3"
    axes = "rank = 1 .. 12; shown.curves.oversampling = 0 .. 8"
    return {
        **{
            f"sweep {sampler}": partial(
                _swept,
                Sweep(swept=f"Approximation?{matrix}", axes=axes, sampler=sampler, trials=8,
                      repeats=2, objectives="error"),
            )
            for sampler in ("random", "sobol", "tpe")
        },
        "sweep grid of vectors": partial(
            _swept,
            Sweep(swept="PpmiSvd?source=lee-news&min_count=10", axes="dim = 5, 10, 20",
                  objectives="WordSim-353, overlap@10, seconds", repeats=1,
                  reference="PpmiSvd?source=lee-news&min_count=10&dim=20"),
        ),
        "sweep of autoencoders": partial(
            _swept,
            Sweep(swept="Vae?most=200&clusters=4&latent=3&width=16&vae_epochs=2",
                  axes="latent = 2, 3", objectives="NMI, reconstruction error", repeats=2),
        ),
    }  # fmt: skip


def _swept(sweep: Sweep) -> object:
    table = run(sweep)
    outcomes = [
        (one.place, one.seed, list(one.params.values()), dict(one.values), bool(one.reason))
        for one in table.runs
    ]
    enough = sweep.settings > 3
    return outcomes, list(importance(table, sweep.judged[0]).values()) if enough else None
