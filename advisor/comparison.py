"""Models that a question names, and what the catalogue says of them side by side."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from advisor.schema import Citation
from knowledge.lexical import unaccented

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.schema import Model, Score

MOST_MODELS = 4
MOST_ROWS = 8
SHORTEST_NAME = 4
_APART = re.compile(r"[^a-z0-9.]+")


def named_models(text: str, catalog: Catalog) -> list[Model]:
    """The models that a text names by the catalogue's name or id, in the order of the text; the longest name wins."""
    spaced = _spaced(text)
    pattern, owners = _names(catalog)
    ids = dict.fromkeys(owners[hit.group(0)] for hit in pattern.finditer(spaced))
    return [catalog.models[model_id] for model_id in ids][:MOST_MODELS]


def _spaced(text: str) -> str:
    return f" {_APART.sub(' ', unaccented(text).lower().replace('. ', ' ').rstrip('.'))} "


@lru_cache(maxsize=2)
def _names(catalog: Catalog) -> tuple[re.Pattern[str], dict[str, str]]:
    owners: dict[str, str] = {}
    for model in sorted(catalog.models.values(), key=lambda m: (not m.official, len(m.id), m.id)):
        for name in (model.name, model.id.split("/")[-1]):
            form = _spaced(name).strip()
            if len(form) >= SHORTEST_NAME and any(char.isdigit() for char in form):
                owners.setdefault(form, model.id)
    longest_first = sorted(owners, key=len, reverse=True)
    return re.compile(rf"(?<= )(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?= )"), owners


def side_by_side(models: list[Model], catalog: Catalog) -> tuple[str, list[Citation]]:
    """A table of basics, prices and figures with their sources, and the citations. Any number of models."""
    head = ["| | " + " | ".join(m.name for m in models) + " |", "|---" * (len(models) + 1) + "|"]
    basics = [_line(label, [_basic(m, label, catalog) for m in models]) for label in BASICS]
    figures, citations = _figures(models, catalog)
    return "\n".join([*head, *basics, *figures]), [_citation_of(m, catalog) for m in models] + citations


BASICS = (
    "Maker",
    "Parameters",
    "Context window",
    "Price in / out",
    "Released",
    "Training tokens",
    "Licence",
    "Weights",
)


def _basic(model: Model, label: str, catalog: Catalog) -> str:
    match label:
        case "Maker":
            return model.maker + ("" if model.official else " (unofficial)")
        case "Parameters":
            return f"{model.parameters_b:g} billion" if model.parameters_b else "not published"
        case "Context window":
            return f"{model.context_window:,} tokens" if model.context_window else "unknown"
        case "Price in / out":
            return _price(model, catalog)
        case "Released":
            return str(model.released or "unknown")
        case "Training tokens":
            return f"{model.training_tokens_t:g} trillion" if model.training_tokens_t else "not published"
        case "Licence":
            return model.licence or "unknown"
    return {True: "open", False: "closed", None: "unknown"}[model.open_weights]


def _price(model: Model, catalog: Catalog) -> str:
    offer = catalog.price(model.id)
    if offer is None:
        return "unknown"
    out = f"${offer.output_usd:g}" if offer.output_usd is not None else "unknown"
    return f"${offer.input_usd:g} / {out} per million tokens ({offer.provider}, {offer.source_id}, {offer.date})"


def _figures(models: list[Model], catalog: Catalog) -> tuple[list[str], list[Citation]]:
    """Rows of benchmarks on which most of the models have a figure, and where the figures come from."""
    tables = [_latest(catalog.scores_of(m.id)) for m in models]
    shared = [b for b in catalog.benchmarks if any(b in table for table in tables)]
    shared.sort(key=lambda b: -sum(b in table for table in tables))
    lines, used = [], []
    for bench in shared[:MOST_ROWS]:
        rows = [table.get(bench) for table in tables]
        used += [row for row in rows if row]
        lines.append(_line(catalog.benchmarks[bench].name, [_figure(row) for row in rows]))
    return lines, [_citation(row, catalog) for row in used]


def _latest(scores: list[Score]) -> dict[str, Score]:
    """The newest independent figure on each benchmark, else the newest of any kind."""
    newest_last = sorted(scores, key=lambda s: (s.kind == "independent", s.date, s.value))
    return {score.benchmark_id: score for score in newest_last}


def _figure(score: Score | None) -> str:
    if score is None:
        return "no figure"
    config = f", {score.config}" if score.config else ""
    return f"{score.value} {score.unit} ({score.source_id}, {score.date}{config})"


def _line(label: str, cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in (label, *cells)) + " |"


def _citation(score: Score, catalog: Catalog) -> Citation:
    source = catalog.sources.get(score.source_id)
    url = score.url or (source.url if source else "")
    return Citation(source=source.name if source else score.source_id, url=url, date=str(score.date))


def _citation_of(model: Model, catalog: Catalog) -> Citation:
    source = catalog.sources.get(model.source_id)
    url = model.url or (source.url if source else "")
    return Citation(source=source.name if source else model.source_id, url=url, date=str(model.date), title=model.name)
