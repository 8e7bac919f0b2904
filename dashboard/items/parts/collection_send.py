"""What the shown rows have to say against the others, and where they can be taken."""

from __future__ import annotations

from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from core.errors import CoreError
from core.items import exports
from core.items.collection import Table
from core.items.values import texts
from core.spaces.words import Worded, held, standing_out, worded
from core.text.shelf import store_upload
from core.text.specs import Source
from core.text.tokenisers import suggest_tokeniser
from dashboard import state
from dashboard.items.parts import collection_picker
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.ui import downloads
from dashboard.ui.captions import caption
from dashboard.ui.work import obtain

LISTED = 40  # words that stand out
ON_MAP = 30  # of them in a heatmap
PASSAGE = 5_000  # characters of a text whose keywords are sought
LEAST_COUNT = 2  # of a word in the few texts that are sent
SAMPLE = 4_000  # characters that tell how words are told apart


def send(table: Table, shown: np.ndarray) -> None:
    """The words that stand out in the shown rows, and buttons that take the rows elsewhere."""
    rows = np.flatnonzero(shown)
    if not len(rows):
        return
    column = state.get("naming_column", "") or next(iter(table.names("text")), "")
    words = _words(table, column, shown) if column else []
    st.markdown(marked("## Take these {n:,} rows elsewhere", n=len(rows)))
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("A collection of their own"), key="send-collection",
            icon=":material/table_view:", on_click=_to_collection, args=(table, rows),
        )  # fmt: skip
        if column:
            st.button(
                say("PMI heatmap of their words"), key="send-heatmap",
                icon=":material/grid_on:", on_click=_to_heatmap, args=(table, column, rows, words),
            )  # fmt: skip
            st.button(
                say("Their keywords against the rest"), key="send-keywords",
                icon=":material/key:", on_click=_to_keywords, args=(table, column, rows),
                help=marked(
                    "All texts of the column become the corpus, the first {n:,} characters of "
                    "these rows the text whose keywords are sought.",
                    n=PASSAGE,
                ),
            )  # fmt: skip


def _words(table: Table, column: str, shown: np.ndarray) -> list[str]:
    """The words that stand out in the shown rows against the others, listed."""
    if shown.all():
        caption(say("All rows are shown: filter or draw around some, and what sets their texts "
                    "apart is listed here."))  # fmt: skip
        return []
    spec = Worded(table.spec.replace(roles=""), column)
    result = obtain(worded, spec, "words of rows")
    if result is None or not result.fresh:
        return []
    present = result.result
    matrix, inside = present.matrix, shown.astype(np.int32) - 1
    [best], [evidence] = standing_out(matrix, inside, 1, LISTED)
    own, others = held(matrix, (~shown).astype(np.int32), 2)
    data = pd.DataFrame(
        {
            "word": [present.words[i] for i in best],
            "rows shown that hold it": own[best],
            "other rows": others[best],
            "G²": np.round(evidence, 1),
        }
    )
    st.markdown(say("## Words that set these rows apart"))
    caption(
        say(
            "Words of “{column}” that are in more of the rows shown than chance would have it, "
            "against all other rows: {n:,}, by G² of the 2×2 table, beyond what the best of "
            "{all:,} words reaches by luck in one of twenty draws.",
            column=column, n=len(best), all=len(present.words),
        )
    )  # fmt: skip
    if len(data):
        downloads.table(data, "words-of-rows", "words-of-rows")
    return list(data["word"])


def _named(table: Table, ending: str) -> str:
    """A name for a file of rows."""
    return f"{PurePosixPath(say(table.spec.label)).stem[:80]}-{say('part')}.{ending}"


def _to_collection(table: Table, rows: np.ndarray) -> None:
    try:
        collection = exports.as_collection(table, rows, _named(table, "parquet"))
    except CoreError as error:
        st.toast(plain_message(error), icon=":material/error:")
        return
    collection_picker.put(collection)
    state.leave_for("collection")


def _corpus(table: Table, column: str, rows: np.ndarray | None) -> dict[str, object]:
    """The settings of a text that the texts of some rows make."""
    data = exports.text_lines(table, column, rows)
    source = store_upload(_named(table, "jsonl"), data, column="text")
    tokeniser = suggest_tokeniser(data[:SAMPLE].decode("utf-8", "ignore"))
    return {**dict(Source().leaves()), **dict(source.leaves()), "tokeniser": tokeniser}


def _to_heatmap(table: Table, column: str, rows: np.ndarray, words: list[str]) -> None:
    settings = _corpus(table, column, rows) | {"min_count": LEAST_COUNT}
    if len(words) > 1:
        typed = " ".join(words[:ON_MAP])
        settings |= {"row_mode": "typed", "column_mode": "same", "row_list": typed[:2000]}
    state.put_all(settings)
    state.leave_for("heatmap")


def _to_keywords(table: Table, column: str, rows: np.ndarray) -> None:
    settings = _corpus(table, column, None)
    chosen = texts(table, column).take(pa.array(rows)).to_pylist()
    passage = "\n".join(filter(None, chosen))
    state.put_all({**settings, "passage": passage[:PASSAGE], "model": ""})
    state.leave_for("keywords")
