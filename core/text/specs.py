"""The settings of the first stage: the text, its tokens, and the words that are kept."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.errors import SpecError
from core.messages import message
from core.segmentation.specs import Discovery
from core.specs import Spec
from core.tables.options import TableOptions

SOURCES = ("wikipedia-sample", "lee-news", "peoples-daily", "text8", "upload", "file")
TOKENISERS = ("words", "whitespace", "chinese", "characters", "discovered")
SCRIPTS = ("simplified", "as written")


@dataclass(frozen=True)
class Source(Spec):
    """The source of the text.

    `digest` pins the content of an upload (SHA-256 of its bytes) or of a file
    on the server (its size and time), so that a changed file is another
    source; `name` is the file's name, `column` the column of a table, `table` what is
    known of how it is written.
    """

    source: str = specs.choice("wikipedia-sample", SOURCES, "the corpus to read")
    name: str = specs.text("", 300, "file name")
    digest: str = specs.text("", 64, "what pins the file's content")
    column: str = specs.text("", 200, "the column that holds the text")
    table: TableOptions = specs.nested(TableOptions, prefix="table_", silent=True)
    joined: bool = specs.flag(
        False,
        "The spaces inside each line are taken out, so that words must be discovered.",
        silent=True,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.source in ("upload", "file") and not self.digest:
            template = "`source={source}` needs a file; choose one first."
            raise SpecError(message(template, source=self.source), "source")


@dataclass(frozen=True)
class Text(Spec):
    """How the text is cut into tokens.

    `script` and `new_words` matter to the tokeniser "chinese" only. Its dictionary is one of
    simplified words: traditional text falls apart into characters unless it is converted.
    `discovery` matters to the tokeniser "discovered" only, and of its thresholds those of its
    method: all else is at its default, so that equal tokens have one key.
    """

    origin: Source = specs.nested(Source)
    tokeniser: str = specs.choice(
        "words",
        TOKENISERS,
        "Words: runs of letters and digits. Chinese words: segmented by jieba. Split "
        "at spaces: for text that is already segmented. Words discovered here: what this very "
        "text repeats, without a dictionary, as the page Word discovery finds it.",
    )
    lowercase: bool = specs.flag(True, "fold upper case to lower case")
    numbers: bool = specs.flag(True, "keep tokens made of digits; 1,000 and 3.14 are one each")
    apostrophes: bool = specs.flag(True, "keep apostrophes inside words (don't, l'eau)")
    script: str = specs.choice(
        "simplified",
        SCRIPTS,
        "Simplified: traditional characters are converted one by one before words are "
        "looked for, and so is every word you type. jieba's dictionary is simplified: "
        "traditional text as written falls apart into characters.",
    )
    new_words: bool = specs.flag(
        False,
        "Where the dictionary has no word, jieba joins characters by a hidden Markov "
        "model: finds names, and makes some words up.",
    )
    discovery: Discovery = specs.nested(Discovery, silent=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        used = self.discovery.basis if self.tokeniser == "discovered" else Discovery()
        object.__setattr__(self, "discovery", used)


@dataclass(frozen=True)
class Corpus(Spec):
    """The words that are kept: the most frequent ones, each with a minimum count."""

    text: Text = specs.nested(Text)
    min_count: int = specs.integer(
        5,
        1,
        1000,
        "Words met fewer times are dropped. Raising it removes rare words, whose PMI "
        "is high by accident, and makes everything smaller and faster.",
    )
    max_words: int = specs.integer(
        50_000, 2, 500_000, "Only so many of the most frequent words are kept."
    )
