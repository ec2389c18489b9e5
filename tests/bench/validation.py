"""Leave each leaderboard out, describe it in words, predict its ranking; beside four baselines.

Prints Spearman, top-1 regret, top-3 recall and the coverage of the 90% intervals for every leaderboard, and their
means by kind; each baseline against this model on the models that both know; and whether models with few figures come
out better than predicted. Then the same with the figures of Epoch's hub alone. The words go the way of `advisor rank`.
`--messages` takes the needs as customers would write them instead, `--families a,b` measures these only.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))
from leaderboards import (
    DERIVED,
    LEAST,
    Leaderboard,
    agreement,
    coverage,
    decision,
    leaderboards,
    matched,
    one_factor,
    z_average,
)
from scipy.stats import rankdata

from advisor.capability import fitting
from advisor.capability.observations import Observation, observations
from advisor.evidence import Posterior
from advisor.recommend import understand, weights_for
from advisor.services import Services
from knowledge.benchmark_families import family_of
from knowledge.catalog import Catalog

DATA = Path(__file__).parents[1] / "data"
WORDS, MESSAGES = DATA / "boards_as_use_cases.yaml", DATA / "boards_as_messages.yaml"
ARENA, CHOSEN = "arena-text", "livebench"  # baselines, chosen before looking
HEAD = ("ours", "1factor", "z-avg", "arena", "livebn", "regret", "top3", "cover", "width")
HUB, HUB_LEAST = "epoch", 20
# Models on three boards of the hub or more, boards with thirty of these.
KNOWN, KNOWN_ON, KNOWN_LEAST = f"{HUB}, known models", 3, 30

FEW, TOP = ((0, 0), (1, 1), (2, 3), (4, 8), (9, 999)), 0.75  # numbers of families of boards; place on the board


class Measured(NamedTuple):
    """One leaderboard: the cells of its row (HEAD), this model's Spearman over the models that each baseline knows, and
    a row for each model: families of boards that have it, predicted place (0 to 1, best), score less prediction and
    deviation in standard units."""

    board: Leaderboard
    cells: list[float]
    same: list[float]
    models: NDArray[np.float64]


def measure(boards: list[Leaderboard], words: str, services: Services, data: list[Observation]) -> list[Measured]:
    """Rows of the table for one family: left out by everybody who publishes it, with all averages, then predicted."""
    catalog, left_out = services.catalog, {boards[0].family} | DERIVED
    kept = [o for o in data if family_of(o.benchmark_id, catalog) not in left_out]
    posterior = Posterior(fitting.fit_to(kept, catalog))
    mean, sd = posterior.estimate(weights_for(understand(words, services), services))
    at = {m: i for i, m in enumerate(posterior.fitted.models)}
    only = [{o.model_id: o.x for o in kept if o.benchmark_id == b} for b in (ARENA, CHOSEN)]
    others, rows = (one_factor(kept), z_average(kept), *only), []
    for board in boards:
        ids = [at[m] for m in board.truth]
        ours = dict(zip(board.truth, mean[ids].tolist(), strict=True))
        spearman = [agreement(board.truth, p) for p in (ours, *others)]
        same = [agreement({m: x for m, x in board.truth.items() if m in p}, ours) for p in others]
        told = coverage(board.truth, mean[ids], sd[ids])
        cells = [*spearman, *decision(board.truth, ours), told, float(sd[ids].mean())]
        off = matched(board.truth, mean[ids], sd[ids]) - mean[ids]
        place = rankdata(mean[ids]) / len(ids)
        models = np.column_stack([posterior.fitted.measured[ids], place, off, sd[ids]])
        rows.append(Measured(board, cells, same, models))
    return rows


def measured(
    boards: Iterable[Leaderboard], words: dict[str, str], services: Services, data: list[Observation]
) -> list[Measured]:
    """All families, one after the other."""
    families = defaultdict(list)
    for board in boards:
        families[board.family].append(board)
    missing = sorted(families.keys() - words.keys())
    if missing:
        print(f"no words for {', '.join(missing)}", file=sys.stderr)
    return [row for f, of in families.items() if f in words for row in measure(of, words[f], services, data)]


def known_models(boards: Iterable[Leaderboard], data: Iterable[Observation]) -> list[Leaderboard]:
    """The hub's leaderboards once more, with the models that stand on some boards of it: what is predicted of others
    comes from their date, size and maker alone."""
    pairs = {(o.model_id, o.benchmark_id) for o in data if o.source_id == HUB}
    on = Counter(model for model, _ in pairs)
    of_hub = [b for b in boards if b.source == HUB]
    fewer = [b._replace(source=KNOWN, truth={m: x for m, x in b.truth.items() if on[m] >= KNOWN_ON}) for b in of_hub]
    return [b for b in fewer if len(b.truth) >= KNOWN_LEAST]


def show(rows: list[Measured], *, each: bool) -> None:
    """The table: leaderboards, means and medians by kind, over all, and over the third that nothing was tuned on."""
    known, rows = [r for r in rows if r.board.source == KNOWN], [r for r in rows if r.board.source != KNOWN]
    print(f"| {'leaderboard':40s} | n |" + "".join(f" {h:>7s} |" for h in HEAD))
    print("|---|--:|" + "--:|" * len(HEAD))
    for board, cells, *_ in rows if each else ():
        print(f"| {board.family + ', ' + board.source:40s} | {len(board.truth)} |" + _cells(cells))
    groups = {kind: [r.cells for r in rows if r.board.kind == kind] for kind in sorted({r.board.kind for r in rows})}
    groups |= {"all": [r.cells for r in rows], "test third": [r.cells for r in rows if r.board.tested]}
    hub = [r for r in rows if r.board.source == HUB and len(r.board.truth) >= HUB_LEAST]
    groups[f"{HUB}, {HUB_LEAST} models or more"] = [r.cells for r in hub]
    groups["of these, no makers' own"] = [r.cells for r in hub if r.board.kind != "makers' own figures"]
    groups[f"{KNOWN}, {KNOWN_LEAST} or more"] = [r.cells for r in known]
    for name, group in groups.items():
        for how, over in (("mean", np.nanmean), ("median", np.nanmedian)):
            print(f"| {name + ', ' + how:40s} | {len(group)} |" + _cells(over(np.array(group), 0)) if group else name)


def _cells(row: Iterable[float]) -> str:
    return "".join(f" {v:7.3f} |" for v in row)


def against(rows: list[Measured]) -> None:
    """Each baseline on the leaderboards where it knows five models, this model over the same models."""
    for i, name in enumerate(HEAD[1:5]):
        both = [pair for r in rows if not np.isnan(pair := (r.same[i], r.cells[1 + i])).any()]
        if both:
            (ours, its), (our_median, its_median) = np.mean(both, 0), np.median(both, 0)
            print(f"where {name} has five models ({len(both)}), mean and median over these: "
                  f"ours {ours:.3f} {our_median:.3f}, {name} {its:.3f} {its_median:.3f}")  # fmt: skip


def selection(rows: list[Measured]) -> None:
    """Whether models that few boards know come out worse than predicted where they are predicted high."""
    kinds = ("agents", "coding", "general", "HELM")
    count, place, off, sd = np.concatenate([np.zeros((0, 4)), *(r.models for r in rows if r.board.kind in kinds)]).T
    for low, high in FEW:
        for top in (True, False):
            some = (count >= low) & (count <= high) & ((place > TOP) == top)
            if some.any():
                where = "in" if top else "below"
                print(f"models on {low} to {high} families of boards, predicted {where} the top quarter: "
                      f"{some.sum()}, score less prediction {off[some].mean():+.3f}, inside the interval "
                      f"{np.mean(np.abs(off[some]) <= 1.645 * sd[some]):.3f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--families", default="")
    parser.add_argument("--messages", action="store_true")
    arguments = parser.parse_args()
    wanted = set(filter(None, arguments.families.split(",")))
    words = yaml.safe_load((MESSAGES if arguments.messages else WORDS).read_text(encoding="utf-8"))
    services = Services(use_llm=False)
    catalog: Catalog = services.catalog
    hub_alone = frozenset(catalog.sources.keys() - {HUB})
    protocols = (("All sources", LEAST, frozenset[str]()), (f"The figures of {HUB} alone", HUB_LEAST, hub_alone))
    for title, least, without in protocols:
        data = observations(catalog, exclude_sources=without)
        boards = [b for b in leaderboards(catalog, data, least) if not wanted or b.family in wanted]
        rows = measured([*boards, *known_models(boards, data)], words, services, data)
        print(f"\n{title}")
        show(rows, each=True)
        plain = [r for r in rows if r.board.source != KNOWN]
        against(plain)
        selection(plain)


if __name__ == "__main__":
    main()
