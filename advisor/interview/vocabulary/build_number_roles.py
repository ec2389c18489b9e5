"""Regenerate number_roles.npz from messages whose numbers are labelled: a multinomial logistic regression of what
stands around each number.

    python -m advisor.interview.vocabulary.build_number_roles MESSAGES.jsonl ...

Rows {"message", "numbers": [{"span", "role"}]}; `span` stands once in the message and holds a number, `role` is one of
`ROLES`. Numbers without a label are for nothing. Run by hand when the messages or the rules change.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from advisor.interview.extract import prepare
from advisor.interview.number_roles import ROLES
from advisor.interview.number_signs import Signs, signs_of
from advisor.interview.quantities import Quantity
from advisor.interview.rules_numbers import numbers_by_rule, quantities_of
from advisor.interview.rules_topic import is_guess, task_facts
from advisor.interview.text import Text

FEWEST = 3  # numbers that a sign stands at
STRENGTH = 1.0  # inverse regularisation
KINDS = {
    "input": "length", "output": "length", "window": "length", "budget": "money", "latency": "time", "memory": "memory",
}  # fmt: skip


def main() -> None:
    """Fit on the files and write the weights beside this module."""
    np.savez_compressed(Path(__file__).with_name("number_roles.npz"), **fitted(_rows(sys.argv[1:])))


def _rows(files: Iterable[str]) -> Iterator[dict[str, Any]]:
    for file in files:
        yield from map(json.loads, Path(file).read_text(encoding="utf-8").splitlines())


def fitted(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The arrays of the reader: names of signs, weights in whole numbers of a step, and biases."""
    signs, roles = _numbers(rows)
    often = Counter(sign for of in signs for sign in of)
    known = sorted(sign for sign, count in often.items() if count >= FEWEST and "\n" not in sign)
    place = {sign: n for n, sign in enumerate(known)}
    kept = [{place[s]: weight for s, weight in of.items() if s in place} for of in signs]
    ends = np.cumsum([0, *map(len, kept)])
    where = np.fromiter((n for of in kept for n in of), dtype=np.intp)
    values = np.fromiter((weight for of in kept for weight in of.values()), dtype=np.float64)
    seen = csr_matrix((values, where, ends), shape=(len(kept), len(known)))
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(seen, [ROLES.index(role) for role in roles])
    step = np.abs(model.coef_).max(axis=1) / 127
    print(f"{len(roles)} numbers, {len(known)} signs: {dict(Counter(roles).most_common())}")
    return {
        "signs": np.frombuffer("\n".join(known).encode(), np.uint8),
        "of": np.round(model.coef_ / step[:, None]).astype(np.int8).T,
        "step": step.astype(np.float32),
        "bias": model.intercept_.astype(np.float32),
    }


def _numbers(rows: Iterable[dict[str, Any]]) -> tuple[list[Signs], list[str]]:
    """Signs and role of every number of the messages."""
    signs, roles = [], []
    for row in rows:
        text = prepare(row["message"])[0]
        quantities, task = quantities_of(text), _task(text)
        signs += signs_of(text, quantities, numbers_by_rule(text, quantities, task), task)
        roles += labelled(row, quantities)
    return signs, roles


def _task(text: Text) -> str | None:
    return next((str(f.value) for f in task_facts(text) if f.field == "task" and not is_guess(f)), None)


def labelled(row: dict[str, Any], quantities: Sequence[Quantity]) -> list[str]:
    """The role of each number of a message. Where a span holds several, the first of the kind that the role is of; for
    a volume the one with a period ("90 an hour", "1日90件"), else the time ("one every five minutes")."""
    roles = ["none"] * len(quantities)
    for label in row["numbers"]:
        start = row["message"].find(label["span"])
        held = [n for n, q in enumerate(quantities) if start <= q.number.start < start + len(label["span"])]
        best = [n for n in held if quantities[n].kind == KINDS.get(label["role"])] or held
        if label["role"] == "volume" and len(held) > 1:
            times = [n for n in held if quantities[n].kind == "time"]
            best = [n for n in held if quantities[n].period] or times or held
        if best:
            roles[best[0]] = label["role"]
    return roles if "memory" in roles else _with_card(row, quantities, roles)


def _with_card(row: dict[str, Any], quantities: Sequence[Quantity], roles: list[str]) -> list[str]:
    """Names of cards have no labels: where no number is the memory, it is the first name by which the stated one comes
    out."""
    cards = math.prod(q.number.value for q, role in zip(quantities, roles, strict=True) if role == "cards")
    taken = sum(q.number.value for q, role in zip(quantities, roles, strict=True) if role == "taken")
    stated = row["expected"].get("gpu_memory_gb", 0) / max(cards - taken, 1)
    named = [n for n, q in enumerate(quantities) if q.kind == "memory" and q.number.loose and q.value == stated]
    return ["memory" if n in named[:1] else role for n, role in enumerate(roles)]


if __name__ == "__main__":
    main()
