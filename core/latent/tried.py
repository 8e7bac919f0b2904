"""What was tried so that a clustering model beats the graph that guides it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tried:
    """One idea, by seed: accuracy and NMI. moved: items in another cluster than the graph's;
    gained, lost: of them, how many came to the cluster of their label, and how many left it:
    medians. `python -m benchmarks.clustering_ideas` measures them."""

    name: str
    accuracy: tuple[float, ...]
    nmi: tuple[float, ...]
    moved: int
    gained: int
    lost: int


IDEAS = {
    "graph": "the graph alone",
    "guided": "guided by the graph to the end",
    "faded": "the guide fades to nothing in the second third of the epochs",
    "consistent": "the same, and pictures turned, scaled and moved have to stay in their cluster",
    "pairs": "the guide fades, and an item and a neighbour in the graph have to be in one cluster",
    "reassigned": "from a third on, the model reassigns the items it is sure of (p > 0.9) every "
    "five epochs",
    "crossed": "items are reassigned where a model guided by the other half of them is sure "
    "(p > 0.9)",
}
"""By the name that `benchmarks.clustering_ideas` has for each."""

# The default settings; the constants of each idea were fixed beforehand.
DIGITS = (
    Tried(IDEAS["graph"], (0.953, 0.953, 0.953), (0.927, 0.925, 0.925), 0, 0, 0),
    Tried(IDEAS["guided"], (0.952, 0.949, 0.953), (0.923, 0.917, 0.926), 15, 5, 7),
    Tried(IDEAS["faded"], (0.924, 0.918, 0.928), (0.859, 0.853, 0.872), 79, 5, 58),
    Tried(IDEAS["consistent"], (0.945, 0.936, 0.941), (0.903, 0.888, 0.896), 50, 10, 29),
    Tried(IDEAS["pairs"], (0.948, 0.939, 0.943), (0.911, 0.900, 0.911), 33, 6, 23),
    Tried(IDEAS["reassigned"], (0.941, 0.940, 0.942), (0.899, 0.901, 0.902), 40, 5, 27),
    Tried(IDEAS["crossed"], (0.940, 0.940, 0.942), (0.895, 0.897, 0.902), 43, 6, 29),
)  # fmt: skip
# Of 10 000 MNIST pictures, 30 epochs.
MNIST = (
    Tried(IDEAS["graph"], (0.954, 0.954), (0.902, 0.902), 0, 0, 0),
    Tried(IDEAS["guided"], (0.953, 0.954), (0.900, 0.901), 30, 12, 15),
    Tried(IDEAS["faded"], (0.885, 0.865), (0.779, 0.751), 890, 58, 755),
    Tried(IDEAS["consistent"], (0.924,), (0.850,), 576, 113, 411),
    Tried(IDEAS["pairs"], (0.936, 0.935), (0.866, 0.866), 291, 36, 223),
    Tried(IDEAS["reassigned"], (0.951, 0.953), (0.896, 0.900), 53, 9, 26),
    Tried(IDEAS["crossed"], (0.943, 0.944), (0.878, 0.879), 219, 45, 147),
)  # fmt: skip
TRIED = (("the digits", DIGITS), ("10,000 pictures of MNIST", MNIST))
