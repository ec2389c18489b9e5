"""Regenerate readers.npz from labelled messages: a multinomial logistic regression for each field, one of whose inputs
is what another one reads in single sentences.

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
from sklearn.model_selection import KFold

from advisor.interview.extract import prepare
from advisor.interview.linear_reader import MOST_EVIDENCE, MOST_SAID, PARTS, evidence, pieces
from advisor.interview.meaning import INPUTS, OPEN, STATED, as_label
from advisor.interview.rules_flags import flag_facts
from advisor.interview.rules_inputs import modality_fact
from advisor.interview.rules_topic import domain_scores, task_scores
from advisor.interview.text import Text
from advisor.schema import TASKS
from knowledge.embedding import embed_query
from knowledge.lexical import spelled

FEWEST = 6  # sentences that a piece is in
ROUNDS = 2  # in which the most telling sentences are chosen
DOUBTFUL, SURE = 1.0, 10.0  # inverse regularisation of the first reader of sentences and of the others
HALVES = KFold(2, shuffle=True, random_state=0)


class How(NamedTuple):
    """How a field is read: the weight of pieces, of what rules say and of the most telling sentence beside the
    embedding, and the inverse regularisation."""

    pieces: float
    rules: float
    sentences: float
    strength: float


FIELDS = {"task": How(1.2, 0.5, 0.0, 60.0), "domain": How(1.2, 0.5, 0.0, 60.0)}
FIELDS |= dict.fromkeys((*STATED, *INPUTS), How(0.8, 0.5, 1.0, 30.0))


class Message(NamedTuple):
    """A message with its labels by field, and what rules say of it by field: evidence for values."""

    text: Text
    labels: dict[str, str]
    rules: dict[str, dict[str, float]]


class Features(NamedTuple):
    """What all readers see: of messages, a row each, unit vectors less their mean and the pieces; the pieces of all
    sentences, a row each, and the message that each is of."""

    vectors: csr_matrix
    whole: csr_matrix
    sentences: csr_matrix
    message_of: NDArray[np.intp]


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
        found |= {f: as_label(row["expected"].get(f)) for f in STATED if f not in unsure}
    inputs = row["expected"].get("input_modalities", [] if whole else None)
    if inputs is not None and "input_modalities" not in unsure:
        found |= {kind: as_label(True if kind in inputs else None) for kind in INPUTS}
    return found


def said(text: Text) -> dict[str, dict[str, float]]:
    """What rules say of each field."""
    inputs = modality_fact(text)
    found = {fact.field: {as_label(fact.value): MOST_EVIDENCE} for fact in flag_facts(text)}
    found |= {kind: {as_label(True): MOST_EVIDENCE} for kind in (inputs.value if inputs else [])}
    topics = {"task": task_scores(text), "domain": domain_scores(text)}
    return found | {field: {value: score.weight for value, score in of.items()} for field, of in topics.items()}


def fitted(messages: list[Message]) -> dict[str, Any]:
    """The arrays of `Readers`, those of each field under its name."""
    vectors = np.array([embed_query(spelled(message.text.raw)) for message in messages])
    mean = vectors.mean(axis=0)
    spoken = [[message.text.low[a:b] for a, b in message.text.sentences()] for message in messages]
    counter = TfidfVectorizer(analyzer=_pieces, min_df=FEWEST, sublinear_tf=True)
    sentences = counter.fit_transform([[sentence] for of in spoken for sentence in of])
    message_of = np.repeat(np.arange(len(messages)), [len(of) for of in spoken])
    seen = Features(csr_matrix(vectors - mean), counter.transform(spoken), sentences, message_of)
    parts = [_fit(field, how, messages, seen) for field, how in FIELDS.items()]
    rows = {key: np.concatenate([part[key] for part in parts]) for key in ("by_vector", "bias", "base")}
    rows |= {f"{kind}.step": np.concatenate([part[f"{kind}.step"] for part in parts]) for kind in KINDS}
    rows |= {f"{kind}.of": np.concatenate([part[f"{kind}.of"] for part in parts], axis=1) for kind in KINDS}
    own = {
        f"{f}.{key}": part[key] for f, part in zip(FIELDS, parts, strict=True) for key in ("values", "known", *PARTS)
    }
    known = "\n".join(counter.get_feature_names_out().tolist()).encode()
    names = {"fields": np.array(list(FIELDS)), "pieces": np.frombuffer(known, np.uint8)}
    return names | rows | own | {"mean": mean.astype(np.float32), "rarity": counter.idf_.astype(np.float32)}


KINDS = ("whole", "sentence")


def _pieces(sentences: Iterable[str]) -> list[str]:
    return [piece for sentence in sentences for piece in pieces(sentence)]


def _fit(field: str, how: How, messages: list[Message], seen: Features) -> dict[str, NDArray[Any]]:
    """Weights of one field."""
    at = np.array([n for n, message in enumerate(messages) if field in message.labels])
    target = np.array([messages[n].labels[field] for n in at])
    values = sorted({*target.tolist()})
    known = TASKS if field == "task" else tuple(v for v in values if v != OPEN) if how.rules else ()
    rules = np.array([evidence(known, messages[n].rules.get(field, {})) for n in at]).reshape(len(at), len(known))
    told = Told(values, target, at, seen) if how.sentences else None
    said = told.unseen() if told else np.zeros((len(at), len(values)))
    weighed = (how.pieces * seen.whole[at], how.rules * csr_matrix(rules), how.sentences * csr_matrix(said / MOST_SAID))
    parts = hstack([seen.vectors[at], *weighed]).tocsr()
    model = LogisticRegression(C=how.strength, max_iter=3000).fit(parts, target)
    weights, bias = _rows(model)
    ends = np.cumsum([seen.vectors.shape[1], seen.whole.shape[1], len(known)])
    by_vector, by_piece, by_rule, by_saying = np.split(weights, ends, axis=1)
    by_sentence, base = told.weights() if told else (np.zeros_like(by_piece), np.zeros_like(bias))
    print(f"{field}: {len(at)} messages, {len(values)} values, {int(np.sum(target != OPEN))} stated")
    return {
        "values": np.array(values),
        "known": np.array(known, dtype=np.str_),
        "by_rule": (how.rules * by_rule).astype(np.float32),
        "by_saying": (how.sentences / MOST_SAID * by_saying).astype(np.float32),
        "by_vector": by_vector.astype(np.float32),
        "bias": bias.astype(np.float32),
        "base": base.astype(np.float32),
        **_rounded("whole", how.pieces * by_piece),
        **_rounded("sentence", by_sentence),
    }


def _rows(model: LogisticRegression) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A row of weights and a bias for each value; of two values one row tells both apart."""
    if len(model.classes_) > 2:
        return model.coef_, model.intercept_
    return np.concatenate([-model.coef_, model.coef_]) / 2, np.concatenate([-model.intercept_, model.intercept_]) / 2


def _rounded(kind: str, weights: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Weights of pieces as whole numbers of a step, as there are many."""
    step = max(float(np.abs(weights).max()), 1e-9) / 127
    whole = np.round(weights / step).astype(np.int8).T
    return {f"{kind}.of": whole, f"{kind}.step": np.full(len(weights), step, dtype=np.float32)}


class Told:
    """What single sentences say of a field: readers of sentences that learn from messages with these labels."""

    def __init__(self, values: list[str], target: NDArray[np.str_], at: NDArray[np.intp], seen: Features):
        self._values, self._target = values, np.searchsorted(values, target)
        self._open = values.index(OPEN)
        here = np.flatnonzero(np.isin(seen.message_of, at))
        self._pieces, self._of = seen.sentences[here], np.searchsorted(at, seen.message_of[here])

    def unseen(self) -> NDArray[np.float64]:
        """Log-odds of the most telling sentence of each message for each value, by a reader that has not seen the
        message, (messages, values)."""
        most = np.zeros((len(self._target), len(self._values)))
        for learnt, held in HALVES.split(most):
            most[held] = self._most(self._learn(learnt))[held]
        return most

    def weights(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights and bias of the reader that has learnt from all, against the value that says nothing."""
        return self._against_open(self._learn(np.arange(len(self._target))))

    def _learn(self, messages: NDArray[np.intp]) -> LogisticRegression:
        here = np.flatnonzero(np.isin(self._of, messages))
        labels = self._target[self._of[here]]
        model = LogisticRegression(C=DOUBTFUL, max_iter=300, tol=1e-3).fit(self._pieces[here], labels)
        for _ in range(ROUNDS):
            telling = self._odds(model)[here, labels]
            order = np.lexsort((-telling, self._of[here]))
            first = order[np.unique(self._of[here][order], return_index=True)[1]]
            chosen = np.full(len(here), self._open)
            chosen[first] = labels[first]
            model = LogisticRegression(C=SURE, max_iter=300, tol=1e-3).fit(self._pieces[here], chosen)
        return model

    def _against_open(self, model: LogisticRegression) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        weights, bias = _rows(model)
        return weights - weights[self._open], bias - bias[self._open]

    def _odds(self, model: LogisticRegression) -> NDArray[np.float64]:
        weights, bias = self._against_open(model)
        return np.asarray((self._pieces @ weights.T + bias).clip(-MOST_SAID, MOST_SAID))

    def _most(self, model: LogisticRegression) -> NDArray[np.float64]:
        most = np.full((len(self._target), len(self._values)), -MOST_SAID)
        np.maximum.at(most, self._of, self._odds(model))
        return most


if __name__ == "__main__":
    main()
