"""Texts and links that try to be more than text."""

from __future__ import annotations

import ast
import re

import pytest
from opening import APP, ROWS, SMALL, errors, figure, hypertext, open_page, open_tab, upload

from core.messages import message
from dashboard.markdown import APART, marked, plain


class TestMarkup:
    """Words and names that look like HTML, Markdown or formulas are shown as they are."""

    EVIL = "<script>alert(1)</script>"
    LINK = "![x](http://example.org/x.png)"

    @pytest.fixture(scope="class")
    def link(self) -> dict[str, str]:
        line = f"{self.EVIL} <b>bold</b> {self.LINK} $x^2$ %{{y}} a_b_c *d* :red[e] plain\n"
        kept = upload("evil.txt", line * 8, tokeniser="whitespace", row_mode="frequency")
        return kept | {"name": f"{self.LINK}.txt"}

    @pytest.mark.parametrize("page", SMALL)
    def test_on_every_tab(self, link: dict[str, str], page: str) -> None:
        at = open_page(page, expression='"*d*"', search=self.EVIL, similarity="pmi", **link)
        for name in ROWS[page].tabs:
            open_tab(at, page, name)
            assert not errors(at) and "<script>" not in hypertext(at)
            for element in (*at.markdown, *at.caption, *at.warning, *at.info):
                assert self.LINK not in element.value and "*d*" not in element.value
            assert not any(self.LINK in box.label for box in at.main if hasattr(box, "label"))

    def test_in_the_figure(self, link: dict[str, str]) -> None:
        labels = figure(open_page(**link), "heatmap")["layout"]["xaxis"]["ticktext"]
        assert "&lt;b&gt;bold&lt;/b&gt;" in labels and "&#37;{y}" in labels

    def test_in_the_evidence(self, link: dict[str, str]) -> None:
        at = open_page(cell_word=self.EVIL, cell_context="<b>bold</b>", **link)
        assert "<mark>&lt;script&gt;alert(1)&lt;/script&gt;</mark>" in hypertext(at)

    def test_in_messages(self) -> None:
        """A message quotes what a link said; it must not fetch what that names."""
        at = open_page(source="upload", name=f"{self.LINK}.txt", digest="0" * 64)
        assert "is no longer stored" in errors(at)[0] and self.LINK not in at.error[0].value
        at = open_page(tokeniser=self.LINK)  # quoted as code
        assert f"`tokeniser={self.LINK}`" in at.warning[0].value
        at = open_page(tokeniser=f"`{self.LINK}")
        assert self.LINK not in at.warning[0].value
        at = open_page("neighbours", expression=f'"{self.LINK}"')
        assert self.LINK not in at.warning[0].value
        at = open_page(row_list=self.LINK)
        assert self.LINK not in at.warning[0].value


HOSTILE = "![x](http://example.org/x.png) www.example.org a@example.org *d* :red[e] $y$"
ADDRESS = re.compile(  # what Markdown makes links of, escaped or not
    r"https?:\\?/\\?/|(?:^|[\s*_~(])www\\?\.|[-.\w+]@[-\w]", re.IGNORECASE
)


def test_what_is_escaped_makes_no_link() -> None:
    escaped = plain(HOSTILE)
    assert not ADDRESS.search(escaped) and ADDRESS.search(HOSTILE)
    shown = re.sub(r"\\(.)", r"\1", escaped)  # as Markdown shows it
    assert shown.replace(APART, "") == HOSTILE and not ADDRESS.search(shown)
    assert plain("war @ 5 a:b") == "war " + APART + "@ 5 a\\:b"
    assert marked("**{name}** {n:,} {size:.1f}", name="*d*", n=1200, size=0.25) == (
        "**\\*d\\*** 1,200 0.2"
    )
    stage = message("reading {data}", data=HOSTILE)
    assert marked("{stage} now", stage=stage) == f"reading {escaped} now"
    assert marked(stage) == f"reading {escaped}"


SHOWERS = {
    "caption", "markdown", "info", "warning", "error", "success", "progress", "toast", "button",
    "popover", "expander", "tabs", "metric", "pills", "segmented_control", "download_button",
}  # fmt: skip


def test_values_in_markdown_are_escaped() -> None:
    """What Streamlit shows as Markdown is said by `marked` where it holds values."""
    wrong = []
    for path in sorted(APP.parent.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if call.func.attr not in SHOWERS or ast.unparse(call.func.value) == "captions":
                continue
            said = [*call.args, *(k.value for k in call.keywords if k.arg in ("help", "label"))]
            for part in (part for text in said for part in ast.walk(text)):
                is_say = isinstance(part, ast.Call) and ast.unparse(part.func) == "say"
                if is_say and part.keywords:
                    wrong.append(f"{path.name}:{part.lineno}: {ast.unparse(part)}")
    assert not wrong, "\n".join(wrong)
