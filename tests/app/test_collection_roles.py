"""How a table of a collection was read, and what its columns are, said and overruled."""

from __future__ import annotations

from opening import (
    captions,
    dropped,
    errors,
    hypertext,
    open_page,
    open_tab,
    settled,
    spoken,
)

from core import uploads
from core.items import with_roles
from core.items.collection_specs import of_files


def test_a_table_without_vectors_or_texts_says_so_first() -> None:
    at = open_page("collection", rows_from="digits")
    dropped(at, ("years.csv", b"year,n\n1990,1\n1991,2\n"))
    assert "No column holds vectors" in at.warning[0].value and not errors(at)


def test_the_numbers_that_make_the_vectors_are_named() -> None:
    rows = "".join(
        f"{i},{i * i % 17},{i % 5},{i * 7 % 11},{1000 + i * i % 97}\n" for i in range(60)
    )
    name = uploads.keep("n.csv", f"a,b,c,d,zip\n{rows}".encode())
    spec = with_roles(of_files("upload", [("n.csv", name)]), {"zip": "id"})
    at = open_page("collection", **spec.to_query())
    assert "Vectors of 4 columns of numbers, each standardised: a, b, c, d." in hypertext(at)
    assert "(4 numbers)" in spoken(at) and "Ids: “zip”" in spoken(at) and not errors(at)


def test_how_texts_were_read_as_numbers_and_dates_is_said_at_their_roles() -> None:
    rows = "".join(
        f"{i},north {i} of here,{i % 9 + 1}/{i % 12 + 1}/2024,n{i},d{i}\n" for i in range(1, 13)
    )
    digest = uploads.keep("d.csv", f"n,text,when,kind,day\n{rows}".encode())
    roles = {"kind": "number", "day": "date"}
    spec = with_roles(of_files("upload", [("d.csv", digest)]), roles)
    at = open_page("collection", **spec.to_query(), histograms='["kind","day"]')
    said = hypertext(at)
    assert "“2/2/2024” was read as 2024-02-02, but no cell tells" in said and not errors(at)
    assert "No numbers. Cells that are no numbers: 12, such as “n1”." in said
    assert "No dates. Cells that are no dates: 12, such as “d1”." in said


def test_a_table_is_read_differently_at_the_first_look_and_later() -> None:
    """How it was read is said before anything is computed; a correction is part of the link."""
    rows = "".join(f"text {i} of ships és hajó nő,{i}\n" for i in range(12))
    at = open_page("collection", rows_from="digits")
    dropped(at, ("mine.csv", rows.encode("cp1250")))
    assert "The first row names no columns" in hypertext(at)
    assert any("Read as cp1250 · separator: Comma" in line for line in captions(at))
    assert "roles-fine" in [button.key for button in at.button]
    box = next(b for b in at.selectbox if b.key and b.key.endswith("-encoding"))
    settled(box.set_value("Windows-1252").run())
    assert at.query_params["rows_table_encoding"] == "Windows-1252"
    assert "roles-fine" in [button.key for button in at.button], "it is still looked at"
    assert "õ" in at.dataframe[0].value["column 1"][0]
    at = open_tab(open_page("collection", **dict(at.query_params)), "collection", "Columns")
    box = next(b for b in at.selectbox if b.key and b.key.endswith("-heading"))
    settled(box.set_value("yes").run())
    assert at.query_params["rows_table_heading"] == "yes" and not errors(at)
    assert "Rows: 11." in spoken(at)
