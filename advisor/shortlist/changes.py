"""What ruled models out, and what would change the choice: relaxations, where the first two swap, other facts."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor import wording
from advisor.schema import Exclusion, Requirements
from advisor.shortlist import hosting
from advisor.shortlist.cases import PRICE_WEIGHT, Cases
from advisor.shortlist.columns import REGIONS
from advisor.shortlist.constraints import RULES, window_needed
from advisor.shortlist.field import Field
from advisor.shortlist.roles import Pick, choose_each

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.schema import Model

BUDGET = "monthly_budget_usd"
NO_ESTIMATE = "no_estimate"
FACTS = 3  # of the facts that would put another model first as many are told
WEIGHTS = {"quality": "quality first", "balanced": "a balance", "speed": "speed first", "cost": "cost first"}


def exclusions(field: Field) -> list[Exclusion]:
    """For every model that is out the first reason, and the nearest model that passes."""
    nearest, out = Nearest(field), np.ones(len(field.columns.models), dtype=bool)
    out[field.rows] = False
    rows = np.flatnonzero(out)
    # Plain numbers: reading thousands of single array elements is slow.
    told = zip(rows.tolist(), _first_broken(field)[rows].tolist(), field.standing.mean[rows].tolist(), strict=True)
    return [_excluded(field, row, rule, mean, nearest) for row, rule, mean in told]


def _excluded(field: Field, row: int, rule: int, mean: float, nearest: Nearest) -> Exclusion:
    model = field.columns.models[row]
    return _exclusion(model.id, *_reason(field, row, rule, mean), nearest.to(model, mean))


@lru_cache(maxsize=16_384)
def _exclusion(model_id: str, name: str, reason: str, nearest: str) -> Exclusion:
    """Most models are out for the same reason whatever is asked, and making two thousand objects takes a while."""
    return Exclusion.model_construct(model_id=model_id, reason=reason, field=name, nearest=nearest)


def _first_broken(field: Field) -> NDArray[np.intp]:
    """The first broken rule of each model; the number of rules where none is."""
    any_broken = field.broken.any(axis=0)
    return np.where(any_broken, field.broken.argmax(axis=0), len(RULES))


def _reason(field: Field, row: int, rule: int, mean: float) -> tuple[str, str]:
    if rule < len(RULES):
        return RULES[rule].field, RULES[rule].why(field.case, row)
    if math.isnan(mean):
        return NO_ESTIMATE, "no estimate of its quality"
    cost, budget = float(field.routes.usd[row]), field.req.monthly_budget_usd
    return BUDGET, f"costs about {wording.money(cost)} a month, the budget is {wording.money(budget)}"


class Nearest:
    """The model that passes and is nearest to one that does not: of its family, else its maker, else in quality."""

    def __init__(self, field: Field):
        self.family: dict[str, str] = {}
        self.maker: dict[str, str] = {}
        order = field.rows[np.argsort(field.standing.proven[field.rows])]
        self.ids = [field.columns.models[row].id for row in order]
        self.quality: list[float] = field.standing.proven[order].tolist()
        for row in order:  # the best stays
            model = field.columns.models[row]
            self.family[model.family] = self.maker[model.maker] = model.id

    def to(self, model: Model, quality: float) -> str:
        """The id of the nearest model; empty where none passes."""
        if not self.ids:
            return ""
        if model.family and model.family in self.family:
            return self.family[model.family]
        if model.maker in self.maker:
            return self.maker[model.maker]
        if math.isnan(quality):
            return self.ids[-1]
        above = min(bisect_left(self.quality, quality), len(self.quality) - 1)
        below = max(above - 1, 0)
        nearer = below if abs(self.quality[below] - quality) <= abs(self.quality[above] - quality) else above
        return self.ids[bisect_left(self.quality, self.quality[nearer])]


def counts(field: Field) -> dict[str, int]:
    """How many models each constraint rules out, the first reason of each counted, most first."""
    names = [*(rule.field for rule in RULES)]
    first = _first_broken(field)
    found = {name: int((first == i).sum()) for i, name in enumerate(names)}
    found[BUDGET] = int(((first == len(RULES)) & field.over_budget & ~np.isnan(field.standing.mean)).sum())
    return {name: n for name, n in sorted(found.items(), key=lambda item: -item[1]) if n}


def relaxations(field: Field) -> list[str]:
    """Where nothing passes: for each wish alone, or two together, the smallest change that lets a model pass."""
    if len(field.rows):
        return []
    hard = np.array([rule.hard for rule in RULES])
    possible = ~field.broken[hard].any(axis=0) & ~np.isnan(field.standing.mean)
    wishes = [i for i, rule in enumerate(RULES) if not rule.hard and field.broken[i][possible].any()]
    masks = [field.broken[i] for i in wishes] + [field.over_budget]
    names = [RULES[i].field for i in wishes] + [BUDGET]
    for size in (1, 2):
        found = []
        for group in combinations(range(len(masks)), size):
            others = [m for i, m in enumerate(masks) if i not in group]
            passes = possible & ~np.any(others, axis=0) if others else possible
            if passes.any():
                found.append(_relaxed(field, [names[i] for i in group], passes))
        if found:
            return found
    return []


def _relaxed(field: Field, names: list[str], passes: NDArray[np.bool_]) -> str:
    rows = np.flatnonzero(passes)
    best = rows[int(np.argmax(field.standing.proven[rows]))]
    changes = " and ".join(_smallest(field, name, rows) for name in names)
    return f"{changes}: {_models(len(rows))}, the best is {field.columns.models[best].name}"


def _models(count: int) -> str:
    return f"{count} model" if count == 1 else f"{count} models"


def _smallest(field: Field, name: str, rows: NDArray[np.intp]) -> str:
    """The change of one wish in words: for a number the value that lets the first model in."""
    req, label = field.req, wording.LABELS[name]
    if name == BUDGET:
        least = float(np.nanmin(field.routes.usd[rows]))
        return f"with '{label}' at {wording.money(least)} instead of {wording.money(req.monthly_budget_usd)}"
    if name == "min_context_tokens":
        widest = float(np.nanmax(field.columns.window[rows]))
        return f"with '{label}' at {widest:,.0f} instead of {window_needed(req):,.0f}"
    if name == "gpu_memory_gb":
        need = hosting.memory(field.columns.size[rows], req)
        if np.isnan(need).all():
            return f"without '{label}'"
        return f"with '{label}' at {np.nanmin(need):,.0f} instead of {hosting.memory_limit(req):g}"
    return f"without '{label}'"


def swaps(field: Field, chosen: list[Pick]) -> list[str]:
    """At which price, and at which weight of the price, the first two change places; which facts put another first."""
    if not chosen:
        return []
    if len(chosen) < 2:
        return _other_first(field, chosen[0])
    first, second = chosen[0].at, chosen[1].at
    names = [field.columns.models[field.rows[at]].name for at in (first, second)]
    by_price = [_price_swap(field, first, second, names), _weight_swap(field, first, second, names)]
    return [*filter(None, by_price), *_other_first(field, chosen[0])]


def _other_first(field: Field, chosen: Pick) -> list[str]:
    """Facts that would put another model first, were they other than they are."""
    first = field.columns.models[field.rows[chosen.at]].name
    told = list(_what_if(field.req))
    wanted = [field.req.model_copy(update=change) for _, change in told]
    others = Cases(field.columns, wanted, [field.standing] * len(wanted))
    found = []
    for (words, _), picks in zip(told, choose_each(others), strict=True):
        leader = field.columns.models[others.rows[picks[0].at]].name if picks else None
        if leader != first:
            found.append(f"if {words}, {f'{leader} would come first' if leader else 'no model would pass'}")
    return found[:FACTS]


def _what_if(req: Requirements) -> Iterator[tuple[str, dict[str, Any]]]:
    """Other values of the facts that rule most models in or out, where they say something new."""
    own = hosting.needs_own_machine(req)
    if req.data_residency in REGIONS:
        yield "the data might be anywhere", {"data_residency": None}
    elif not own:
        yield "the data had to stay in the EU", {"data_residency": "eu"}
    if not own and not req.open_weights_required:
        yield "the weights had to be open", {"open_weights_required": True}
    if not own:
        yield "it had to run on your own machines", {"deployment": "self_hosted"}
    if "chinese" not in req.excluded_providers:
        yield "Chinese makers were ruled out", {"excluded_providers": [*req.excluded_providers, "chinese"]}
    if req.monthly_budget_usd is not None:
        yield "the budget were a tenth", {"monthly_budget_usd": req.monthly_budget_usd / 10}
    if not req.input_modalities:
        yield "it had to read pictures", {"input_modalities": ["image"]}


def _price_swap(field: Field, first: int, second: int, names: list[str]) -> str | None:
    """The price of the first at which the second is as useful: utility falls by the weight for each tenfold price."""
    usd = field.routes.usd[field.rows[first]]
    if np.isnan(usd):
        return None
    factor = 10 ** ((field.utility[first] - field.utility[second]) / field.price_weight)
    if factor > 1000:
        return f"no likely price of {names[0]} would put {names[1]} before it"
    return (
        f"{names[1]} would come before {names[0]} if {names[0]} cost {factor:.2g} times as much "
        f"({wording.money(float(usd) * factor)} a month)"
    )


def _weight_swap(field: Field, first: int, second: int, names: list[str]) -> str | None:
    """The weight of a tenfold price at which both are as useful, beside the weights of the priorities."""
    more = field.cautious[first] - field.cautious[second]
    dearer = np.log10(field.price[first]) - np.log10(field.price[second])
    if abs(dearer) < 1e-9 or more / dearer <= 0:
        return f"{names[0]} comes before {names[1]} however much the price counts"
    weight = float(more / dearer)
    now = field.req.priority or "balanced"
    crossed = [p for p, w in PRICE_WEIGHT.items() if (w > weight) != (PRICE_WEIGHT[now] > weight)]
    said = f"with {' or '.join(WEIGHTS[p] for p in crossed)} they swap" if crossed else "no stated priority swaps them"
    return (
        f"{names[0]} and {names[1]} are level where a tenfold price weighs as much as {weight:.2g} log-odds of quality "
        f"(now {PRICE_WEIGHT[now]:g}, {WEIGHTS[now]}); {said}"
    )
