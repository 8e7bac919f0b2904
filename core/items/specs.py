"""The settings of items: pictures, or rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.messages import Message, message
from core.specs import Spec
from core.tables.options import TableOptions

DATASETS = ("digits", "mnist", "fashion", "upload")
FORMS = ("auto", "pictures", "table")


@dataclass(frozen=True)
class Items(Spec):
    """Pictures or rows of numbers; labels, where there are any, are used for judging only."""

    dataset: str = specs.choice("digits", DATASETS, "what is modelled")
    dataset_name: str = specs.text("", 300, "name of an uploaded file")
    dataset_digest: str = specs.text("", 64, "its SHA-256")
    most: int = specs.integer(5000, 2, 70_000, "how many items are used at most, the first ones")
    form: str = specs.choice(
        "auto",
        FORMS,
        "Whether rows of numbers are square pictures, such as 784 for 28×28; by default as their "
        "number and their values suggest.",
    )
    binary: bool = specs.flag(False, "Pixels become 0 or 1, with the threshold at one half.")

    items_table: TableOptions = specs.nested(TableOptions, prefix="items_table_", silent=True)

    @property
    def label(self) -> Message:
        """The name of the data as shown to people."""
        names = {"digits": "digits (8×8)", "mnist": "MNIST", "fashion": "Fashion-MNIST"}
        if self.dataset in names:
            return message(names[self.dataset])
        return message("{name}", name=self.dataset_name or message("upload"))
