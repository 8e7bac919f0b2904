"""The scores of a model on a list of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from core import specs, uploads
from core.cache import cached
from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, report, run_on
from core.tables.aside import SetAside
from core.tables.options import TableOptions
from core.tables.preview import Preview
from core.vectors.evaluate.lists import KINDS, read_list
from core.vectors.evaluate.lists import preview as beginning
from core.vectors.evaluate.scores import Score, analogies, similarity
from core.vectors.models.model import space
from core.vectors.specs import PARTS, Vectored
from core.vectors.store.shelf import model_of

MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class OwnList(Vectored):
    """A list of pairs or analogies that was uploaded, and the vectors that are scored on it."""

    judged_name: str = specs.text("", 300, "name of a list of judged words")
    judged_digest: str = specs.text("", 64, "its SHA-256")
    judged_kind: str = specs.choice(
        "auto", KINDS, "Whether its lines are judged pairs or analogies; by default as they look."
    )
    judged_part: str = specs.choice("word", PARTS, "which of the model's vectors are scored")
    judged_table: TableOptions = specs.nested(TableOptions, prefix="judged_table_", silent=True)


@dataclass(frozen=True)
class OwnScores:
    """scores: of pairs one, of analogies by 3CosAdd the whole list and each section; kind, notes
    and set_aside: how the list was read."""

    scores: tuple[Score, ...]
    kind: str
    encoding: str
    notes: tuple[str, ...]
    set_aside: tuple[SetAside, ...]


def store_list(name: str, data: BinaryIO | bytes) -> tuple[str, str]:
    """Store an uploaded list: its name and its SHA-256. Raises SourceError for a large one."""
    name = uploads.base_name(name)

    def check(size: int) -> None:
        if size > MOST_BYTES:
            template = "“{name}” has more than {most:,} MB; give a part of it."
            raise SourceError(message(template, name=name, most=MOST_BYTES // 1_000_000))

    return name, uploads.keep(name, data, check)


def preview(spec: OwnList) -> Preview:
    """The beginning of a list, as it is understood. Raises SourceError."""
    path = uploads.path(spec.judged_name, spec.judged_digest)
    return beginning(path, spec.judged_name, spec.judged_kind, spec.judged_table)


@cached
def score_own(spec: OwnList, on_step: OnStep = run_on) -> OwnScores:
    """Score a model on an uploaded list. Raises SourceError where the list cannot be used."""
    name = spec.judged_name
    report(on_step, 0.0, message("reading {data}", data=name))
    path = uploads.path(name, spec.judged_digest)
    judged = read_list(path, name, spec.judged_kind, spec.judged_table)
    model = model_of(spec.vectors, on_step)
    rows, words = space(model, spec.judged_part), model.vocabulary
    if judged.kind == "analogies":
        scores = analogies(rows, words, judged.questions, name, on_step)["3CosAdd"]
    else:
        scores = [similarity(rows, words, judged.pairs, name, on_step=on_step)]
    facts = judged.kind, judged.encoding, judged.notes, judged.set_aside
    return OwnScores(tuple(scores), *facts)
