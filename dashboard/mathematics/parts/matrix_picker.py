"""Choosing a matrix, and for CR what it is multiplied by, uploads included."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core.errors import CoreError
from core.matrices import (
    Curves,
    Hilbert,
    Kernel,
    Matrix,
    Photograph,
    Ppmi,
    ProductCurves,
    Synthetic,
    Upload,
    load,
    shelf,
)
from dashboard import state
from dashboard.chain import corpus_picker
from dashboard.chain import stages as chain
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.slots import slot
from dashboard.ui import controls, mirrors, tables
from dashboard.ui.work import obtain

NAMES = {
    "photograph": "Photograph",
    "digits": "Handwritten digits",
    "ppmi": "PPMI of a text",
    "vectors": "Word vectors",
    "synthetic": "Synthetic, by its spectrum",
    "kernel": "Kernel of the digits",
    "hilbert": "Hilbert matrix",
}
OF_TEXT = ("ppmi", "vectors")
SPECTRA = {"step": "step‹of a spectrum›"}
PHOTOGRAPHS = {"china": "temple", "flower": "flower"}
RIGHTS = {
    "transpose": "its own transpose, XXᵀ",
    "gaussian": "a Gaussian matrix",
    "photograph": "the other photograph, transposed",
    "upload": "your own file …",
}
TABLE = "file_table_"  # before the names of an upload's options of a table
ABOUT = (
    "npy, npz, csv, tsv, txt or mtx (Matrix Market); up to 25 million numbers. Real and finite. "
    "Nothing is unpickled; the file stays on the machine this app runs on."
)


def context() -> list[tuple[str, str]]:
    """The matrix in use, and the text where it is made of one."""
    kind = _kind()
    if kind == "upload":
        return [("Matrix", str(state.get("file_name", "")))]
    text = corpus_picker.context() if kind in OF_TEXT else []
    return [("Matrix", say(NAMES[kind])), *text]


def words() -> list[str]:
    """No words: nothing of this is typed."""
    return []


def pick() -> None:
    """Draw the picker of the matrix, and of the text where it is made of one."""
    _upload("file_name", "file_digest", "kind", "Open your own matrix")
    own = {"upload": str(state.get("file_name", ""))} if _kind() == "upload" else {}
    _pick("kind", "Or a sample", NAMES | own)
    if _kind() in OF_TEXT:
        corpus_picker.pick()


def _kind() -> str:
    return str(state.get("kind", "photograph"))


def matrix() -> Matrix:
    """The controls of the matrix in use; what they describe."""
    kind = _kind()
    if kind == "photograph":
        controls.pick(Photograph, "photograph", "Picture", names=PHOTOGRAPHS)
    elif kind == "synthetic":
        _synthetic()
    elif kind == "kernel":
        controls.slider(Kernel, "samples", "Digits compared", high=1500, step=10, log=True)
        controls.slider(
            Kernel, "bandwidth", "Width h", step=0.1, high=200.0, log=True, format="{:.1f}",
        )  # fmt: skip
    elif kind == "hilbert":
        controls.slider(Hilbert, "size", "Side n", high=1000, log=True)
    elif kind in ("ppmi", "vectors"):
        if kind == "ppmi":
            controls.choose(
                Ppmi, "words", "Most frequent words", [100, 200, 500, 1000, 2000, 5000, 10_000,
                20_000], format="{:,}",
            )  # fmt: skip
        with st.expander(say("How the text becomes a matrix")):
            chain.corpus()
            chain.counts()
            chain.association(measures=("ppmi",))
            if kind == "vectors":
                chain.vectors()
    return state.spec(Curves).matrix


def right(matrix: Matrix) -> ProductCurves:
    """The controls of CR's second factor."""
    names = {k: v for k, v in RIGHTS.items() if k != "photograph" or isinstance(matrix, Photograph)}
    if state.get("right", "transpose") not in names:
        state.put("right", "transpose")
    if _pick("right", "X times", names) == "upload":
        _upload("right_name", "right_digest", "right", "Matrix file")
    if state.get("right", "transpose") == "gaussian":
        controls.slider(ProductCurves, "right_columns", "Columns of Y", high=1000, log=True)
        controls.slider(ProductCurves, "right_seed", "Another Y", high=50)
    controls.slider(
        ProductCurves, "draws", "Repetitions of sampling",
    )  # fmt: skip
    return state.spec(ProductCurves)


def _synthetic() -> None:
    spectrum = controls.pick(
        Synthetic, "spectrum", "Singular values", names=SPECTRA,
    )  # fmt: skip
    controls.slider(Synthetic, "decay", "Decay d", step=0.05, high=5.0, format="{:.2f}")
    if spectrum == "step":
        controls.slider(Synthetic, "step", "Step after s", high=500, log=True)
    controls.slider(
        Synthetic, "noise", "Noise, share of the norm", step=0.01, format="{:.2f}",
    )  # fmt: skip
    controls.slider(
        Synthetic, "coherence", "Coherence", step=0.05, format="{:.2f}",
    )  # fmt: skip
    controls.slider(Synthetic, "height", "Rows m", high=1000)
    controls.slider(Synthetic, "width", "Columns n", high=1000)
    controls.slider(Synthetic, "matrix_seed", "Another of its kind", high=50)


def _pick(name: str, label: str, names: dict[str, str]) -> str:
    """A list whose last entry, a file, becomes the setting only once a file can be read."""
    now = str(state.get(name, next(iter(names))))
    key, options = state.worded(f"{name}-choice"), list(names)
    mirrors.follow(key, now, now if now in options else options[0])
    chosen = st.selectbox(
        say(label),
        options,
        options.index(st.session_state[key]),
        key=key,
        format_func={option: say(names[option]) for option in options}.__getitem__,
    )
    if chosen not in (now, "upload"):
        slot(Stored).pending.pop(name, None)
        state.put(name, chosen)
        mirrors.note(key, chosen)
    return str(chosen)


@dataclass
class Stored:
    """Matrices that were uploaded: by the browser's name for the file, (name, digest) as kept.

    pending: by setting the file that was given for it and is not in use yet.
    """

    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)


def _upload(name: str, digest: str, setting: str, label: str) -> None:
    """Adopt a file once it was read; until then say what is wrong with it, and keep the matrix."""
    in_use = state.get(setting, "") == "upload" and state.get(name, "")
    current = (str(state.get(name, "")), str(state.get(digest, ""))) if in_use else ("", "")
    if in_use and setting != "kind":  # the bar names that one
        st.caption(marked("In use: {name}", name=current[0]))
    data = st.file_uploader(say(label), key=f"{setting}-upload", help=say(ABOUT))
    files, pending = slot(Stored).files, slot(Stored).pending
    try:
        if data is not None and data.file_id not in files:
            files[data.file_id] = shelf.store_upload(data.name, data)
            pending[setting] = data.file_id
        if data is not None and setting == "kind" and pending.get(setting) != data.file_id:
            data = None  # it was in use before a sample was chosen
        chosen = current if data is None else files[data.file_id]
        if not chosen[1]:
            return
        spec = Upload(*chosen)
        if setting == "kind":  # Y has no options of its own
            own = {leaf: state.get(leaf, value) for leaf, value in spec.leaves()}
            before = spec.replace(**(own if chosen == current else {}))
            spec = _understood(before)
            if chosen == current and spec == before:
                _told(spec, setting)
                return
        elif chosen == current:
            _told(spec, setting)
            return
        obtained = obtain(load, spec, f"{setting} file")
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
        return
    if obtained is not None and obtained.fresh:
        pending.pop(setting, None)
        leaves = dict(spec.leaves()) if setting == "kind" else {}
        state.put_all(leaves | {name: chosen[0], digest: chosen[1], setting: "upload"})
        st.rerun()


def _understood(spec: Upload) -> Upload:
    """Show how a table's text was read; the file as the user says it is to be read."""
    shown = shelf.preview(spec.file_name, spec.file_digest, spec.table)
    if shown is None:
        return spec
    key = f"matrix-table-{spec.file_digest[:12]}"
    options = tables.understood(shown, spec.table, key, numbers=True, named=True)
    return spec.replace(**{f"{TABLE}{name}": value for name, value in options.leaves()})


def _told(spec: Upload, setting: str) -> None:
    """What was read of a file, and what was set aside."""
    obtained = obtain(load, spec, f"{setting} notes")
    if obtained is None:
        return
    loaded = obtained.result
    rows, columns = loaded.shape
    st.caption(marked("{rows:,} × {columns:,} numbers read.", rows=rows, columns=columns))
    tables.left_out(loaded.set_aside)
    for note in loaded.notes:
        st.caption(plain_message(note))
