"""What is known of a model: basics, prices, every score with source and date, and its limits."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from advisor import wording
from advisor.errors import BadInput

CHOICES = 8
SEARCH = "Try: advisor models search WORDS."

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.catalog import Catalog
    from knowledge.names import Resolution
    from knowledge.schema import Model, Offer, Score

BASICS = (
    ("maker", "Maker"), ("official", "Official"), ("released", "Released"), ("retired", "Retired"),
    ("parameters_b", "Parameters, billions"), ("active_parameters_b", "Active parameters, billions"),
    ("training_tokens_t", "Training tokens, trillions"), ("context_window", "Context window, tokens"),
    ("max_output", "Longest output, tokens"), ("input_modalities", "Input"), ("licence", "Licence"),
    ("licence_class", "Licence class"), ("open_weights", "Open weights"), ("reasoning", "Reasoning"),
    ("tool_calling", "Tool calling"), ("structured_output", "Structured output"),
    ("knowledge_cutoff", "Knowledge cutoff"),
)  # fmt: skip


def find(name: str, catalog: Catalog) -> Model:
    """The one model that `name` means. Raises BadInput with the nearest names where it is unknown or unclear."""
    if name in catalog.models:
        return catalog.models[name]
    from knowledge.names import default_resolver

    found = default_resolver().resolve(name)
    if known := in_catalogue(found, catalog):
        return catalog.models[known]
    close = catalog.search_models(name, limit=CHOICES)
    alike = [m for m in close if _plain(name) in (_plain(_tail(m.id)), _plain(m.name))]
    if len(alike) == 1:
        return alike[0]
    choices = "; ".join(f"{m.id} ({m.released or 'date unknown'})" for m in close)
    raise BadInput(f"No single model is called '{name}'. " + (f"Name one of: {choices}." if close else SEARCH))


def in_catalogue(found: Resolution, catalog: Catalog) -> str | None:
    """The catalogue's id of the model that a name was resolved to. Models that models.dev does not list are known by
    the key of their names; where two have the same key, there is no answer."""
    if found.canonical_id:
        return _best_known(found.canonical_id, catalog) if found.canonical_id in catalog.models else None
    same = _by_key(catalog).get(found.key, [])
    return same[0].id if len(same) == 1 and not _is_listed(same[0]) else None


@lru_cache(maxsize=2)
def _by_key(catalog: Catalog) -> dict[str, list[Model]]:
    """The models that have a key by their id or their name."""
    from knowledge.names import default_resolver

    found: dict[str, list[Model]] = {}
    for model in catalog.models.values():
        for key in {default_resolver().resolve(name).key for name in (model.id, model.name)} - {""}:
            found.setdefault(key, []).append(model)
    return found


def _is_listed(model: Model) -> bool:
    """Whether models.dev lists a model."""
    from knowledge.names import default_resolver

    return default_resolver().resolve(model.id).canonical_id is not None


def _best_known(model_id: str, catalog: Catalog) -> str:
    """Of ids with the same last part, the one with the most figures: a reseller's listing has few of its own."""
    same = [i for i in catalog.models if _tail(i) == _tail(model_id) and catalog.models[i].official]
    return max([model_id, *same], key=lambda i: len(catalog.scores_of(i)))


def _tail(model_id: str) -> str:
    return model_id.rsplit("/", 1)[-1].lower()


def _plain(name: str) -> str:
    """A name in lower case with "-" for whatever stands between its words."""
    return re.sub(r"[^a-z0-9.]+", "-", name.strip().lower())


def card(name: str, catalog: Catalog) -> dict[str, Any]:
    """All that the catalogue holds on one model, as plain data."""
    model = find(name, catalog)
    return {
        "model": model.model_dump(mode="json"),
        "offers": [o.model_dump(mode="json") for o in _offers(model.id, catalog)],
        "disagreements": [str(d) for d in catalog.disagreements(model.id)],
        "scores": [_score(s, catalog) for s in _scores(_with_figures(model, catalog), catalog)],
        "scores_of": _with_figures(model, catalog),
        "chinchilla": _chinchilla(model),
        "builds": _builds(model, catalog),
    }


def _builds(model: Model, catalog: Catalog) -> list[str]:
    """Other ids of the maker that extend this one's name by a date: figures may be listed there."""
    dated = re.compile(re.escape(_tail(model.id)) + r"-(?:\d{4}|\d{8}|\d{4}-\d\d-\d\d)")
    return [m.id for m in catalog.models.values() if m.maker == model.maker and dated.fullmatch(_tail(m.id))]


def _with_figures(model: Model, catalog: Catalog) -> str:
    """The id whose figures speak for a model: its own, or where boards list only dated builds, the best listed one."""
    if catalog.scores_of(model.id):
        return model.id
    return max([model.id, *_builds(model, catalog)], key=lambda i: len(catalog.scores_of(i)))


def _offers(model_id: str, catalog: Catalog) -> list[Offer]:
    """The offer that the advice counts with first, then official ones, the cheapest first."""
    main = catalog.price(model_id)
    return sorted(
        catalog.offers_of(model_id), key=lambda o: (o != main, not o.official, o.input_usd or 0, o.provider, o.regions)
    )


def _scores(model_id: str, catalog: Catalog) -> list[Score]:
    return sorted(catalog.scores_of(model_id), key=lambda s: (s.benchmark_id, s.source_id, s.config))


def _score(score: Score, catalog: Catalog) -> dict[str, Any]:
    from advisor.limits import limits_of

    benchmark = catalog.benchmarks.get(score.benchmark_id)
    source = catalog.sources[score.source_id]
    row = score.model_dump(mode="json") | {"source": source.name, "url": score.url or source.url}
    return row | {
        "benchmark": benchmark.name if benchmark else score.benchmark_id,
        "higher_is_better": benchmark.higher_is_better if benchmark else True,
        "limits": limits_of(score, catalog),
    }


def _chinchilla(model: Model) -> str | None:
    """How a model's training stands to the Chinchilla-optimal number of tokens, where both are known."""
    if not model.parameters_b or not model.training_tokens_t:
        return None
    ratio = model.training_tokens_t * 1000 / model.parameters_b
    return f"{ratio:.0f} training tokens a parameter; the Chinchilla optimum is about 20 (Hoffmann et al. 2022)."


def compare(names: list[str], catalog: Catalog, weights: dict[str, float] | None = None) -> dict[str, Any]:
    """Models side by side: basics, prices, and the benchmarks that at least two of them share.

    With `weights`, the relevance of benchmark ids to a use case (0 to 1), only benchmarks that have one are kept,
    the most relevant first.
    """
    models = [find(n, catalog) for n in names]
    best: dict[str, dict[str, Score]] = {}
    for model in models:
        for score in _scores(_with_figures(model, catalog), catalog):
            row = best.setdefault(_board(score, catalog), {})
            if not score.derived and (model.id not in row or better(score, row[model.id], catalog)):
                row[model.id] = score
    shared = dict(sorted(((k, row) for k, row in best.items() if len(row) > 1), key=_by_source(catalog)))
    if weights is not None:
        shared = dict(sorted(_weighed(shared, weights), key=lambda pair: -weights[_benchmark_of(pair[1])]))
    return {
        "models": [m.model_dump(mode="json") for m in models],
        "weighed": weights is not None,
        "prices": {m.id: [o.model_dump(mode="json") for o in _offers(m.id, catalog)[:1]] for m in models},
        "scores": {key: {i: _score(s, catalog) for i, s in row.items()} for key, row in shared.items()},
        "differences": [*_differences(models), *_price_differences(models, catalog)],
    }


def _by_source(catalog: Catalog) -> Callable[[tuple[str, dict[str, Score]]], tuple[str, str]]:
    return lambda pair: (catalog.sources[next(iter(pair[1].values())).source_id].name, pair[0])


def _benchmark_of(row: dict[str, Score]) -> str:
    return next(iter(row.values())).benchmark_id


def _weighed(shared: dict[str, dict[str, Score]], weights: dict[str, float]) -> list[tuple[str, dict[str, Score]]]:
    return [(key, row) for key, row in shared.items() if weights.get(_benchmark_of(row), 0.0) > 0]


def _price_differences(models: list[Model], catalog: Catalog) -> list[str]:
    """Price at three tokens in to one out, where it is known of all models and differs."""
    from knowledge.catalog import blended

    costs = [(m.name, blended(offer, 0.25)) for m in models if (offer := catalog.price(m.id))]
    if len(costs) < len(models) or len({cost for _, cost in costs}) == 1:
        return []
    said = "; ".join(f"{name} ${cost:.4g}" for name, cost in costs)
    return [f"Price per million tokens at three in to one out: {said}"]


def _board(score: Score, catalog: Catalog) -> str:
    benchmark = catalog.benchmarks.get(score.benchmark_id)
    return f"{benchmark.name if benchmark else score.benchmark_id} ({catalog.sources[score.source_id].name})"


def better(new: Score, old: Score, catalog: Catalog) -> bool:
    """Whether `new` is the better figure of two on one benchmark."""
    benchmark = catalog.benchmarks.get(new.benchmark_id)
    return (new.value > old.value) == (benchmark.higher_is_better if benchmark else True)


def _differences(models: list[Model]) -> list[str]:
    """Basics that are known of all models and in which they differ, in words."""
    found = []
    for field, label in BASICS:
        values = [getattr(m, field) for m in models]
        if None not in values and any(v != values[0] for v in values[1:]):
            found.append(f"{label}: " + "; ".join(f"{m.name} {shown(v)}" for m, v in zip(models, values, strict=True)))
    return found


def basic(model: dict[str, Any], field: str) -> str:
    """A basic of a model as people read it; the maker by its full name."""
    from knowledge.makers import makers

    value = model.get(field)
    if field == "maker":
        return str(makers().get(str(value), {}).get("name", value))
    return shown(value)


def shown(value: Any) -> str:
    """A basic as people read it; what is not known says so."""
    return "unknown" if value is None else wording.value(value)
