"""Text encoders that the user has installed: sentence-transformers and model2vec.

Neither is a requirement, and nothing is fetched: a model is a folder, as its library's own
`save_pretrained` writes it, below the folder that VECTORSCOPE_ENCODERS names. Code that comes
with a model is not run, and weights that are pickled are not read.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, report, run_on

F32 = NDArray[np.float32]
MODULES = {"model2vec": "model2vec", "sentence-transformers": "sentence_transformers"}
BATCH = 256  # texts between two reports
PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")  # files that reading runs code of
DIGEST = 16  # hexadecimal digits that pin a model


def folder() -> Path | None:
    """The folder of models, if there is one."""
    name = os.environ.get("VECTORSCOPE_ENCODERS", "")
    path = Path(name).resolve() if name else None
    return path if path is not None and path.is_dir() else None


def models() -> dict[str, str]:
    """The models that can be used here, each with its library, by name."""
    root = folder()
    if root is None:
        return {}
    return {
        path.name: library
        for path in sorted(root.iterdir())
        if path.is_dir() and (library := library_of(path))
        and importlib.util.find_spec(MODULES[library]) is not None
    }  # fmt: skip


def library_of(path: Path) -> str:
    """The library whose model a folder holds, "" for none, or for one whose weights are pickled.

    >>> library_of(Path("/no/such/folder"))
    ''
    """
    if not any(path.rglob("*.safetensors")) or any(_only_pickled(f) for f in path.rglob("*")):
        return ""
    if (path / "modules.json").is_file():
        return "sentence-transformers"
    try:
        settings = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    known = isinstance(settings, dict) and settings.get("model_type") == "model2vec"
    return "model2vec" if known else ""


def _only_pickled(file: Path) -> bool:
    """Whether a file holds pickled weights, and nothing beside it would be read instead."""
    return file.suffix in PICKLED and not any(file.parent.glob("model*.safetensors"))


def pinned(name: str) -> str:
    """The setting that names a model: its name, and what pins its content."""
    return f"{name}@{_digest(_place(name))}"


def encode(texts: Sequence[str | None], encoder: str, on_step: OnStep = run_on) -> F32:
    """The vectors (n, d) of texts by a pinned model; zeros for empty texts.

    Raises SourceError where the model is gone or changed, or its library is not installed.
    """
    name, _, digest = encoder.rpartition("@")
    path = _place(name or encoder)
    if _digest(path) != digest:
        raise SourceError(
            message("The encoder “{name}” has changed; choose it again.", name=name[:80])
        )
    run = _loaded(path, digest)
    given = [i for i, text in enumerate(texts) if text and text.strip()]
    parts = []
    for start in range(0, len(given), BATCH):
        report(on_step, start / len(given), message("encoding the texts, {done:,} of {n:,}",
                                                    done=start, n=len(given)))  # fmt: skip
        parts.append(run([str(texts[i]) for i in given[start : start + BATCH]]))
    d = parts[0].shape[1] if parts else 1
    vectors = np.zeros((len(texts), d), np.float32)
    if parts:
        vectors[given] = np.concatenate(parts)
    return vectors


@lru_cache(maxsize=1)
def _loaded(path: Path, digest: str) -> Callable[[list[str]], F32]:
    """A model as a function of texts; digest: of its content."""
    library = library_of(path)
    try:
        model = _model2vec(path) if library == "model2vec" else _transformer(path)
    except ImportError as error:
        raise SourceError(
            message(
                "The encoder “{name}” needs {library}; install it with “{line}” where this app "
                "runs.",
                name=path.name,
                library=library,
                line=f"pip install {library}",
            )
        ) from error
    except Exception as error:  # the libraries raise many kinds for a damaged model
        raise SourceError(
            message(
                "The encoder “{name}” cannot be loaded ({reason}).",
                name=path.name,
                reason=" ".join(str(error).split())[:200] or type(error).__name__,
            )
        ) from error

    def run(texts: list[str]) -> F32:
        return np.asarray(model.encode(texts, show_progress_bar=False), np.float32)

    return run


def _model2vec(path: Path) -> Any:
    from model2vec import StaticModel

    return StaticModel.from_pretrained(str(path))


def _transformer(path: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(path), local_files_only=True, trust_remote_code=False)


def _place(name: str) -> Path:
    root = folder()
    path = root / name if root is not None else None
    fine = path is not None and path.is_dir() and path.resolve().parent == root
    if path is None or not fine or not library_of(path):
        raise SourceError(
            message(
                "There is no encoder “{name}” in the folder that VECTORSCOPE_ENCODERS names.",
                name=name[:80],
            )
        )
    return path


def _digest(path: Path) -> str:
    """What pins the content of a model's files."""
    files = sorted(file for file in path.rglob("*") if file.is_file())
    facts = tuple((f, f.stat().st_size, f.stat().st_mtime_ns) for f in files)
    return _sha256(path, facts)


@lru_cache(maxsize=16)
def _sha256(path: Path, facts: tuple[tuple[Path, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for file, size, _ in facts:
        digest.update(f"{file.relative_to(path).as_posix()}\0{size}\0".encode())
        with file.open("rb") as data:
            digest.update(hashlib.file_digest(data, "sha256").digest())
    return digest.hexdigest()[:DIGEST]
