"""Reading: sources → tokens → vocabulary, and the lines in which words occur."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.text.specs import Corpus, Source, Text
    from core.text.tokens import tokenise
    from core.text.vocabulary import vocabulary

__all__ = ["Corpus", "Source", "Text", "tokenise", "vocabulary"]

gather(__name__)
