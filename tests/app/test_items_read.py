"""What was understood of a file of items is said where it was dropped."""

from __future__ import annotations

from opening import captions, open_page, put, settled

from core.items.files import store_items

ROWS = "".join(f"{i % 7},{i * i % 31},{'ja' if i % 2 else 'nein'}\n" for i in range(30))
TABLE = f"Größe,b,label\n{ROWS}1,2\n".encode("cp1252")


def test_rows_labels_and_what_is_set_aside() -> None:
    items = store_items("mine.csv", TABLE)
    link = {"dataset": "upload", "dataset_name": "mine.csv", "dataset_digest": items.dataset_digest}
    at = open_page("latent", **link)
    text = " ".join(captions(at))
    assert "30 rows of 2 numbers were read. 2 labels: ja, nein." in text
    assert "Labels are taken from “label”." in text
    assert any("1 row or file was not used" in one.label for one in at.expander)
    at = put(at, form="pictures")
    assert any("make no square picture" in error.value for error in at.error)


def test_an_id_is_set_aside_and_taken_back_on_the_page() -> None:
    rows = "".join(f"{i},{i * i % 13},{i * 7 % 11}\n" for i in range(30))
    items = store_items("ids.csv", f"Id,a,b\n{rows}".encode())
    link = {"dataset": "upload", "dataset_name": "ids.csv", "dataset_digest": items.dataset_digest}
    at = open_page("latent", **link)
    assert "30 rows of 2 numbers were read" in " ".join(captions(at))
    assert "“Id” names the rows and is not among the numbers." in " ".join(captions(at))
    key = next(box.key for box in at.selectbox if str(box.key).endswith("-named_by"))
    at = settled(at.selectbox(key=key).set_value("-").run())
    assert "30 rows of 3 numbers were read" in " ".join(captions(at))
