"""Hugging Face Open ASR leaderboard: word error rate in percent (lower is better) and speed of transcription."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.makers import maker_of
from knowledge.schema import Model, Score, Source
from knowledge.sources.figures import scores
from knowledge.sources.locator import load, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import model, new_id

LANGUAGES = ("de", "fr", "it", "es", "pt")
TABLES = {
    "open_asr/en_shortform.csv": ("model", {"Avg. WER": "open-asr-en"}),
    "open_asr/en_longform.csv": ("model_id", {"Average": "open-asr-longform"}),
    "open_asr/multilingual.csv": (
        "model",
        {"Avg": "open-asr-multilingual"} | {f"{code}_fleurs": f"fleurs-{code}" for code in LANGUAGES},
    ),
}  # fmt: skip
FILES = {
    file: f"https://raw.githubusercontent.com/huggingface/open_asr_leaderboard/main/scripts/data/{file.split('/')[1]}"
    for file in TABLES
}

SOURCE = Source(
    id="open_asr",
    name="Open ASR leaderboard",
    url="https://huggingface.co/spaces/hf-audio/open_asr_leaderboard",
    licence="Apache-2.0",
    redistributable=True,
    date=dt.date(2026, 5, 22),
    attribution="Open ASR Leaderboard, Hugging Face",
    row_means="speech model; WER in percent by set, lower is better; RTFx is seconds of audio per second",
    traps="RTFx of -1 marks a model behind an API; the columns of the three tables differ",
    refresh_url="https://huggingface.co/spaces/hf-audio/open_asr_leaderboard",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Score]:
    """Speech models, announced here, their error rates, and the speed of those that were run locally."""
    for file, (column, columns) in TABLES.items():
        for record in load(raw / file):
            name = record[column]
            maker = maker_of(name.split("/")[0])
            named = names.announce(name, SOURCE.id, new_id(maker, name) if maker else name.lower())
            yield _model(record, name, named.id, maker)
            key = {column: name}
            yield from scores(record, columns, named, SOURCE, file=file, key=key, raw_name=name)
            if file.endswith("en_shortform.csv") and (number(record["RTFx"]) or -1) > 0:
                speed = {"RTFx": "open-asr-rtfx"}
                yield from scores(record, speed, named, SOURCE, file=file, key=key, raw_name=name, unit="score")


def _model(record: dict[str, str], name: str, model_id: str, maker: str | None) -> Model:
    is_open = {"Open": True, "Proprietary": False}.get(record.get("License", ""))
    return model(
        model_id, name.split("/")[-1], SOURCE, maker=maker or name.split("/")[0], official=bool(maker),
        open_weights=is_open, parameters_b=number(record.get("Model size (B)")),
        input_modalities=("audio",), output_modalities=("text",),
        weights_url=f"https://huggingface.co/{name}" if is_open else None,
    )  # fmt: skip
