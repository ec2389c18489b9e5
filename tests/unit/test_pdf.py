"""The printed record: every word of others is a literal, whatever it holds."""

from __future__ import annotations

import pytest

from advisor.report.markup import plain
from advisor.report.pdf import as_pdf, literal, typst_source

HOSTILE = '#panic("stop") $x$ "quote" \\" ]) } #read("/etc/passwd") @ref <label> \x00\x1b // comment /* */'


def test_hostile_text_compiles_and_takes_no_effect() -> None:
    safe = plain(HOSTILE)
    text = f"# {safe}\n\n{safe}\n\n- {safe}\n\n| {safe} | b |\n|---|---|\n| c | d |"
    assert as_pdf(text).startswith(b"%PDF-")
    assert as_pdf(HOSTILE).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text",
    [
        "> quoted\n\n1. one\n2. two\n\n---\n\n```\ncode # x\n```",
        "a **b** *c* `d` [e](https://example.org) ![f](https://example.org/x.png)",
        "- a\n  - nested **b**\n\n- loose\n\n  second",
        "<script>alert(1)</script>\n\n<b>x</b>",
        "",
    ],
)
def test_all_of_markdown_prints(text: str) -> None:
    assert as_pdf(text).startswith(b"%PDF-")


def test_a_literal_cannot_be_left() -> None:
    assert literal('a"b\\c\n\x00') == '"a\\"b\\\\c\\n"'


def test_the_appendix_starts_a_page() -> None:
    source = typst_source("# Record\n\n## Decision\n\nx\n\n## Appendix: trial\n\n## Appendix: more")
    assert source.count("pagebreak") == 1


def test_an_empty_cell_is_printed() -> None:
    assert as_pdf("| a | b |\n|---|---|\n| only one |  |\n").startswith(b"%PDF-")
