"""What the columns of a table mean: guessed from names, types and first rows, or set by hand."""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import SpecError
from core.items.vectors import is_text
from core.items.written import is_date, is_money
from core.messages import message
from core.tables.row_names import IDS

LOOKED_AT = 5_000  # rows that a guess goes by
LONG = 40  # characters: longer on average is a text
FEW = 50  # different whole numbers that may be categories, however few rows there are
OFTEN = 3  # times that each of the categories of a text column occurs on average
PLACES = re.compile(r"map|coord|place|position|umap|t-?sne|proj|xy|2d", re.IGNORECASE)
LABELS = re.compile(
    r"label|class|categor|target|cluster|topic|genre|species|split|lang|type|^y$"
    r"|标签|标注|类别|类型|分类|情感|ラベル|カテゴリ",
    re.IGNORECASE,
)
TEXTS = re.compile(
    r"(^|_|\b)(text|review|comment|content|sentence|message|body|abstract|description|tweet)s?$"
    r"|评论|评价|内容|文本|正文|句子|摘要|留言|评语|本文|レビュー|コメント",
    re.IGNORECASE,
)
NAMES = re.compile(
    r"name|city|country|author|company|address|姓名|名称|名字|人名|城市|国家|省|地区|地址|作者|公司"
    r"|学校|编号|电话|氏名|名前|住所|都市",
    re.IGNORECASE,
)
UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
SENTENCE = 6  # letters of those scripts: fewer are names of people and places
SHORT = 3  # characters: of so few on average not even a column called “review” holds texts
IMAGES = re.compile(r"image|img|picture|photo|thumb", re.IGNORECASE)
IMAGE_NAME = re.compile(r".+\.(png|jpe?g|gif|bmp|webp|tiff?)$", re.IGNORECASE)
DATA_URI = re.compile(r"data:image/[a-z+.-]+;base64,", re.IGNORECASE)
ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?")
PLAIN = ("text", "category", "number", "date", "id", "picture", "other")


@dataclass(frozen=True)
class Column:
    """A column: its role, the role that was guessed, its type in words, how much of it is filled.

    dim: d of a column of vectors, else 0; filled: share of rows with a value; distinct: the
    number of different values among the rows looked at.
    """

    name: str
    role: str
    guess: str
    type: str
    dim: int = 0
    filled: float = 1.0
    distinct: int = 0

    @property
    def possible(self) -> tuple[str, ...]:
        """The roles it can be given."""
        if self.dim:
            return ("embedding", "place", "other") if self.dim == 2 else ("embedding", "other")
        return PLAIN if self.guess != "place" else (*PLAIN, "place")


def roles(
    table: pa.Table, dims: Mapping[str, int], overruled: Mapping[str, str]
) -> tuple[Column, ...]:
    """The columns of a table and those of vectors, with their roles.

    Raises SpecError where a role set by hand is one that its column cannot have. Names that no
    column has are ignored.
    """
    columns = [_vectors(name, d) for name, d in dims.items()]
    head = table.slice(0, LOOKED_AT)
    plain = [_plain(name, head.column(name)) for name in table.column_names]
    columns += _paired(plain)
    return tuple(_overruled(column, overruled.get(column.name)) for column in columns)


def _overruled(column: Column, role: str | None) -> Column:
    if role is None:
        return column
    if role not in column.possible:
        raise SpecError(
            message(
                "The column “{name}” cannot be “{role}”; choose one of {roles}.",
                name=column.name[:80],
                role=role,
                roles=", ".join(column.possible),
            ),
            "roles",
        )
    facts = {f: getattr(column, f) for f in ("guess", "type", "dim", "filled", "distinct")}
    return Column(column.name, role, **facts)


def _vectors(name: str, d: int) -> Column:
    role = "place" if d == 2 and PLACES.search(name) else "embedding"
    return Column(name, role, role, message("{d:,} numbers", d=d), d)


def _plain(name: str, values: pa.ChunkedArray) -> Column:
    filled = 1 - values.null_count / max(len(values), 1)
    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    try:
        distinct = int(pc.count_distinct(values, mode="only_valid").as_py())
    except pa.ArrowNotImplementedError:  # nested
        distinct = 0
    role = _role(name, kind, values, distinct)
    return Column(name, role, role, str(kind), 0, filled, distinct)


def _role(name: str, kind: pa.DataType, values: pa.ChunkedArray, distinct: int) -> str:
    n = len(values) - values.null_count
    if n == 0:
        return "other"
    if pa.types.is_boolean(kind) or pa.types.is_dictionary(values.type):
        return "category"
    if pa.types.is_temporal(kind):
        return "date" if pa.types.is_timestamp(kind) or pa.types.is_date(kind) else "other"
    if pa.types.is_integer(kind):
        if IDS.search(name) and distinct == n:
            return "id"
        return "category" if LABELS.search(name) and distinct <= max(FEW, n // 10) else "number"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    if pa.types.is_struct(kind):
        return "picture" if kind.get_field_index("bytes") >= 0 else "other"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return "picture"
    return _role_of_text(name, values, distinct, n) if is_text(kind) else "other"


def _role_of_text(name: str, values: pa.ChunkedArray, distinct: int, n: int) -> str:
    texts = [t for t in values.slice(0, 200).to_pylist() if t]
    if texts and all(DATA_URI.match(t) or IMAGE_NAME.fullmatch(t) for t in texts):
        return "picture"
    if texts and all(ISO_DATE.fullmatch(t) or is_date(t) for t in texts):
        return "date"
    if texts and all(is_money(t) for t in texts):
        return "number"
    length = pc.mean(pc.utf8_length(values)).as_py() or 0
    if IDS.search(name) and distinct == n:
        return "id"
    if length > LONG or (TEXTS.search(name) and distinct * OFTEN > n and length > SHORT):
        return "text"
    if distinct * OFTEN <= n or (LABELS.search(name) and distinct < n):
        return "category"
    spaced = pc.mean(pc.cast(pc.match_substring(values, " "), pa.int8())).as_py() or 0
    sentences = spaced > 0.3 or (_unspaced(texts) >= SENTENCE and not NAMES.search(name))
    return "text" if sentences else "id"


def _unspaced(texts: list[str]) -> float:
    """The median number of letters of scripts that put no spaces between words."""
    return statistics.median([len(UNSPACED.findall(text)) for text in texts]) if texts else 0.0


def _paired(columns: list[Column]) -> list[Column]:
    """The columns, those of a pair such as x and y, or umap_x and umap_y, as places."""
    numbers = {c.name.lower(): c.name for c in columns if c.role == "number"}
    pairs: set[str] = set()
    for low, name in numbers.items():
        other = numbers.get(f"{low[:-1]}y")
        if other and (low == "x" or low[-2:] in ("_x", "-x", " x", ".x")):
            pairs |= {name, other}
    facts = ("type", "dim", "filled", "distinct")
    return [
        Column(c.name, "place", "place", **{f: getattr(c, f) for f in facts})
        if c.name in pairs
        else c
        for c in columns
    ]


def places(columns: tuple[Column, ...]) -> dict[str, tuple[str, ...]]:
    """Places in the plane by name: one column of vectors of two numbers, or a pair of columns."""
    given = [column for column in columns if column.role == "place"]
    named: dict[str, tuple[str, ...]] = {c.name: (c.name,) for c in given if c.dim}
    plain = [c.name for c in given if not c.dim]
    for name in plain:
        other = next((o for o in plain if o.lower() == f"{name[:-1]}y".lower()), "")
        if name[-1:].lower() == "x" and other:
            named[f"{name}, {other}"] = (name, other)
    return named
