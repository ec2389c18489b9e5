"""What a decision record says of the trial: the manager's page, and the part from which an engineer repeats it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from advisor import __version__, wording
from advisor.report.markup import plain
from advisor.schema import Shortlist
from advisor.trial.schema import Metric, Plan, Standing, TrialResult

MOST_UNSCORED = 20
FEW_PROMPTS = 30


def digest(plan: Plan) -> str:
    """SHA-256 of the plan in canonical JSON: the same plan gives the same digest on every machine."""
    return hashlib.sha256(json.dumps(plan.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def decision(shortlist: Shortlist | None, plan: Plan | None, result: TrialResult | None) -> list[str]:
    """What was decided, and by what."""
    if result:
        head = f"**Use {plain(result.winner)}.** " if result.winner else "**No model is named.** "
        lines = [head + (plain(result.statement) or f"The trial ended: {plain(result.stop_reason)}.")]
        lines += ["", _decided_by(plan)] if plan else []
        return lines + (["", f"To settle what is open: {plain(result.settle)}"] if result.settle else [])
    if shortlist and shortlist.candidates:
        names = ", ".join(plain(c.name) for c in shortlist.candidates)
        return [f"Candidates for a trial: {names}. Benchmarks only give candidates; no trial was run."]
    return []


def _decided_by(plan: Plan) -> str:
    judges = ", ".join(plain(j) for j in plan.judge.models) or "no judge"
    if plan.deciding == "judge":
        return f"The judge decides: {judges} ({plan.judge.protocol})."
    metric = next((m for m in plan.metrics if isinstance(m, Metric) and plan.deciding in (m.name, m.kind)), None)
    pass_mark = f" (pass mark {metric.threshold:g})" if metric and metric.threshold is not None else ""
    tie_break = f"; where it leaves a tie, the judge ({judges}) breaks it" if plan.judge.models else ""
    return f"The metric {plain(plan.deciding)}{pass_mark} decides, by the user's choice{tie_break}."


def how_sure(plan: Plan | None, result: TrialResult | None) -> list[str]:
    """Confidence, the standings with their intervals, and every reason for doubt."""
    if not plan or not result:
        return ["- No trial was run: the candidates rest on public benchmarks, which are not your task."]
    scored = max((s.n for s in result.standings), default=0)
    lines = [f"- At {plan.confidence:.0%} confidence, on up to {scored} judgements a candidate. "]
    if result.winner:
        lines[0] += f"The winner is {plain(result.winner)}."
    else:
        tied = ", ".join(plain(m) for m in result.tied)
        lines[0] += f"No winner: the evidence does not separate {tied or 'the candidates'}."
    lines = [*standings_table(result.standings), "", *lines]
    sentence = result.examination.get("sentence")
    lines += [f"- Examination of the judge: {plain(sentence)}"] if sentence else []
    lines += [f"- {plain(note)}" for note in result.judge_notes]
    return [*lines, *(f"- {plain(w)}" for w in result.warnings)]


def cost(result: TrialResult | None) -> list[str]:
    """Calls, tokens, time and money of the trial, and of a task by each candidate."""
    if not result:
        return []
    calls, tokens = result.calls, result.tokens
    money = "an amount of money that is not known" if result.cost_usd is None else wording.money(result.cost_usd)
    lines = [
        f"The trial took {calls.get('candidate', 0)} candidate calls, {calls.get('judge', 0)} judge calls, "
        f"{result.seconds:.0f} seconds and {plain(money)}"
        f" ({tokens.get('input', 0):,} tokens in, {tokens.get('output', 0):,} out)."
    ]
    each = [(s.model, v) for s in result.standings if (v := s.metrics.get("cost_per_task_usd")) is not None]
    if each:
        lines.append(" A task costs " + ", ".join(f"{plain(wording.money(v))} with {plain(m)}" for m, v in each) + ".")
    return lines


def not_tested(shortlist: Shortlist | None, plan: Plan | None, result: TrialResult | None) -> list[str]:
    """What the trial leaves open."""
    lines = []
    if shortlist:
        tried = {m.split("/", 1)[-1] for m in plan.candidates} if plan and result else set()
        skipped = [c.name for c in shortlist.candidates if c.model_id.split("/")[-1] not in tried]
        lines += [f"- Not in the trial: {', '.join(plain(n) for n in skipped)}."] if skipped else []
    if not result:
        return lines
    lines += [f"- {text}" for text in _untested_of(plan, result)]
    lines += [f"- Unscored: {plain(u.item)}: {plain(u.reason)}" for u in result.unscored[:MOST_UNSCORED]]
    more = len(result.unscored) - MOST_UNSCORED
    lines += [f"- {more} more unscored items are in the JSON form of this record."] if more > 0 else []
    return [*lines, "- Load, uptime and behaviour over time: a trial is one moment."]


def _untested_of(plan: Plan | None, result: TrialResult) -> list[str]:
    found = []
    if result.standings and max(s.n for s in result.standings) < FEW_PROMPTS:
        found.append(f"Most of the task: fewer than {FEW_PROMPTS} judgements a candidate see only large differences.")
    if result.stop_reason not in ("", "complete") and result.stop_reason.startswith(("cap", "cancelled")):
        found.append(f"What came after the stop: {plain(result.stop_reason)}.")
    if plan and plan.judge.models and not result.examination:
        found.append("The judge itself: it was not examined.")
    if plan and plan.samples == 1:
        found.append("How much the answers to one prompt vary: each was asked once.")
    return found


def standings_table(places: Sequence[Standing]) -> list[str]:
    """Scores with their intervals."""
    lines = ["| Candidate | Score | Interval | Judged | Unscored |", "|---|---|---|---|---|"]
    for s in places:
        score, low, high = ("-" if x is None else f"{x:.3f}" for x in (s.score, s.low, s.high))
        lines.append(f"| {plain(s.model)} | {score} | {low} to {high} | {s.n} | {s.unscored} |")
    return lines


def details(plan: Plan | None, result: TrialResult | None) -> list[str]:
    """Design, metrics and the matrix of wins."""
    if not plan or not result:
        return []
    judges = ", ".join(plain(j) for j in plan.judge.models) or "no judge"
    lines = [
        f"Deciding: {plain(plan.deciding)}. Judge: {judges} ({plan.judge.protocol}). Design: {plan.design}, "
        f"confidence {plan.confidence:.0%}. Stopped: {plain(result.stop_reason)}.",
    ]
    dropped = [f"- {plain(s.model)} {plain(s.dropped)}" for s in result.standings if s.dropped]
    parts = [dropped, _metrics_table(result.standings), _matrix(result.win_matrix)]
    return [*lines, *(line for part in parts if part for line in ("", *part))]


def _metrics_table(places: Sequence[Standing]) -> list[str]:
    names = list(dict.fromkeys(name for s in places for name in s.metrics))
    if not names:
        return []
    lines = [_row("Metric", *(s.model for s in places)), "|---" * (len(places) + 1) + "|"]
    for name in names:
        values = ("-" if (v := s.metrics.get(name)) is None else f"{v:.4g}" for s in places)
        lines.append(_row(name, *values))
    return lines


def _matrix(wins: dict[str, dict[str, float | None]]) -> list[str]:
    if not any(v is not None for row in wins.values() for v in row.values()):
        return []
    lines = [_row("Share won against", *wins), "|---" * (len(wins) + 1) + "|"]
    for model, row in wins.items():
        lines.append(_row(model, *("-" if (v := row.get(other)) is None else f"{v:.0%}" for other in wins)))
    return lines


def _row(*cells: str) -> str:
    return "| " + " | ".join(plain(c) for c in cells) + " |"


def reproduce(plan: Plan | None, shortlist: Shortlist | None, result: TrialResult | None) -> list[str]:
    """Versions, digests and the commands that repeat the trial."""
    lines = [f"- llm-advisor {__version__}"]
    if shortlist and shortlist.snapshot_date:
        lines.append(f"- Snapshot of {shortlist.snapshot_date}")
    if plan:
        lines.append(f"- Plan SHA-256 {digest(plan)}, seed {plan.seed}: `advisor trial run PLAN`")
        lines.append(
            f"- Candidates answer with at most {plan.max_tokens} tokens at temperature {plan.temperature:g}, "
            f"{plan.samples} samples a prompt"
        )
        lines += [f"- Endpoint {plain(name)}: {plain(e.base_url)}" for name, e in plan.endpoints.items()]
    if result:
        name = plain(result.trial_id)
        lines.append(f"- Trial id {name}: `advisor trial show {result.trial_id.replace('`', '')}`")
        lines.append(f"- Plan, result and every verdict: `advisor trial export {result.trial_id} --format json`")
    return lines
