"""Three to five candidates that differ, with reasons; everything else with its reason, too. Pure and fast."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor import constraints, hosting, limits, spending, wording
from advisor.schema import (
    Candidate,
    Cost,
    Estimate,
    Evidence,
    Exclusion,
    RankedBenchmark,
    Requirements,
    Shortlist,
    UseCase,
)

if TYPE_CHECKING:
    from advisor.evidence import Posterior, Quality
    from knowledge.catalog import Catalog
    from knowledge.schema import Model, Offer, Score

MOST = 5
OTHERS = 30
QUICK_POOL = 250
UNKNOWN_PRICE = 1000.0  # for ordering alone: an unknown price is no advantage
LEAST_FIGURES = 2
FAR_BELOW = 0.35  # a role is no reason to propose a model that loses most comparisons with the best
EVIDENCE = 6
# How much of a standard deviation of quality a tenfold price is worth, by what comes first for the user.
PRICE_WEIGHT = {"quality": 0.15, "balanced": 0.5, "cost": 1.5, "speed": 0.7}
# Slack in probability of winning within which a cheaper model counts as good enough.
GOOD_ENOUGH = {"quality": 0.05, "balanced": 0.12, "cost": 0.25, "speed": 0.2}


class Option(NamedTuple):
    """A model that passed the constraints, with its estimate and cost."""

    model: Model
    quality: Quality
    cost: Cost
    offers: tuple[Offer, ...]

    @property
    def dollars(self) -> float:
        """For sorting: an unknown price sorts last."""
        return math.inf if self.cost.expected is None else self.cost.expected


def build_shortlist(
    use_case: UseCase,
    *,
    catalog: Catalog,
    weights: dict[str, float],
    ranked: list[RankedBenchmark],
    posterior: Posterior,
) -> Shortlist:
    """Hard constraints, monthly cost, Pareto front, then candidates with distinct roles.

    `weights` is benchmark id to relevance, 0 to 1; it decides what quality means for this use case.
    """
    req = use_case.requirements(with_assumptions=True)
    qualities = {q.model_id: q for q in posterior.rank(weights)}
    options, excluded = _sift(req, catalog, qualities)
    front = pareto(options)
    chosen = _choose(options, front, req)
    cards = [_card(o, roles, req, catalog, weights, posterior, o in front) for o, roles in chosen]
    taken = {o.model.id for o, _ in chosen}
    rest = sorted((o for o in options if o.model.id not in taken), key=lambda o: -o.quality.mean)[:OTHERS]
    return Shortlist(
        candidates=cards,
        others=[_card(o, [], req, catalog, {}, posterior, o in front) for o in rest],
        excluded=excluded,
        benchmarks=ranked,
        relaxations=[] if options else _relaxations(req, catalog, qualities),
        sensitivity=_sensitivity(chosen),
        considered=len(catalog.models),
        snapshot_date=catalog.snapshot_date,
    )


def _sift(
    req: Requirements, catalog: Catalog, qualities: Mapping[str, Quality], pool: Iterable[Model] | None = None
) -> tuple[list[Option], list[Exclusion]]:
    """Options among `pool` (the whole catalogue by default), and for every other model the first reason against it."""
    options, excluded = [], []
    for model in catalog.models.values() if pool is None else pool:
        case = constraints.Case(model, constraints.admitted(model, req, catalog), req)
        against = constraints.first_violation(case) or _too_few_figures(model, catalog)
        if against is None and model.id in qualities:
            option = Option(model, qualities[model.id], spending.monthly_cost(model, case.offers, req), case.offers)
            against = _over_budget(option, req)
            options += [] if against else [option]
        excluded += [against] if against else []
    return options, excluded


def _too_few_figures(model: Model, catalog: Catalog) -> Exclusion | None:
    """A model that hardly anybody measured, or only its maker, is no candidate: its estimate rests on too little."""
    scores = catalog.scores_of(model.id)
    if len({(s.benchmark_id, s.source_id) for s in scores}) < LEAST_FIGURES:
        return Exclusion(model_id=model.id, reason="fewer than two published figures to go by", field="evidence")
    if all(s.kind != "independent" for s in scores):
        return Exclusion(model_id=model.id, reason="only its maker's own figures are published", field="evidence")
    return None


def _over_budget(option: Option, req: Requirements) -> Exclusion | None:
    budget, cost = req.monthly_budget_usd, option.cost.expected
    if budget is None or cost is None or cost <= budget:
        return None
    reason = f"costs about {wording.money(cost)} a month, the budget is {wording.money(budget)}"
    return Exclusion(model_id=option.model.id, reason=reason, field="monthly_budget_usd")


def quick_ids(req: Requirements, catalog: Catalog, qualities: Sequence[Quality]) -> list[str]:
    """Ids that `build_shortlist` would choose, without cards: for trying out answers to a question.

    Only the best models of the right kind are weighed, unless too few of them pass.
    """
    by_id = {q.model_id: q for q in qualities}
    plausible = [m for q in qualities if (m := catalog.models[q.model_id]).official and not _gone(m)]
    options, _ = _sift(req, catalog, by_id, plausible[:QUICK_POOL])
    if len(options) < MOST:
        options, _ = _sift(req, catalog, by_id, plausible)
    return [o.model.id for o, _ in _choose(options, pareto(options), req)]


def _gone(model: Model) -> bool:
    return model.retired is not None or model.deprecated


def pareto(options: Sequence[Option]) -> list[Option]:
    """Options that no other beats in both quality and cost."""
    front: list[Option] = []
    best = -math.inf
    for option in sorted(options, key=lambda o: (o.dollars, -o.quality.mean)):
        if option.quality.mean > best:
            front.append(option)
            best = option.quality.mean
    return front


def utility(option: Option, req: Requirements) -> float:
    """Quality in log-odds, less what the price takes away.

    The lower end counts by a quarter of the interval, so a model that is hardly measured does not lead. On the
    user's own machine memory stands for the price.
    """
    weight = PRICE_WEIGHT[req.priority or "balanced"]
    price = option.cost.expected
    if price is None:
        price = hosting.memory_gb(option.model, req) or UNKNOWN_PRICE
    return cautious(option) - weight * math.log10(max(price, 0.01))


def cautious(option: Option) -> float:
    """Quality with a quarter of the way to its lower end taken off."""
    return option.quality.mean - 0.25 * (option.quality.mean - option.quality.low)


def _choose(options: list[Option], front: list[Option], req: Requirements) -> list[tuple[Option, list[str]]]:
    """One option for each role; an option that fits several roles carries them all."""
    picked: dict[str, tuple[Option, list[str]]] = {}
    floor = max((o.quality.win_share for o in options), default=0.0) - FAR_BELOW
    for role, pick in ROLES.items():
        if len(picked) >= MOST:
            break
        option = pick(options, front, req)
        if option is not None and option.quality.win_share >= floor:
            picked.setdefault(option.model.id, (option, []))[1].append(role)
    for option in sorted(options, key=lambda o: -utility(o, req)):
        if len(picked) >= min(3, len(options)):
            break
        picked.setdefault(option.model.id, (option, ["close alternative"]))
    first = list(picked.values())
    return sorted(first, key=lambda p: -utility(p[0], req))


Pick = Callable[[list[Option], list[Option], Requirements], Option | None]


def _best_quality(options: list[Option], front: list[Option], req: Requirements) -> Option | None:
    return max(options, key=cautious, default=None)


def _best_value(options: list[Option], front: list[Option], req: Requirements) -> Option | None:
    return max(options, key=lambda o: utility(o, req), default=None)


def _cheapest(options: list[Option], front: list[Option], req: Requirements) -> Option | None:
    """The cheapest that is good enough beside the best."""
    best = _best_quality(options, front, req)
    if best is None:
        return None
    slack = GOOD_ENOUGH[req.priority or "balanced"]
    good = [o for o in options if o.quality.win_share >= best.quality.win_share - slack]
    return min(good, key=lambda o: o.dollars, default=None)


def _open_weights(options: list[Option], front: list[Option], req: Requirements) -> Option | None:
    return _best_quality([o for o in options if o.model.open_weights], front, req)


def _preferred(options: list[Option], front: list[Option], req: Requirements) -> Option | None:
    wanted = constraints.members(req.preferred_providers)
    mine = [o for o in options if o.model.maker.lower() in wanted or o.cost.provider.lower() in wanted]
    return _best_value(mine, front, req)


def _safest(options: list[Option], front: list[Option], req: Requirements) -> Option | None:
    """Served by its own maker, measured the most, narrow interval."""
    first_party = [o for o in options if any(x.official for x in o.offers)]
    if not first_party:
        return None
    good = sorted(first_party, key=lambda o: -o.quality.mean)[: max(3, len(first_party) // 10)]
    return max(good, key=lambda o: (o.quality.measured, -(o.quality.high - o.quality.low)))


ROLES: dict[str, Pick] = {
    "best value": _best_value,
    "best quality": _best_quality,
    "from a preferred provider": _preferred,
    "cheapest that is good enough": _cheapest,
    "best open weights": _open_weights,
    "safest official choice": _safest,
}


def _card(
    option: Option,
    roles: list[str],
    req: Requirements,
    catalog: Catalog,
    weights: dict[str, float],
    posterior: Posterior,
    on_front: bool,
) -> Candidate:
    q, model = option.quality, option.model
    shown = evidence_for(model.id, catalog, weights) if weights else []
    return Candidate(
        model_id=model.id,
        name=model.name,
        provider=option.cost.provider or model.maker,
        roles=roles,
        quality=Estimate(mean=q.win_share, low=q.win_low, high=q.win_high, meaning=posterior.meaning),
        monthly_cost_usd=option.cost,
        basics=basics(model, option.offers),
        evidence=shown,
        reasons=_reasons(option, roles, shown),
        caveats=_caveats(option, req, catalog, shown, weights),
        pareto=on_front,
    )


def basics(model: Model, offers: Sequence[Offer]) -> dict[str, object]:
    """What to compare first: size, window, licence, date, prices; None is unknown."""
    offer = spending.best_offer(offers, Requirements())
    return {
        "maker": model.maker,
        "parameters_b": model.parameters_b,
        "active_parameters_b": model.active_parameters_b,
        "context_window": model.context_window,
        "licence": model.licence,
        "licence_class": model.licence_class,
        "open_weights": model.open_weights,
        "released": model.released.isoformat() if model.released else None,
        "official": model.official,
        "reasoning": model.reasoning,
        "input_modalities": list(model.input_modalities),
        "input_usd_per_mtok": offer.input_usd if offer else None,
        "output_usd_per_mtok": offer.output_usd if offer else None,
        "source": model.source_id,
        "date": model.date.isoformat(),
    }


def evidence_for(model_id: str, catalog: Catalog, weights: dict[str, float], most: int = EVIDENCE) -> list[Evidence]:
    """The model's figures on the benchmarks that weigh most, one a benchmark and source."""
    best: dict[tuple[str, str], Score] = {}
    for score in catalog.scores_of(model_id):
        if score.kind == "scaffold":
            continue
        key = (score.benchmark_id, score.source_id)
        if key not in best or _prefer(score, best[key], catalog):
            best[key] = score
    ordered = sorted(
        best.values(), key=lambda s: (-weights.get(s.benchmark_id, 0), s.kind == "vendor", -s.date.toordinal())
    )
    return [_evidence(s, catalog, weights) for s in ordered[:most]]


def _prefer(new: Score, old: Score, catalog: Catalog) -> bool:
    """Of several configurations the best one stands for the model."""
    benchmark = catalog.benchmarks.get(new.benchmark_id)
    return (new.value > old.value) == (benchmark.higher_is_better if benchmark else True)


def _evidence(score: Score, catalog: Catalog, weights: dict[str, float]) -> Evidence:
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


def _reasons(option: Option, roles: list[str], shown: list[Evidence]) -> list[str]:
    q = option.quality
    found = [f"ranked {q.rank} of {q.of} for this use case (between {q.rank_low} and {q.rank_high})"]
    if shown:
        e = shown[0]
        found.append(f"{e.benchmark}: {e.value} {e.unit} ({e.source}, {e.date})")
    found.append(option.cost.basis)
    return found + ([f"role: {', '.join(roles)}"] if roles else [])


def _caveats(
    option: Option, req: Requirements, catalog: Catalog, shown: list[Evidence], weights: dict[str, float]
) -> list[str]:
    model, found = option.model, []
    if option.quality.measured == 0:
        found.append("no published score yet: the estimate rests on its family, maker and date, and is wide")
    elif shown:
        narrow = limits.narrowness(max((weights.get(e.benchmark_id, 0) for e in shown), default=0))
        found += [f"its best figure {narrow}"] if narrow else []
    found += sorted({f"{e.benchmark}: {text}" for e in shown[:3] for text in e.limits})
    found += [f"sources disagree: {d}" for d in catalog.disagreements(model.id)[:2]]
    if model.licence_class in ("restricted", "non_commercial"):
        found.append(f"licence '{model.licence}' has conditions: read it before you ship")
    if req.max_latency_seconds:
        found.append(f"its speed is not known here: test that it answers within {req.max_latency_seconds:g} s")
    unknown = [
        f for f in ("tool_calling", "structured_output") if getattr(req, f"needs_{f}") and getattr(model, f) is None
    ]
    found += [f"{u.replace('_', ' ')} is needed and not documented in the sources" for u in unknown]
    if req.data_residency in ("eu", "us", "uk"):
        found.append(
            f"residency rests on what {option.cost.provider or 'your own hosting'} states: put it in the contract"
        )
    return found


def _relaxations(req: Requirements, catalog: Catalog, qualities: dict[str, Quality]) -> list[str]:
    """For each constraint alone: the best model that would pass without it."""
    found = []
    for field in req.stated():
        loose = Requirements.model_validate({k: v for k, v in req.stated().items() if k != field})
        options, _ = _sift(loose, catalog, qualities)
        if options:
            best = max(options, key=lambda o: o.quality.mean)
            found.append(f"without '{wording.LABELS[field]}': {len(options)} models, the best is {best.model.name}")
    return found


def _sensitivity(chosen: list[tuple[Option, list[str]]]) -> list[str]:
    """At which price the first two change places in cost."""
    if len(chosen) < 2:
        return []
    (first, _), (second, _) = chosen[:2]
    if not first.cost.expected or not second.cost.expected:
        return []
    factor = second.cost.expected / first.cost.expected
    times = f"{factor:.1f} times" if factor >= 1 else f"{factor:.0%} of"
    return [f"{first.model.name} and {second.model.name} cost the same if the former's price were {times} today's"]


def count_by_constraint(excluded: list[Exclusion]) -> dict[str, int]:
    """How many models each constraint rules out."""
    return dict(Counter(e.field for e in excluded).most_common())
