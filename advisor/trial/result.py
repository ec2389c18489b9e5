"""From what a trial collected to its result: standings, decision, counts, warnings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.trial.family import family_warnings
from advisor.trial.flow import Flow
from advisor.trial.journal import Journal
from advisor.trial.plan import Setup
from advisor.trial.schema import Standing, TrialResult, Verdict
from advisor.trial.stats import Finding, decide, standings, win_matrix

if TYPE_CHECKING:
    from advisor.trial.adaptive import Adaptive


def build_result(setup: Setup, journal: Journal, flow: Flow, seconds: float) -> TrialResult:
    """The result of a run that ended, was stopped or was cancelled. `calls`, `tokens` and `cost_usd` count
    what the trial rests on and has paid for over all its runs; `requests` speaks of this run."""
    plan, runner, seen = setup.plan, flow.runner, flow.collected
    spent, calls, _ = journal.spent(setup.trial_id)
    verdicts = flow.deciding_verdicts()
    places = _places(setup, verdicts, flow)
    finding = _race_finding(flow.race, flow.ended) if flow.race else _finding(setup, places, verdicts, seen.verdicts)
    if plan.deciding == "judge" and flow.examination:
        finding = _examined(finding, flow)
    return TrialResult(
        trial_id=setup.trial_id,
        name=plan.name,
        standings=places,
        winner=finding.winner,
        tied=finding.tied,
        stop_reason=runner.stop_reason or flow.ended or "complete",
        calls={"candidate": 0, "judge": 0} | calls,
        requests={"answered": runner.answered, "failed": runner.failed_requests, "from_journal": runner.reused},
        tokens={"input": spent.input_tokens, "output": spent.output_tokens},
        cost_usd=None if spent.unpriced else round(spent.money_usd, 6),
        seconds=round(seconds, 3),
        unscored=seen.unscored,
        examination=flow.examination,
        statement=finding.statement,
        settle=finding.settle,
        win_matrix=win_matrix(seen.verdicts, plan.candidates, weights=weights(setup)),
        warnings=_warnings(setup, flow, unpriced=spent.unpriced, paid=spent.money_usd),
    )


def weights(setup: Setup) -> dict[str, float]:
    """Prompt id to weight."""
    return {p.id: p.weight for p in setup.prompts}


def _places(setup: Setup, verdicts: list[Verdict], flow: Flow) -> list[Standing]:
    plan = setup.plan
    if flow.race:
        places = flow.race.standings()
    else:
        places = standings(
            verdicts, plan.candidates, weights=weights(setup), confidence=plan.confidence, seed=plan.seed
        )
    return [s.model_copy(update={"metrics": flow.board.summary(s.model)}) for s in places]


def _examined(finding: Finding, flow: Flow) -> Finding:
    from advisor.trial.examine import withhold

    return withhold(finding, flow.examination)


def _race_finding(race: Adaptive, ended: str) -> Finding:
    """What an adaptive design says: its stopping rule names the winner, and is valid under peeking."""
    why = "" if race.winner else f" It ended because {ended}." if ended else " It was stopped before the end."
    return Finding(race.winner, race.tied, race.statement + why, race.settle)


def _finding(setup: Setup, places: list[Standing], verdicts: list[Verdict], judged: list[Verdict]) -> Finding:
    """The decision. Where a metric decides and leaves a tie, the judge's verdicts on the tied break it."""
    plan = setup.plan
    found = decide(places, verdicts, weights=weights(setup), confidence=plan.confidence, seed=plan.seed)
    if plan.deciding == "judge" or found.winner or len(found.tied) < 2 or not judged:
        return found
    among = [v for v in judged if v.model_a in found.tied and (v.model_b is None or v.model_b in found.tied)]
    ranked = standings(among, found.tied, weights=weights(setup), confidence=plan.confidence, seed=plan.seed)
    broken = decide(ranked, among, weights=weights(setup), confidence=plan.confidence, seed=plan.seed)
    if not broken.winner:
        return found
    text = f"{plan.deciding} leaves {', '.join(found.tied)} tied; the judge breaks the tie: {broken.statement}"
    return replace(found, winner=broken.winner, statement=text, settle="")


def _warnings(setup: Setup, flow: Flow, *, unpriced: int, paid: float) -> list[str]:
    plan, seen = setup.plan, flow.collected
    found = list(setup.warnings)
    if plan.judge.models and not plan.judge.examine:
        found.append("The judge was not examined: add `examine: true` under `judge` to see how far it can be trusted.")
    if plan.prior and plan.design == "adaptive":
        expected = ", ".join(f"{m} {rate:.0%}" for m, rate in plan.prior.items())
        found.append(
            f"What was expected ({expected}) chose whom to ask about first. It counts as {plan.prior_prompts:g} "
            "prompts, so more of your own overrule it, and it is never evidence for a winner."
        )
    for judge in plan.judge.models:
        found += family_warnings(judge, plan.candidates)
    if attacks := sum(v.attack for v in seen.verdicts):
        found.append(f"{attacks} verdicts favoured an answer that tried to address the judge: read them.")
    if seen.malformed:
        found.append(f"{seen.malformed} replies of the judge held no verdict and were asked again.")
    if seen.truncated:
        found.append(f"Answers cut off at max_tokens ({plan.max_tokens}): {seen.truncated}.")
    if unpriced and plan.limits.money_usd is not None:
        found.append(f"No price is known for {unpriced} calls: the cap on money saw only {paid:.4f} US dollars.")
    return found
