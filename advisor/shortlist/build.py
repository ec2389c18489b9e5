"""The shortlist: candidates with reasons, and everything else with its reason, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisor.schema import RankedBenchmark, Shortlist, UseCase
from advisor.shortlist import cards, changes
from advisor.shortlist.columns import columns_of
from advisor.shortlist.field import Field
from advisor.shortlist.roles import Pick, choose
from advisor.shortlist.standing import standing

if TYPE_CHECKING:
    from advisor.evidence import Posterior
    from knowledge.catalog import Catalog

OTHERS = 30
SHOWN_WEIGHTS = 8


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
    columns = columns_of(catalog)
    req = use_case.requirements(with_assumptions=True)
    field = Field(columns, req, standing(columns, posterior, weights))
    chosen = choose(field)
    taken = {pick.at for pick in chosen}
    rest = [int(at) for at in np.argsort(-field.standing.proven[field.rows], kind="stable") if at not in taken]
    return Shortlist(
        candidates=[cards.card(field, pick, posterior.meaning, catalog, weights) for pick in chosen],
        others=[cards.card(field, Pick(at, []), posterior.meaning, catalog, {}) for at in rest[:OTHERS]],
        excluded=changes.exclusions(field),
        excluded_by=changes.counts(field),
        benchmarks=ranked,
        relaxations=changes.relaxations(field),
        sensitivity=changes.swaps(field, chosen),
        weights=dict(sorted(weights.items(), key=lambda w: -w[1])[:SHOWN_WEIGHTS]),
        considered=len(columns.models),
        snapshot_date=catalog.snapshot_date,
    )
