"""Hugging Face Open LLM Leaderboard: v2 (six tasks, raw fractions) and the archived v1 (six tasks, percent).

All models of known makers are kept, and the hundred best others that are neither merged nor flagged. Where a
model was run several times, the run counts that has original weights, bfloat16 and, for a chat model, the
chat template; of equal ones the latest. The upload of the weights dates models that no other source dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from knowledge.makers import maker_of
from knowledge.schema import Model, Score, Source, Unit
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Named, Names
from knowledge.sources.rows import day, model, new_id, size_of

OTHERS = 100
HUB_DATES_FROM = dt.date(2022, 3, 2)  # everything older carries this day
MIRROR = "https://raw.githubusercontent.com/fboulnois/llm-leaderboard-csv/main/csv/huggingface_v2.csv"
FILES = {"open_llm_leaderboard/open_llm_leaderboard_v2.csv": MIRROR}

SOURCE = Source(
    id="open_llm_leaderboard",
    name="Open LLM Leaderboard",
    url="https://huggingface.co/spaces/open-llm-leaderboard/open_llm_leaderboard",
    licence="Apache-2.0 (leaderboard Space)",
    redistributable=True,
    date=dt.date(2025, 3, 21),
    attribution="Open LLM Leaderboard, Hugging Face",
    row_means="one evaluation: model x precision x weight type x chat template",
    traps="community merges, repeated runs, flagged (contaminated) models; retired in 2025; the v1 export's "
    "`flagged` column is inverted (FALSE marks the contaminated ones)",
    refresh_url=MIRROR,
)


@dataclass(frozen=True)
class Board:
    """Where one version of the leaderboard keeps what."""

    file: str
    name: str
    average: str
    clean: tuple[str, str]
    merged: str
    licence: str
    size: str
    date: str
    ends: dt.date
    unit: Unit
    columns: dict[str, str]
    id_columns: tuple[str, ...]


V2 = Board(
    file="open_llm_leaderboard/open_llm_leaderboard_v2.csv",
    name="model_name",
    average="model_average_score",
    clean=("features_is_flagged", "FALSE"),
    merged="features_is_merged",
    licence="metadata_hub_license",
    size="metadata_params_billions",
    date="metadata_submission_date",
    ends=dt.date(2025, 3, 13),
    unit="fraction",
    columns={
        "ifeval": "evaluations_ifeval_value",
        "bbh": "evaluations_bbh_value",
        "math-level-5": "evaluations_math_value",
        "gpqa": "evaluations_gpqa_value",
        "musr": "evaluations_musr_value",
        "mmlu-pro": "evaluations_mmlu_pro_value",
    },
    id_columns=("id",),
)
V1 = Board(
    file="open_llm_leaderboard/open_llm_leaderboard_v1.csv",
    name="fullname",
    average="average",
    clean=("flagged", "TRUE"),
    merged="merged",
    licence="hub_license",
    size="params_b",
    date="date",
    ends=dt.date(2024, 6, 15),
    unit="percent",
    columns={
        "arc-challenge": "arc",
        "hellaswag": "hellaswag",
        "mmlu": "mmlu",
        "truthfulqa": "truthfulqa",
        "winogrande": "winogrande",
        "gsm8k": "gsm8k",
    },
    id_columns=("fullname", "precision", "model_sha", "weight_type", "date"),
)


def rows(raw: Path, names: Names) -> Iterator[Model | Score]:
    """Models with licence and size, and their six scores a version."""
    for board in filter(lambda b: (raw / b.file).is_file(), (V2, V1)):
        for record in _chosen(load(raw / board.file), board):
            yield from _rows_of(record, board, names)


def _chosen(records: list[dict[str, str]], board: Board) -> list[dict[str, str]]:
    clean = [r for r in records if r[board.clean[0]] == board.clean[1] and "/" in r[board.name]]
    by_model = groupby(sorted(clean, key=lambda r: r[board.name]), key=lambda r: r[board.name])
    best = [max(runs, key=lambda r: _preference(r, board)) for _, runs in by_model]
    known = [r for r in best if _maker(r, board)]
    others = [r for r in best if not _maker(r, board) and r[board.merged] == "FALSE"]
    others.sort(key=lambda r: (-(number(r[board.average]) or 0.0), r[board.name]))
    return known + others[:OTHERS]


def _preference(record: dict[str, str], board: Board) -> tuple[bool, bool, bool, str]:
    weights = record.get("model_weight_type") or record.get("weight_type")
    precision = record.get("model_precision") or record.get("precision")
    is_chat = record.get("model_type") == "chatmodels"
    templated = record.get("model_has_chat_template") == "TRUE"
    return weights == "Original", precision == "bfloat16", templated == is_chat, record[board.date]


def _maker(record: dict[str, str], board: Board) -> str | None:
    return maker_of(record[board.name].split("/")[0])


def _rows_of(record: dict[str, str], board: Board, names: Names) -> Iterator[Model | Score]:
    full_name = record[board.name]
    maker = _maker(record, board)
    fresh = new_id(maker, full_name) if maker else full_name.lower()
    named = names.announce(full_name, SOURCE.id, fresh)
    yield model(
        named.id, full_name.split("/")[1], SOURCE,
        maker=maker or full_name.split("/")[0],
        official=bool(maker) or None if named.id != fresh else bool(maker),
        base_model=record.get("metadata_base_model") if not maker else None,
        licence=record[board.licence] or None,
        open_weights=True,
        parameters_b=_size(record, board),
        weights_url=f"https://huggingface.co/{full_name}",
        released=_uploaded(record),
    )  # fmt: skip
    yield from _scores(record, board, named)


def _size(record: dict[str, str], board: Board) -> float | None:
    """Billions of parameters; None where the first board has cut off what the name says in full (1 for 1.8)."""
    stated, named = number(record[board.size]), size_of(record[board.name])[0]
    rounded = stated and named and stated == int(stated) and 0 < abs(named - stated) < 1
    return None if rounded else stated or None


def _uploaded(record: dict[str, str]) -> dt.date | None:
    """The day on which the weights were uploaded; the second board tells it."""
    uploaded = day(record.get("metadata_upload_date"))
    return uploaded if uploaded and uploaded > HUB_DATES_FROM else None


def _scores(record: dict[str, str], board: Board, named: Named) -> Iterator[Score]:
    keys = {column: record[column] for column in board.id_columns}
    date = min(day(record[board.date]) or board.ends, board.ends)
    for benchmark, column in board.columns.items():
        value = number(record[column])
        if value is not None:
            yield Score(
                model_id=named.id, benchmark_id=benchmark, value=value, unit=board.unit, source_id=SOURCE.id,
                date=date, raw_name=record[board.name], config=named.config,
                locator=locate(board.file, column, keys), url=SOURCE.url,
            )  # fmt: skip
