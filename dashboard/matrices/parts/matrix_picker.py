"""Choosing a matrix, and for CR what it is multiplied by, uploads included."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core.errors import CoreError
from core.matrices import Curves, Matrix, ProductCurves, load, shelf
from dashboard import state
from dashboard.chain import stages as chain
from dashboard.language import say
from dashboard.markdown import plain, plain_message
from dashboard.slots import slot
from dashboard.ui import controls, mirrors
from dashboard.ui.work import obtain

NAMES = {
    "photograph": "Photograph",
    "digits": "Handwritten digits",
    "ppmi": "PPMI of a text",
    "vectors": "Word vectors",
    "synthetic": "Synthetic, by its spectrum",
    "kernel": "Kernel of the digits",
    "hilbert": "Hilbert matrix",
    "upload": "Your own file …",
}
SPECTRA = {"step": "step‹of a spectrum›"}
PHOTOGRAPHS = {"china": "temple", "flower": "flower"}
RIGHTS = {
    "transpose": "its own transpose, XXᵀ",
    "gaussian": "a Gaussian matrix",
    "photograph": "the other photograph, transposed",
    "upload": "your own file …",
}
ABOUT = (
    "npy, npz, csv, tsv, txt or mtx (Matrix Market); up to 25 million numbers. Real and finite. "
    "Nothing is unpickled; the file stays on the machine this app runs on."
)


def matrix() -> Matrix:
    """The controls of the matrix; what they describe, or the last that could be read."""
    kind = _pick("kind", "Matrix", NAMES)
    if kind == "upload":
        _upload("file_name", "file_digest", "kind")
        kind = str(state.get("kind", "photograph"))
    if kind == "photograph":
        controls.pick(Matrix, "photograph", "Picture", names=PHOTOGRAPHS)
    elif kind == "synthetic":
        _synthetic()
    elif kind == "kernel":
        controls.slider(Matrix, "samples", "Digits compared", high=1500, step=10, log=True)
        controls.slider(
            Matrix, "bandwidth", "Width h", step=0.1, high=200.0, log=True, format="{:.1f}",
            help="exp(−‖x − y‖²/2h²): a wide kernel is nearly of rank 1, a narrow one nearly "
            "the identity. Digits lie about 50 apart.",
        )  # fmt: skip
    elif kind == "hilbert":
        controls.slider(Matrix, "size", "Side n", high=1000, log=True)
    elif kind in ("ppmi", "vectors"):
        if kind == "ppmi":
            controls.choose(
                Matrix, "words", "Most frequent words", [100, 200, 500, 1000, 2000, 5000, 10_000,
                20_000], format="{:,}",
                help="Up to 1500 every rank is computed; more stay sparse, to the highest rank "
                "set below.",
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
    names = {k: v for k, v in RIGHTS.items() if k != "photograph" or matrix.kind == "photograph"}
    if state.get("right", "transpose") not in names:
        state.put("right", "transpose")
    if _pick("right", "X times", names) == "upload":
        _upload("right_name", "right_digest", "right")
    if state.get("right", "transpose") == "gaussian":
        controls.slider(ProductCurves, "right_columns", "Columns of Y", high=1000, log=True)
        controls.slider(ProductCurves, "right_seed", "Another Y", high=50)
    controls.slider(
        ProductCurves, "draws", "Repetitions of sampling",
        help="The curve is their median, the band holds 80 % of them.",
    )  # fmt: skip
    return state.spec(ProductCurves)


def _synthetic() -> None:
    spectrum = controls.pick(
        Matrix, "spectrum", "Singular values", names=SPECTRA,
        help=r"power: $i^{-d}$; exponential: $e^{-d(i-1)/10}$; step: $1$ for the first $s$, "
        r"then $10^{-d}$",
    )  # fmt: skip
    controls.slider(Matrix, "decay", "Decay d", step=0.05, high=5.0, format="{:.2f}")
    if spectrum == "step":
        controls.slider(Matrix, "step", "Step after s", high=500, log=True)
    controls.slider(
        Matrix, "noise", "Noise, share of the norm", step=0.01, format="{:.2f}",
        help="Gaussian noise ends every spectrum in a plateau: from there on, rank buys nothing.",
    )  # fmt: skip
    controls.slider(
        Matrix, "coherence", "Coherence", step=0.05, format="{:.2f}",
        help="0: all rows and columns alike, and any of them will do. 1: a few carry almost "
        "everything, and uniform sampling misses them.",
    )  # fmt: skip
    controls.slider(Matrix, "height", "Rows m", high=1000)
    controls.slider(Matrix, "width", "Columns n", high=1000)
    controls.slider(Matrix, "matrix_seed", "Another of its kind", high=50)


def _pick(name: str, label: str, names: dict[str, str]) -> str:
    """A list whose last entry, a file, becomes the setting only once a file can be read."""
    now = str(state.get(name, next(iter(names))))
    key, options = f"{name}-choice", list(names)
    mirrors.follow(key, now, now if now in options else options[0])
    chosen = st.selectbox(
        say(label),
        options,
        options.index(st.session_state[key]),
        key=key,
        format_func={option: say(names[option]) for option in options}.__getitem__,
    )
    if chosen not in (now, "upload"):
        state.put(name, chosen)
        mirrors.note(key, chosen)
    return str(chosen)


@dataclass
class Stored:
    """Matrices that were uploaded: by the browser's name for the file, (name, digest) as kept."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)


def _upload(name: str, digest: str, setting: str) -> None:
    """Adopt a file once it was read; until then say what is wrong with it, and keep the matrix."""
    if state.get(setting, "") == "upload" and state.get(name, ""):
        st.caption(say("In use: {name}", name=plain(str(state.get(name, "")))))
    data = st.file_uploader(say("Matrix file"), key=f"{setting}-upload", help=say(ABOUT))
    if data is None:
        return
    files = slot(Stored).files
    try:
        if data.file_id not in files:
            files[data.file_id] = shelf.store_upload(data.name, data)
        file_name, file_digest = files[data.file_id]
        if state.get(setting, "") == "upload" and state.get(digest, "") == file_digest:
            return
        spec = Matrix(kind="upload", file_name=file_name, file_digest=file_digest)
        made = obtain(load, spec, f"{setting} file")
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
        return
    if made is not None and made.fresh:
        state.put_all({name: file_name, digest: file_digest, setting: "upload"})
        st.rerun()
