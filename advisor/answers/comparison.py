"""Models that a question names, and what the catalogue says of them side by side."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from advisor import wording
from advisor.schema import Citation
from knowledge.lexical import fold, unaccented
from knowledge.licences import licence_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from knowledge.catalog import Catalog
    from knowledge.schema import Model, Score

MOST_MODELS = 4
MOST_ROWS = 8
SHORTEST_NAME = 4
_ASKED = {
    "Parameters": re.compile(r"parameter|parametr|how (big|large)|\bsize\b|tamano|wie gross|taille|パラメータ"),
    "Context window": re.compile(r"context|contexto|kontext|contexte|コンテキスト|window"),
    "Price in / out": re.compile(
        r"price|pricing|cost|expensive|cheap|precio|cuesta|preis|kostet|prix|coute|preco|価格"
    ),
    "Released": re.compile(
        r"released?\b|how old|come out|came out|launch|publicad|lanzad|veroffentlich|erschien|sorti"
    ),
    "Training tokens": re.compile(r"training tokens|trained on|how many tokens|tokens de entrenamiento|trainingstoken"),
    "Licence": re.compile(r"licen[cs]|lizenz|ライセンス|commercial|kommerziell|comercial"),
    "Weights": re.compile(r"open.?weights?|open.?source|pesos abiertos|download|offene gewichte|poids ouverts"),
}
_MORE = re.compile(
    r"compar|vergleich|versus|\bvs\b|better|best|besser|mejor|meilleur|difference|unterschied|diferencia"
    r"|how good|wie gut"
)
_COMPARE = re.compile(
    r"^\W*(?:\w+\W+){0,3}(?:compar(?:e|a|ar|er|ez|ison|acion)|vergleich(?:e|en)?|confronta\w*)\b"
    r"|\bversus\b|\bvs\b"
)
_VERSION_LAST = re.compile(r"^([a-z]+) ([a-z]+) (\d[\d.]*)$")
_APART = re.compile(r"[^a-z0-9.]+")


def named_models(text: str, catalog: Catalog) -> list[Model]:
    """The models that a text names by the catalogue's name or id, in the order of the text; the longest name wins."""
    spaced = _spaced(text)
    pattern, owners = _names(catalog)
    ids = dict.fromkeys(owners[hit.group(0)] for hit in pattern.finditer(spaced))
    return [catalog.models[model_id] for model_id in ids][:MOST_MODELS]


def compares(text: str, catalog: Catalog) -> bool:
    """Whether a text asks to compare models that it names."""
    folded = fold(text)
    asks = _COMPARE.search(folded) or ("?" in text and _MORE.search(folded))
    return bool(asks) and len(named_models(text, catalog)) > 1


def _spaced(text: str) -> str:
    return f" {_APART.sub(' ', unaccented(text).lower().replace('. ', ' ').rstrip('.'))} "


@lru_cache(maxsize=2)
def _names(catalog: Catalog) -> tuple[re.Pattern[str], dict[str, str]]:
    owners: dict[str, str] = {}
    for model in sorted(catalog.models.values(), key=lambda m: (not m.official, len(m.id), m.id)):
        for name in (model.name, model.id.split("/")[-1]):
            form = _spaced(name).strip()
            if len(form) >= SHORTEST_NAME and any(char.isdigit() for char in form):
                for said in (form, _VERSION_LAST.sub(r"\1 \3 \2", form)):  # "Claude 3.5 Haiku" for "Claude Haiku 3.5"
                    owners.setdefault(said, model.id)
    longest_first = sorted(owners, key=len, reverse=True)
    return re.compile(rf"(?<= )(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?= )"), owners


def asked_facts(text: str, models: list[Model], catalog: Catalog) -> tuple[str, list[Citation]] | None:
    """The basics that a question on models asks for, one line each, with citations; None where it asks for more."""
    folded = fold(text)
    labels = [label for label, words in _ASKED.items() if words.search(folded)]
    if not labels or _MORE.search(folded):
        return None
    lines = [f"- **{m.name}**, {label.lower()}: {_basic(m, label, catalog)}." for m in models for label in labels]
    priced = [_price_citation(m, catalog) for m in models] if "Price in / out" in labels else []
    described = [_citation_of(m, catalog) for m in models] if labels != ["Price in / out"] else []
    return "\n".join(lines), [*filter(None, priced), *described]


def without_models(text: str, catalog: Catalog) -> str:
    """The text without the models that it names: what is asked of them."""
    return _names(catalog)[0].sub("", _spaced(text)).strip()


def side_by_side(
    models: list[Model], catalog: Catalog, weights: Mapping[str, float] | None = None
) -> tuple[str, list[Citation]]:
    """A table of basics, prices and figures with their sources, and the citations. Any number of models; benchmarks by
    their relevance in `weights` (0 to 1), where given."""
    head = ["| | " + " | ".join(m.name for m in models) + " |", "|---" * (len(models) + 1) + "|"]
    basics = [_line(label, [_basic(m, label, catalog) for m in models]) for label in BASICS]
    figures, citations = _figures(models, catalog, weights or {})
    lines = [*head, *basics, *figures, *_differences(models, catalog)]
    return "\n".join(lines), [_citation_of(m, catalog) for m in models] + citations


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
            return licence_name(model.licence) or "unknown"
    return {True: "open", False: "closed", None: "unknown"}[model.open_weights]


def _price(model: Model, catalog: Catalog) -> str:
    offer = catalog.price(model.id)
    if offer is None:
        return "unknown"
    out = f"${offer.output_usd:g}" if offer.output_usd is not None else "unknown"
    return f"${offer.input_usd:g} / {out} per million tokens ({offer.provider}, {offer.source_id}, {offer.date})"


def _differences(models: list[Model], catalog: Catalog) -> list[str]:
    """What two models differ in, in words: price, context window and on how many shared benchmarks each is ahead."""
    if len(models) != 2:
        return []
    found = [*_price_gap(models, catalog), *_window_gap(models), *_ahead(models, catalog)]
    return ["", "What differs:", *(f"- {line}" for line in found)] if found else []


def _price_gap(models: list[Model], catalog: Catalog) -> Iterator[str]:
    """At three tokens of input to one of output."""
    offers = [catalog.price(m.id) for m in models]
    costs = [(3 * o.input_usd + o.output_usd) / 4 if o and o.input_usd and o.output_usd else None for o in offers]
    priced = sorted((cost, m.name) for cost, m in zip(costs, models, strict=True) if cost)
    if len(priced) == 2 and priced[1][0] > priced[0][0]:
        ratio = priced[1][0] / priced[0][0]
        yield f"{priced[1][1]} costs {ratio:.1f} times as much as {priced[0][1]}, at three tokens in to one out."


def _window_gap(models: list[Model]) -> Iterator[str]:
    sized = sorted((m.context_window, m.name) for m in models if m.context_window)
    if len(sized) == 2 and sized[1][0] > sized[0][0]:
        yield f"{sized[1][1]} reads {sized[1][0] / sized[0][0]:.1f} times as much at once."


def _ahead(models: list[Model], catalog: Catalog) -> Iterator[str]:
    """Counts whole benchmarks with a figure of each model; near ties count as well, so it is no verdict."""
    left, right = (_latest(catalog.scores_of(m.id)) for m in models)
    shared = [b for b in catalog.benchmarks.values() if b.id in left and b.id in right and b.parent is None]
    comparable = [b for b in shared if left[b.id].unit == right[b.id].unit]
    gaps = [(left[b.id].value - right[b.id].value) * (1 if b.higher_is_better else -1) for b in comparable]
    if gaps:
        yield (
            f"Of {len(gaps)} benchmarks with a figure of both, {models[0].name} is ahead on {sum(g > 0 for g in gaps)} "
            f"and {models[1].name} on {sum(g < 0 for g in gaps)}; small gaps count too, so read those near your task."
        )


def _price_citation(model: Model, catalog: Catalog) -> Citation | None:
    offer = catalog.price(model.id)
    if offer is None:
        return None
    source = catalog.sources.get(offer.source_id)
    url = offer.url or (source.url if source else "")
    return Citation(source=source.name if source else offer.source_id, url=url, date=str(offer.date), title=model.name)


def _figures(models: list[Model], catalog: Catalog, weights: Mapping[str, float]) -> tuple[list[str], list[Citation]]:
    """Rows of benchmarks on which most of the models have a figure, and where the figures come from."""
    tables = [_latest(catalog.scores_of(m.id)) for m in models]
    shared = [b for b in catalog.benchmarks if any(b in table for table in tables)]
    shared.sort(key=lambda b: _telling(b, tables, weights, catalog))
    lines, used = [], []
    for bench in shared[:MOST_ROWS]:
        rows = [table.get(bench) for table in tables]
        used += [row for row in rows if row]
        lines.append(_line(catalog.benchmarks[bench].name, [_figure(row) for row in rows]))
    return lines, [_citation(row, catalog) for row in used]


def _telling(
    bench: str, tables: list[dict[str, Score]], weights: Mapping[str, float], catalog: Catalog
) -> tuple[int, float, bool, int]:
    """Sorts first what most of the models have a figure on, then what is relevant, whole boards, the ones with most
    models."""
    covered, relevance = sum(bench in table for table in tables), round(weights.get(bench, 0.0), 1)
    return -covered, -relevance, catalog.benchmarks[bench].parent is not None, -len(catalog.scores_on(bench))


def _latest(scores: list[Score]) -> dict[str, Score]:
    """The newest independent figure on each benchmark, else the newest of any kind."""
    newest_last = sorted(scores, key=lambda s: (s.kind == "independent", s.date, s.value))
    return {score.benchmark_id: score for score in newest_last}


def _figure(score: Score | None) -> str:
    if score is None:
        return "no figure"
    config = f", {score.config}" if score.config else ""
    return f"{wording.figure(score.value, score.unit)} ({score.source_id}, {score.date}{config})"


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
