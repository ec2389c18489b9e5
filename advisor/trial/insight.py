"""What is known of a finished trial's judge beyond its verdicts: biases, length-controlled win rates, human labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from advisor.trial.biases import Bias, biases, length_controlled
from advisor.trial.labelling import Labelling, LabelSummary
from advisor.trial.schema import Verdict


class Insight(BaseModel):
    """`length_controlled`: each model's win rate if all answers were equally long; empty without pairs."""

    biases: list[Bias] = []
    length_controlled: dict[str, float] = {}
    labels: LabelSummary | None = None

    def sentences(self) -> list[str]:
        """Everything in plain words, a sentence each."""
        even = ", ".join(f"{m} {v:.0%}" for m, v in sorted(self.length_controlled.items(), key=lambda x: -x[1]))
        rates = [f"Win rates if all answers were equally long: {even} (an estimate without interval)."] if even else []
        return [*(b.sentence for b in self.biases), *rates, *(self.labels.sentences if self.labels else [])]


def insight(home: Path, record: Mapping[str, Any]) -> Insight:
    """Of a record as `advisor.trial.records.trial_record` gives it. Nothing is asked of any model."""
    verdicts = [Verdict.model_validate(v) for v in record.get("verdicts", [])]
    if not verdicts:
        return Insight()
    answers: dict[str, dict[str, str]] = {}
    for a in record.get("answers", []):
        answers.setdefault(a["item"], {})[a["model"]] = a["text"]
    work = Labelling(home, dict(record))
    examination = (record.get("result") or {}).get("examination")
    return Insight(
        biases=biases(verdicts, answers, examination=examination, labels=work.labels()),
        length_controlled=length_controlled(verdicts, answers),
        labels=work.report() if work.labels() else None,
    )
