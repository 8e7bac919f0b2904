"""Encoders that the user has installed: tiny models in their own formats, nothing fetched."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from core.errors import SourceError
from core.spaces import encoders
from core.spaces.encoders import encode, library_of, models, pinned

WORDS = ["[PAD]", "[UNK]", "cat", "dog", "sea"]
E = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
TEXTS = ["cat dog", None, "sea", " "]
INSTALLED = importlib.util.find_spec("model2vec") is not None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VECTORSCOPE_ENCODERS", str(tmp_path))
    return tmp_path


def model2vec(folder: Path) -> Path:
    """A static model as model2vec saves it: embeddings, a word tokeniser, settings."""
    path = folder / "tiny"
    path.mkdir()
    save_file({"embeddings": E}, path / "model.safetensors")
    settings = {"model_type": "model2vec", "architectures": ["StaticModel"], "normalize": False}
    (path / "config.json").write_text(json.dumps(settings))
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": None, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": {w: i for i, w in enumerate(WORDS)},
                  "unk_token": "[UNK]"},
    }  # fmt: skip
    (path / "tokenizer.json").write_text(json.dumps(tokenizer))
    return path


@pytest.mark.skipif(not INSTALLED, reason="model2vec is not installed; it is never required")
def test_a_static_model_by_its_own_library(folder: Path) -> None:
    model2vec(folder)
    assert models() == {"tiny": "model2vec"}
    vectors = encode(TEXTS, pinned("tiny"))
    np.testing.assert_allclose(vectors[0], E[2:4].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(vectors[2], E[4], rtol=1e-5)
    assert not vectors[[1, 3]].any()


class Stub:
    """The parts of both libraries' models that are called, on the files of `model2vec`."""

    def __init__(self, path: str, **more: Any) -> None:
        assert more in ({}, {"local_files_only": True, "trust_remote_code": False})
        self.embeddings = load_file(Path(path) / "model.safetensors")["embeddings"]

    @classmethod
    def from_pretrained(cls, path: str) -> Stub:
        return cls(path)

    def encode(self, texts: list[str], show_progress_bar: bool) -> np.ndarray:
        assert not show_progress_bar
        ids = [[WORDS.index(word) for word in text.split()] for text in texts]
        return np.stack([self.embeddings[rows].mean(axis=0) for rows in ids])


@pytest.mark.parametrize(
    ("library", "name"),
    [("model2vec", "StaticModel"), ("sentence_transformers", "SentenceTransformer")],
)
def test_both_libraries_are_called_with_local_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch, library: str, name: str
) -> None:
    path = model2vec(folder)
    if library == "sentence_transformers":
        (path / "modules.json").write_text("[]")
    module = ModuleType(library)
    setattr(module, name, Stub)
    monkeypatch.setitem(sys.modules, library, module)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == library or None)
    encoders._loaded.cache_clear()
    assert models() == {"tiny": library.replace("_", "-")}
    spec = pinned("tiny")
    vectors = encode(TEXTS, spec)
    np.testing.assert_allclose(vectors[0], E[2:4].mean(axis=0), rtol=1e-5)
    assert not vectors[[1, 3]].any()
    (path / "note.txt").write_text("changed")
    with pytest.raises(SourceError, match="has changed"):
        encode(TEXTS, spec)


def test_what_cannot_be_used_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = model2vec(folder)
    monkeypatch.setitem(sys.modules, "model2vec", None)
    encoders._loaded.cache_clear()
    with pytest.raises(SourceError, match="pip install model2vec"):
        encode(TEXTS, pinned("tiny"))
    for name in ("nosuch", "..", "tiny/../.."):
        with pytest.raises(SourceError, match="no encoder"):
            pinned(name)
    (path / "2_Dense").mkdir()
    (path / "2_Dense" / "pytorch_model.bin").write_bytes(b"pickled")
    assert library_of(path) == "", "weights of a part that only a pickle holds"
    save_file({"weight": E}, path / "2_Dense" / "model.safetensors")
    assert library_of(path) == "model2vec"
    (path / "model.safetensors").rename(path / "model.bin")
    assert library_of(path) == "" and models() == {}
    with pytest.raises(SourceError, match="no encoder"):
        encode(TEXTS, f"tiny@{'0' * 16}")
    monkeypatch.delenv("VECTORSCOPE_ENCODERS")
    assert models() == {}
