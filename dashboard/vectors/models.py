"""Models: train word vectors in the background, keep them on a shelf, load and save them."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from core import uploads
from core.errors import CoreError
from core.messages import message
from core.specs import Spec
from core.tables.options import TableOptions
from core.text.shelf import file_source, list_files
from core.vectors.kinds import kind_of
from core.vectors.store import shelf
from core.vectors.store.loading import VectorFile, arrays, packed, preview, word_columns
from dashboard import state
from dashboard.chain import spaces, trainer, training
from dashboard.chain.views import TrainView
from dashboard.figures.models import loss_curve
from dashboard.language import paragraph, say
from dashboard.markdown import marked, plain, plain_message
from dashboard.slots import slot
from dashboard.spec_code import model_code
from dashboard.ui import address, background, code_tab, layout, provenance_tab, tables
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs, tabs
from dashboard.ui.work import errors_shown
from dashboard.vectors.memory import Uploads
from dashboard.vectors.parts import gallery


def train() -> None:
    """Formula and losses left, the settings right."""
    screen, side = layout.columns()
    spec: Spec | None = None
    with side:
        kind = trainer.pick()
        with errors_shown():
            spec = trainer.panel(kind)
    with screen:
        training.watch(gallery.name_of)
        if spec is None:
            return
        with st.container(border=True, key="formula"):
            trainer.explain(spec)
        with errors_shown():
            ready(spec)
    address.publish(state.spec(TrainView), spec)


def ready(spec: Spec) -> None:
    """The button that trains, or the model already trained with these settings."""
    entry = shelf.find(spec.key)
    if entry is not None:
        st.markdown(f"## {plain(entry.name)}")
        finished(entry, spec)
        return
    training.outcome(spec)
    job = background.job_of(spec)
    if job is not None and not job.done:
        st.caption(say("These settings are being trained; you may close the browser meanwhile."))
    else:
        st.markdown(f"## {plain(spaces.title_of(spec))}")
        st.caption(
            say(
                "Not trained yet. It runs on the server, goes on when the browser is "
                "closed, and is kept on the shelf."
            )
        )
        if st.button(say("Train"), type="primary", icon=":material/model_training:", key="train"):
            training.start(spec)
            st.rerun()
    details(spec)


def finished(entry: shelf.Entry, spec: Spec) -> None:
    """Losses and facts of a trained model, and where to go with it."""
    model = shelf.load(entry.id)
    gallery.facts(entry)
    if len(model.history) > 1:
        unit = training.unit(spec)
        show_figure(
            loss_curve(model.history, unit, model.optimum, training.step_of(spec)),
            "loss",
            alt=say(
                "Loss of {name} by step, at last {loss:.4g} {unit}",
                name=entry.name,
                loss=model.history[-1, 1],
                unit=say(unit),
            ),
            height=340,
            filename="loss",
        )
        caption(loss_caption(entry, spec, model.history[-1], model.optimum))
    gallery.to_neighbours(entry, "to-neighbours", type="primary")
    details(spec)


def loss_caption(entry: shelf.Entry, spec: Spec, last: Any, optimum: float) -> str:
    """How the losses were measured."""
    text = message(
        "Loss after each step, in {unit}; at last {loss:.4g}",
        unit=message(training.unit(spec)), loss=last[1],
    )  # fmt: skip
    if math.isfinite(last[2]):
        text = message("{text}, and {loss:.4g} on what was held out", text=text, loss=last[2])
    if math.isfinite(optimum):
        text = message(
            "{text}; the least possible, were every cell free, is {optimum:.4g}",
            text=text, optimum=optimum,
        )  # fmt: skip
    estimate = kind_of(spec).estimate
    return paragraph(say("{text}.", text=text), say(estimate(spec)) if estimate else "")


def details(spec: Spec) -> None:
    """Code and provenance."""
    tabs(
        "train-tabs",
        {
            "Code": lambda: code_tab.show(_code(spec)),
            "Provenance": lambda: provenance_tab.show(spec),
        },
    )


def _code(spec: Spec) -> str:
    return model_code(
        spec, "from core.vectors import fit\n",
        "model = fit(spec)\n"
        "print(model.word.shape, model.history[-1] if len(model.history) else None)",
    )  # fmt: skip


def load() -> None:
    """Files of vectors: an upload, or a file on the server."""
    training.watch(gallery.name_of)
    st.caption(
        say(
            "word2vec text and binary, GloVe text, fastText .vec and .bin, CSV and TSV, JSON, "
            "Parquet, sparse text; NumPy or safetensors matrix, or Projector TSV, with a word "
            "list; also as gz, bz2, xz or in a zip. Nothing is ever unpickled."
        )
    )
    left, right = st.columns(2, gap="large")
    with left:
        data = st.file_uploader(say("Vectors"), key="vectors-file")
    with right:
        listed = st.file_uploader(
            say("Word list, where the vectors are a bare matrix"), key="list-file"
        )
    served = _server_file()
    first = int(
        st.number_input(
            say("Only the first N words (0: all)"), 0, 10_000_000, 0, step=10_000, key="first",
            help=say("Most files hold the most frequent words first."),
        )
    )  # fmt: skip
    with errors_shown():
        spec = _chosen_file(data, listed, served, first)
        if spec is None:
            return
        spec = _named(_understood(spec.replace(array=_array(spec), cut=_cut())))
        if st.button(say("Load"), type="primary", icon=":material/upload_file:", key="load"):
            training.start(spec)
            st.rerun()
        if (result := training.outcome(spec)) is not None:
            entry, notes, set_aside = result
            st.success(
                marked("“{name}” is on the shelf.", name=entry.name),
                icon=":material/check:",
            )
            gallery.facts(entry)
            for note in notes:
                st.warning(plain_message(note), icon=":material/warning:")
            tables.left_out(set_aside)
            gallery.to_neighbours(entry, "loaded-neighbours")


def _understood(spec: VectorFile) -> VectorFile:
    """Show how a text file is divided; the file as the user says it is to be read."""
    remembered = slot(Uploads).tables
    before = remembered.get(spec.digest, spec.table)
    spec = _with_table(spec, before)
    shown = preview(spec)
    if shown is None:
        return spec
    options = tables.understood(shown, before, f"vectors-table-{spec.digest[:12]}", numbers=True)
    if options != before:
        remembered[spec.digest] = options
        st.rerun()
    return spec


def _named(spec: VectorFile) -> VectorFile:
    """The file, its words from the column that the user chooses, where there are several."""
    columns = word_columns(spec)
    if len(columns) < 2 or spec.list_digest:
        return spec
    chosen = st.selectbox(
        say("Column with the words"), ["", *columns],
        key=state.worded(f"words:{spec.digest}"),
        format_func=lambda name: name or say("As guessed"),
    )  # fmt: skip
    return spec.replace(table_named_by=chosen)


def _with_table(spec: VectorFile, options: TableOptions) -> VectorFile:
    return spec.replace(**{f"table_{name}": value for name, value in options.leaves()})


def _array(spec: VectorFile) -> str:
    """Which matrix, or which file of an archive, is read, where there are several."""
    if len(files := packed(spec)) > 1:
        sizes = {name: f"{name} ({size / 1e6:,.1f} MB)" for name, size in files.items()}
        return st.selectbox(
            say("File of the archive"), ["", *sizes], key=state.worded(f"member:{spec.digest}"),
            format_func=lambda name: sizes.get(name) or say("the first that holds vectors"),
        )  # fmt: skip
    shapes = arrays(spec)
    if len(shapes) < 2:
        return ""
    labels = {name: f"{name} ({V:,} × {d:,})" for name, (V, d) in shapes.items()}
    return st.selectbox(
        say("Matrix"), ["", *labels], key=state.worded(f"array:{spec.digest}"),
        format_func=lambda name: labels.get(name) or say("the one that fits the word list"),
    )  # fmt: skip


def _cut() -> int:
    """The dimensions that sparse vectors are cut to."""
    return int(
        st.number_input(
            say("Cut sparse vectors to so many dimensions (0: not)"), 0, 2_000, 0, step=50,
            key="cut",
            help=say(
                "By truncated SVD. Files of vectors that list only what is not zero, such as "
                "PPMI, may have hundreds of thousands of dimensions."
            ),
        )
    )  # fmt: skip


def _server_file() -> str | None:
    """A file in the readable folder of the server, where there is one."""
    try:
        files = [name for name in list_files(text=False) if not name.endswith("/")]
    except CoreError:
        return None
    return st.selectbox(say("Or a file on the server"), files, index=None, key="server-vectors")


def _chosen_file(data: Any, listed: Any, served: str | None, first: int) -> VectorFile | None:
    if data is not None:
        digests = slot(Uploads).digests
        for file in (data, listed):
            if file is not None and file.file_id not in digests:
                digests[file.file_id] = uploads.keep(file.name, file)
        more = {"list_name": listed.name, "list_digest": digests[listed.file_id]} if listed else {}
        return VectorFile(
            "upload", name=data.name, digest=digests[data.file_id], first=first, **more
        )
    if served:
        return VectorFile("file", name=served, digest=file_source(served).digest, first=first)
    return None


def main() -> None:
    page_tabs({"Train": train, "Gallery": gallery.show, "Load": load})


main()
