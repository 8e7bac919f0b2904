"""Word vectors from the files that other programs write, read as streams, never unpickled.

word2vec text and binary, GloVe text, fastText .vec and .bin, NumPy matrix + word list,
safetensors, TensorFlow Projector TSV; text and binary also as .gz, .bz2 or .xz. What is
wrong is said with the line, or word, at which it is; sizes that a header claims are
believed only as far as the file reaches.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from core.cache import OnStep, report, run_on
from core.errors import SourceError

FORMATS = ("word2vec binary", "fastText binary", "NumPy", "safetensors", "Projector", "text")
OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
LARGEST_DIM = 10_000
LONGEST_WORD = 2_000  # bytes
FASTTEXT = 793712314
STEP = 2_000  # words between two reports
FEW = 5  # examples in a note


@dataclass(frozen=True, eq=False)
class Loaded:
    """What a file held: words, matrix (V, d) float32, and sentences on what was left out."""

    words: list[str]
    matrix: NDArray[np.float32]
    format: str
    notes: tuple[str, ...] = ()


def load(
    path: Path, name: str, words: Path | None = None, first: int = 0, on_step: OnStep = run_on
) -> Loaded:
    """Read a file called `name`; `words` is the word list of a matrix; `first` 0 is all words.

    Raises SourceError.
    """
    kind = guess(path, name)
    limit = first or None
    reading = _Reading(path, name, limit, on_step)
    if kind == "text":
        return reading.text()
    if kind == "word2vec binary":
        return reading.binary()
    if kind == "fastText binary":
        return reading.fasttext()
    if kind == "safetensors":
        return reading.safetensors(words)
    if kind == "NumPy":
        return reading.numpy(words)
    return reading.projector(words)


def guess(path: Path, name: str) -> str:
    """The format, by the name's end and the first bytes."""
    ending = _plain_ending(name)
    with _open(path, name) as file:
        start = _read(file, 1 << 12, name)
    if not start:
        raise SourceError(f"“{name}” is empty; choose another file.")
    if ending == ".npy" or start[:6] == b"\x93NUMPY":
        return "NumPy"
    if ending == ".safetensors":
        return "safetensors"
    if len(start) >= 8 and struct.unpack("<i", start[:4])[0] == FASTTEXT:
        return "fastText binary"
    if start[:2] in (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        raise SourceError(
            f"“{name}” is a Python pickle, which can run any program when opened; save the "
            "vectors in word2vec format instead."
        )
    if start[:4] == b"PK\x03\x04":
        raise SourceError(f"“{name}” is a zip archive; unpack it and choose the file inside.")
    head, _, rest = start.partition(b"\n")
    if len(head.split()) == 2 and all(part.isdigit() for part in head.split()) and _binary(rest):
        return "word2vec binary"
    if ending == ".tsv":
        return "Projector"
    return "text"


class _Reading:
    """One file being read."""

    def __init__(self, path: Path, name: str, limit: int | None, on_step: OnStep) -> None:
        self.path, self.name, self.limit, self.on_step = path, name, limit, on_step
        self.packed = Path(name).suffix.lower() in OPENERS
        self.size = path.stat().st_size
        self.words: list[str] = []
        self.rows: list[NDArray[np.float32]] = []
        self.seen: dict[str, int] = {}
        self.doubles: list[str] = []

    def fail(self, what: str) -> NoReturn:
        raise SourceError(f"“{self.name}”: {what}")

    @property
    def full(self) -> bool:
        return self.limit is not None and len(self.words) >= self.limit

    def add(self, word: str, row: NDArray[np.float32], place: str) -> None:
        """Keep one word; of doubles the first. Raises SourceError for what is no number."""
        if not np.isfinite(row).all():
            self.fail(f"{place} (“{word[:40]}”) holds NaN or ∞; correct or remove it.")
        if word in self.seen:
            self.doubles.append(f"“{word[:30]}” at {place}, first at {self.seen[word]}")
            return
        self.seen[word] = int(place.rsplit(" ", 1)[1].replace(",", ""))
        self.words.append(word)
        self.rows.append(row)

    def tell(self, done: int, of: int, n: int) -> None:
        if n % STEP == 0:
            report(self.on_step, min(done / max(of, 1), 1.0), f"reading, {len(self.words):,} words")

    def loaded(self, format: str, *notes: str) -> Loaded:
        if not self.words:
            self.fail("it holds no vectors; choose another file.")
        matrix = np.stack(self.rows)
        if not matrix.any():
            self.fail("every vector is zero; there is nothing to compare.")
        zero = int((~matrix.any(axis=1)).sum())
        said = list(notes)
        if zero:
            said.append(f"{zero:,} words have a vector of zeros, which is near nothing.")
        if self.doubles:
            shown = "; ".join(self.doubles[:FEW])
            said.append(
                f"{len(self.doubles):,} words stand there twice, the first is kept: {shown}."
            )
        return Loaded(self.words, matrix, format, tuple(said))

    def claim(self, head: list[str], least: float) -> tuple[int, int]:
        """Words and dimension of a header, checked against the size of the file."""
        V, d = int(head[0]), int(head[1])
        if V == 0 or d == 0:
            self.fail(f"line 1 says {V:,} words of {d:,} numbers: 0 vectors; choose another file.")
        if d > LARGEST_DIM:
            self.fail(f"line 1 says {d:,} numbers a word; at most {LARGEST_DIM:,} are read.")
        if not self.packed and V * (d * least + 2) > self.size:
            self.fail(
                f"line 1 says {V:,} words of {d:,} numbers, at least "
                f"{V * (d * least + 2) / 1e9:,.3g} GB, and the file has {self.size / 1e9:,.3g} GB: "
                "it is cut off, or line 1 is wrong."
            )
        return V, d

    def text(self) -> Loaded:
        """word2vec and fastText text with a header line, GloVe without."""
        with _open(self.path, self.name) as file:
            first = self.line(file, 1)
            head = first.split()
            header = len(head) == 2 and all(part.isdigit() for part in head)
            V, d = self.claim([part.decode() for part in head], 2) if header else (None, 0)
            n, done = 1, len(first)
            line = self.line(file, 2) if header else first
            n += header
            spaced = 0
            while line and not self.full:
                if line.strip():
                    word, row = self.numbers(line, d, n)
                    if not d:
                        d = len(row)
                    spaced += " " in word
                    self.add(word, row, f"line {n:,}")
                done += len(line)
                self.tell(done, self.size, n)
                n += 1
                line = self.line(file, n)
            read = n - 1 - header
        if V is not None and not self.full and len(self.words) + len(self.doubles) != V:
            side = "it is cut off" if len(self.words) + len(self.doubles) < V else "line 1 is wrong"
            self.fail(f"line 1 says {V:,} words, and the file ends after {read:,}: {side}.")
        notes = [f"{spaced:,} words contain a space."] if spaced else []
        return self.loaded("word2vec text" if header else "GloVe text", *notes)

    def line(self, file: BinaryIO, n: int) -> bytes:
        try:
            line = file.readline(LARGEST_DIM * 40)
        except (OSError, EOFError, lzma.LZMAError) as error:
            self.fail(f"the compressed data end or are damaged before line {n:,} ({error}).")
        if len(line) == LARGEST_DIM * 40:
            self.fail(f"line {n:,} is longer than any vector; this is no file of word vectors.")
        return bytes(line)

    def numbers(self, line: bytes, d: int, n: int) -> tuple[str, NDArray[np.float32]]:
        """A word and its d numbers; d = 0 counts the numbers that end the line."""
        try:
            shown = line.decode("utf-8").rstrip("\r\n ")
        except UnicodeDecodeError:
            self.fail(f"line {n:,} is not UTF-8 text; if the file is binary, name it .bin.")
        parts = shown.split("\t" if "\t" in shown else " ")
        parts = [part for part in parts if part] if d == 0 else parts
        if d == 0:
            d = len(parts) - 1
            if d < 1:
                self.fail(f"line {n:,} (“{shown[:40]}”) is not a word and its numbers.")
        if len(parts) < d + 1:
            self.fail(
                f"line {n:,} (“{parts[0][:40]}”) has {len(parts) - 1} numbers where {d} are "
                "expected: the file is cut off or ragged."
            )
        try:
            row = np.array(parts[-d:], np.float32)
        except ValueError:
            wrong = next(part for part in parts[-d:] if not _is_number(part))
            self.fail(f"line {n:,} holds “{wrong[:30]}” where a number is expected.")
        rest = parts[:-d]
        if len(rest) > 1 and all(_is_number(part) for part in rest[1:]):
            self.fail(f"line {n:,} (“{rest[0][:40]}”) has {len(parts) - 1} numbers where {d} are "
                      "expected: the file is ragged.")  # fmt: skip
        return " ".join(rest), row

    def binary(self) -> Loaded:
        """word2vec binary: a header line, then word, space, d float32, each."""
        with _open(self.path, self.name) as file:
            head = self.line(file, 1)
            V, d = self.claim([part.decode() for part in head.split()], 4)
            done = len(head)
            for n in range(1, V + 1):
                if self.full:
                    break
                word = bytearray()
                while (letter := _read(file, 1, self.name)) != b" ":
                    if not letter:
                        self.fail(f"it ends at word {n:,} of {V:,}; download it again.")
                    if letter != b"\n":  # some writers end each vector with a line
                        word += letter
                    if len(word) > LONGEST_WORD:
                        self.fail(f"word {n:,} has no end: this is not word2vec's binary format.")
                data = _read(file, 4 * d, self.name)
                if len(data) < 4 * d:
                    self.fail(
                        f"it ends inside the vector of word {n:,} of {V:,}; download it again."
                    )
                text = word.decode("utf-8", "replace")
                self.add(text, np.frombuffer(data, "<f4").astype(np.float32), f"word {n:,}")
                done += len(word) + 1 + 4 * d
                self.tell(done, self.size, n)
        return self.loaded("word2vec binary")

    def fasttext(self) -> Loaded:
        """fastText's own model, by gensim, once its claims are checked."""
        with _open(self.path, self.name) as file:
            head = _read(file, 8 + 12 * 4 + 8 + 4 + 4 + 4 + 8 + 8, self.name)
        if len(head) < 92:
            self.fail("it ends inside its header; download it again.")
        d, bucket = struct.unpack("<i", head[8:12])[0], struct.unpack("<i", head[40:44])[0]
        V = struct.unpack("<i", head[68:72])[0]
        need = 4 * d * (V + bucket)
        if not (0 < d <= LARGEST_DIM and V > 0 and bucket >= 0):
            self.fail(f"its header says {V:,} words of {d:,} numbers, which is impossible.")
        if not self.packed and need > self.size:
            self.fail(
                f"its header says {V:,} words and {bucket:,} pieces of {d:,} numbers, "
                f"{need / 1e9:,.3g} GB, and the file has {self.size / 1e9:,.3g} GB: it is cut off, "
                "or quantised (.ftz), which is not read."
            )
        report(self.on_step, 0.1, "reading by gensim")
        from gensim.models.fasttext import load_facebook_vectors

        try:
            made = load_facebook_vectors(str(self.path))
        except Exception as error:  # gensim raises whatever struct and NumPy meet
            self.fail(f"gensim cannot read it ({type(error).__name__}: {error}).")
        for n, word in enumerate(made.index_to_key[: self.limit], start=1):
            self.add(word, np.asarray(made.vectors[n - 1], np.float32), f"word {n:,}")
            self.tell(n, len(made.index_to_key), n)
        return self.loaded("fastText binary")

    def numpy(self, words: Path | None) -> Loaded:
        """A matrix (V, d), one vector a row, and a list of words, one a line."""
        try:
            matrix = np.load(self.path, mmap_mode=None if self.packed else "r", allow_pickle=False)
        except (ValueError, OSError, EOFError) as error:
            self.fail(f"NumPy cannot read it without unpickling ({error}).")
        return self.with_list(matrix, words, "NumPy")

    def safetensors(self, words: Path | None) -> Loaded:
        """The first matrix of the file, its words in the metadata or in a list."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self.path, "numpy") as file:
                facts = file.metadata() or {}
                names = sorted(file.keys(), key=lambda name: (name != "word", name))
                shapes = {name: file.get_slice(name).get_shape() for name in names}
                name = next((name for name in names if len(shapes[name]) == 2), None)
                if name is None:
                    self.fail(f"it holds no matrix, only {', '.join(names) or 'nothing'}.")
                matrix = file.get_tensor(name)
        except (SafetensorError, OSError, TypeError) as error:
            self.fail(f"it is no safetensors file ({error}).")
        if words is not None:
            return self.with_list(matrix, words, "safetensors")
        try:
            listed = json.loads(facts["words"] if "words" in facts else facts["model"])
            listed = listed if isinstance(listed, list) else listed["words"]
        except (KeyError, ValueError, TypeError):
            self.fail("it names no words; give a word list, one word a line, beside it.")
        return self.rows_of(matrix, [str(word) for word in listed], "safetensors")

    def projector(self, words: Path | None) -> Loaded:
        """TensorFlow Projector: numbers in one TSV, words in another (or in the first column)."""
        if words is None:
            made = self.text()
            return Loaded(made.words, made.matrix, "Projector", made.notes)
        with _open(self.path, self.name) as file:
            rows: list[NDArray[np.float32]] = []
            n = 1
            while line := self.line(file, n):
                row = self.numbers(b"word\t" + line, len(rows[0]) if rows else 0, n)[1]
                rows.append(row)
                self.tell(n, n + 1, n)
                n += 1
        if not rows:
            self.fail("it holds no vectors; choose another file.")
        return self.with_list(np.stack(rows), words, "Projector")

    def with_list(self, matrix: Any, words: Path | None, format: str) -> Loaded:
        if words is None:
            self.fail("it is a matrix without words; give a word list, one word a line, beside it.")
        try:
            lines = words.read_text("utf-8").splitlines()
        except UnicodeDecodeError as error:
            self.fail(f"the word list is not UTF-8 text ({error.reason} at byte {error.start:,}).")
        if lines and "\t" in lines[0]:  # several columns: the first line names them
            lines = [line.split("\t")[0] for line in lines[1:]]
        return self.rows_of(matrix, lines, format)

    def rows_of(self, matrix: Any, words: list[str], format: str) -> Loaded:
        if getattr(matrix, "ndim", 0) != 2 or matrix.dtype.kind not in "fiu":
            self.fail(f"it holds {matrix.dtype} of shape {matrix.shape}, not a matrix of numbers.")
        if len(matrix) != len(words):
            self.fail(f"the matrix has {len(matrix):,} rows and the list {len(words):,} words.")
        for n, word in enumerate(words[: self.limit], start=1):
            self.add(word, np.asarray(matrix[n - 1], np.float32), f"row {n:,}")
            self.tell(n, len(words), n)
        return self.loaded(format)


def _open(path: Path, name: str) -> Any:
    opener = OPENERS.get(Path(name).suffix.lower())
    return opener(path, "rb") if opener else path.open("rb")


def _read(file: BinaryIO, n: int, name: str) -> bytes:
    try:
        return file.read(n)
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise SourceError(
            f"“{name}” is damaged: its compressed data end early ({error})."
        ) from error


def _plain_ending(name: str) -> str:
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix in OPENERS else path.suffix


def _binary(data: bytes) -> bool:
    """Whether bytes after the header are float32 numbers rather than text."""
    return any(byte < 9 or 13 < byte < 32 for byte in data[:2000])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
