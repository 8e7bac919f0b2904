"""Removing Wikipedia's markup: what remains reads like the article.

`mwparserfromhell` knows the grammar of links and tags but takes seconds on
templates and tables, which are discarded anyway. So these are removed first, in
a few linear passes from the innermost outwards, and the parser gets the rest.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import mwparserfromhell

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
NOTE = re.compile(r"<ref\b[^<>]*?/\s*>|<ref\b[^<>]*>.*?</ref\s*>", re.DOTALL | re.IGNORECASE)
HIDDEN = re.compile(
    r"<(gallery|math|timeline|imagemap|score|hiero|syntaxhighlight|source|pre|code|chem|graph"
    r"|templatestyles|noinclude)\b[^<>]*?(?:/>|>.*?</\1\s*>)",
    re.DOTALL | re.IGNORECASE,
)
BREAK = re.compile(r"<(?:br|hr)\b[^<>]*>", re.IGNORECASE)
TEMPLATE = re.compile(r"\{\{([^{}]*(?:\{(?!\{)[^{}]*|\}(?!\})[^{}]*)*)\}\}")
TABLE = re.compile(r"\{\|(?:(?!\{\|)(?!\n\s*\|\}).)*\n\s*\|\}", re.DOTALL)
OPEN_TABLE = re.compile(r"^\{\|.*?(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)
SWITCH = re.compile(r"__[A-Z]+__")
QUOTES = re.compile(r"'{2,}")
TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")
LINK = re.compile(r"\[\[|\]\]|\b(?:https?|ftp)://\S+|\bwww\.\S+")
HOLLOW = re.compile(r"[ \t]*[(\[][\s,;:.–-]*[)\]]")
OPENING = re.compile(r"([(\[])[\s,;:]+(?=\S)")
LOOSE = re.compile(r"[ \t]+([,;:.!?)](?:\s|$))", re.MULTILINE)
BULLET = re.compile(r"^[ \t]*[*#:;]+[ \t]*", re.MULTILINE)
RULE = re.compile(r"^-{4,}|^[ \t]*[|!].*$", re.MULTILINE)
HEADING = re.compile(r"^(={1,6})[ \t]*(.+?)[ \t]*\1[ \t]*$", re.MULTILINE)
SPACES = re.compile(r"[ \t\xa0]{2,}")
WORD = re.compile(r"\w")
BLANK = re.compile(r"\n\s*\n")

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]+)*|simple")
ELSEWHERE = (
    "file image category media template wikipedia wp portal help user talk special wikt "
    "wiktionary commons wikisource mediawiki module book draft s b q n v"
)
NAMESPACES = frozenset(ELSEWHERE.split())
ENDINGS = (
    "see also,references,external links,further reading,notes,notes and references,footnotes,"
    "bibliography,sources,citations,works cited,references and notes,"
    "references and further reading,literature,gallery,links,selected bibliography,"
    "publications,reading list,endnotes,"
    "notes and citations,sources and further reading,general references,cited references,"
    "external references,cited sources,other references,discography,filmography"
)
APPENDICES = frozenset(ENDINGS.split(","))
ORDINARY = 7  # below every level of heading: no section is being dropped


def plain(markup: str) -> str:
    """The readable text of one article.

    Paragraphs are separated by a blank line, headings are paragraphs, list
    items are lines. Tables, templates, notes, galleries, formulas, comments,
    files, categories, links to other languages, and the lists of references and
    links that end an article are removed.

    >>> plain("'''Ada''' wrote [[program (machine)|programs]].<ref>p. 1</ref> {{stub}}")
    'Ada wrote programs.'
    """
    text = COMMENT.sub("", markup)
    text = HIDDEN.sub(" ", NOTE.sub("", text))
    text = SWITCH.sub("", BREAK.sub("\n", text))
    text = _inside_out(TEMPLATE, _template, text)
    text = OPEN_TABLE.sub("", _inside_out(TABLE, lambda _: "", text))
    text = RULE.sub("", _without_appendices(text))
    code = mwparserfromhell.parse(text, skip_style_tags=True)
    for link in code.filter_wikilinks(recursive=True):
        if _leads_elsewhere(str(link.title)):
            try:
                code.remove(link)
            except ValueError:  # it went with the link around it
                continue
    text = code.strip_code(normalize=True, collapse=False)
    text = LINK.sub("", TAG.sub("", QUOTES.sub("", html.unescape(text))))
    return _tidied(text)


def _template(match: re.Match[str]) -> str:
    """The text of a template: a quantity, a foreign word, mostly nothing."""
    name, *arguments = match[1].split("|")
    name = name.strip().lower()
    values = [value.strip() for value in arguments if "=" not in value]
    if name in ("convert", "cvt") and len(values) >= 2:
        return f"{values[0]} {values[1]}"
    if (name == "lang" or name.startswith("transl")) and len(values) >= 2:
        return values[-1]
    if name in ("nowrap", "nobold", "sc", "smallcaps", "quote", "blockquote", "cquote") and values:
        return values[0]
    return {"ndash": "–", "mdash": "—", "snd": " – ", "spaced ndash": " – "}.get(name, "")


def _inside_out(
    pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], text: str
) -> str:
    """Replace nested matches, innermost first, until none is left."""
    for _ in range(20):
        text, replaced = pattern.subn(replacement, text)
        if not replaced:
            break
    return text


def _without_appendices(text: str) -> str:
    """Drop the sections that end an article, and make headings paragraphs."""
    pieces: list[str] = []
    end, dropped_level = 0, ORDINARY
    for match in HEADING.finditer(text):
        if dropped_level == ORDINARY:
            pieces.append(text[end : match.start()])
        level, title = len(match[1]), match[2]
        end = match.end()
        if level <= dropped_level:
            dropped_level = level if title.strip("' ").lower() in APPENDICES else ORDINARY
        if dropped_level == ORDINARY:
            pieces.append(f"\n\n{title}\n\n")
    if dropped_level == ORDINARY:
        pieces.append(text[end:])
    return "".join(pieces)


def _leads_elsewhere(title: str) -> bool:
    """True for a link that shows a file or names a category or another wiki."""
    head, colon, _ = title.strip().lower().partition(":")
    if not colon:
        return False
    return head in NAMESPACES or LANGUAGE.fullmatch(head) is not None


def _tidied(text: str) -> str:
    """Close the gaps that removed markup leaves."""
    text = BULLET.sub("", text)
    text = OPENING.sub(r"\1", HOLLOW.sub("", text))
    text = LOOSE.sub(r"\1", SPACES.sub(" ", text))
    lines = (line.strip() for line in text.split("\n"))
    lines = (line for line in lines if not line or WORD.search(line))
    return BLANK.sub("\n\n", "\n".join(lines)).strip()
