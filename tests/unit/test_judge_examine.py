"""The examination finds out what kind of judge it has before it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest

from advisor.trial.examine import examine, planned_calls, withhold
from advisor.trial.judge import Judge, JudgeTask
from advisor.trial.plant import BAD, FINE, GOOD, PLANTED, plant
from advisor.trial.schema import JudgeSpec, Prompt, Protocol, Side, Verdict
from advisor.trial.stats import Finding

SENTENCE = "restart the router and wait two minutes then check that the light is green before you call us again"
WORDS = SENTENCE.split()
PROMPTS = [Prompt(id=f"q{n}", prompt=f"What do I do in case {n}?") for n in range(8)]
ANSWERS = {p.id: {"e/x": f"In case {p.id}: " + " ".join(WORDS[n:] + WORDS[:n])} for n, p in enumerate(PROMPTS)}

Winner = Callable[[JudgeTask], Side | None]


class Remembering(Judge):
    """A judge whose tasks are made once: the same pairs are planted in every examination of this file."""

    made: ClassVar[dict[tuple[str, str], list[JudgeTask]]] = {}

    def tasks(self, prompt: Prompt, answers: Mapping[str, str]) -> list[JudgeTask]:
        key = self.spec.protocol, prompt.id
        if key not in self.made:
            self.made[key] = super().tasks(prompt, answers)
        return self.made[key]


def run(winner: Winner, protocol: Protocol = "pairwise") -> dict[str, Any]:
    judge = Remembering(JudgeSpec(protocol=protocol), ["e/judge"])

    async def ask(task: JudgeTask) -> Verdict:
        said = winner(task)
        fields: dict[str, Any] = {"winner": said}
        if task.model_b is None:
            fields = {"score": None if said is None else 0.9 if (task.model_a == GOOD) == (said == "A") else 0.2}
        return Verdict(
            item=task.item, judge="e/judge", model_a=task.model_a, model_b=task.model_b, order=task.order, **fields
        )

    return asyncio.run(examine(judge, ask, PROMPTS, answers=ANSWERS, seed=0))


def perfect(task: JudgeTask) -> Side:
    return "tie" if "~identical" in task.item else "A"


def test_a_good_judge_is_trusted() -> None:
    marks = run(perfect)
    assert marks["trusted"]
    assert marks["accuracy"]["value"] == 1.0
    assert marks["accuracy"]["low"] > 0.5
    assert marks["consistency"] == 1.0
    assert marks["injection_success"] == 0.0
    assert "is trusted" in marks["sentence"]


def test_an_embedded_judge_is_examined_on_few_short_pairs() -> None:
    judge = Judge(JudgeSpec(protocol="pairwise"), ["local/small"])
    long = [p.model_copy(update={"prompt": p.prompt + " word" * 5000}) for p in PROMPTS]
    asked: list[JudgeTask] = []

    async def ask(task: JudgeTask) -> Verdict:
        asked.append(task)
        return Verdict(
            item=task.item, judge="j", model_a=task.model_a, model_b=task.model_b, order=task.order, winner="A"
        )

    answers = {p.id: {"e/x": ANSWERS[p.id]["e/x"] + " word" * 5000} for p in long}
    marks = asyncio.run(examine(judge, ask, long, answers=answers, seed=0))
    assert marks["pairs"] == 9 and len(asked) == marks["calls"] == planned_calls(judge, long) == 18
    assert max(sum(len(m["content"]) for m in t.messages) for t in asked) < 3000
    assert marks["trusted"] and marks["by_chance"] < 0.01


def stub(coarse: float, fine: float, place: float, draw: random.Random) -> Winner:
    """A judge that is right in these shares of coarse and fine pairs, and else or by its pull names a place."""

    def winner(task: JudgeTask) -> Side:
        if draw.random() < place:
            return "A" if task.order == "ab" else "B"
        share = fine if any(f"~{kind}" in task.item for kind in FINE) else coarse
        return "A" if draw.random() < share else "B"

    return winner


def trusted(coarse: float, fine: float, place: float = 0.0, trials: int = 30) -> float:
    return sum(run(stub(coarse, fine, place, random.Random(n)))["trusted"] for n in range(trials)) / trials


def test_trust_follows_what_the_judge_can_do() -> None:
    assert trusted(1.0, 0.95) > 0.9
    assert trusted(0.9, 0.8) > 0.6
    assert trusted(0.5, 0.5) < 0.1


def test_seeing_coarse_damage_is_not_enough() -> None:
    assert trusted(1.0, 0.4) < 0.2
    marks = run(lambda t: "B" if any(f"~{kind}" in t.item for kind in FINE) else perfect(t))
    assert not marks["trusted"]


def test_a_strong_pull_to_one_place_is_not_trusted() -> None:
    """Orders that agree in a quarter of pairs, the first place taken by nearly all others."""
    assert trusted(1.0, 1.0, place=0.75) < 0.1
    assert trusted(1.0, 1.0, place=0.1) > 0.9


def test_trust_predicts_the_accuracy_on_pairs_like_the_fine_ones() -> None:
    draw, kept, held = random.Random(5), [], []
    for n in range(60):
        ability = draw.uniform(0.4, 1.0)
        marks = run(stub(min(1.0, ability + 0.2), ability, 0.0, random.Random(n)))
        (kept if marks["trusted"] else held).append(ability)
    assert sum(kept) / len(kept) > 0.75 > 0.62 > sum(held) / len(held)


def test_a_judge_that_takes_the_first_answer_is_found_out() -> None:
    marks = run(lambda task: "A" if task.order == "ab" else "B")
    assert not marks["trusted"]
    assert marks["accuracy"]["value"] == 0.5
    assert marks["first_place"] == 1.0
    assert marks["consistency"] == 0.0
    assert "guessing" in marks["sentence"]


def test_a_guessing_judge_is_rarely_trusted() -> None:
    trusted = 0
    for seed in range(60):
        draw = random.Random(seed)
        trusted += run(lambda _: draw.choice(["A", "B"]))["trusted"]  # noqa: B023
    assert trusted <= 6


def test_a_judge_that_obeys_injections_is_found_out() -> None:
    marks = run(lambda task: "B" if "~injected" in task.item else perfect(task))
    assert not marks["trusted"]
    assert marks["injection_success"] == 1.0
    assert "instructions hidden" in marks["sentence"]


def test_a_judge_that_gives_no_verdicts_is_found_out() -> None:
    marks = run(lambda _: None)
    assert not marks["trusted"]
    assert marks["unscored"] == 1.0


def test_a_liking_for_length_is_said() -> None:
    marks = run(lambda task: "B" if "~padded" in task.item else perfect(task))
    assert marks["padding_helped"] == 1.0
    assert "long answers" in marks["sentence"]


def test_scores_are_examined_too() -> None:
    marks = run(perfect, protocol="rubric")
    assert marks["trusted"]
    assert marks["consistency"] is None


@pytest.mark.parametrize("protocol", ["pairwise", "rubric"])
def test_no_more_calls_are_made_than_announced(protocol: Protocol) -> None:
    marks = run(perfect, protocol=protocol)
    assert marks["calls"] <= planned_calls(Judge(JudgeSpec(protocol=protocol), ["e/judge"]), PROMPTS)


def test_the_planted_errors_come_from_the_users_own_prompts() -> None:
    pairs = plant(PROMPTS, ANSWERS, seed=0)
    assert {p.kind for p in pairs} == set(PLANTED)
    own = {a["e/x"] for a in ANSWERS.values()}
    for pair in pairs:
        assert pair.good in own
        assert (pair.good == pair.bad) == (pair.kind == "identical")
    assert len({p.prompt.id for p in pairs}) == len(pairs)


def test_one_word_answers_are_examined_by_swapping_them() -> None:
    prompts = [Prompt(id=str(n), prompt=f"Colour {n}?") for n in range(4)]
    answers = {str(n): {"e/x": word} for n, word in enumerate(["red", "green", "blue", "white"])}
    degraded = [p for p in plant(prompts, answers, 0) if p.kind in ("truncated", "scrambled")]
    assert degraded and all(p.bad in ("red", "green", "blue", "white") for p in degraded)


def test_without_answers_there_is_no_trust() -> None:
    judge = Judge(JudgeSpec(), ["e/judge"])

    async def never(task: JudgeTask) -> Verdict:
        raise AssertionError(task)

    marks = asyncio.run(examine(judge, never, PROMPTS, answers={}, seed=0))
    assert not marks["trusted"] and marks["calls"] == 0


def test_a_distrusted_judge_cannot_name_a_winner() -> None:
    finding = Finding("e/x", [], "e/x wins")
    bad = {"trusted": False, "sentence": "The judge guesses."}
    held = withhold(finding, bad)
    assert held.winner is None
    assert "The judge guesses." in held.statement and "e/x" in held.statement
    tied = Finding(None, ["e/x", "e/y"], "No winner.", "About 69 prompts would settle it.")
    doubted = withhold(tied, bad)
    assert doubted.winner is None and doubted.tied == tied.tied
    assert "not trusted" in doubted.statement and "69" not in doubted.settle
    assert withhold(finding, {"trusted": True, "sentence": ""}) == finding
    assert withhold(finding, {}) == finding


def test_planted_names_cannot_be_candidates() -> None:
    assert GOOD.startswith("planted/") and BAD.startswith("planted/")
