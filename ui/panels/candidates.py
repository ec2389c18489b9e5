"""Candidates: what matters, the table, the sources behind each figure, and why not the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from advisor import wording
from advisor.schema import Candidate, Evidence, Exclusion, RankedBenchmark, Shortlist, UseCase
from advisor.shortlist.preferences import PRESETS, Preference
from ui.panels.parts import alert, bar, button, details, empty, lines, link, note, table, text
from ui.words import t

SHOWN_FIRST = 6
MOST_EXCLUDED = 30
HEADS = ("Model", "Quality", "USD a month", "Context", "Licence", "Released")


def preset(use_case: UseCase | None) -> Preference:
    """What matters as far as the user said."""
    req = use_case.requirements(with_assumptions=True) if use_case else None
    return PRESETS[(req.priority if req else None) or "balanced"]


def weighing(found: Shortlist | None, wanted: Preference, names: dict[str, str]) -> str:
    """Sliders for quality, cost and speed, and for the weight of each benchmark. `names` is board id to name."""
    if found is None or not found.candidates:
        return ""
    general = "".join(
        _slider(name, t(title), getattr(wanted, name))
        for name, title in (("quality", "Quality"), ("cost", "Low cost"), ("speed", "Speed"))
    )
    boards = "".join(_slider(f"board:{b}", names.get(b, b), w) for b, w in found.weights.items())
    speed = t("Few sources measure speed: size, or the price of a token, stands in for it. A trial measures it.")
    more = t("How much each benchmark counts for the quality: how closely it measures your task, until you change it.")
    keep = button("keep-weights", t("Keep these weights"), kind="primary") + button("reset-weights", t("Reset"))
    opened = details(
        text(t("Weight of each benchmark")),
        f'<p class="note">{text(more)}</p><div class="sliders">{boards}</div><p>{keep}</p>',
    )
    return (
        f'<section class="weighing" aria-label="{text(t("What matters"))}"><h2>{text(t("What matters"))}</h2>'
        f'<div class="sliders">{general}</div><p class="note">{text(speed)}</p>{opened if boards else ""}</section>'
    )


def _slider(name: str, label: str, value: float) -> str:
    return (
        f'<label><span>{text(label)}</span><input type="range" min="0" max="1" step="0.05" value="{value:.2f}" '
        f'data-act="weigh" data-name="{text(name)}"><output>{value:.0%}</output></label>'
    )


def ranking(found: Shortlist | None, order: Sequence[Candidate]) -> str:
    """Every model that passed, in `order`: the first few at once, the rest on a click."""
    if found is None:
        return empty(t("No candidates yet."), t("Describe your use case in the chat, or start with an example."))
    if not found.candidates:
        return alert(t("No model meets every constraint. The smallest changes that let one pass:")) + lines(
            found.relaxations
        )
    rows = [_row(place, c) for place, c in enumerate(order, 1)]
    heads = [t(h) for h in HEADS]
    title = t("Models that pass, best first")
    rest = details(text(t("All {n} that pass the constraints", n=len(order))), table(title, heads, rows[SHOWN_FIRST:]))
    meaning = t("Quality: {meaning}. Data of {date}.", meaning=t(order[0].quality.meaning), date=found.snapshot_date)
    return table(title, heads, rows[:SHOWN_FIRST]) + (rest if rows[SHOWN_FIRST:] else "") + note(meaning)


def _row(place: int, c: Candidate) -> list[str]:
    cost = c.monthly_cost_usd
    prices = [_price(c.basics.get(key)) for key in ("input_usd_per_mtok", "output_usd_per_mtok")]
    tokens = t("{input} / {output} a million", input=prices[0], output=prices[1])
    window = c.basics.get("context_window")
    return [
        f'<span class="place">{place}</span> {_name(c)}<small class="maker">{text(c.provider)}</small>{_roles(c)}',
        bar(c.quality.mean, c.quality.low, c.quality.high),
        f"{_cost(c)}<small>{_span(cost.low, cost.high)}</small><small>{text(tokens)}</small>",
        text(_window(window) if isinstance(window, int) else t("unknown")),
        text(t(str(c.basics.get("licence") or "unknown"))),
        text(c.basics.get("released") or t("unknown")),
    ]


def _name(c: Candidate) -> str:
    """The name; where there is a card with its sources, a button that opens it."""
    if not c.roles:
        return f"<strong>{text(c.name)}</strong>"
    return f'<button type="button" class="name" data-open="card-{text(c.model_id)}">{text(c.name)}</button>'


def _cost(c: Candidate) -> str:
    said = wording.money(c.monthly_cost_usd.expected)
    if said == "unknown":
        return text(t(said))
    return f"<strong>{link(c.monthly_cost_usd.url, said) if c.monthly_cost_usd.url else text(said)}</strong>"


def _span(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return text(t("{low} to {high}", low=wording.money(low), high=wording.money(high)))


def _price(raw: object) -> str:
    return f"${raw:,.2f}" if isinstance(raw, (int, float)) else t("unknown")


def _window(tokens: int) -> str:
    return f"{tokens / 1e6:.3g} M" if tokens >= 1_000_000 else f"{tokens / 1000:.0f} k"


def _roles(c: Candidate) -> str:
    roles = "".join(f'<span class="role">{text(t(r))}</span>' for r in c.roles)
    return f'<span class="roles">{roles}</span>' if roles else ""


def cards(found: Shortlist | None) -> str:
    """The shortlist one by one: every figure with its source, the arithmetic of the cost, reasons and caveats."""
    if found is None or not found.candidates:
        return ""
    shown = "".join(_card(c) for c in found.candidates)
    change = (
        f"<h2>{text(t('What would change the choice'))}</h2>{lines(found.sensitivity)}" if found.sensitivity else ""
    )
    return f"<h2>{text(t('Figures, sources and caveats'))}</h2>{shown}{change}"


def _card(c: Candidate) -> str:
    cost = c.monthly_cost_usd
    source = f" {link(cost.url, cost.source)}, {cost.date}" if cost.source else ""
    body = (
        f"{lines(c.reasons)}{_evidence(c.evidence)}"
        f'<p class="note">{text(t("Cost"))}: {text(cost.basis)}.{source}</p>{_about(c)}'
        f"<h3>{text(t('What to watch'))}</h3>{lines(c.caveats) or note(t('nothing found'))}"
    )
    counts = t("{figures} figures, {caveats} caveats", figures=len(c.evidence), caveats=len(c.caveats))
    title = f'<strong>{text(c.name)}</strong> <span class="note">{text(counts)}</span>{_roles(c)}'
    return details(title, body, kind="card", key=f"card-{c.model_id}")


def _about(c: Candidate) -> str:
    """Where the model's own data come from."""
    if not c.basics.get("source"):
        return ""
    said = t("Context, licence and date: {source}, {date}.", source=c.basics["source"], date=c.basics.get("date"))
    return f'<p class="note">{text(said)}</p>'


def _evidence(rows: Iterable[Evidence]) -> str:
    body = [
        [
            text(r.benchmark),
            text(wording.figure(r.value, r.unit)),
            f"{link(r.url, r.source)}, {r.date}",
            text("; ".join(filter(None, [r.config, *r.limits]))),
        ]
        for r in rows
    ]
    if not body:
        return note(t("No published figure of its own: the estimate rests on its family, release date and price."))
    return table(t("Figures"), [t(h) for h in ("Benchmark", "Value", "Source", "Limits")], body)


def others(found: Shortlist | None, asked: str = "") -> str:
    """Why not the others: how many each constraint rules out, and the reason for any one model by name."""
    if found is None or not found.excluded:
        return ""
    form = (
        f'<form data-act="why" class="ask"><input name="value" value="{text(asked)}" autocomplete="off" '
        f'aria-label="{text(t("Model"))}" placeholder="{text(t("Why not …? Type a model’s name"))}">'
        f'<button type="submit" class="mini">{text(t("Look up"))}</button></form>'
    )
    title = text(t("Why not the others ({n} ruled out)", n=len(found.excluded)))
    near = f"<h3>{text(t('One change lets in'))}</h3>{lines(found.relaxations)}" if found.relaxations else ""
    return details(title, form + _matches(found.excluded, asked) + near + _groups(found.excluded), opened=bool(asked))


def _matches(excluded: Sequence[Exclusion], asked: str) -> str:
    if not asked:
        return ""
    wanted = asked.lower().replace(" ", "-")
    rows = [x for x in excluded if wanted in x.model_id.lower() or asked.lower() in x.model_id.lower()]
    if not rows:
        return note(t("No model with “{name}” in its id was ruled out.", name=asked))
    return _reasons(rows)


def _reasons(rows: Sequence[Exclusion]) -> str:
    shown = [[text(x.model_id), text(x.reason), text(x.nearest)] for x in rows[:MOST_EXCLUDED]]
    more = note(t("and {n} more", n=len(rows) - MOST_EXCLUDED)) if len(rows) > MOST_EXCLUDED else ""
    return table(t("Ruled out"), [t("Model"), t("Reason"), t("Nearest that passes")], shown) + more


def _groups(excluded: Sequence[Exclusion]) -> str:
    """One disclosure a reason, the most frequent first."""
    rows = sorted(excluded, key=lambda x: x.reason)
    groups = [(reason, list(same)) for reason, same in groupby(rows, key=lambda x: x.reason)]
    groups.sort(key=lambda g: -len(g[1]))
    many = "".join(details(f"{text(reason)} ({len(same)})", _reasons(same)) for reason, same in groups[:12])
    return many + (_reasons([x for _, same in groups[12:] for x in same]) if len(groups) > 12 else "")


def benchmarks(found: Sequence[RankedBenchmark]) -> str:
    """Benchmarks that fit the task, why, and their limits."""
    if not found:
        return empty(t("No benchmarks yet."), t("Ask for one in the chat, or describe your use case."))
    return "".join(_benchmark(b) for b in found)


def _benchmark(b: RankedBenchmark) -> str:
    sources = ", ".join(link(url, url.split("/")[2] if "//" in url else url) for url in b.sources[:4])
    measures, _, useful = b.why.partition(" Useful for: ")
    useful = f"<p><b>{text(t('Useful for'))}</b> {text(useful)}</p>" if useful else ""
    limits = f"<h3>{text(t('Limits'))}</h3>{lines(b.limits)}" if b.limits else ""
    fit = t("fits {share}", share=f"{b.score:.0%}")
    return (
        f'<article class="card open"><h2>{text(b.name)} <span class="fit"><span class="bar" aria-hidden="true">'
        f'<i style="left:0;width:{b.score * 100:.0f}%"></i></span> {text(fit)}</span></h2>'
        f'<p>{text(measures)}</p>{useful}{limits}<p class="note">{text(t("Sources"))}: {sources}</p></article>'
    )
