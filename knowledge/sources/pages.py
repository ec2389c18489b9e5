"""Tables and data inside web pages and README files, for sources that publish no data file."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from knowledge.sources.locator import markdown_tables

LINK = re.compile(r"\[([^\]]*)\]\(([^()\s]*(?:\([^()]*\)[^()\s]*)*)\)")
NEXT_DATA = re.compile(r'<script id="__NEXT_DATA__"[^>]*>(.*?)</script>', re.S)
NEXT_CHUNK = re.compile(r'self\.__next_f\.push\(\[1,\s*("(?:[^"\\]|\\.)*")\]\)')


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(f"{data} " if data.strip() else " ")


def html_tables(text: str) -> list[list[list[str]]]:
    """The tables of a page: a list of rows each, a row a list of cell texts without markup."""
    parser = _Tables()
    parser.feed(text)
    return [[row for row in table if row] for table in parser.tables]


def readme_table(path: Path, column: str) -> list[dict[str, str]]:
    """The first table of a Markdown file that has `column`, a mapping a row. Raises ValueError without one."""
    tables = markdown_tables(path.read_text(encoding="utf-8")).values()
    found = next((table for table in tables if table and column in table[0]), None)
    if found is None:
        raise ValueError(f"{path.name} has no table with a column {column!r} any more")
    return found


def unlink(cell: str) -> tuple[str, str]:
    """The text of a Markdown cell without its link, and the link's address."""
    link = LINK.search(cell)
    return (LINK.sub(r"\1", cell).strip(), link[2] if link else "")


def next_array(text: str, key: str) -> list[dict[str, Any]]:
    """The array `key` in the data that a Next.js page carries. Raises ValueError where there is none."""
    whole = NEXT_DATA.search(text)
    data = whole[1] if whole else "".join(json.loads(chunk) for chunk in NEXT_CHUNK.findall(text)) or text
    start = re.search(rf'"{re.escape(key)}"\s*:\s*(?=\[)', data)
    if not start:
        raise ValueError(f"the page has no {key!r} any more")
    rows, _ = json.JSONDecoder().raw_decode(data, start.end())
    return list(rows)


def write_csv(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    """A table as the CSV file that an adapter reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
