"""MTEB(eng, v2): embedding models, mean over 41 tasks and by type of task, 0 to 100."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.makers import maker_of
from knowledge.schema import Model, Score, Source
from knowledge.sources.figures import kebab, scores
from knowledge.sources.locator import load, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import day, model, new_id, tokens

FILE = "mteb/mteb_eng_v2_summary.csv"
TYPES = ("Retrieval", "Clustering", "Reranking", "STS", "Classification", "Summarization")
COLUMNS = {"mean_task": "mteb-eng-v2", "PairClassification": "mteb-eng-v2-pair-classification"} | {
    kind: f"mteb-eng-v2-{kebab(kind)}" for kind in TYPES
}

SOURCE = Source(
    id="mteb",
    name="MTEB English v2",
    url="https://huggingface.co/spaces/mteb/leaderboard",
    licence="CC0-1.0",
    redistributable=True,
    date=dt.date(2026, 8, 20),
    attribution="MTEB, embeddings-benchmark/results",
    row_means="embedding model; mean main score over the tasks, averaged from the official results repository",
    traps="only models with all 41 tasks; several revisions of a model; fine-tunes made for the benchmark",
    refresh_url="https://github.com/embeddings-benchmark/results",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Score]:
    """Embedding models, announced here, and their scores."""
    for record in load(raw / FILE):
        name = record["model"]
        maker = maker_of(name.split("/")[0])
        named = names.announce(name, SOURCE.id, new_id(maker, name) if maker else name.lower())
        yield _model(record, named.id, maker)
        key = {"model": name, "revision": record["revision"]}
        yield from scores(record, COLUMNS, named, SOURCE, file=FILE, key=key, raw_name=name)


def _model(record: dict[str, str], model_id: str, maker: str | None) -> Model:
    name, size = record["model"], number(record["n_parameters"])
    is_open = record["open_weights"] == "True"
    return model(
        model_id, name.split("/")[-1], SOURCE, maker=maker or name.split("/")[0], official=bool(maker),
        released=day(record["release_date"]), licence=record["license"] or None, open_weights=is_open,
        parameters_b=round(size / 1e9, 3) if size else None, context_window=tokens(record["max_tokens"]),
        output_modalities=("embedding",), weights_url=f"https://huggingface.co/{name}" if is_open else None,
    )  # fmt: skip
