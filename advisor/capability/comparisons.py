"""Figures that a maker publishes of another maker's model.

A technical report has its own model beside those of rivals. All its figures reach the catalogue as reported by a maker;
but of the rivals they are no self-praise: somebody else took the model up. The author of a document is not stated. It
is taken to be the maker of most figures among those of its newer models: one compares with what there is.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.schema import Score

PLACEHOLDER = "example.com"

Document = tuple[str, str, str]  # source, host, path


def document(score: Score, catalog: Catalog) -> Document | None:
    """The document that a maker's figure comes from; None where only a site is named, or the source itself."""
    if score.kind != "vendor":
        return None
    place = urlsplit(score.url)
    host, path = place.netloc.removeprefix("www."), place.path.rstrip("/")
    if not path or host == PLACEHOLDER or score.url == catalog.sources[score.source_id].url:
        return None
    return score.source_id, host, f"{path}?{place.query}"


def authors(catalog: Catalog) -> dict[Document, str]:
    """The maker of most figures among the newer half of each document, by the release of their models."""
    figures: dict[Document, list[tuple[dt.date, str]]] = defaultdict(list)
    for model in catalog.models.values():
        for score in catalog.scores_of(model.id):
            if model.released and (found := document(score, catalog)):
                figures[found].append((model.released, model.maker))
    return {found: _most(sorted(rows)[len(rows) // 2 :]) for found, rows in figures.items()}


def _most(rows: list[tuple[dt.date, str]]) -> str:
    """The maker of most of the figures; of as many, that of the newest."""
    count = Counter(maker for _, maker in rows)
    return max(reversed(rows), key=lambda row: count[row[1]])[1]


def of_another(score: Score, written_by: dict[Document, str], catalog: Catalog) -> bool:
    """Whether a maker's figure is of a model of another maker. `written_by` as `authors` gives it."""
    found = document(score, catalog)
    maker = catalog.models[score.model_id].maker
    return found is not None and written_by.get(found, maker) != maker
