"""Text from users, sources and models inside Markdown and HTML of ours: always text, never markup."""

from __future__ import annotations

import html
import re

WEB = re.compile(r"https?://[^\s<>\"`\\]+")
ESCAPED = str.maketrans({c: "\\" + c for c in "\\`*_{}[]<>#|!~$"})
STYLE = """
body{font:16px/1.55 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}
h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.15rem;margin-top:1.8rem;border-bottom:1px solid #ddd}
table{border-collapse:collapse;display:block;overflow-x:auto;font-size:.9rem}
td,th{border:1px solid #bbb;padding:.3rem .6rem;text-align:left}th{background:#f3f3f3}
blockquote{margin:0;padding-left:1rem;border-left:3px solid #bbb}code{overflow-wrap:anywhere}
@media print{body{margin:0;max-width:none;font-size:11pt}}
"""


def plain(text: object) -> str:
    """Text as literal Markdown: no markup in it takes effect, one line."""
    return " ".join(str(text).split()).translate(ESCAPED)


def link(text: str, url: str) -> str:
    """A Markdown link for addresses of the web; for any other address only the text."""
    return f"[{plain(text)}](<{url}>)" if WEB.fullmatch(url) else plain(text)


def as_html(markdown: str) -> str:
    """A page of its own. Raw HTML in the text is shown as text."""
    from markdown_it import MarkdownIt

    content = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    title = html.escape(markdown.splitlines()[0].lstrip("# "))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{content}</body></html>'
