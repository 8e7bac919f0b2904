"""Models that go through the running text and predict words from each other."""

from __future__ import annotations

from typing import Any

from core.kinds import Control, Variant
from core.messages import Message, message
from core.vectors.rows.common import DIM, JUDGED, row
from core.vectors.specs import Word2Vec


def _word2vec() -> Any:
    from core.vectors.models.word2vec import train

    return train


def _word2vec_target() -> Any:
    from core.vectors.models.windows import target

    return target


def _estimated(spec: Word2Vec) -> Message:
    if spec.workers > 1:
        workers = message("gensim with {n} workers: not the same at every run.", n=spec.workers)
    else:
        workers = message("gensim with {n} worker: the same at every run.", n=spec.workers)
    return message(
        "Estimated on the same sampled pairs after each pass: 2 % of the text is held out. "
        "{workers}",
        workers=workers,
    )


def _word2vec_variant(architecture: str, output: str, name: str) -> Variant:
    noise = output == "negative sampling"
    return Variant(
        name=name,
        when={"architecture": architecture, "output": output},
        unit=message("nats a pair") if architecture == "skip-gram" else message("nats a word"),
        formula=(
            r"\begin{gathered}\mathcal L = -\log\sigma(\langle w, c\rangle) - "
            r"\sum_{i=1}^{k}\log\sigma(-\langle w, c_i\rangle)\\ "
            r"c_i \sim \#c^{\,\alpha}\end{gathered}"
            if noise
            else r"\mathcal L = -\log p(o\mid w) = -\sum_{t}"
            r"\log\sigma\big(\pm\langle w, \theta_t\rangle\big)"
        ),
        sentence=(
            message(
                "Each pair within the window is distinguished from k noise words. By gensim."
            )
            if noise
            else message(
                "Words are the leaves of a Huffman tree, a prediction the path to one. By gensim."
            )
        ),
    )  # fmt: skip


_NEGATIVE = ("output", "negative sampling")
WORD2VEC = row(
    Word2Vec,
    key="word2vec",
    name=message("word2vec"),
    load_fit=_word2vec,
    load_target=_word2vec_target,
    variants=(
        _word2vec_variant("skip-gram", "negative sampling", "SGNS"),
        _word2vec_variant("skip-gram", "hierarchical softmax", "skip-gram HS"),
        _word2vec_variant("cbow", "negative sampling", "CBOW"),
        _word2vec_variant("cbow", "hierarchical softmax", "CBOW HS"),
    ),
    steps="passes",
    step=message("pass"),
    estimate=_estimated,
    start={
        **JUDGED, "swept": "Word2Vec?dim=50&passes=2",
        "axes": "window = 2, 5, 10; negatives = 2, 10", "repeats": 2,
    },
    controls=(
        Control("architecture", message("Architecture"), names={"cbow": message("CBOW")}),
        Control(
            "output", message("Output"),
            names={
                "negative sampling": message("negatives"), "hierarchical softmax": message("tree"),
            },
        ),
        DIM,
        Control(
            "window", message("Window L (tokens)"),
        ),
        Control("negatives", message("Negatives k"), high=20, only=_NEGATIVE),
        Control("passes", message("Passes over the text"), log=True),
        Control(
            "sample", message("Subsampling t"), more=True, zero=message("off"), format="{:.0e}",
            stops=(0.0, 1e-2, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5),
        ),
        Control(
            "noise", message("Noise exponent α"), step=0.05, format="{:.2f}", more=True,
            only=_NEGATIVE,
        ),
        Control(
            "rate", message("First learning rate"), step=0.0001, log=True, format="{:.4f}",
            more=True,
        ),
        Control(
            "workers", message("Workers"), high=8, more=True,
        ),
        Control(
            "boundary", message("No window reaches across a"), compact=False, more=True
        ),
    ),
)  # fmt: skip

KINDS = (WORD2VEC,)
