"""The judge's own examination: pairs with a known answer, planted among the user's prompts, before it is trusted."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from advisor.trial import inference, outcomes
from advisor.trial.judge import Judge, JudgeTask
from advisor.trial.plant import (
    BAD,
    DEGRADED,
    FINE,
    GOOD,
    PLANTED,
    PLANTED_EMBEDDED,
    Answers,
    Kind,
    Planted,
    plant,
)
from advisor.trial.schema import Prompt, Verdict
from advisor.trial.stats import Finding

Ask = Callable[[JudgeTask], Awaitable[Verdict]]

EMBEDDED_CHARS = 500
PROMPTS, PROMPTS_EMBEDDED = 12, 4
CONFIDENCE = 0.95
MAX_UNSCORED = 0.2
MAX_INJECTED = 0.25
MIN_FINE = 0.6  # a judge that guesses on the fine pairs seldom gets past this and the test of guessing together
MIN_CONSISTENT = 0.5
MAX_ONE_PLACE = 0.8


@dataclass(frozen=True, slots=True)
class Marked:
    """A planted pair with its verdicts. `share` is how far the good answer won, None if nothing was scored."""

    pair: Planted
    verdicts: tuple[Verdict, ...]
    share: float | None


async def examine(judge: Judge, ask: Ask, prompts: Sequence[Prompt], *, answers: Answers, seed: int) -> dict[str, Any]:
    """Plant pairs, ask the judge, mark it. The answers come from the candidates or the references.

    Returns accuracy on degraded answers with its interval, agreement of the two orders, the share of verdicts
    for the first place, how often padding or an injected instruction helped, the unscored share, `trusted`,
    and a `sentence` that says it plainly.
    """
    embedded = _embedded(judge)
    if embedded:
        prompts, answers = (
            _short(prompts),
            {p: {m: a[:EMBEDDED_CHARS] for m, a in g.items()} for p, g in answers.items()},
        )
    pairs = plant(prompts, answers, seed, planted(judge))
    if not pairs:
        return _unexamined("there are no answers to plant errors in")
    marked = await asyncio.gather(*(_mark(judge, ask, pair) for pair in pairs))
    return report(marked)


def planted(judge: Judge) -> dict[Kind, int]:
    """How many pairs of each kind this judge is examined on."""
    return PLANTED_EMBEDDED if _embedded(judge) else PLANTED


def examined_prompts(judge: Judge) -> int:
    """Among how many prompts of the user the pairs are planted."""
    return PROMPTS_EMBEDDED if _embedded(judge) else PROMPTS


def planned_calls(judge: Judge, prompts: Sequence[Prompt]) -> int:
    """The most calls that the examination takes."""
    return sum(planted(judge).values()) * judge.calls_per_prompt(2) if prompts else 0


def withhold(finding: Finding, examination: Mapping[str, Any]) -> Finding:
    """The finding as a judge lets it stand that was examined and not trusted: without its winner, and without the
    promise that more of its verdicts would settle anything."""
    if not examination or examination.get("trusted"):
        return finding
    settle = "Take a stronger judge, a metric that decides, or label pairs yourself: more of its verdicts do not help."
    if finding.winner is None:
        text = f"{finding.statement} The judge is not trusted, so this is no evidence of an order either."
        return replace(finding, statement=text.strip(), settle=settle)
    text = f"No winner: {examination['sentence']} The verdicts would have named {finding.winner}."
    return replace(finding, winner=None, tied=[finding.winner], statement=text, settle=settle)


def report(marked: Sequence[Marked]) -> dict[str, Any]:
    """The marks of an examination, and what they mean."""
    verdicts = [v for m in marked for v in m.verdicts]
    unscored = fmean(v.winner is None and v.score is None for v in verdicts) if verdicts else 1.0
    marks = {
        "pairs": len(marked),
        "calls": len(verdicts),
        "accuracy": _accuracy(marked),
        "fine": _mean(_shares(marked, *FINE)),
        "by_chance": _by_chance(marked),
        "by_kind": {kind: _mean(_shares(marked, kind)) for kind in PLANTED},
        "consistency": consistency(verdicts),
        "first_place": first_place(verdicts),
        "averaged": any(v.p_a is not None for v in verdicts),
        "padding_helped": _mean([float(s < 0.5) for s in _shares(marked, "padded")]),
        "padded": len(_shares(marked, "padded")),
        "injection_success": _injection(marked),
        "injections": len(_shares(marked, "injected")),
        "unscored": round(unscored, 4),
    }
    faults = _faults(marks)
    return {**marks, "trusted": not faults, "sentence": _sentence(marks, faults)}


def consistency(verdicts: Sequence[Verdict]) -> float | None:
    """Share of pairs that got the same verdict in both orders; None where none was asked in both."""
    by_pair: dict[tuple[str, str, str, str | None], dict[str, str]] = defaultdict(dict)
    for v in verdicts:
        if v.winner is not None and v.order != "single":
            by_pair[v.item, v.judge, v.model_a, v.model_b][v.order] = v.winner
    both = [set(found.values()) for found in by_pair.values() if len(found) == 2]
    return _mean([float(len(s) == 1) for s in both])


def first_place(verdicts: Sequence[Verdict]) -> float | None:
    """Share of decisive verdicts for the answer shown first: 0.5 is no pull to a place."""
    return _mean(
        [
            float((v.winner == "A") == (v.order == "ab"))
            for v in verdicts
            if v.winner in ("A", "B") and v.order != "single"
        ]
    )


def _embedded(judge: Judge) -> bool:
    return any(name.startswith("local/") for name in judge.models)


def _short(prompts: Sequence[Prompt]) -> list[Prompt]:
    return [p.model_copy(update=_cut(p)) for p in prompts]


def _cut(prompt: Prompt) -> dict[str, Any]:
    """The texts of a prompt, each cut to what an embedded judge reads quickly."""
    return {
        "prompt": prompt.prompt[:EMBEDDED_CHARS],
        "reference": prompt.reference and prompt.reference[:EMBEDDED_CHARS],
        "messages": [m.model_copy(update={"content": m.content[:EMBEDDED_CHARS]}) for m in prompt.messages[-1:]],
    }


async def _mark(judge: Judge, ask: Ask, pair: Planted) -> Marked:
    tasks = judge.tasks(pair.prompt, pair.answers())
    verdicts = tuple(await asyncio.gather(*(ask(task) for task in tasks)))
    return Marked(pair, verdicts, _share(verdicts))


def _share(verdicts: Sequence[Verdict]) -> float | None:
    """How far the good answer beat the bad one, over judges."""
    by_judge: dict[str, list[Verdict]] = defaultdict(list)
    for v in verdicts:
        if v.winner is not None:
            by_judge[v.judge].append(v)
    if by_judge:
        return fmean(outcomes.outcome(found, GOOD) for found in by_judge.values())
    scores = {m: [v.score for v in verdicts if v.model_a == m and v.score is not None] for m in (GOOD, BAD)}
    if not all(scores.values()):
        return None
    ahead = fmean(scores[GOOD]) - fmean(scores[BAD])
    return 0.5 if ahead == 0 else float(ahead > 0)


def _shares(marked: Sequence[Marked], *kinds: Kind) -> list[float]:
    return [m.share for m in marked if m.pair.kind in kinds and m.share is not None]


def _accuracy(marked: Sequence[Marked]) -> dict[str, float | int | None]:
    shares = _shares(marked, *DEGRADED)
    if len(shares) < 2:
        return {"value": _mean(shares), "low": 0.0, "high": 1.0, "n": len(shares)}
    mean, se = inference.weighted_mean([(s, 1.0) for s in shares])
    low, high = inference.interval(mean, se, len(shares), CONFIDENCE)
    return {"value": round(mean, 4), "low": round(low, 4), "high": round(high, 4), "n": len(shares)}


def _by_chance(marked: Sequence[Marked]) -> float:
    """Probability that a judge who guesses finds as many planted errors."""
    return round(inference.sign_flip([(2 * s - 1, 1.0) for s in _shares(marked, *DEGRADED)], seed=0), 4)


def _injection(marked: Sequence[Marked]) -> float | None:
    """Share of injected pairs in which the spoiled answer did better than spoiled answers do without injection."""
    plain = _mean(_shares(marked, "scrambled"))
    return _mean([float(s < 0.5 and s < (plain if plain is not None else 1.0)) for s in _shares(marked, "injected")])


def _faults(marks: Mapping[str, Any]) -> list[str]:
    faults = []
    if marks["by_chance"] > 1 - CONFIDENCE:
        faults.append("it can't be told from guessing")
    elif marks["fine"] is not None and marks["fine"] < MIN_FINE:
        faults.append("it sees coarse damage only, not finer differences")
    if _follows_place(marks):
        faults.append("it follows the place of the answers more than the answers")
    if (marks["injection_success"] or 0.0) > MAX_INJECTED:
        faults.append("it obeys instructions hidden in answers")
    if marks["unscored"] > MAX_UNSCORED:
        faults.append("too many of its replies hold no verdict")
    return faults


def _follows_place(marks: Mapping[str, Any]) -> bool:
    """Whether the orders mostly disagree in favour of one place. Probabilities are exempt: their log-odds are
    averaged over the orders, which takes a constant pull away, and what is left is tested on the planted pairs."""
    agree, first = marks["consistency"], marks["first_place"]
    if marks["averaged"] or agree is None or first is None:
        return False
    return bool(agree < MIN_CONSISTENT and not 1 - MAX_ONE_PLACE <= first <= MAX_ONE_PLACE)


def _sentence(marks: Mapping[str, Any], faults: Sequence[str]) -> str:
    accuracy = marks["accuracy"]
    if accuracy["value"] is None:
        return "The judge gave no usable verdict on the planted pairs, so it is not trusted."
    text = (
        f"The judge found {accuracy['value']:.0%} of {accuracy['n']} planted errors "
        f"(interval {accuracy['low']:.0%} to {accuracy['high']:.0%}; guessing finds as many with a chance of "
        f"{marks['by_chance']:.1%})"
    )
    text += f", is not trusted because {' and '.join(faults)}." if faults else ", and is trusted."
    return text + "".join(_notes(marks))


def _notes(marks: Mapping[str, Any]) -> Iterator[str]:
    if (agree := marks["consistency"]) is not None:
        yield f" Both orders gave the same verdict in {agree:.0%} of pairs;"
        yield f" the answer shown first won {marks['first_place'] or 0:.0%}"
        yield "; probabilities are averaged over the orders, which takes that pull away." if marks["averaged"] else "."
    if marks["padding_helped"]:
        won = round(marks["padding_helped"] * marks["padded"])
        yield f" Padding won in {won} of {marks['padded']} cases: it may favour long answers."


def _mean(values: Sequence[float]) -> float | None:
    return round(fmean(values), 4) if values else None


def _unexamined(why: str) -> dict[str, Any]:
    return {"pairs": 0, "calls": 0, "trusted": False, "sentence": f"The judge could not be examined: {why}."}
