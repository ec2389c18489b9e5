"""What is known of a model: basics, prices, every score with source and date, and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor import wording
from advisor.errors import BadInput

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
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

    resolved = default_resolver().resolve(name).canonical_id
    if resolved and resolved in catalog.models:
        return catalog.models[resolved]
    close = catalog.search_models(name, limit=5)
    hint = f" Did you mean: {', '.join(m.id for m in close)}?" if close else " Try: advisor models search WORDS."
    raise BadInput(f"No model of the catalogue is called '{name}'.{hint}")


def card(name: str, catalog: Catalog) -> dict[str, Any]:
    """All that the catalogue holds on one model, as plain data."""
    model = find(name, catalog)
    return {
        "model": model.model_dump(mode="json"),
        "offers": [o.model_dump(mode="json") for o in _offers(model.id, catalog)],
        "disagreements": [str(d) for d in catalog.disagreements(model.id)],
        "scores": [_score(s, catalog) for s in _scores(model.id, catalog)],
        "chinchilla": _chinchilla(model),
    }


def _offers(model_id: str, catalog: Catalog) -> list[Offer]:
    return sorted(catalog.offers_of(model_id), key=lambda o: (not o.official, o.input_usd or 0, o.provider))


def _scores(model_id: str, catalog: Catalog) -> list[Score]:
    return sorted(catalog.scores_of(model_id), key=lambda s: (s.benchmark_id, s.source_id, s.config))


def _score(score: Score, catalog: Catalog) -> dict[str, Any]:
    from advisor.limits import limits_of

    benchmark = catalog.benchmarks.get(score.benchmark_id)
    source = catalog.sources[score.source_id]
    row = score.model_dump(mode="json") | {"source": source.name, "url": score.url or source.url}
    return row | {"benchmark": benchmark.name if benchmark else score.benchmark_id, "limits": limits_of(score, catalog)}


def _chinchilla(model: Model) -> str | None:
    """How a model's training stands to the Chinchilla-optimal number of tokens, where both are known."""
    if not model.parameters_b or not model.training_tokens_t:
        return None
    ratio = model.training_tokens_t * 1000 / model.parameters_b
    return f"{ratio:.0f} training tokens a parameter; the Chinchilla optimum is about 20 (Hoffmann et al. 2022)."


def card_markdown(found: dict[str, Any]) -> str:
    """A model card as Markdown."""
    model = found["model"]
    lines = [f"# {model['name']}", "", f"`{model['id']}`", "", "| | |", "|---|---|"]
    lines += [f"| {label} | {_show(model.get(field))} |" for field, label in BASICS]
    lines += ["", f"Basics: {model['source_id']}, {model['date']}.", *filter(None, [found["chinchilla"]]), ""]
    lines += [
        "## Prices, USD per million tokens",
        "",
        "| Provider | In | Out | Cached in | Source |",
        "|---|---|---|---|---|",
    ]
    for o in found["offers"]:
        cells = (o["provider"], o["input_usd"], o["output_usd"], o["cache_read_usd"], f"{o['source_id']}, {o['date']}")
        lines.append("| " + " | ".join(_show(c) for c in cells) + " |")
    lines += ["", *(f"- Sources disagree: {d}" for d in found["disagreements"]), "", "## Scores", ""]
    lines += ["| Benchmark | Value | Configuration | Source | Date | Limits |", "|---|---|---|---|---|---|"]
    for s in found["scores"]:
        cells = (
            s["benchmark"],
            f"{s['value']} {s['unit']}",
            s["config"],
            s["source"],
            s["date"],
            "; ".join(s["limits"]),
        )
        lines.append("| " + " | ".join(_show(c) for c in cells) + " |")
    return "\n".join(lines)


def _show(value: Any) -> str:
    if value is None or value == "":
        return "unknown" if value is None else ""
    return str(value).replace("|", "/") if not isinstance(value, (bool, list)) else wording.value(value)


def compare(names: list[str], catalog: Catalog) -> dict[str, Any]:
    """Models side by side: basics, prices, and the benchmarks that at least two of them share."""
    models = [find(n, catalog) for n in names]
    best: dict[str, dict[str, Score]] = {}
    for model in models:
        for score in _scores(model.id, catalog):
            row = best.setdefault(f"{score.benchmark_id} ({score.source_id})", {})
            if model.id not in row or score.value > row[model.id].value:
                row[model.id] = score
    shared = {key: row for key, row in sorted(best.items()) if len(row) > 1}
    return {
        "models": [m.model_dump(mode="json") for m in models],
        "prices": {m.id: [o.model_dump(mode="json") for o in _offers(m.id, catalog)[:1]] for m in models},
        "scores": {key: {i: _score(s, catalog) for i, s in row.items()} for key, row in shared.items()},
        "differences": _differences(models),
    }


def _differences(models: list[Model]) -> list[str]:
    """Basics in which the models differ, in words."""
    found = []
    for field, label in BASICS:
        values = [getattr(m, field) for m in models]
        if any(v != values[0] for v in values[1:]):
            found.append(f"{label}: " + "; ".join(f"{m.name} {_show(v)}" for m, v in zip(models, values, strict=True)))
    return found


def compare_markdown(found: dict[str, Any]) -> str:
    """A comparison as Markdown."""
    models = found["models"]
    head = "| | " + " | ".join(m["name"] for m in models) + " |"
    rule = "|---" * (len(models) + 1) + "|"
    lines = ["# " + " or ".join(m["name"] for m in models), "", head, rule]
    lines += ["| " + " | ".join([label, *(_show(m.get(field)) for m in models)]) + " |" for field, label in BASICS]
    for field, label in (("input_usd", "USD per million tokens in"), ("output_usd", "USD per million tokens out")):
        cells = [_show(found["prices"][m["id"]][0][field]) if found["prices"][m["id"]] else "unknown" for m in models]
        lines.append("| " + " | ".join([label, *cells]) + " |")
    for key, row in found["scores"].items():
        cells = [f"{row[m['id']]['value']} ({row[m['id']]['date']})" if m["id"] in row else "" for m in models]
        lines.append("| " + " | ".join([key, *cells]) + " |")
    return "\n".join([*lines, "", "**Where they differ**", "", *(f"- {d}" for d in found["differences"])])
