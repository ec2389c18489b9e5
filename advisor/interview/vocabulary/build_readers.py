"""Regenerate task_reader.npz and domain_reader.npz from labelled messages: multinomial logistic regression.

    python -m advisor.interview.vocabulary.build_readers MESSAGES.jsonl ...

Rows {"message", "expected": {"task", "domain"}}; "open" is the label of a message that names none, and a row without a
field is left out of its reader. Run by hand when the messages or the word lists change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from advisor.interview.extract import prepare
from advisor.interview.linear_reader import evidence, letter_groups
from advisor.interview.rules_topic import task_scores
from advisor.interview.text import Text
from advisor.schema import TASKS
from knowledge.embedding import embed_query
from knowledge.lexical import spelled

FEWEST = 3  # messages that a group of letters is in


class How(NamedTuple):
    """How a field is read: the weight of groups of letters and of known words beside the embedding, the inverse
    regularisation, and whether rare labels count as much as frequent ones."""

    groups: float
    words: float
    strength: float
    balanced: bool


FIELDS = {"task": How(0.8, 0.5, 30.0, True), "domain": How(0.0, 0.0, 15.0, False)}


def main(files: list[str]) -> None:
    """Fit on the files and write the weights beside this module."""
    rows = [json.loads(line) for file in files for line in Path(file).read_text(encoding="utf-8").splitlines()]
    vectors = np.array([embed_query(spelled(row["message"])) for row in rows])
    texts = [prepare(row["message"])[0] for row in rows]
    for field, how in FIELDS.items():
        named = [n for n, row in enumerate(rows) if row["expected"].get(field)]
        labels = [rows[n]["expected"][field] for n in named]
        found = fitted(vectors[named], [texts[n] for n in named], labels, how)
        np.savez_compressed(Path(__file__).with_name(f"{field}_reader.npz"), **found)
        print(
            f"{field}: {len(named)} messages, {len(found['labels'])} labels, {len(found['groups'])} groups of letters"
        )


def fitted(vectors: NDArray[np.float32], texts: list[Text], labels: list[str], how: How) -> dict[str, Any]:
    """The arrays of a Reader."""
    mean, known = vectors.mean(axis=0), TASKS if how.words else ()
    counts, groups = csr_matrix((len(texts), 0)), None
    if how.groups:
        groups = TfidfVectorizer(analyzer=lambda text: list(letter_groups(text)), min_df=FEWEST, sublinear_tf=True)
        counts = groups.fit_transform([text.low for text in texts])
    words = np.array([_words(text, known) for text in texts]) if known else np.zeros((len(texts), 0))
    parts = hstack([csr_matrix(vectors - mean), how.groups * counts, how.words * csr_matrix(words)]).tocsr()
    weighted = "balanced" if how.balanced else None
    model = LogisticRegression(C=how.strength, class_weight=weighted, max_iter=3000).fit(parts, labels)
    by_vector, by_group, by_word = np.split(model.coef_, [vectors.shape[1], vectors.shape[1] + counts.shape[1]], axis=1)
    step = float(np.abs(by_group).max()) * how.groups / 127 if by_group.size else 1.0
    return {
        "labels": np.array(model.classes_.tolist()),
        "mean": mean.astype(np.float32),
        "by_vector": by_vector.astype(np.float32),
        "groups": np.array(groups.get_feature_names_out().tolist() if groups else [], dtype=np.str_),
        "rarity": (groups.idf_ if groups else np.zeros(0)).astype(np.float32),
        "by_group": np.round(by_group * how.groups / step).astype(np.int8),
        "step": np.float32(step),
        "known": np.array(known, dtype=np.str_),
        "by_word": (how.words * by_word).astype(np.float32),
        "bias": model.intercept_.astype(np.float32),
    }


def _words(text: Text, known: tuple[str, ...]) -> NDArray[np.float32]:
    return evidence(known, {task: score.weight for task, score in task_scores(text).items()})


if __name__ == "__main__":
    main(sys.argv[1:])
