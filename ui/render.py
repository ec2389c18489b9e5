"""Typed values to HTML, tables and figures. Text from users, sources and models is escaped; no gradio here."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from advisor import wording
from advisor.schema import Candidate, Evidence, Fact, RankedBenchmark, Shortlist, UseCase
from advisor.trial.schema import Standing, TrialEstimate, TrialProgress, TrialResult

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from advisor.recommend import Recommendation

Table = tuple[str, list[str], list[tuple[Any, ...]]]
e = html.escape
NO_REPORT = "No decision yet. Run a trial; the decision record then appears here, to read and to download."


def text(value: object) -> str:
    """Any value as safe text."""
    return e(str(value))


def link(url: str, label: str) -> str:
    """A link that opens beside the page; anything but http(s) stays plain text."""
    if not url.startswith(("https://", "http://")):
        return text(label)
    return f'<a href="{e(url, quote=True)}" target="_blank" rel="noopener noreferrer">{text(label)}</a>'


def empty(words: str) -> str:
    """What a part of the page says before it has content."""
    return f'<p class="empty">{text(words)}</p>'


def note(words: str) -> str:
    """A quiet line."""
    return f'<p class="note" role="status">{text(words)}</p>'


def alert(words: str) -> str:
    """One sentence on what went wrong and what to do."""
    return f'<p class="alert" role="alert">{text(words)}</p>'


def status(words: str) -> str:
    """What goes on now, with a dot that pulses; nothing while the advisor waits for the user."""
    return f'<p class="working" role="status"><i></i>{text(words)}</p>' if words else ""


def estimate(takes: TrialEstimate) -> str:
    """What a trial will take before it starts."""
    time_ = f", about {duration(takes.seconds)}" if takes.seconds else ""
    words = (
        f"{takes.calls_candidate} calls to candidates and {takes.calls_judge} to the judge, {takes.tokens:,} tokens, "
        f"{wording.money(takes.money_usd)}{time_}."
    )
    return note(words) + _list(takes.notes)


def duration(seconds: float) -> str:
    """Seconds as people say them: `40 s`, `3 min`."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def facts(use_case: UseCase | None) -> str:
    """What was understood, each fact with the words that it came from."""
    if use_case is None or not (use_case.facts or use_case.assumptions):
        return empty("Nothing yet. What you say about your use case appears here, with the words it came from.")
    stated = "".join(_chip(f, fact, "fact") for f, fact in use_case.facts.items())
    assumed = "".join(_chip(f, fact, "assumed") for f, fact in use_case.assumptions.items())
    parts = [f'<h3>You said</h3><div class="chips">{stated}</div>' if stated else ""]
    parts += [f'<h3>I assume</h3><div class="chips">{assumed}</div>' if assumed else ""]
    return "".join(parts)


def _chip(field: str, fact: Fact, kind: str) -> str:
    label = wording.LABELS.get(field, field)
    words = f"“{fact.quote}”" if fact.quote else fact.note
    return (
        f'<div class="chip {kind}"><span class="label">{text(label)}</span>'
        f'<strong>{text(wording.value(fact.value))}</strong><span class="quote">{text(words)}</span></div>'
    )


def candidates(found: Shortlist | None) -> str:
    """The shortlist as cards with intervals, basics, sourced figures and caveats; then the others and why not."""
    if found is None:
        return empty("No candidates yet. Describe your use case in the chat.")
    if not found.candidates:
        return empty("No model meets every constraint.") + _list(found.relaxations)
    cards = "".join(_card(c) for c in found.candidates)
    meaning = (
        f'<p class="note">Quality: {text(found.candidates[0].quality.meaning)}. Snapshot of {found.snapshot_date}.</p>'
    )
    return cards + meaning + _sensitivity(found) + _others(found) + _excluded(found)


def _card(c: Candidate) -> str:
    roles = "".join(f'<span class="role">{text(r)}</span>' for r in c.roles)
    cost = c.monthly_cost_usd
    spread = f" ({wording.money(cost.low)} to {wording.money(cost.high)})" if cost.low is not None else ""
    price = f". Price: {link(cost.url, cost.source)}, {cost.date}" if cost.source else ""
    why = f"Why, and what to watch ({len(c.caveats)})"
    return f"""<article class="card">
<header><h3>{text(c.name)}</h3><span class="provider">{text(c.provider)}</span></header>
<div class="roles">{roles}</div>
<dl><div><dt>Quality</dt><dd>{bar(c.quality.mean, c.quality.low, c.quality.high)}</dd></div>
<div><dt>USD a month</dt><dd><strong>{wording.money(cost.expected)}</strong>{text(spread)}</dd></div>
{_basics(c)}</dl>
<details><summary>Figures and sources ({len(c.evidence)})</summary>{_evidence(c.evidence)}
<p class="note">Cost: {text(cost.basis)}{price}</p></details>
<details><summary>{why}</summary>{_list(c.reasons)}{_list(c.caveats)}</details></article>"""


BASICS = (
    ("context_window", "Context window"), ("parameters_b", "Parameters, billions"), ("licence", "Licence"),
    ("released", "Released"), ("input_usd_per_mtok", "USD per million in"),
    ("output_usd_per_mtok", "USD per million out"),
)  # fmt: skip


def _basics(c: Candidate) -> str:
    cells = []
    for key, label in BASICS:
        raw = c.basics.get(key)
        shown = "unknown" if raw is None else (f"{raw:,}" if isinstance(raw, int) else str(raw))
        cells.append(f"<div><dt>{label}</dt><dd>{text(shown)}</dd></div>")
    return "".join(cells)


def bar(mean: float | None, low: float | None, high: float | None) -> str:
    """A value with its interval: a line from low to high, a dot at the value, and the figures in words."""
    if mean is None:
        return "not scored"
    low, high = (mean if low is None else low), (mean if high is None else high)
    label = f"{mean:.0%} ({low:.0%} to {high:.0%})"
    span = f"left:{low * 100:.1f}%;width:{max(high - low, 0.005) * 100:.1f}%"
    return (
        f'<span class="bar" role="img" aria-label="{label}"><i style="{span}"></i>'
        f'<b style="left:{mean * 100:.1f}%"></b></span> <span class="value">{label}</span>'
    )


def _evidence(rows: Iterable[Evidence]) -> str:
    body = "".join(
        f"<tr><td>{text(r.benchmark)}</td><td>{text(r.value)} {text(r.unit)}</td>"
        f"<td>{link(r.url, r.source)}, {r.date}</td>"
        f"<td>{text('; '.join(filter(None, [r.config, *r.limits])))}</td></tr>"
        for r in rows
    )
    if not body:
        return note("No published figure of its own: the estimate rests on its family, release date and price.")
    return _table(["Benchmark", "Value", "Source", "Notes and limits"], body)


def _table(heads: list[str], body: str) -> str:
    head = "".join(f'<th scope="col">{text(h)}</th>' for h in heads)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _list(items: Iterable[str]) -> str:
    lines = "".join(f"<li>{text(i)}</li>" for i in items)
    return f'<ul class="lines">{lines}</ul>' if lines else ""


def _sensitivity(found: Shortlist) -> str:
    return f"<h3>What would change the choice</h3>{_list(found.sensitivity)}" if found.sensitivity else ""


def _others(found: Shortlist) -> str:
    rows = "".join(
        f"<tr><td>{text(c.name)}</td><td>{bar(c.quality.mean, c.quality.low, c.quality.high)}</td>"
        f"<td>{wording.money(c.monthly_cost_usd.expected)}</td></tr>"
        for c in found.others
    )
    if not rows:
        return ""
    title = f"Also passed the constraints ({len(found.others)} best)"
    return f"<details><summary>{title}</summary>{_table(['Model', 'Quality', 'USD a month'], rows)}</details>"


def _excluded(found: Shortlist, most: int = 200) -> str:
    if not found.excluded:
        return ""
    rows = "".join(f"<tr><td>{text(x.model_id)}</td><td>{text(x.reason)}</td></tr>" for x in found.excluded[:most])
    title = f"Why not the others ({len(found.excluded)} excluded)"
    return f"<details><summary>{title}</summary>{_table(['Model', 'Reason'], rows)}</details>"


def benchmarks(found: list[RankedBenchmark]) -> str:
    """Benchmarks that fit the task, why, and their limits."""
    if not found:
        return empty("No benchmarks yet. Ask for one in the chat, or describe your use case.")
    cards = []
    for b in found:
        sources = ", ".join(link(url, url.split("/")[2] if "//" in url else url) for url in b.sources[:3])
        cards.append(
            f'<article class="card"><header><h3>{text(b.name)}</h3>'
            f'<span class="provider">fit {b.score:.0%}</span></header>'
            f"<p>{text(b.why)}</p>{_list(b.limits)}<p class='note'>{sources}</p></article>"
        )
    return "".join(cards)


def standings(rows: list[Standing]) -> str:
    """Live or final standings."""
    if not rows:
        return ""
    body = "".join(
        f"<tr><td>{text(s.model)}{f'<br><small>{text(s.dropped)}</small>' if s.dropped else ''}</td>"
        f"<td>{bar(s.score, s.low, s.high)}</td><td>{s.n}</td><td>{s.unscored}</td></tr>"
        for s in rows
    )
    return _table(["Candidate", "Score", "Judged", "Unscored"], body)


def progress(now: TrialProgress | None) -> str:
    """How far a running trial is."""
    if now is None:
        return ""
    share = now.done / now.total if now.total else 0
    left = f", about {duration(now.seconds_left)} left" if now.seconds_left else ""
    words = f"{now.stage.capitalize()}: {now.done} of {now.total} calls, {duration(now.seconds)}{left}"
    meter = f'<progress max="1" value="{share:.3f}" aria-label="{e(words)}"></progress>'
    return f'<div class="running">{meter}<p>{text(words)} {text(now.note)}</p>{standings(now.standings)}</div>'


def result(found: TrialResult | None) -> str:
    """A finished trial."""
    if found is None:
        return ""
    winner = f"Winner: {found.winner}" if found.winner else "No winner named"
    calls = f"{found.calls.get('candidate', 0)} candidate and {found.calls.get('judge', 0)} judge calls"
    facts_ = f"{calls}, {found.seconds:.0f} s, {wording.money(found.cost_usd)}. Stopped: {found.stop_reason}."
    sentence = str(found.examination.get("sentence", ""))
    unscored = _list(f"{u.item}: {u.reason}" for u in found.unscored[:50])
    details = f"<details><summary>Unscored ({len(found.unscored)})</summary>{unscored}</details>" if unscored else ""
    return (
        f'<p class="verdict">{text(winner)}</p><p>{text(found.statement)}</p>{standings(found.standings)}'
        f"<p class='note'>{text(facts_)}</p>"
        f"<p>{text(sentence)}</p>{_list([*found.warnings, *filter(None, [found.settle])])}{details}"
    )


def verdicts(record: dict[str, Any] | None) -> str:
    """Every pair side by side with its verdicts and reasons."""
    if not record:
        return ""
    answers: dict[tuple[str, str], str] = {(a["item"], a["model"]): a["text"] for a in record.get("answers", [])}
    prompts = {p["id"]: p.get("prompt", "") for p in record.get("prompts", [])}
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for v in record.get("verdicts", []):
        groups.setdefault((v["item"], v["model_a"], v.get("model_b") or ""), []).append(v)
    pairs = "".join(_pair(key, said, answers, prompts) for key, said in groups.items())
    return f"<h3>Every answer, with verdicts and reasons</h3>{pairs}" if pairs else ""


def _pair(
    key: tuple[str, str, str], said: list[dict[str, Any]], answers: dict[tuple[str, str], str], prompts: dict[str, str]
) -> str:
    item, a, b = key
    models = [m for m in (a, b) if m]
    columns = "".join(
        f"<div><h4>{text(m)}</h4><pre>{text(answers.get((item, m), 'no answer'))}</pre></div>" for m in models
    )
    lines = _list(f"{_verdict(v)}: {v.get('reason', '')}" for v in said)
    title = f"{item}: {' against '.join(models)} — {', '.join(_verdict(v) for v in said)}"
    asked = f"<p class='note'>{text(prompts.get(item, ''))}</p>"
    body = f'{asked}<div class="sides">{columns}</div>{lines}'
    return f'<details class="pair"><summary>{text(title)}</summary>{body}</details>'


def _verdict(v: dict[str, Any]) -> str:
    if v.get("score") is not None:
        return f"{v['score']:.2f}"
    winner = {"A": v["model_a"], "B": v.get("model_b"), "tie": "tie"}.get(v.get("winner") or "", "unscored")
    order = f" ({v['order']})" if v.get("order") in ("ab", "ba") else ""
    return f"{winner}{order}"


PLACES = ("top center", "bottom center", "top right", "bottom right", "middle right")
TEAL, GREY, LINE = "#0d9488", "#94a3b8", "rgba(128,140,150,.25)"


def cost_quality(found: Shortlist | None) -> Figure | None:
    """Cost against quality with intervals; the Pareto front is a line. Models without a price are left out."""
    if found is None:
        return None
    from plotly.graph_objects import Figure

    shown = [c for c in [*found.candidates, *found.others] if c.monthly_cost_usd.expected]
    if not shown:
        return None
    front = sorted((c for c in shown if c.pareto), key=lambda c: c.monthly_cost_usd.expected or 0)
    named = [c for c in found.candidates if c.monthly_cost_usd.expected]
    others = [c for c in found.others if c.monthly_cost_usd.expected]
    figure = Figure([_front(front), _points(others, "Others that pass"), _points(named, "Candidates", named=True)])
    axis = {"gridcolor": LINE, "zeroline": False, "linecolor": LINE}
    figure.update_xaxes(type="log", title="US dollars a month", tickprefix="$", dtick="D2", **axis)
    figure.update_yaxes(title="Quality", tickformat=".0%", **axis)
    return figure.update_layout(
        margin={"l": 55, "r": 15, "t": 10, "b": 45}, height=360, font={"color": "#7c8a9a", "size": 12},
        legend={"orientation": "h", "y": 1.14}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
    )  # fmt: skip


def _front(group: list[Candidate]) -> Any:
    from plotly.graph_objects import Scatter

    line = {"dash": "dot", "color": TEAL, "width": 1.5}
    return Scatter(x=_costs(group), y=_means(group), mode="lines", name="Pareto front", line=line, hoverinfo="skip")


def _points(group: list[Candidate], name: str, *, named: bool = False) -> Any:
    """Dots, for `named` ones with their names and intervals."""
    from plotly.graph_objects import Scatter

    bars = {
        "type": "data", "symmetric": False, "thickness": 1.2, "color": TEAL,
        "array": [c.quality.high - c.quality.mean for c in group],
        "arrayminus": [c.quality.mean - c.quality.low for c in group],
    }  # fmt: skip
    return Scatter(
        x=_costs(group), y=_means(group), name=name, text=[c.name for c in group],
        mode="markers+text" if named else "markers", textposition=[PLACES[i % len(PLACES)] for i in range(len(group))],
        error_y=bars if named else None, marker={"color": TEAL if named else GREY, "size": 10 if named else 7},
        hovertemplate="%{text}<br>$%{x:,.2f} a month<br>quality %{y:.0%}<extra></extra>",
    )  # fmt: skip


def _costs(group: list[Candidate]) -> list[float]:
    return [c.monthly_cost_usd.expected or 0 for c in group]


def _means(group: list[Candidate]) -> list[float]:
    return [c.quality.mean for c in group]


def recommendation_tables(found: Recommendation) -> list[Table]:
    """A recommendation for the terminal: title, columns, rows."""
    cards = found.shortlist.candidates
    facts_ = [(wording.LABELS[f], wording.value(x.value), x.quote) for f, x in found.use_case.facts.items()]
    assumed = [(wording.LABELS[x.field], wording.value(x.value), x.note) for x in found.assumptions]
    rows = [
        (
            c.name,
            c.provider,
            ", ".join(c.roles),
            f"{c.quality.mean:.0%} ({c.quality.low:.0%} to {c.quality.high:.0%})",
            wording.money(c.monthly_cost_usd.expected),
            c.basics.get("context_window") or "unknown",
            c.basics.get("licence") or "unknown",
        )  # fmt: skip
        for c in cards
    ]
    figures = [(c.name, v.benchmark, f"{v.value} {v.unit}", v.source, v.date) for c in cards for v in c.evidence[:3]]
    asked = [(q.question, f"{q.expected_change:.0%}") for q in found.next_questions]
    heads = ["Model", "Provider", "Why", "Quality", "USD a month", "Context", "Licence"]
    tables: list[Table] = [
        ("Understood", ["Fact", "Value", "From the words"], facts_),
        ("Assumed", ["Fact", "Value", "Why"], assumed),
        (f"Candidates (snapshot of {found.shortlist.snapshot_date})", heads, rows),
        ("Figures", ["Model", "Benchmark", "Value", "Source", "Date"], figures),
        ("What to tell me next", ["Question", "Would change"], asked),
        ("Smallest changes that let a model pass", ["Change"], [(r,) for r in found.shortlist.relaxations]),
    ]
    return [t for t in tables if t[2]]
