"""The published comparison (Su 2015, kexue.fm/archives/3863), as settings and as figures."""

from __future__ import annotations

from typing import Any

ACCURACY = {"one-hot": 0.8921, "characters": 0.8955, "words": 0.8903}
"""Test accuracy by input; of `REVIEWS` other reviews, whose copies may have stood on both sides."""
REVIEWS, COPIES = 21_107, 4_392
WITH_COPIES, WITHOUT = 0.935, 0.908
"""Of those reviews, and 15,000 of them trained on: TF-IDF of characters where copies are on both
sides, and where none is (VECTORSCOPE_REVIEWS=… python -m benchmarks.text_classes --lstm)."""
REPEATED = {"characters": 0.872, "words": 0.886}
"""Of those reviews without copies: the published LSTMs, one training each (the same)."""
SUMS = {"sum": 0.82, "sum hidden": 0.89}
"""Of the sum of a review's vectors by simpler GloVe (Su, kexue.fm/archives/4677), by logistic
regression and through 64 ReLUs; the better of two, the lengths of common words being cut or not."""
EPOCHS = {"one-hot": 90, "characters": 30, "words": 30}
RAREST = {"one-hot": 20, "characters": 20, "words": 5}


def recipe(text_input: str) -> dict[str, Any]:
    """The settings of one of the three LSTMs: 15,000 texts, 200 characters or 100 words."""
    return {
        "text_body": "lstm", "text_input": text_input, "read_characters": 200,
        "train_texts": 15_000, "token_dim": 256, "body_dim": 128, "class_batch": 128,
        "class_rate": 0.001, "dropped": 0.5, "hidden_tokens": 0.0,
        "rarest_token": RAREST[text_input], "class_epochs": EPOCHS[text_input],
    }  # fmt: skip
