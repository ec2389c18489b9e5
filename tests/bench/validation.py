"""Leave each leaderboard out, describe it in words, predict its ranking; beside four baselines.

Prints Spearman, top-1 regret, top-3 recall and the coverage of the 90% intervals for every leaderboard, and their
means by kind; then the same with the figures of Epoch's hub alone. `--families a,b` measures these families only.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))
from leaderboards import DERIVED, LEAST, Leaderboard, agreement, coverage, decision, leaderboards, one_factor, z_average

from advisor import capability
from advisor.evidence import Posterior
from advisor.observations import Observation, observations, root
from advisor.relevance import benchmark_weights
from advisor.schema import UseCase
from advisor.services import Services
from knowledge.catalog import Catalog

WORDS = Path(__file__).parents[1] / "data" / "boards_as_use_cases.yaml"
ARENA, CHOSEN = "arena-text", "livebench"  # baselines, chosen before looking
HEAD = ("ours", "1factor", "z-avg", "arena", "livebn", "regret", "top3", "cover", "width")
HUB, HUB_LEAST = "epoch", 20

Measured = list[tuple[Leaderboard, list[float]]]


def measure(boards: list[Leaderboard], words: str, services: Services, data: list[Observation]) -> Measured:
    """Rows of the table for one family: left out by everybody who publishes it, with all averages, then predicted."""
    catalog, left_out = services.catalog, {boards[0].family} | DERIVED
    kept = [o for o in data if root(o.benchmark_id, catalog) not in left_out]
    posterior = Posterior(capability.fit_to(kept, catalog))
    mean, sd = posterior.estimate(benchmark_weights(UseCase(text=words), store=services.store, catalog=catalog))
    at = {m: i for i, m in enumerate(posterior.fitted.models)}
    only = [{o.model_id: o.x for o in kept if o.benchmark_id == b} for b in (ARENA, CHOSEN)]
    others, rows = (one_factor(kept), z_average(kept), *only), []
    for board in boards:
        ids = [at[m] for m in board.truth]
        ours = dict(zip(board.truth, mean[ids].tolist(), strict=True))
        spearman = [agreement(board.truth, p) for p in (ours, *others)]
        told = coverage(board.truth, mean[ids], sd[ids])
        rows.append((board, [*spearman, *decision(board.truth, ours), told, float(sd[ids].mean())]))
    return rows


def measured(boards: Iterable[Leaderboard], services: Services, data: list[Observation]) -> Measured:
    """All families, one after the other."""
    words, families = yaml.safe_load(WORDS.read_text()), defaultdict(list)
    for board in boards:
        families[board.family].append(board)
    missing = sorted(families.keys() - words.keys())
    if missing:
        print(f"no words for {', '.join(missing)}", file=sys.stderr)
    return [row for f, of in families.items() if f in words for row in measure(of, words[f], services, data)]


def show(rows: Measured, *, each: bool) -> None:
    """The table: leaderboards, means and medians by kind, over all, and over the third that nothing was tuned on."""
    print(f"| {'leaderboard':40s} | n |" + "".join(f" {h:>7s} |" for h in HEAD))
    print("|---|--:|" + "--:|" * len(HEAD))
    for board, row in rows if each else ():
        print(f"| {board.family + ', ' + board.source:40s} | {len(board.truth)} |" + _cells(row))
    groups = {kind: [r for b, r in rows if b.kind == kind] for kind in sorted({b.kind for b, _ in rows})}
    groups |= {"all": [r for _, r in rows], "test third": [r for b, r in rows if b.tested]}
    for name, group in groups.items():
        for how, over in (("mean", np.nanmean), ("median", np.nanmedian)):
            print(f"| {name + ', ' + how:40s} | {len(group)} |" + _cells(over(np.array(group), 0)) if group else name)


def _cells(row: Iterable[float]) -> str:
    return "".join(f" {v:7.3f} |" for v in row)


def against(rows: Measured) -> None:
    """Each baseline on the leaderboards where it knows five models."""
    values = np.array([row for _, row in rows])
    for i, name in enumerate(HEAD[1:5], 1):
        known = ~np.isnan(values[:, i])
        if not known.any():
            continue
        print(f"where {name} has five models ({known.sum()}): ours {values[known, 0].mean():.3f}, "
              f"{name} {values[known, i].mean():.3f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--families", default="")
    wanted = set(filter(None, parser.parse_args().families.split(",")))
    services = Services(use_llm=False)
    catalog: Catalog = services.catalog
    hub_alone = frozenset(catalog.sources.keys() - {HUB})
    protocols = (("All sources", LEAST, frozenset[str]()), (f"The figures of {HUB} alone", HUB_LEAST, hub_alone))
    for title, least, without in protocols:
        data = observations(catalog, exclude_sources=without)
        boards = leaderboards(catalog, data, least)
        rows = measured([b for b in boards if not wanted or b.family in wanted], services, data)
        print(f"\n{title}")
        show(rows, each=True)
        against(rows)


if __name__ == "__main__":
    main()
