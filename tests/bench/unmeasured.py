"""How far models that no other board knows are off, by how they are drawn to their measured siblings.

Leaves each leaderboard out, describes it in words as a use case, and compares the scores of models without any other
figure with the estimate, for several values of `advisor.evidence.BELOW` and `DRAWN`: the root of the mean squared error
and the mean of score less estimate, in deviations, and the share inside the 90% interval; models that write and others
apart. Names without a date that stand for their builds are left out.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))
from leaderboards import DERIVED, Leaderboard, leaderboards, matched

from advisor.capability import fitting
from advisor.capability.observations import Observation, observations
from advisor.capability.side_information import CHAT
from advisor.evidence import Z90, Posterior
from advisor.recommend import understand, weights_for
from advisor.services import Services
from knowledge.benchmark_families import family_of

WORDS = [Path(__file__).parents[1] / "data" / f"boards_as_{kind}.yaml" for kind in ("use_cases", "messages")]
BELOW, DRAWN = (0.0, 0.1, 0.25, 0.4), (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)


class Case(NamedTuple):
    """A model without another figure on a left-out board: what it scored, what family and date alone expect, the mean
    of its siblings, the deviation, and whether it writes."""

    score: float
    expected: float
    level: float
    deviation: float
    writes: bool


def cases(family: str, boards: list[Leaderboard], services: Services, data: list[Observation]) -> Iterator[Case]:
    """The cases of one family of boards, from short words and from messages."""
    catalog = services.catalog
    kept = [o for o in data if family_of(o.benchmark_id, catalog) not in {family} | DERIVED]
    fitted = fitting.fit_to(kept, catalog)
    alone = Posterior(fitted._replace(held=np.zeros((0, 2), np.int64)))
    at = {m: i for i, m in enumerate(fitted.models)}
    siblings = defaultdict(list)
    for model, sibling in fitted.held.tolist():
        siblings[model].append(sibling)
    for file in WORDS:
        weights = weights_for(understand(yaml.safe_load(file.read_text("utf-8"))[family], services), services)
        mean, sd = alone.estimate(weights)
        for board in boards:
            ids = np.array([at[m] for m in board.truth])
            scores = matched(board.truth, mean[ids], sd[ids])
            for i, score in zip(ids.tolist(), scores.tolist(), strict=True):
                if siblings[i] and not fitted.undated[i]:
                    writes = fitted.model_kind[i] == CHAT
                    yield Case(score, float(mean[i]), float(mean[siblings[i]].mean()), float(sd[i]), writes)


def show(name: str, rows: NDArray[np.float64]) -> None:
    score, expected, level, deviation, _ = rows.T
    print(f"\n{name}: {len(rows)} cases")
    print("| below | drawn | error | score less estimate | inside |\n|--:|--:|--:|--:|--:|")
    for below in BELOW:
        for drawn in DRAWN:
            off = score - expected + drawn * np.maximum(expected - (level - below), 0)
            inside = np.mean(np.abs(off) <= Z90 * deviation)
            print(f"| {below:.2f} | {drawn:.2f} | {np.sqrt(np.mean(off**2)):.3f} | {off.mean():+.3f} | {inside:.3f} |")


def main() -> None:
    services = Services(use_llm=False)
    data = observations(services.catalog)
    families = defaultdict(list)
    for board in leaderboards(services.catalog, data):
        families[board.family].append(board)
    found = np.array([case for f, of in families.items() for case in cases(f, of, services, data)])
    writes = found[:, 4] == 1
    show("models that write", found[writes])
    show("models that embed or transcribe", found[~writes])


if __name__ == "__main__":
    main()
