"""Criteria with words for their worst and best level, drafted from the use case for the user to edit."""

from __future__ import annotations

from advisor.schema import UseCase
from advisor.trial.schema import Criterion

ON_TASK = Criterion(
    name="on_task",
    description="It does what was asked, all of it and nothing else.",
    worst="something else, or a part only",
    best="exactly what was asked",
    weight=2,
)
CORRECT = Criterion(
    name="correct",
    description="Facts, numbers and names are right; nothing is invented.",
    worst="a wrong or invented fact that matters",
    best="everything can be relied on",
    weight=2,
)
CLEAR = Criterion(
    name="clear",
    description="Its reader understands it at first reading.",
    worst="has to be read twice, or rewritten",
    best="could be sent as it is",
)
BY_TASK: dict[str, tuple[Criterion, ...]] = {
    "customer_support": (
        Criterion(
            name="next_step",
            description="It tells the customer what happens next, or asks for what is missing.",
            worst="leaves the customer where they were",
            best="one clear next step",
        ),
        Criterion(
            name="tone",
            description="Friendly and calm; promises nothing that the company did not say.",
            worst="cold, defensive, or promises a refund on its own",
            best="takes the concern up and stays within its power",
        ),
    ),
    "classification": (
        Criterion(name="label_only", description="One label of those allowed.", worst="none or several", best="one"),
    ),
    "extraction": (
        Criterion(name="complete", description="Every asked field.", worst="fields are missing", best="all of them"),
        Criterion(
            name="faithful", description="Values stand in the text.", worst="values are guessed", best="word for word"
        ),
    ),
    "summarization": (
        Criterion(name="essence", description="The points that matter.", worst="side issues", best="all main points"),
        Criterion(
            name="short", description="As short as asked.", worst="longer than half the text", best="no word more"
        ),
    ),
    "rag_qa": (
        Criterion(
            name="grounded",
            description="Every statement follows from the given passage; what is not there is said to be missing.",
            worst="answers from elsewhere",
            best="only what the passage holds",
        ),
    ),
    "translation": (
        Criterion(
            name="meaning", description="Nothing added, lost or changed.", worst="another meaning", best="the same"
        ),
        Criterion(
            name="natural", description="Reads as if written in its language.", worst="word by word", best="native"
        ),
    ),
    "coding_assistant": (
        Criterion(name="runs", description="The code runs and handles the edge cases.", worst="fails", best="passes"),
    ),
    "data_analysis_sql": (
        Criterion(name="runs", description="The query runs on the named columns.", worst="fails", best="right rows"),
    ),
    "math_reasoning": (
        Criterion(name="result", description="The final result is right.", worst="wrong", best="right, and shown why"),
    ),
}


def draft_rubric(use_case: UseCase) -> list[Criterion]:
    """The general criteria, those of the task, and the language of the answers where one was named."""
    req = use_case.requirements()
    found = [ON_TASK, CORRECT, *BY_TASK.get(req.task or "", (CLEAR,))]
    if req.languages and req.task != "translation":
        named = ", ".join(req.languages)
        text = f"Written in the language asked for (expected: {named})."
        found.append(Criterion(name="language", description=text, worst="another language", best="without a mistake"))
    return found
