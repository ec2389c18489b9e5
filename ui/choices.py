"""What the page offers to choose from: examples to start with, and ways to judge."""

from __future__ import annotations

from typing import Any

from ui.words import t

EXAMPLES = (
    (
        "Find a model",
        "We run a telecom support desk in Spain, 50,000 tickets a month, draft replies in Spanish, "
        "500 dollars a month, data must stay in the EU",
    ),
    ("Find a benchmark", "Which benchmark tells whether a model follows formatting instructions?"),
    ("Try models on my task", "Start a quick trial of local models on short customer support replies"),
)
PROTOCOLS = [
    ("Which is better", "pairwise"),
    ("Points", "rubric"),
    ("Expected answer", "reference"),
    ("Checklist", "checklist"),
]


def examples() -> list[Any]:
    """The three journeys, to start with a click."""
    return [{"text": t(text), "display_text": f"{t(title)}\n{t(text)}"} for title, text in EXAMPLES]
