"""Epoch AI's Benchmarking Hub and Capabilities Index: its own runs, and figures that it copies from others.

Epoch's own runs have a standard error. Copies (`*_external.csv`) of a public board are independent, copies
from papers and announcements are marked as vendor-reported, and boards of agents as scaffold, except where the
agent is the board's own (Terminus 2). Copies of HELM,
Aider, LiveBench and the web-development arena are left out: those boards have adapters of their own. Where a
model was run several times, the newest run counts, of undated ones the lowest figure.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from knowledge.makers import maker_of, maker_of_name
from knowledge.schema import Model, Score, ScoreKind, Source, Unit
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Named, Names
from knowledge.sources.rows import day, model, new_id

FOLDER = "epoch_benchmark_hub"
FILES = {f"{FOLDER}/benchmark_data.zip": "https://epoch.ai/data/benchmark_data.zip"}
ECI = "epoch_capabilities_index_2026-07-01"
BOARD = re.compile(r"leaderboard|dashboard|website|github|https?://|METR|^$", re.I)
COVERED = re.compile(r"HELM|CRFM", re.I)
EFFORT = re.compile(r"_(none|minimal|low|medium|high|xhigh|max|unknown|\d+k|thinking.*)$|-pre-release", re.I)
RUN_DATES = ("Started at", "Run date", "Date of evaluation", "Evaluation date", "Date run", "Date", "Date added")

SOURCE = Source(
    id="epoch",
    name="Epoch AI Benchmarking Hub",
    url="https://epoch.ai/benchmarks",
    licence="CC BY 4.0",
    redistributable=True,
    date=dt.date(2026, 5, 14),
    attribution="Epoch AI, 'AI Benchmarking Hub', epoch.ai/benchmarks, CC BY 4.0",
    row_means="one model version (name_effort) on one benchmark; Epoch's own runs have a standard error",
    traps="*_external files are copies from boards and papers; repeated runs; scaffolds on agent boards",
    refresh_url="https://epoch.ai/data/benchmark_data.zip",
)


@dataclass(frozen=True)
class Table:
    """One CSV file: which column is which benchmark, and what kind of figures it holds."""

    columns: dict[str, str]
    unit: Unit = "fraction"
    kind: ScoreKind = "independent"
    stderr: str | None = None
    agent: str | None = None
    date: dt.date | None = None


TABLES: dict[str, Table] = {
    ECI: Table({"ECI Score": "eci"}, unit="score", date=dt.date(2026, 7, 1)),
    "epoch_capabilities_index": Table({"ECI Score": "eci"}, unit="score"),
    "gpqa_diamond": Table({"mean_score": "gpqa-diamond"}, stderr="stderr"),
    "math_level_5": Table({"mean_score": "math-level-5"}, stderr="stderr"),
    "otis_mock_aime_2024_2025": Table({"mean_score": "otis-mock-aime"}, stderr="stderr"),
    "frontiermath": Table({"mean_score": "frontiermath"}, stderr="stderr"),
    "frontiermath_tier_4": Table({"mean_score": "frontiermath-tier-4"}, stderr="stderr"),
    "simpleqa_verified": Table({"mean_score": "simpleqa-verified"}, stderr="stderr"),
    "swe_bench_verified": Table({"mean_score": "swe-bench-verified"}, stderr="stderr"),
    "chess_puzzles": Table({"mean_score": "chess-puzzles"}, stderr="stderr"),
    "swe_bench_bash": Table({"% Resolved": "swe-bench-bash-only"}),
    "hle_external": Table({"Accuracy": "hle"}, stderr="Accuracy Standard Error"),
    "arc_agi_external": Table({"Score": "arc-agi"}),
    "arc_agi_2_external": Table({"Score": "arc-agi-2"}),
    "simplebench_external": Table({"Score (AVG@5)": "simplebench"}),
    "fictionlivebench_external": Table({
        "120k token score": "fiction-livebench-120k",
        "32k token score": "fiction-livebench-32k",
        "192k token score": "fiction-livebench-192k",
    }),
    "balrog_external": Table({"Average progress": "balrog"}, stderr="Average Standard error"),
    "weirdml_external": Table({"Accuracy": "weirdml"}),
    "vpct_external": Table({"Correct": "vpct"}),
    "geobench_external": Table({"ACW Avg Score": "geobench"}, unit="score"),
    "cad_eval_external": Table({"Overall pass (%)": "cad-eval"}),
    "lech_mazur_writing_external": Table({"Mean score": "lech-mazur-writing"}, unit="score"),
    "video_mme_external": Table({"Overall (no subtitles)": "video-mme"}),
    "gdpval_external": Table({"Win + tie rate (%)": "gdpval"}, kind="vendor"),
    "apex_agents_external": Table({"Pass@1 score": "apex-agents"}),
    "metr_time_horizons_external": Table({"Time horizon": "metr-time-horizon"}, unit="minutes"),
    "gso_external": Table({"Score OPT@1": "gso"}, agent="Scaffold"),
    "terminalbench_external": Table(
        {"Accuracy mean": "terminal-bench-2"}, kind="scaffold", agent="Agent", stderr="Accuracy SE"
    ),
    "posttrainbench_external": Table({"Average (%)": "posttrainbench"}, kind="scaffold", agent="Scaffold"),
    "os_world_external": Table({"Score": "os-world"}, unit="percent", kind="scaffold", agent="Agent"),
    "the_agent_company_external": Table({"% Resolved": "the-agent-company"}, kind="scaffold", agent="Name"),
    "deepresearchbench_external": Table({"Average score": "deepresearch-bench"}, kind="scaffold", agent="Agent"),
    "cybench_external": Table({"Unguided % Solved": "cybench"}),
    "mmlu_external": Table({"EM": "mmlu"}),
    "arc_ai2_external": Table({"Challenge score": "arc-challenge", "Easy score": "arc-easy"}),
    "hella_swag_external": Table({"Overall accuracy": "hellaswag"}),
    "wino_grande_external": Table({"Accuracy": "winogrande"}),
    "gsm8k_external": Table({"EM": "gsm8k"}),
    "bbh_external": Table({"Average": "bbh"}),
    "bool_q_external": Table({"Score": "boolq"}),
    "piqa_external": Table({"Score": "piqa"}),
    "open_book_qa_external": Table({"Accuracy": "openbookqa"}),
    "trivia_qa_external": Table({"EM": "trivia-qa"}),
    "lambada_external": Table({"Score": "lambada"}),
    "adversarial_nli_external": Table({"Score": "anli"}),
    "common_sense_qa_2_external": Table({"Score": "commonsenseqa-2"}),
    "science_qa_external": Table({"Score": "scienceqa"}),
    "superglue_external": Table({"Score": "superglue"}),
}  # fmt: skip


def rows(raw: Path, names: Names) -> Iterator[Model | Score]:
    """Scores of every table; the index announces models that no list has, with their release dates."""
    present = {name: table for name, table in TABLES.items() if (raw / FOLDER / f"{name}.csv").is_file()}
    for name, table in present.items():
        file = f"{FOLDER}/{name}.csv"
        by_version = groupby(sorted(load(raw / file), key=_sort_key), key=lambda r: r["Model version"])
        for version, runs in by_version:
            kept = [r for r in runs if not COVERED.search(r.get("Source") or "")]
            if version and kept:
                yield from _version(file, table, version, kept, names)


def _version(
    file: str, table: Table, version: str, runs: list[dict[str, str]], names: Names
) -> Iterator[Model | Score]:
    named = yield from _named(version, runs[0], names, announce="epoch_capabilities_index" in file)
    if named is None:
        return
    by_agent = (
        {(r.get(table.agent) or "").strip(): r for r in sorted(runs, key=_quality(table))}
        if table.agent
        else {"": min(runs, key=_newest(table))}
    )
    for agent, run in by_agent.items():
        yield from _scores(file, table, run, named, agent)


def _named(version: str, run: dict[str, str], names: Names, *, announce: bool) -> Generator[Model, None, Named | None]:
    maker = _maker(version, run.get("Organization") or "")
    plain = EFFORT.sub("", EFFORT.sub("", version))
    named = (
        names.announce(version, "epoch_version", new_id(maker, plain))
        if announce and maker
        else names.find(version, "epoch_version")
    )
    if not (announce and named):
        return named
    yield model(
        named.id, run.get("Model name") or plain, SOURCE, maker=maker, released=day(run["Release date"]),
        open_weights=_open(run.get("Model accessibility") or ""),
    )  # fmt: skip
    return named


def _maker(version: str, organisations: str) -> str | None:
    """The organisation; of several the one whose name the model has, else the first."""
    first = organisations.split(",")[0]
    return maker_of(organisations) or (maker_of_name(version) if first else None) or maker_of(first)


def _open(accessibility: str) -> bool | None:
    if accessibility.startswith("Open weights"):
        return True
    return False if accessibility.startswith(("API", "Hosted", "Unreleased")) else None


def _sort_key(run: dict[str, str]) -> tuple[str, str]:
    return run["Model version"], str(sorted(run.items()))


def _newest(table: Table) -> Callable[[dict[str, str]], tuple[int, float]]:
    """Newest run first, of undated ones the lowest figure."""
    column = next(iter(table.columns))

    def key(run: dict[str, str]) -> tuple[int, float]:
        date = _run_date(run)
        return -(date.toordinal() if date else 0), number(run[column]) or 0.0

    return key


def _quality(table: Table) -> Callable[[dict[str, str]], tuple[float, ...]]:
    """Oldest run first, so that the newest is the one that stays in a dict."""
    newest = _newest(table)
    return lambda run: tuple(-x for x in newest(run))


def _run_date(run: dict[str, str]) -> dt.date | None:
    return next((date for column in RUN_DATES if (date := day(run.get(column)))), None)


def _scores(file: str, table: Table, run: dict[str, str], named: Named, agent: str) -> Iterator[Score]:
    for column, benchmark in table.columns.items():
        value = number(run[column])
        if value is None:
            continue
        yield Score(
            model_id=named.id, benchmark_id=benchmark, value=value, unit=table.unit, source_id=SOURCE.id,
            date=table.date or _run_date(run) or SOURCE.date, raw_name=run["Model version"],
            config=",".join(filter(None, (named.config, f"agent={agent}" if agent else ""))),
            kind=_kind(table, run), stderr=number(run.get(table.stderr or "")),
            low=number(run.get("CI_low")), high=number(run.get("CI_high")),
            locator=locate(file, column, _identity(run, column)), url=run.get("Source link") or SOURCE.url,
        )  # fmt: skip


def _kind(table: Table, run: dict[str, str]) -> ScoreKind:
    if (run.get("Agent") or "").strip() == "Terminus 2":
        return "independent"
    if table.kind != "independent":
        return table.kind
    return "independent" if BOARD.search(run.get("Source") or "") else "vendor"


def _identity(run: dict[str, str], column: str) -> dict[str, str]:
    for key in ("id", "UUID", "ID"):
        if run.get(key):
            return {key: run[key]}
    return {"Model version": run["Model version"], column: run[column]}
