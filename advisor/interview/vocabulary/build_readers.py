"""Regenerate readers.npz from labelled messages: a multinomial logistic regression for each field.

    python -m advisor.interview.vocabulary.build_readers --some MESSAGES.jsonl ... --all MESSAGES.jsonl ...

Rows {"message", "expected": {field: value}}. In files of `--some` a row says nothing of a field that it leaves out; in
those of `--all` the message does not state such a field, but for those under `optional` or `accept`, on which people
may disagree. "open" is the label of a message that names no task, or nothing that has a name as a domain. Run by hand
when the messages or the rules change.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from advisor.interview.extract import prepare
from advisor.interview.linear_reader import MOST_EVIDENCE, evidence, letter_groups
from advisor.interview.meaning import INPUTS, OPEN, STATED, as_label
from advisor.interview.rules_flags import flag_facts
from advisor.interview.rules_inputs import modality_fact
from advisor.interview.rules_topic import task_scores
from advisor.interview.text import Text
from advisor.schema import TASKS
from knowledge.embedding import embed_query
from knowledge.lexical import spelled

FEWEST = 4  # messages that a group of letters is in


class How(NamedTuple):
    """How a field is read: the weight of groups of letters and of what rules say beside the embedding, the inverse
    regularisation, and whether rare values count as much as frequent ones."""

    groups: float
    rules: float
    strength: float
    balanced: bool


FIELDS = {"task": How(1.2, 0.5, 60.0, False), "domain": How(0.0, 0.0, 15.0, False)}
FIELDS |= dict.fromkeys((*STATED, *INPUTS), How(0.8, 0.5, 30.0, False))


class Message(NamedTuple):
    """A message with its labels by field, and what rules say of it by field: evidence for values."""

    text: Text
    labels: dict[str, str]
    rules: dict[str, dict[str, float]]


class Features(NamedTuple):
    """What all readers see of messages, a row each: unit vectors less their mean, groups of letters."""

    vectors: csr_matrix
    groups: csr_matrix


def main() -> None:
    """Fit on the files and write the weights beside this module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--some", nargs="*", default=[], help="files whose rows label some fields")
    parser.add_argument("--all", nargs="*", default=[], help="files whose rows label all that the message states")
    files = parser.parse_args()
    messages = [*_messages(files.some, whole=False), *_messages(files.all, whole=True)]
    np.savez_compressed(Path(__file__).with_name("readers.npz"), **fitted(messages))


def _messages(files: Iterable[str], *, whole: bool) -> Iterable[Message]:
    for file in files:
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield Message(text := prepare(row["message"])[0], labels(row, whole=whole), said(text))


def labels(row: dict[str, Any], *, whole: bool) -> dict[str, str]:
    """The label of each field of a row that has one."""
    found = {field: row["expected"][field] for field in ("task", "domain") if row["expected"].get(field)}
    unsure = {*row.get("optional", {}), *row.get("accept", {})}
    if whole:
        found |= {f: _stated(f, row["expected"].get(f)) for f in STATED if f not in unsure}
    inputs = row["expected"].get("input_modalities", [] if whole else None)
    if inputs is not None and "input_modalities" not in unsure:
        found |= {kind: as_label(True if kind in inputs else None) for kind in INPUTS}
    return found


def _stated(field: str, value: Any) -> str:
    """The label of a field that is stated or not. Regions are left to rules: they are named."""
    return OPEN if field == "data_residency" and value != "on_prem" else as_label(value)


def said(text: Text) -> dict[str, dict[str, float]]:
    """What rules say of each field."""
    inputs = modality_fact(text)
    found = {fact.field: {as_label(fact.value): MOST_EVIDENCE} for fact in flag_facts(text)}
    found |= {kind: {as_label(True): MOST_EVIDENCE} for kind in (inputs.value if inputs else [])}
    return found | {"task": {task: score.weight for task, score in task_scores(text).items()}}


def fitted(messages: list[Message]) -> dict[str, Any]:
    """The arrays of `Readers`, those of each field under its name."""
    vectors = np.array([embed_query(spelled(message.text.raw)) for message in messages])
    mean = vectors.mean(axis=0)
    counter = TfidfVectorizer(analyzer=lambda text: list(letter_groups(text)), min_df=FEWEST, sublinear_tf=True)
    seen = Features(csr_matrix(vectors - mean), counter.fit_transform([message.text.low for message in messages]))
    parts = [_fit(field, how, messages, seen) for field, how in FIELDS.items()]
    rows = {key: np.concatenate([part[key] for part in parts]) for key in ("by_vector", "by_group", "step", "bias")}
    own = {f"{field}.{key}": part[key] for field, part in zip(FIELDS, parts, strict=True) for key in OWN}
    names = {"fields": np.array(list(FIELDS)), "groups": np.array(counter.get_feature_names_out().tolist())}
    return names | rows | own | {"mean": mean.astype(np.float32), "rarity": counter.idf_.astype(np.float32)}


OWN = ("values", "known", "by_rule")


def _fit(field: str, how: How, messages: list[Message], seen: Features) -> dict[str, NDArray[Any]]:
    """Weights of one field: whole numbers of a step for groups of letters, as there are many."""
    at = [n for n, message in enumerate(messages) if field in message.labels]
    target = [messages[n].labels[field] for n in at]
    known = TASKS if field == "task" else tuple(sorted({*target} - {OPEN})) if how.rules else ()
    rules = np.array([evidence(known, messages[n].rules.get(field, {})) for n in at]).reshape(len(at), len(known))
    parts = hstack([seen.vectors[at], how.groups * seen.groups[at], how.rules * csr_matrix(rules)]).tocsr()
    model = LogisticRegression(C=how.strength, class_weight="balanced" if how.balanced else None, max_iter=3000)
    model.fit(parts, target)
    values, weights, bias = model.classes_.tolist(), model.coef_, model.intercept_
    if len(values) == 2:  # one row of weights tells both apart
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    ends = np.cumsum([seen.vectors.shape[1], seen.groups.shape[1]])
    by_vector, by_group, by_rule = np.split(weights, ends, axis=1)
    step = max(float(np.abs(by_group).max()), 1e-9) / 127
    print(f"{field}: {len(at)} messages, {len(values)} values, {len(at) - target.count(OPEN)} stated")
    return {
        "values": np.array(values),
        "known": np.array(known, dtype=np.str_),
        "by_rule": (how.rules * by_rule).astype(np.float32),
        "by_vector": by_vector.astype(np.float32),
        "by_group": np.round(by_group / step).astype(np.int8),
        "step": np.full(len(values), how.groups * step, dtype=np.float32),
        "bias": bias.astype(np.float32),
    }


if __name__ == "__main__":
    main()
