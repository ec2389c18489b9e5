"""A candidate as people see it: estimate, cost, figures with sources, reasons and caveats. Code writes every word."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING, Any

from advisor import limits, wording
from advisor.evidence import FAINT, Z90
from advisor.schema import Candidate, Estimate, Evidence, Requirements
from advisor.shortlist import spending
from advisor.shortlist.columns import REGIONS, SPEED_BOARDS
from knowledge.licences import licence_name

if TYPE_CHECKING:
    from advisor.shortlist.field import Field
    from advisor.shortlist.roles import Pick
    from advisor.shortlist.standing import Place
    from knowledge.catalog import Catalog
    from knowledge.schema import Model, Offer, Score

EVIDENCE, LEAST_SHOWN = 6, 2
TELLS = 0.1  # relevance of a benchmark, as a share of that of the most relevant, from which on its figure is shown
FAR_BELOW, FEWEST_OTHERS = 0.2, 3  # a price below this share of the median of so many other providers is doubted
SENSITIVE = ("medical", "legal", "finance", "government", "hr", "insurance")  # texts with data about people
FINE_TUNE_CHECKS = (
    "a fine-tune: its maker may have trained on the benchmarks, so test it on your own prompts against its base model",
    "a fine-tune, check before use: the licences of base and data, who maintains it, what it was trained on, whether "
    "it needs code of its own to load (read it first), and whether safety training survived",
)


def card(field: Field, pick: Pick, meaning: str, catalog: Catalog, weights: dict[str, float]) -> Candidate:
    """The card of one model of the field; without `weights` a short one, without figures and their limits."""
    columns, row = field.columns, int(field.rows[pick.at])
    model, offer = columns.models[row], _offer(field, row)
    cost = spending.monthly_cost(model, offer, field.req, rented=field.routes.offer[row] == spending.RENTED)
    shown = evidence_for(model.id, catalog, weights) if weights else []
    return Candidate(
        model_id=model.id,
        name=model.name,
        provider=cost.provider or model.maker,
        roles=pick.roles,
        quality=_estimate(field, row, meaning),
        monthly_cost_usd=cost,
        basics=basics(model, offer) | {"speed": speed(model.id, catalog)},
        evidence=shown,
        reasons=_reasons(model, offer, field.standing.place(row), pick, shown, cost.basis, field.req)
        if weights
        else [],
        caveats=_caveats(model, offer, int(field.standing.measured[row]), field.req, catalog, shown, weights)
        if weights
        else [],
        pareto=bool(field.front[pick.at]),
    )


def _estimate(field: Field, row: int, meaning: str) -> Estimate:
    mean, half = field.standing.mean[row], Z90 * field.standing.deviation[row]
    win, low, high = (1 / (1 + math.exp(-odds)) for odds in (mean, mean - half, mean + half))
    return Estimate(mean=win, low=low, high=high, meaning=meaning)


def _offer(field: Field, row: int) -> Offer | None:
    at = int(field.routes.offer[row])
    return field.columns.offers[at] if at >= 0 else None


def basics(model: Model, offer: Offer | None) -> dict[str, Any]:
    """What to compare first: size, window, licence, date, prices; None is unknown."""
    return {
        "maker": model.maker,
        "parameters_b": model.parameters_b,
        "active_parameters_b": model.active_parameters_b,
        "context_window": model.context_window,
        "licence": licence_name(model.licence),
        "licence_class": model.licence_class,
        "open_weights": model.open_weights,
        "released": model.released.isoformat() if model.released else None,
        "retires": model.retired.isoformat() if model.retired else None,
        "official": model.official,
        "reasoning": model.reasoning,
        "input_modalities": list(model.input_modalities),
        "input_usd_per_mtok": offer.input_usd if offer else None,
        "output_usd_per_mtok": offer.output_usd if offer else None,
        "provider_regions": list(offer.regions) if offer else [],
        "source": model.source_id,
        "date": model.date.isoformat(),
    }


def speed(model_id: str, catalog: Catalog) -> str:
    """A measured time with its source and date; `unknown` where nobody measured."""
    timed = [s for s in catalog.scores_of(model_id) if s.benchmark_id in SPEED_BOARDS]
    if not timed:
        return "unknown"
    s = max(timed, key=lambda s: (s.benchmark_id == SPEED_BOARDS[0], s.date, -s.value))
    bench = catalog.benchmarks.get(s.benchmark_id)
    return f"{bench.name if bench else s.benchmark_id}: {s.value:g} s ({catalog.sources[s.source_id].name}, {s.date})"


def evidence_for(model_id: str, catalog: Catalog, weights: dict[str, float], most: int = EVIDENCE) -> list[Evidence]:
    """The model's figures on the benchmarks that weigh most, one a benchmark and source: those that say something of
    the use case, but no fewer than LEAST_SHOWN: of the others, what most models have."""
    best: dict[tuple[str, str], Score] = {}
    for score in catalog.scores_of(model_id):
        if score.kind == "scaffold":
            continue
        key = (score.benchmark_id, score.source_id)
        if key not in best or _prefer(score, best[key], catalog):
            best[key] = score
    bar = max(FAINT, TELLS * max(weights.values(), default=0.0))
    told = {s.benchmark_id: w for s in best.values() if (w := weights.get(s.benchmark_id, 0.0)) >= bar}

    def place(s: Score) -> tuple[float, ...]:
        widely = 0 if s.benchmark_id in told else len(catalog.scores_on(s.benchmark_id))
        return (-told.get(s.benchmark_id, 0.0), -widely, s.kind == "vendor", -s.date.toordinal())

    ordered = sorted(best.values(), key=place)
    telling = sum(s.benchmark_id in told for s in ordered)
    return [_evidence(s, catalog) for s in ordered[: min(max(telling, LEAST_SHOWN), most)]]


def _prefer(new: Score, old: Score, catalog: Catalog) -> bool:
    """Of several configurations the best one stands for the model."""
    benchmark = catalog.benchmarks.get(new.benchmark_id)
    return (new.value > old.value) == (benchmark.higher_is_better if benchmark else True)


def _evidence(score: Score, catalog: Catalog) -> Evidence:
    benchmark, source = catalog.benchmarks.get(score.benchmark_id), catalog.sources[score.source_id]
    return Evidence(
        benchmark=benchmark.name if benchmark else score.benchmark_id,
        benchmark_id=score.benchmark_id,
        value=score.value,
        unit=score.unit,
        source=source.name,
        date=score.date,
        url=score.url or source.url,
        raw_name=score.raw_name,
        config=score.config,
        kind=score.kind,
        low=score.low,
        high=score.high,
        limits=limits.limits_of(score, catalog),
    )


def _reasons(
    model: Model, offer: Offer | None, q: Place, pick: Pick, shown: list[Evidence], basis: str, req: Requirements
) -> list[str]:
    found = [f"ranked {q.rank} of {q.of} measured models for this use case (between {q.low} and {q.high})"]
    if shown:
        e = shown[0]
        found.append(f"{e.benchmark}: {wording.figure(e.value, e.unit)} ({e.source}, {e.date})")
    found.append(basis)
    if offer and model.open_weights and (even := spending.break_even(model, offer, req)):
        found.append(even)
    return found + ([f"role: {', '.join(pick.roles)}"] if pick.roles else [])


def _caveats(
    model: Model,
    offer: Offer | None,
    measured: int,
    req: Requirements,
    catalog: Catalog,
    shown: list[Evidence],
    weights: dict[str, float],
) -> list[str]:
    found = []
    if measured == 0:
        found.append("no published score yet: the estimate rests on its family, maker and date, and is wide")
    elif shown and (narrow := limits.narrowness(max(weights.get(e.benchmark_id, 0) for e in shown))):
        found.append(f"its best figure {narrow}")
    found += sorted({f"{e.benchmark}: {text}" for e in shown[:3] for text in e.limits})
    found += [f"sources disagree: {d}" for d in catalog.disagreements(model.id)[:2]]
    return found + _of_licence(model) + _of_service(model, offer, req, catalog)


def _of_licence(model: Model) -> list[str]:
    found = list(FINE_TUNE_CHECKS) if model.base_model else []
    if model.licence_class in ("restricted", "non_commercial"):
        named = f"licence '{licence_name(model.licence)}'" if model.licence else "its licence"
        found.append(f"{named} is {model.licence_class.replace('_', ' ')}: read its conditions before you ship")
    elif model.open_weights and model.licence_class == "unknown":
        found.append("open weights, but no source here states the licence: read it before you build on it")
    return found


def _far_above(offer: Offer, catalog: Catalog) -> int:
    """How many other providers ask far more for the model, by three tokens read for one written; zero where it is not
    so, or too few others have a price."""

    def price(o: Offer) -> float:
        return 3 * (o.input_usd or 0.0) + (o.output_usd or 0.0)

    others: dict[str, float] = {}
    for other in catalog.offers_of(offer.model_id):
        if other.provider != offer.provider and price(other) > 0:
            others[other.provider] = min(price(other), others.get(other.provider, math.inf))
    far = len(others) >= FEWEST_OTHERS and 0 < price(offer) < FAR_BELOW * median(others.values())
    return len(others) if far else 0


def _of_service(model: Model, offer: Offer | None, req: Requirements, catalog: Catalog) -> list[str]:
    found = []
    if model.retired and offer:
        found.append(f"to be retired on {model.retired}: plan the move")
    if not offer and (model.retired or model.deprecated):
        found.append("hosts withdraw it: its weights stay, but look at what came after it")
    if offer and not offer.official:
        found.append(f"served by {offer.provider}, not by its maker: check terms, precision and support")
    if offer and (others := _far_above(offer, catalog)):
        found.append(
            f"{offer.provider} asks less than a fifth of the middle price of {others} other providers: see if it holds"
        )
    if req.max_latency_seconds and speed(model.id, catalog) == "unknown":
        found.append(f"its speed is not known here: test that it answers within {req.max_latency_seconds:g} s")
    for need in ("tool_calling", "structured_output"):
        if getattr(req, f"needs_{need}") and getattr(model, need) is None:
            found.append(f"{need.replace('_', ' ')} is needed and not documented in the sources")
    if req.data_residency in REGIONS:
        host = f"what {offer.provider} states" if offer else "your own hosting"
        found.append(f"residency rests on {host}: put it in the contract")
    elif req.data_residency is None and req.domain in SENSITIVE and offer and not offer.regions:
        found.append(f"the sources state no region of {offer.provider}: ask where it processes data before any is sent")
    elif req.data_residency == "other" and offer:
        found.append(f"the sources state no region of {offer.provider} in your country: ask before you sign")
    return found
