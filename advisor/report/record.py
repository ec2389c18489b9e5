"""The decision record: one page that a manager can sign and an engineer can reproduce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from advisor import __version__, wording
from advisor.report import trial_parts
from advisor.report.markup import as_html, link, plain
from advisor.report.trial_parts import digest
from advisor.schema import Candidate, Shortlist, UseCase
from advisor.trial.schema import Plan, TrialResult

if TYPE_CHECKING:
    from knowledge.catalog import Catalog


def decision_record(
    use_case: UseCase | None,
    shortlist: Shortlist | None,
    plan: Plan | None,
    result: TrialResult | None,
    *,
    catalog: Catalog | None = None,
    now: dt.datetime | None = None,
) -> dict[str, Any]:
    """The record as `{"markdown": str, "html": str, "json": dict}`. Parts that do not exist are left out."""
    made = (now or dt.datetime.now(dt.UTC)).isoformat(timespec="seconds")
    sources = _sources(shortlist, catalog)
    body = {
        "made": made,
        "advisor_version": __version__,
        "use_case": use_case.model_dump(mode="json") if use_case else None,
        "shortlist": shortlist.model_dump(mode="json") if shortlist else None,
        "plan": plan.model_dump(mode="json") if plan else None,
        "plan_sha256": digest(plan) if plan else None,
        "result": result.model_dump(mode="json") if result else None,
        "sources": sources,
    }
    sections: dict[str, Iterable[str]] = {
        "": [f"# Decision record: {plain(plan.name if plan else 'model shortlist')}", "", f"Made {made}."],
        "Decision": trial_parts.decision(shortlist, plan, result),
        "How sure": trial_parts.how_sure(plan, result),
        "What it cost": trial_parts.cost(result),
        "What was not tested": trial_parts.not_tested(shortlist, plan, result),
        "Appendix: use case": _use_case(use_case),
        "Appendix: candidates": _candidates(shortlist),
        "Appendix: trial": trial_parts.details(plan, result),
        "Appendix: to reproduce": trial_parts.reproduce(plan, shortlist, result),
        "Appendix: sources": [
            f"- {plain(s['name'])}, {s['date']}, {plain(s['licence'])}: {link('link', s['url'])}" for s in sources
        ],
    }
    markdown = "\n\n".join(_section(title, part) for title, part in sections.items() if part)
    return {"markdown": markdown + "\n", "html": as_html(markdown), "json": body}


def _section(title: str, lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    return f"## {title}\n\n{text}" if title else text


def _use_case(use_case: UseCase | None) -> list[str]:
    if not use_case:
        return []
    lines = [f"> {plain(use_case.text)}"]
    if use_case.facts or use_case.assumptions:
        lines += ["", "| Fact | Value | From the words |", "|---|---|---|"]
    for field, fact in use_case.facts.items():
        cells = (
            wording.LABELS.get(field, field),
            wording.held(fact),
            (fact.quote or fact.note) + wording.arithmetic(fact),
        )
        lines.append("| " + " | ".join(plain(c) for c in cells) + " |")
    for field, fact in use_case.assumptions.items():
        cells = (wording.LABELS.get(field, field), wording.value(fact.value), f"assumed: {fact.note}")
        lines.append("| " + " | ".join(plain(c) for c in cells) + " |")
    return lines


def _candidates(shortlist: Shortlist | None) -> list[str]:
    if not shortlist or not shortlist.candidates:
        return []
    lines = ["| Model | Provider | Why it is here | Quality | USD a month |", "|---|---|---|---|---|"]
    for c in shortlist.candidates:
        quality = f"{c.quality.mean:.0%} ({c.quality.low:.0%} to {c.quality.high:.0%})"
        cells = (c.name, c.provider, ", ".join(c.roles), quality, wording.money(c.monthly_cost_usd.expected))
        lines.append("| " + " | ".join(plain(x) for x in cells) + " |")
    lines += ["", f"Quality: {plain(shortlist.candidates[0].quality.meaning)}", ""]
    for c in shortlist.candidates:
        lines += _candidate(c)
    return lines


def _candidate(c: Candidate) -> list[str]:
    lines = [f"**{plain(c.name)}** ({plain(c.model_id)}). Cost: {plain(c.monthly_cost_usd.basis)}", ""]
    for e in c.evidence:
        lines.append(
            f"- {plain(e.benchmark)}: {plain(wording.figure(e.value, e.unit))} ({link(e.source, e.url)}, {e.date})"
        )
    return [*lines, *(f"- Caveat: {plain(text)}" for text in c.caveats), ""]


def _sources(shortlist: Shortlist | None, catalog: Catalog | None) -> list[dict[str, Any]]:
    """Every source that a figure of the record came from."""
    if not shortlist or catalog is None:
        return []
    used = {e.source for c in shortlist.candidates for e in c.evidence}
    used |= {c.monthly_cost_usd.source for c in shortlist.candidates}
    found = [s for s in catalog.sources.values() if s.id in used or s.name in used]
    return [{"id": s.id, "name": s.name, "url": s.url, "licence": s.licence, "date": str(s.date)} for s in found]
