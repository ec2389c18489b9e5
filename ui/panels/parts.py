"""Small pieces of HTML that the panels share."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from ui.words import t

e = html.escape


def text(value: object) -> str:
    """Any value as safe text, also inside an attribute."""
    return e(str(value), quote=True)


def link(url: str, label: str) -> str:
    """A link that opens beside the page; anything but http(s) stays plain text."""
    if not url.startswith(("https://", "http://")):
        return text(label)
    return f'<a href="{text(url)}" target="_blank" rel="noopener noreferrer">{text(label)}</a>'


def empty(words: str, hint: str = "") -> str:
    """What a part of the page says before it has content."""
    return f'<div class="empty"><p>{text(words)}</p>{f"<p>{text(hint)}</p>" if hint else ""}</div>'


def title(words: str) -> str:
    """A heading."""
    return f"<h2>{text(words)}</h2>"


def note(words: str) -> str:
    """A quiet line."""
    return f'<p class="note" role="status">{text(words)}</p>'


def alert(words: str) -> str:
    """One sentence on what went wrong and what to do."""
    return f'<p class="alert" role="alert">{text(words)}</p>'


def button(act: str, label: str, *, kind: str = "", **data: object) -> str:
    """A button that sends `act` and `data` to the page (assets/page.js)."""
    attributes = "".join(f' data-{name}="{text(value)}"' for name, value in data.items())
    return f'<button type="button" class="mini {kind}" data-act="{text(act)}"{attributes}>{text(label)}</button>'


def details(title: str, body: str, *, kind: str = "", opened: bool = False, key: str = "") -> str:
    """Something that opens on a click; nothing where there is no body."""
    if not body:
        return ""
    named = f' id="{text(key)}"' if key else ""
    return f'<details class="{kind}"{named}{" open" if opened else ""}><summary>{title}</summary>{body}</details>'


def lines(items: Iterable[str]) -> str:
    """A bulleted list of texts."""
    rows = "".join(f"<li>{text(i)}</li>" for i in items)
    return f'<ul class="lines">{rows}</ul>' if rows else ""


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are safe HTML. On a phone each row is a block in which the cells carry their heads; the
    roles keep it a table for screen readers."""
    head = "".join(f'<th scope="col" role="columnheader">{text(h)}</th>' for h in heads)
    body = "".join(
        '<tr role="row">'
        + "".join(f'<td role="cell" data-head="{text(h)}"><div>{c}</div></td>' for h, c in zip(heads, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f'<table role="table" aria-label="{text(caption)}"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def bar(mean: float | None, low: float | None, high: float | None) -> str:
    """A value with its interval: a line from low to high, a mark at the value, and the figures in words."""
    if mean is None:
        return text(t("not scored"))
    low, high = (mean if low is None else low), (mean if high is None else high)
    label = t("{mean} ({low} to {high})", mean=f"{mean:.0%}", low=f"{low:.0%}", high=f"{high:.0%}")
    span = f"left:{low * 100:.1f}%;width:{max(high - low, 0.005) * 100:.1f}%"
    return (
        f'<span class="bar" aria-hidden="true"><i style="{span}"></i><b style="left:{mean * 100:.1f}%"></b></span>'
        f' <span class="value">{text(label)}</span>'
    )


def duration(seconds: float) -> str:
    """Seconds as people say them: `40 s`, `3 min`."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
