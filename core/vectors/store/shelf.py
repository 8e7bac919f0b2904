"""The shelf: models that were trained or loaded, each a folder on disk, kept until deleted.

A folder <id> holds about.json and model.safetensors: arrays, one of them the bytes of the words
as JSON, as those of millions outgrow its metadata. It appears whole or not at all: what a killed
process leaves half-written has another name, and is removed. Unlike cached results, models
outlive new code and are never dropped to make room. Nothing in a folder is trusted: a damaged
model is listed by itself (`damaged`), can be deleted, and hides no other.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core import cache
from core.errors import QueryError, SpecError
from core.files import checksum, part_name, replacing
from core.kinds import LONGEST_TITLE
from core.messages import message
from core.progress import OnStep, report, run_on
from core.specs import Spec
from core.vectors.kinds import KINDS, kind_of
from core.vectors.models.fitting import fit
from core.vectors.models.model import FLAT, NO_ROWS, NONE, Model, Tree
from core.vectors.specs import Shelved

ABOUT = "about.json"
ARRAYS_FILE = "model.safetensors"
LONGEST_ABOUT = 4_000_000  # bytes
NONSENSE = (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
"""What reading a damaged file can raise."""
ARRAYS = ("word", "context", "word_bias", "context_bias")
WORDS = "words"
TREE = ("theta", "points", "codes", "starts")
ITEMS = "Space"
"""The kind of what holds the rows of a collection instead of words."""


@dataclass(frozen=True)
class Entry:
    """The summary of a stored model, read without loading it.

    spec: the settings it was trained with, or those of a collection's vectors, {} for a loaded
    one; origin: the file it
    was loaded from, "" for a trained one; scores: as recorded by `note`; made: when, ISO 8601;
    checksum: of the arrays' file, "" where an earlier version put it there.
    """

    id: str
    name: str
    kind: str
    words: int
    dim: int
    bytes: int
    made: str
    seconds: float = 0.0
    spec: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""
    contexts: bool = False
    tree: bool = False
    scores: Mapping[str, Any] = field(default_factory=dict)
    checksum: str = ""

    @property
    def of_items(self) -> bool:
        """Whether its words are names of a collection's rows."""
        return self.kind == ITEMS

    @property
    def training(self) -> Any:
        """The spec it was trained with; None for a loaded model, or one of an older version."""
        kind = next((kind for kind in KINDS if kind.class_name == self.kind), None)
        try:
            return kind.spec.from_json(json.dumps(self.spec)) if kind and self.spec else None
        except (SpecError, *NONSENSE):
            return None


def train(spec: Spec, on_step: OnStep = run_on) -> Entry:
    """Train a model and put it on the shelf; one that is there already is not trained again."""
    if (entry := find(spec.key)) is not None:
        return entry
    model = fit(spec, on_step)
    report(on_step, 1.0, "keeping the model")
    return put(model, spec.key, name_of(spec), type(spec).__name__, spec=spec.to_dict())


def name_of(spec: Spec) -> str:
    """A short name for the model of a spec: the settings that differ from the defaults."""
    return kind_of(spec).title(spec)


def put(
    model: Model, id: str, name: str, kind: str, *, spec: Mapping[str, Any] | None = None,
    origin: str = "",
) -> Entry:  # fmt: skip
    """Keep a model. Raises SpecError where the disk is full or read-only."""
    from safetensors.numpy import save_file

    arrays = {part: np.ascontiguousarray(getattr(model, part)) for part in ARRAYS}
    if model.tree is not None:
        arrays |= {part: np.ascontiguousarray(getattr(model.tree, part)) for part in TREE}
    arrays |= {"counts": model.counts, "history": model.history, "rows": model.rows}
    arrays = {part: np.asarray(array) for part, array in arrays.items() if array.size}
    words = json.dumps(model.words, ensure_ascii=False).encode("utf-8", "surrogatepass")
    arrays[WORDS] = np.frombuffer(words, np.uint8)
    facts = {
        "lowercase": model.lowercase, "simplified": model.simplified,
        "optimum": repr(model.optimum),
    }  # fmt: skip
    part = folder() / part_name()
    try:
        part.mkdir(parents=True)
        save_file(arrays, part / ARRAYS_FILE, {"model": json.dumps(facts)})
        size = (part / ARRAYS_FILE).stat().st_size
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        entry = Entry(
            id, name[:LONGEST_TITLE], kind, len(model.words), model.dim, size, now, model.seconds,
            spec or {}, origin, bool(model.context.size), model.tree is not None,
            checksum=checksum(part / ARRAYS_FILE),
        )  # fmt: skip
        (part / ABOUT).write_text(json.dumps(asdict(entry), ensure_ascii=False), "utf-8")
        with contextlib.suppress(OSError):  # it is there already: the same model
            os.replace(part, folder() / id)
    except OSError as error:
        raise SpecError(
            message(
                "The model could not be kept ({reason}); free some space, or put the "
                "cache elsewhere by setting VECTORSCOPE_CACHE.",
                reason=error.strerror,
            )
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return entry


def entries() -> list[Entry]:
    """All models, the newest first. Those in `damaged` are left out."""
    stored = [entry for path in _folders() if (entry := _entry(path)) is not None]
    return sorted(stored, key=lambda entry: (entry.made, entry.id), reverse=True)


def damaged() -> list[str]:
    """The ids of models whose summaries cannot be read. `delete` removes them."""
    return sorted(path.name for path in _folders() if _entry(path) is None)


def find(id: str) -> Entry | None:
    """A model by its id; None where there is none."""
    return next((entry for entry in entries() if entry.id == id), None)


def get(id: str) -> Entry:
    """A model by its id. Raises QueryError where there is none."""
    if (entry := find(id)) is None:
        raise QueryError(
            message("No model `{id}` is on the shelf; it was deleted. Choose another.", id=id)
        )
    return entry


def load(id: str) -> Model:
    """The model itself, from memory where it was used lately. Raises QueryError."""
    entry = get(id)
    return _loaded(id, entry.made)


def model_of(spec: Spec, on_step: OnStep = run_on) -> Model:
    """The model that a spec describes, or that it names on the shelf.

    >>> model_of(Shelved("cb05235c20ce399d")).word.shape            # doctest: +SKIP
    """
    return load(spec.model) if isinstance(spec, Shelved) else fit(spec, on_step)


def training_of(spec: Spec) -> Spec:
    """The settings a model was trained with. Raises QueryError for a loaded one."""
    training = get(spec.model).training if isinstance(spec, Shelved) else spec
    if training is None:
        raise QueryError(message("A loaded model's counts are not known; choose one trained here."))
    return training


def rename(id: str, name: str) -> None:
    """Give a model another name. Raises SpecError for an empty one, or on a read-only disk."""
    name = " ".join(name.split())[:LONGEST_TITLE]
    if not name:
        raise SpecError(message("A model needs a name; type one."), "name")
    _rewrite(replace(get(id), name=name))


def note(id: str, scores: Mapping[str, Any]) -> None:
    """Keep scores beside the model, merged with those that are there.

    Raises SpecError on a full or read-only disk.
    """
    entry = get(id)
    _rewrite(replace(entry, scores={**entry.scores, **scores}))


def delete(id: str) -> None:
    """Remove a model for good, a damaged one too. Raises SpecError on a read-only disk."""
    if id not in damaged():
        id = get(id).id
    gone = folder() / part_name()
    with _changing():
        os.replace(folder() / id, gone)
    shutil.rmtree(gone, ignore_errors=True)


def folder() -> Path:
    """Where the models are."""
    return cache.folder() / "models"


def _rewrite(entry: Entry) -> None:
    with _changing(), replacing(folder() / entry.id / ABOUT) as part:
        part.write_text(json.dumps(asdict(entry), ensure_ascii=False), "utf-8")


@contextlib.contextmanager
def _changing() -> Iterator[None]:
    """Raise SpecError where the disk does not let the block change the shelf."""
    try:
        yield
    except OSError as error:
        raise SpecError(
            message(
                "The shelf cannot be changed ({reason}); its folder must be writable, and its disk "
                "have some space.",
                reason=error.strerror,
            )
        ) from error


def _folders() -> list[Path]:
    """The folders of all models; what is being written or deleted has another name."""
    return [path for path in folder().glob("*/") if path.suffix != ".part"]


def _entry(path: Path) -> Entry | None:
    """The summary in a folder; None where it is damaged."""
    try:
        if (path / ABOUT).stat().st_size > LONGEST_ABOUT:
            return None
        about = json.loads((path / ABOUT).read_text(encoding="utf-8"))
        entry = Entry(**about)
    except NONSENSE:
        return None
    texts = (entry.id, entry.name, entry.kind, entry.made, entry.origin, entry.checksum)
    counts = (entry.words, entry.dim, entry.bytes)
    valid = (
        entry.id == path.name
        and all(isinstance(text, str) for text in texts)
        and all(type(count) is int and count >= 0 for count in counts)
        and type(entry.seconds) in (int, float)
        and isinstance(entry.spec, dict)
        and isinstance(entry.scores, dict)
        and all(isinstance(s, dict) and "value" in s for s in entry.scores.values())
    )
    return entry if valid else None


@lru_cache(maxsize=6)
def _loaded(id: str, made: str) -> Model:
    try:
        return _read(folder() / id, get(id).checksum)
    except NONSENSE as error:
        raise QueryError(
            message("The model `{id}` is damaged; delete it and train or load it again.", id=id)
        ) from error


def _read(path: Path, expected: str) -> Model:
    """The model in a folder. Raises one of `NONSENSE` where it is damaged."""
    from safetensors import SafetensorError, safe_open

    if expected and checksum(path / ARRAYS_FILE) != expected:
        raise ValueError("checksum")
    try:
        with safe_open(path / ARRAYS_FILE, "numpy") as file:
            facts = json.loads((file.metadata() or {})["model"])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    stored = arrays.pop(WORDS, None)
    words = facts["words"] if stored is None else json.loads(stored.tobytes())
    for array in arrays.values():
        array.flags.writeable = False
    tree = Tree(*(arrays[part] for part in TREE)) if "theta" in arrays else None
    if not all(isinstance(word, str) for word in words) or len(words) != len(arrays["word"]):
        raise ValueError("words")
    return Model(
        words,
        arrays.get("counts", np.zeros(len(words), np.int64)),
        arrays["word"],
        arrays.get("context", NONE),
        arrays.get("word_bias", FLAT),
        arrays.get("context_bias", FLAT),
        tree,
        arrays.get("history", np.zeros((0, 3))),
        float(facts["optimum"]),
        lowercase=facts["lowercase"],
        simplified=facts.get("simplified", False),
        rows=arrays.get("rows", NO_ROWS),
    )
