"""Blind labels that a person gives to pairs of a trial, one after another; kept in the data folder as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any, Literal, cast, get_args

from pydantic import BaseModel, ValidationError

from advisor.errors import BadInput
from advisor.trial.labels import (
    Agreement,
    BlindPair,
    Corrected,
    Label,
    agreement,
    blind_pairs,
    corrected,
    unblind,
)
from advisor.trial.schema import Prompt, Verdict

PAIRS = 20
Choice = Literal["first", "second", "tie", "skip"]


class Given(BaseModel):
    """A line of the file of labels: a choice on the pair that `key` names; `label` is None for a skipped pair."""

    key: str
    choice: Choice
    label: Label | None = None


class LabelSummary(BaseModel):
    """What the labels of a trial say, in numbers and in plain sentences."""

    labels: int
    skipped: int
    total: int
    agreement: Agreement | None
    corrected: list[Corrected]
    sentences: list[str]


class Labelling:
    """The pairs of one trial to label. `record` is what `advisor.trial.records.trial_record` gives.

    The pairs and their order follow from the trial alone, so that labelling goes on where it was left."""

    def __init__(self, home: Path, record: dict[str, Any], *, count: int = PAIRS):
        self._file = labels_file(home, str(record["trial_id"]))
        self._answers: dict[str, dict[str, str]] = {}
        for a in record.get("answers", []):
            self._answers.setdefault(a["item"], {})[a["model"]] = a["text"]
        prompts = [Prompt(id=p["id"], prompt=p.get("prompt", "")) for p in record.get("prompts", [])]
        self._pairs = {p.key: p for p in blind_pairs(prompts, self._answers, count=count)}
        self._record = record
        self._given = {g.key: g for g in _read(self._file)}

    @property
    def total(self) -> int:
        return len(self._pairs)

    @property
    def done(self) -> int:
        """Pairs that were labelled or skipped."""
        return sum(key in self._given for key in self._pairs)

    def labels(self) -> list[Label]:
        """Labels given so far, in the order given."""
        return [g.label for g in self._given.values() if g.label is not None]

    def next_pair(self) -> BlindPair | None:
        """The first pair without a choice; None where all have one."""
        return next((p for key, p in self._pairs.items() if key not in self._given), None)

    def give(self, key: str, choice: str) -> None:
        """Keep the choice (first, second, tie, skip) on the pair that `key` names. A pair that has one keeps it.

        Raises:
            BadInput: there is no such pair or choice.
        """
        pair = self._pairs.get(key)
        if pair is None or choice not in get_args(Choice):
            raise BadInput("This pair is not of this trial: open the trial again and label the pair that it shows.")
        self._given = {g.key: g for g in _read(self._file)}  # another window may have labelled since
        if key in self._given:
            return
        label = None if choice == "skip" else unblind(pair, cast(Any, choice), self._answers[pair.item])
        self._given[key] = Given(key=key, choice=cast(Choice, choice), label=label)
        _write(self._file, self._given.values())

    def undo(self) -> BlindPair | None:
        """Take the last choice back; the pair it was about, None where there is none."""
        key = next((k for k in reversed(self._given) if k in self._pairs), None)
        if key is None:
            return None
        del self._given[key]
        _write(self._file, self._given.values())
        return self._pairs[key]

    def report(self) -> LabelSummary:
        """Agreement with the judge, and win rates corrected for the judge's error."""
        labels = self.labels()
        agreed = agreement(self._verdicts, labels)
        rates = list(self._corrections(labels))
        sentences = [*([agreed.sentence] if agreed else []), *(c.sentence for c in rates)]
        skipped = sum(g.choice == "skip" for g in self._given.values())
        return LabelSummary(
            labels=len(labels),
            skipped=skipped,
            total=self.total,
            agreement=agreed,
            corrected=rates,
            sentences=sentences,
        )

    def summary(self) -> list[str]:
        """What the labels say, a sentence each."""
        return self.report().sentences

    @cached_property
    def _verdicts(self) -> list[Verdict]:
        return [Verdict.model_validate(v) for v in self._record.get("verdicts", [])]

    def _corrections(self, labels: list[Label]) -> Iterator[Corrected]:
        models = sorted({m for answers in self._answers.values() for m in answers})
        for a, b in combinations(models, 2):
            found = corrected(self._verdicts, labels, a, b)
            if found is not None:
                yield found


def labels_file(home: Path, trial_id: str) -> Path:
    """Where the labels of a trial lie: one choice a line, in the order given."""
    return home / "labels" / f"{trial_id}.jsonl"


def _read(file: Path) -> Iterator[Given]:
    if not file.is_file():
        return
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield Given.model_validate_json(line)
        except ValidationError as error:
            raise BadInput(f"{file}, line {number} is no label: correct the line or take it out.") from error


def _write(file: Path, given: Iterable[Given]) -> None:
    """All at once: a process killed here leaves the file as it was."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text("".join(g.model_dump_json() + "\n" for g in given), encoding="utf-8")
    new.replace(file)
