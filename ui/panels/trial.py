"""A trial: what it will take, how far it is, what it showed, every answer to read, pairs to label blind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from advisor import wording
from advisor.trial.labels import BlindPair
from advisor.trial.schema import Standing, TrialEstimate, TrialProgress, TrialResult
from ui.panels.parts import bar, button, details, duration, lines, note, table, text
from ui.words import t

MOST_PAIRS = 100
MOST_UNSCORED = 50


def estimate(takes: TrialEstimate) -> str:
    """What a trial will take before it starts."""
    figures = [
        (t("Calls"), f"{takes.calls_candidate} + {takes.calls_judge}", t("candidates + judge")),
        (t("Tokens"), f"{takes.tokens:,}", ""),
        (t("Money"), t(wording.money(takes.money_usd)), ""),
        (t("Time"), t("about {time}", time=duration(takes.seconds)) if takes.seconds else t("unknown"), ""),
    ]
    return f'<div role="status">{_figures(figures)}</div>{lines(takes.notes)}'


def _figures(rows: Sequence[tuple[str, str, str]]) -> str:
    cells = "".join(
        f"<div><dt>{text(name)}</dt><dd>{text(value)}{f' <small>{text(more)}</small>' if more else ''}</dd></div>"
        for name, value, more in rows
    )
    return f'<dl class="figures">{cells}</dl>'


def standings(rows: Sequence[Standing]) -> str:
    """Live or final standings."""
    if not rows:
        return ""
    cells = [
        [
            f"{text(s.model)}{f'<small>{text(s.dropped)}</small>' if s.dropped else ''}",
            bar(s.score, s.low, s.high),
            text(s.n),
            text(s.unscored),
        ]
        for s in rows
    ]
    return table(t("Standings"), [t(h) for h in ("Candidate", "Score", "Judged", "Unscored")], cells)


def progress(now: TrialProgress | None) -> str:
    """How far a running trial is."""
    if now is None:
        return ""
    share = now.done / now.total if now.total else 0
    said = t("{stage}: {done} of {total} calls", stage=t(now.stage.capitalize()), done=now.done, total=now.total)
    left = t("about {time} left", time=duration(now.seconds_left)) if now.seconds_left else ""
    spent = t("{money} so far", money=t(wording.money(now.cost_usd)))
    words = ", ".join(filter(None, [said, duration(now.seconds), left, spent]))
    meter = f'<progress max="1" value="{share:.3f}" aria-label="{text(said)}"></progress>'
    line = f'<p class="line"><span>{text(words)} {text(now.note)}</span>{button("stop", t("Stop"), kind="stop")}</p>'
    return f'<div class="running">{meter}{line}{standings(now.standings)}</div>'


def result(found: TrialResult | None) -> str:
    """A finished trial, or one that was stopped, with a way to go on."""
    if found is None:
        return ""
    verdict = t("Winner: {model}", model=found.winner) if found.winner else t("No winner named")
    stopped = found.stop_reason not in ("", "complete") and not found.winner
    on = f"<p>{button('again', t('Go on with this trial'), kind='primary')}</p>" if stopped else ""
    calls = f"{found.calls.get('candidate', 0)} + {found.calls.get('judge', 0)}"
    figures = [
        (t("Calls"), calls, t("candidates + judge")),
        (t("Time"), duration(found.seconds), ""),
        (t("Cost"), t(wording.money(found.cost_usd)), ""),
        (t("Ended"), t(found.stop_reason), ""),
    ]
    unscored = lines(f"{u.item}: {u.reason}" for u in found.unscored[:MOST_UNSCORED])
    warnings = [*filter(None, [str(found.examination.get("sentence", ""))]), *found.warnings]
    settle = f"<p><b>{text(t('To settle it'))}</b> {text(found.settle)}</p>" if found.settle else ""
    return (
        f'<section class="verdict"><h2>{text(verdict)}</h2><p>{text(found.statement)}</p>{settle}{on}</section>'
        f"{standings(found.standings)}{_figures(figures)}"
        f"{details(text(t('What to know about this trial ({n})', n=len(warnings))), lines(warnings))}"
        f"{details(text(t('Unscored ({n})', n=len(found.unscored))), unscored)}"
    )


def pairs(record: dict[str, Any] | None) -> str:
    """Every pair side by side with its verdicts and reasons, the first hundred; the CSV has all."""
    if not record:
        return ""
    answers: dict[tuple[str, str], str] = {(a["item"], a["model"]): a["text"] for a in record.get("answers", [])}
    prompts = {p["id"]: p.get("prompt", "") for p in record.get("prompts", [])}
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for v in record.get("verdicts", []):
        groups.setdefault((v["item"], v["model_a"], v.get("model_b") or ""), []).append(v)
    if not groups:
        return ""
    shown = "".join(_pair(key, said, answers, prompts) for key, said in list(groups.items())[:MOST_PAIRS])
    more = note(t("The first {n} of {all}; the CSV has every verdict.", n=MOST_PAIRS, all=len(groups)))
    title = t("Every answer, with verdicts and reasons")
    return f"<h2>{text(title)}</h2>{shown}{more if len(groups) > MOST_PAIRS else ''}"


def _pair(
    key: tuple[str, str, str], said: list[dict[str, Any]], answers: dict[tuple[str, str], str], prompts: dict[str, str]
) -> str:
    item, a, b = key
    models = [m for m in (a, b) if m]
    columns = "".join(
        f'<div><h3>{text(m)}</h3><pre tabindex="0">{text(answers.get((item, m), t("no answer")))}</pre></div>'
        for m in models
    )
    reasons = lines(f"{_verdict(v)}: {v.get('reason', '')}" for v in said)
    body = f'<div class="sides">{columns}</div>{reasons}'
    asked = prompts.get(item, item)
    verdicts = ", ".join(dict.fromkeys(_verdict(v) for v in said))
    title = f'<span class="asked">{text(asked)}</span> <span class="said">{text(verdicts)}</span>'
    return details(title, body, kind="pair")


def _verdict(v: dict[str, Any]) -> str:
    if v.get("score") is not None:
        return f"{v['score']:.2f}"
    winner = {"A": v["model_a"], "B": v.get("model_b"), "tie": t("tie")}.get(v.get("winner") or "", t("unscored"))
    order = {"ab": t("first order"), "ba": t("turned round")}.get(v.get("order", ""), "")
    return f"{winner} ({order})" if order else f"{winner}"


def labelling(pair: BlindPair | None, done: int, total: int, summary: Sequence[str] = ()) -> str:
    """The next pair to label without names, or what the labels say once all are labelled."""
    if not total:
        return ""
    title = f"<h2>{text(t('Label some pairs yourself'))}</h2>"
    why = note(t("Names are hidden. Your labels show how far the judge agrees with you, and correct its win rates."))
    said = lines(summary)
    if pair is None:
        return f"{title}{note(t('All {n} pairs are labelled.', n=total))}{said}"
    sides = "".join(
        f'<div><h3>{text(t(name))}</h3><pre tabindex="0">{text(answer)}</pre></div>'
        for name, answer in (("Answer 1", pair.first), ("Answer 2", pair.second))
    )
    keys = "".join(
        button("label", f"{key}  {t(name)}", choice=choice, key=pair.key, shortcut=key)
        for key, name, choice in (("1", "Answer 1 is better", "first"), ("2", "Answer 2 is better", "second"),
                                  ("0", "As good as each other", "tie"))
    )  # fmt: skip
    count = t("Pair {n} of {total}. Keys: 1, 2, 0.", n=done + 1, total=total)
    return (
        f'{title}{why}<section class="blind" tabindex="-1" aria-label="{text(count)}"><p class="note">{text(count)}</p>'
        f'<p class="asked">{text(pair.prompt)}</p><div class="sides">{sides}</div><p class="keys">{keys}</p></section>'
        f"{said}"
    )
