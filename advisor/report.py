"""The decision record: one page that a manager can sign and an engineer can reproduce."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from advisor import __version__, wording
from advisor.schema import Candidate, Shortlist, UseCase
from advisor.trial.schema import Plan, TrialResult

if TYPE_CHECKING:
    from knowledge.catalog import Catalog

WEB = re.compile(r"https?://[^\s<>\"`\\]+")
ESCAPED = str.maketrans({c: "\\" + c for c in "\\`*_{}[]<>#|!~$"})


def plain(text: object) -> str:
    """Text from users, sources and models as literal Markdown: no markup in it takes effect, one line."""
    return " ".join(str(text).split()).translate(ESCAPED)


def _link(text: str, url: str) -> str:
    """A Markdown link for addresses of the web; for any other address only the text."""
    return f"[{plain(text)}](<{url}>)" if WEB.fullmatch(url) else plain(text)


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
        "Decision": _decision(shortlist, result),
        "How sure": _how_sure(plan, result),
        "What it cost": _cost(result),
        "What was not tested": _not_tested(shortlist, plan, result),
        "Appendix: use case": _use_case(use_case),
        "Appendix: candidates": _candidates(shortlist),
        "Appendix: trial": _trial(plan, result),
        "Appendix: to reproduce": _reproduce(plan, shortlist, result),
        "Appendix: sources": [
            f"- {plain(s['name'])}, {s['date']}, {plain(s['licence'])}: {_link('link', s['url'])}" for s in sources
        ],
    }
    markdown = "\n\n".join(_section(title, part) for title, part in sections.items() if part)
    return {"markdown": markdown + "\n", "html": as_html(markdown), "json": body}


def digest(plan: Plan) -> str:
    """SHA-256 of the plan in canonical JSON: the same plan gives the same digest on every machine."""
    return hashlib.sha256(json.dumps(plan.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def as_html(markdown: str) -> str:
    """A page of its own. Raw HTML in the text is shown as text."""
    from markdown_it import MarkdownIt

    content = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    title = html.escape(markdown.splitlines()[0].lstrip("# "))
    style = "body{font:16px/1.5 system-ui;max-width:52rem;margin:2rem auto;padding:0 1rem}"
    style += "table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.3rem .6rem;text-align:left}"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html><html lang="en"><head>{head}<style>{style}</style></head><body>{content}</body></html>'


def _section(title: str, lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    return f"## {title}\n\n{text}" if title else text


def _decision(shortlist: Shortlist | None, result: TrialResult | None) -> list[str]:
    if result:
        lines = [plain(result.statement) or f"The trial ended: {plain(result.stop_reason)}."]
        lines += [f"- To settle what is open: {plain(result.settle)}"] if result.settle else []
        return lines
    if shortlist and shortlist.candidates:
        names = ", ".join(plain(c.name) for c in shortlist.candidates)
        return [f"Candidates for a trial: {names}. Benchmarks only give candidates; no trial was run."]
    return []


def _how_sure(plan: Plan | None, result: TrialResult | None) -> list[str]:
    if not plan or not result:
        return ["- No trial was run: the candidates rest on public benchmarks, which are not your task."]
    scored = max((s.n for s in result.standings), default=0)
    lines = [f"- At {plan.confidence:.0%} confidence, on up to {scored} judgements a candidate. "]
    if result.winner:
        lines[0] += f"The winner is {plain(result.winner)}."
    else:
        tied = ", ".join(plain(m) for m in result.tied)
        lines[0] += f"No winner: the evidence does not separate {tied or 'the candidates'}."
    sentence = result.examination.get("sentence")
    lines += [f"- Examination of the judge: {plain(sentence)}"] if sentence else []
    lines += [f"- {plain(note)}" for note in result.judge_notes]
    return lines + [f"- {plain(w)}" for w in result.warnings]


def _cost(result: TrialResult | None) -> list[str]:
    if not result:
        return []
    calls = result.calls
    return [
        f"The trial took {calls.get('candidate', 0)} candidate calls, {calls.get('judge', 0)} judge calls, "
        f"{result.seconds:.0f} seconds and {plain(wording.money(result.cost_usd))}."
    ]


def _use_case(use_case: UseCase | None) -> list[str]:
    if not use_case:
        return []
    lines = [f"> {plain(use_case.text)}", "", "| Fact | Value | From the words |", "|---|---|---|"]
    for field, fact in use_case.facts.items():
        cells = (wording.LABELS.get(field, field), wording.value(fact.value), fact.quote or fact.note)
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
        lines.append(f"- {plain(e.benchmark)}: {e.value} {plain(e.unit)} ({_link(e.source, e.url)}, {e.date})")
    return [*lines, *(f"- Caveat: {plain(text)}" for text in c.caveats), ""]


def _trial(plan: Plan | None, result: TrialResult | None) -> list[str]:
    if not plan or not result:
        return []
    judges = ", ".join(plain(j) for j in plan.judge.models) or "no judge"
    lines = [
        f"Deciding: {plain(plan.deciding)}. Judge: {judges} ({plan.judge.protocol}). Design: {plan.design}, "
        f"confidence {plan.confidence:.0%}. Stopped: {plain(result.stop_reason)}.",
        "",
        "| Candidate | Score | Interval | Judged | Unscored |",
        "|---|---|---|---|---|",
    ]
    for s in result.standings:
        score, low, high = ("-" if x is None else f"{x:.3f}" for x in (s.score, s.low, s.high))
        lines.append(f"| {plain(s.model)} | {score} | {low} to {high} | {s.n} | {s.unscored} |")
    return lines


def _not_tested(shortlist: Shortlist | None, plan: Plan | None, result: TrialResult | None) -> list[str]:
    lines = []
    if shortlist:
        tried = {m.split("/", 1)[-1] for m in plan.candidates} if plan and result else set()
        skipped = [c.name for c in shortlist.candidates if c.model_id.split("/")[-1] not in tried]
        lines += [f"- Not in the trial: {', '.join(plain(n) for n in skipped)}."] if skipped else []
    if result:
        lines += [f"- Unscored: {plain(u.item)}: {plain(u.reason)}" for u in result.unscored[:20]]
        lines += ["- Load, uptime and behaviour over time: a trial is one moment."]
    return lines


def _reproduce(plan: Plan | None, shortlist: Shortlist | None, result: TrialResult | None) -> list[str]:
    lines = [f"- llm-advisor {__version__}"]
    if shortlist and shortlist.snapshot_date:
        lines.append(f"- Snapshot of {shortlist.snapshot_date}")
    if plan:
        lines.append(f"- Plan SHA-256 {digest(plan)}, seed {plan.seed}: `advisor trial run PLAN`")
    if result:
        lines.append(f"- Trial id {plain(result.trial_id)}: `advisor trial show {plain(result.trial_id)}`")
    return lines


def _sources(shortlist: Shortlist | None, catalog: Catalog | None) -> list[dict[str, Any]]:
    """Every source that a figure of the record came from."""
    if not shortlist or catalog is None:
        return []
    used = {e.source for c in shortlist.candidates for e in c.evidence}
    used |= {c.monthly_cost_usd.source for c in shortlist.candidates}
    found = [s for s in catalog.sources.values() if s.id in used or s.name in used]
    return [{"id": s.id, "name": s.name, "url": s.url, "licence": s.licence, "date": str(s.date)} for s in found]
