"""The way from a model's rows to its rank for a use case, figure by figure.

The posterior of a use case is linear in the scores: prior + sum over figures of gain x (score - expectation). The
gain of a figure is what one deviation on that board adds to the estimate, given all other figures of the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from advisor import wording
from advisor.capability.observations import TRUST, transform
from advisor.shortlist.standing import Place, place
from knowledge.benchmark_families import family_of

if TYPE_CHECKING:
    from advisor.evidence import Posterior, Quality
    from knowledge.catalog import Catalog
    from knowledge.schema import Model, Score

SHOWN = 12  # rows of a table


class Contribution(NamedTuple):
    """One figure of a model on the way to its estimate.

    `value` as the source prints it; `scaled` in deviations of the board's models (a maker's own less its usual lead),
    `expected` what side information alone expects there; `gain` the change of the estimate for one deviation more;
    `contribution` in log-odds against the reference, `gain x (scaled - expected)`.
    """

    benchmark_id: str
    benchmark: str
    family: str
    source: str
    date: str
    value: str
    kind: str
    config: str
    relevance: float
    scaled: float
    expected: float
    gain: float
    contribution: float
    url: str


class Explanation(NamedTuple):
    """A model's estimate taken apart, in log-odds against the reference: `prior - reference + figures = mean`.

    `place` is among the measured models. `builds` are the dated builds whose mean a name without a date and without
    figures has for its estimate.
    """

    quality: Quality
    place: Place
    prior: float
    reference: float
    figures: list[Contribution]
    learned: float
    builds: list[str]


def explain(model: Model, weights: dict[str, float], posterior: Posterior, catalog: Catalog) -> Explanation:
    """Take a model's estimate apart. `weights` is benchmark id to relevance."""
    f = posterior.fitted
    number = f.models.index(model.id)
    share = posterior.shares(weights, number)
    rows = np.flatnonzero(f.model_of == number)
    gains = posterior.gains(number, share)
    expected = f.expected(number)
    quality = next(q for q in posterior.rank(weights) if q.model_id == model.id)
    figures = []
    for row, gain in zip(rows.tolist(), gains.tolist(), strict=True):
        board = int(f.board_of[row])
        score = _shown(model.id, f.boards[board], f.sources[board], catalog)
        scaled = float(f.residual[row] + expected[board])
        figures.append(_contribution(score, catalog, weights, (scaled, float(expected[board]), gain), f.spread))
    figures.sort(key=lambda c: -abs(c.contribution))
    mean, learned = posterior.estimate(weights)[0] * f.spread, sum(c.contribution for c in figures)
    reference = float(mean[f.models.index(posterior.reference)])
    builds = [f.models[s] for m, s in f.held.tolist() if m == number and f.undated[number]]
    explained = 1 - posterior.left(number, weights)
    among = place(*posterior.odds(weights), f.measured > 0, number)
    return Explanation(quality, among, float(mean[number]) - learned, reference, figures, explained, builds)


def _shown(model_id: str, board: str, source: str, catalog: Catalog) -> Score:
    """The row that stands for the model on a board of a source: its best configuration."""
    benchmark = catalog.benchmarks[board]
    rows = [s for s in catalog.scores_of(model_id) if s.benchmark_id == board and source in ("", s.source_id)]
    usable = [(transform(s.value, s.unit, benchmark), s) for s in rows if TRUST[s.kind] > 0]
    return max(((x, s) for x, s in usable if x is not None), key=lambda pair: pair[0])[1]


def _contribution(
    score: Score, catalog: Catalog, weights: dict[str, float], at: tuple[float, float, float], spread: float
) -> Contribution:
    scaled, expected, gain = at
    return Contribution(
        score.benchmark_id, catalog.benchmarks[score.benchmark_id].name,
        catalog.benchmarks[family_of(score.benchmark_id, catalog)].name, catalog.sources[score.source_id].name,
        score.date.isoformat(), wording.figure(score.value, score.unit), score.kind, score.config,
        weights.get(score.benchmark_id, 0.0), scaled, expected, gain, gain * (scaled - expected) * spread, score.url,
    )  # fmt: skip


def as_markdown(name: str, text: str, found: Explanation, meaning: str, side: str) -> str:
    """The explanation in words and one table."""
    q, p, figures = found.quality, found.place, found.figures
    lines = [
        f"# {name}: {text}",
        "",
        f"Ranked {p.rank} of {p.of} measured models (90% interval {p.low} to {p.high}): {q.win_share:.0%} "
        f"({q.win_low:.0%} to {q.win_high:.0%}).",
        f"Meaning: {meaning}.",
        "",
        "In log-odds against the reference model:",
        "",
        "| Step | Log-odds |",
        "|---|--:|",
        f"| Expected before any score, from {side} | {found.prior:+.2f} |",
        f"| {len(figures)} figures on {q.measured} boards | {sum(c.contribution for c in figures):+.2f} |",
        f"| Less the reference model's estimate | {-found.reference:+.2f} |",
        f"| **Estimate** (90% interval {q.low:+.2f} to {q.high:+.2f}) | **{q.mean:+.2f}** |",
        "",
        _basis(found),
    ]  # fmt: skip
    if figures:
        lines += ["", "What the boards add, by family:", "", *_families_table(figures)]
        lines += ["", "The figures with the largest part (deviations of the board's models):", ""]
        lines += _figures_table(figures[:SHOWN])
    if len(figures) > SHOWN:
        lines += ["", f"{len(figures) - SHOWN} more figures are in `--json`."]
    return "\n".join(lines)


def _basis(found: Explanation) -> str:
    """What the estimate rests on."""
    if found.figures:
        return f"The figures explain {found.learned:.0%} of the variance of a new leaderboard on this use case."
    if found.builds:
        mean = f"the mean of {', '.join(found.builds)}, and wide, as the name may serve any of them"
        return f"No board has a figure under this name, which tells no date: the estimate is {mean}."
    return "No board has a figure of this model: the estimate comes from its family and date alone, and is wide."


def _figures_table(figures: list[Contribution]) -> list[str]:
    """One row a figure: what was read, what was expected, what a deviation more would add, what it adds."""
    head = ["Benchmark", "Value", "Source", "Relevance", "Scaled", "Expected", "Gain", "Adds"]
    rows = [
        [c.benchmark, f"{c.value}{f' ({c.config})' if c.config else ''}", f"{c.source}, {c.date}, {c.kind}",
         f"{c.relevance:.2f}", f"{c.scaled:+.2f}", f"{c.expected:+.2f}", f"{c.gain:+.3f}", f"{c.contribution:+.2f}"]
        for c in figures
    ]  # fmt: skip
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * 3 + ["--:"] * 5, *rows)]


def _families_table(figures: list[Contribution]) -> list[str]:
    """What the figures of one family of boards add together: single ones of a family share, or share out, its say."""
    sums: dict[tuple[str, str], list[float]] = {}
    for c in figures:
        sums.setdefault((c.family, c.source), []).append(c.contribution)
    ordered = sorted(sums.items(), key=lambda item: -abs(sum(item[1])))
    rows = [[family, source, str(len(v)), f"{sum(v):+.2f}"] for (family, source), v in ordered[:SHOWN]]
    head = [["Boards", "Source", "Figures", "Add"], ["---", "---", "--:", "--:"]]
    return ["| " + " | ".join(row) + " |" for row in (*head, *rows)]


def side_of(model: Model) -> str:
    """What is known of the model before any score, in words."""
    size = f"{model.parameters_b:g}B parameters" if model.parameters_b else "unknown size"
    weights = {True: "open weights", False: "closed weights", None: "weights of unknown status"}[model.open_weights]
    date = f"released {model.released}" if model.released else "no known date"
    return f"{model.maker}, {date}, {size}, {weights}"


def as_document(found: Explanation) -> dict[str, Any]:
    """The explanation for programs."""
    return {
        "quality": found.quality._asdict(),
        "place": found.place._asdict(),
        "prior": found.prior,
        "reference": found.reference,
        "explained_variance": found.learned,
        "builds": found.builds,
        "evidence": [c._asdict() for c in found.figures],
    }
