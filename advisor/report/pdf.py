"""A PDF of a Markdown text, by Typst with its embedded fonts. No file, no network and no markup of the text's own:
every word reaches Typst as a string literal, which Typst shows and never interprets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

STYLE = """
#set page(paper: "a4", margin: (x: 2.2cm, y: 2cm), numbering: "1 / 1")
#set text(size: 10pt)
#set par(leading: 0.6em)
#show heading.where(level: 1): set text(size: 16pt)
#show heading.where(level: 2): it => block(above: 1.3em, below: 0.7em, text(size: 11.5pt, it.body))
#show link: set text(fill: rgb("#1a56a0"))
#set table(stroke: 0.4pt + luma(180), inset: 4pt, align: left)
#show table: set text(size: 8pt)
"""
APPENDIX = "Appendix"


def as_pdf(markdown: str) -> bytes:
    """The PDF of a text in CommonMark with tables. Raw HTML in it is shown as text. The first heading that starts
    with "Appendix" starts a new page."""
    import typst

    pdf: bytes = typst.compile(typst_source(markdown).encode())
    return pdf


def typst_source(markdown: str) -> str:
    """The Typst program that prints a Markdown text."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown)
    parts: list[str] = []
    turned = False
    for node in SyntaxTreeNode(tokens).children:
        if not turned and node.type == "heading" and _plain_text(node).startswith(APPENDIX):
            parts.append("pagebreak(weak: true)")
            turned = True
        parts.append(_block(node))
    return STYLE + "#{\n" + "\n".join(parts) + "\n}\n"


def literal(text: str) -> str:
    """A Typst string literal: nothing in it takes effect. Control characters are left out."""
    shown = "".join(c for c in text if c in "\n\t" or c.isprintable())
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _block(node: SyntaxTreeNode) -> str:
    if node.type == "heading":
        return f"heading(level: {int(node.tag[1:])}, {_inside(node)})"
    if node.type == "paragraph":
        return f"par({_inside(node)})"
    if node.type in ("bullet_list", "ordered_list"):
        name = "list" if node.type == "bullet_list" else "enum"
        return f"{name}({', '.join(_inside(item) for item in node.children)})"
    if node.type == "blockquote":
        return f"quote(block: true, {_inside(node)})"
    if node.type == "table":
        return _table(node)
    if node.type in ("fence", "code_block"):
        return f"raw(block: true, {literal(node.content)})"
    if node.type == "hr":
        return "line(length: 100%)"
    return _inline(node)


def _inside(node: SyntaxTreeNode) -> str:
    """A code block whose lines join to the node's content; a tight list has its text without paragraphs."""
    tight = [child for item in node.children for child in (item.children if item.hidden else [item])]
    return "{ " + "; ".join([*(_block(child) for child in tight), "[]"]) + " }"


def _table(node: SyntaxTreeNode) -> str:
    rows = [row for part in node.children for row in part.children]
    columns = len(rows[0].children)
    head, *body = [", ".join(_inside(cell) for cell in row.children) for row in rows]
    return f"table(columns: {columns}, table.header({head}), {', '.join(body)})"


def _inline(node: SyntaxTreeNode) -> str:
    if node.type == "inline":
        return _inside(node)
    if node.type == "text":
        return literal(node.content)
    if node.type == "code_inline":
        return f"raw({literal(node.content)})"
    if node.type in ("strong", "em"):
        return f"{'strong' if node.type == 'strong' else 'emph'}({_inside(node)})"
    if node.type == "link":
        return f"link({literal(str(node.attrs['href']))}, {_inside(node)})"
    if node.type in ("softbreak", "hardbreak"):
        return literal(" ") if node.type == "softbreak" else "linebreak()"
    return literal(_plain_text(node))


def _plain_text(node: SyntaxTreeNode) -> str:
    if not node.children:
        return str(node.content) if node.token is not None else ""
    return "".join(_plain_text(child) for child in node.children)
