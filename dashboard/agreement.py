"""One thing, not "1 things": English nouns and verbs agree with a value that is shown as 1.

Templates are written in the plural, "{n:,} rows are left out". Where n is 1, the noun behind it is
put in the singular, and the verb behind that: "1 row is left out". Where that does not do, the
template says the two forms itself: "Of {n:,} lines {k:,} {k:stands|stand} out". A translation into
a language without plurals, such as Chinese, leaves the forms out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from numbers import Real
from typing import Any

CHOICE = "|"
"""What parts the two forms, for one and for any other number, in a value's format."""
_IRREGULAR = {
    "analogies": "analogy", "batches": "batch", "classes": "class", "copies": "copy",
    "corpora": "corpus", "entries": "entry", "matrices": "matrix", "passes": "pass",
    "series": "series",
}  # fmt: skip
_REGULAR = (
    "arrays bits bootstraps brackets bytes candidates cells characters clusters codes columns "
    "comments components contexts cuts digits dimensions documents draws encoders epochs errors "
    "files games groups images items kernels labels letters levels lines lists meetings minutes "
    "models modes nats neighbours numbers occurrences others pairs pictures pieces pixels places "
    "points questions ranks repetitions replicates reruns results reviews rows runs samples "
    "seconds sections seeds sets settings splits steps strings tables templates terms texts times "
    "tokens trainings units updates values vectors walkers weights words workers"
)
_ONE = _IRREGULAR | {noun: noun[:-1] for noun in _REGULAR.split()}
_REGULAR_VERBS = (
    "begin belong change contain count cover differ fit follow give hold keep lack leave lie make "
    "name need occur repeat stand take wait"
)
_VERBS = {"are": "is", "do": "does", "have": "has", "match": "matches", "were": "was"} | {
    verb: f"{verb}s" for verb in _REGULAR_VERBS.split()
}
# Between number and noun: "most frequent", "non-zero"; not "of the", nor a verb in -s.
_NO_ADJECTIVES = (
    "a|all|among|an|and|are|as|at|by|for|from|had|has|have|in|into|is|its|nor|of|on|or|other|"
    "over|per|than|that|the|their|them|these|this|those|to|was|were|which|with"
)
_NOUN = "|".join(sorted(_ONE, key=len, reverse=True))
_AGREES = re.compile(
    r"(?P<value>\{(?P<name>\w+)(?::(?P<form>[^{}|]*))?\})"
    rf"(?P<between> (?:(?!(?:{_NO_ADJECTIVES}) )[A-Za-z'-]*[a-rt-z] ){{0,2}}?)"
    rf"(?P<noun>{_NOUN})\b(?P<second> or (?:{_NOUN})\b)?"
    rf"(?P<verb>(?: that)?(?: never)? (?:{'|'.join(_VERBS)})\b)?(?P<clause>[^.:;,{{}}]*)"
)
_FARTHER = re.compile(
    r"\b(?:are|were)(?= (?:headings|in the|known|left out|never found|read|skipped)\b)"
    r"|\bbelong(?= to\b)"
)
_PART = re.compile(r"[a-z] (?:of|with) $")  # "rows of {n} numbers were": not the numbers were


def agreeing(template: str, values: Mapping[str, Any]) -> str:
    """An English template with the nouns, and their verbs, behind each value that is shown as 1
    in the singular; the template itself where none is."""
    if not any(_may_be_one(value) for value in values.values()):
        return template

    def singular(found: re.Match[str]) -> str:
        value = values.get(found["name"])
        if not _may_be_one(value) or format(value, found["form"] or "") != "1":
            return found[0]
        nouns = _each(_ONE, f"{found['noun']}{found['second'] or ''}")
        if _PART.search(template, 0, found.start()):  # the verb is that of what stands before
            return (
                f"{found['value']}{found['between']}{nouns}{found['verb'] or ''}{found['clause']}"
            )
        verb = _each(_VERBS, found["verb"] or "")
        clause = _FARTHER.sub(lambda verb: _VERBS[verb[0]], found["clause"])
        return f"{found['value']}{found['between']}{nouns}{verb}{clause}"

    return _AGREES.sub(singular, template)


def chosen(value: Real | float, forms: str) -> str:
    """The form for this number of "one|many"."""
    one, _, many = forms.partition(CHOICE)
    return one if value == 1 else many


def _may_be_one(value: Any) -> bool:
    if isinstance(value, str):
        return value == "1"
    return isinstance(value, Real) and not isinstance(value, bool) and 0.5 <= float(value) <= 1.5


def _each(table: Mapping[str, str], words: str) -> str:
    return " ".join(table.get(word, word) for word in words.split(" "))
