"""The notes: each validates, names its sources, and speaks of things that exist."""

from __future__ import annotations

import pytest

from advisor.schema import TASKS
from knowledge.catalog import load_catalog
from knowledge.note_files import NOTES as FOLDER
from knowledge.note_files import load_asked, load_benchmarks, load_topics, note_text
from knowledge.schema import Benchmark

BENCHMARKS = FOLDER / "benchmarks"
FIRST = {
    "arc-challenge", "drop", "hellaswag", "mmlu", "truthfulqa", "winogrande", "gsm8k", "arena-text", "humaneval",
    "multipl-e", "gpqa", "bbh", "math-level-5", "ifeval", "musr", "mmlu-pro",
}  # fmt: skip
NOTES = load_benchmarks()
ROOTS = [b for b in NOTES if b.parent is None]
FILES = [b for b in ROOTS if (BENCHMARKS / f"{b.id}.md").is_file()]
# Boards that measure systems, or whose first day no source states.
UNDATED = {
    "aime", "arena-document", "artificial-analysis-performance", "cad-eval", "chess-puzzles", "geobench", "llm-perf",
    "ml-energy", "otis-mock-aime", "vpct",
}  # fmt: skip
# Ratings, free scales, and means over subtasks with different chances: no single chance level exists.
NO_CHANCE_LEVEL = {
    "african-languages-leaderboard", "arena-document", "arena-search", "arena-text", "arena-vision", "arena-webdev",
    "eci", "eq-bench", "euroeval", "flores", "healthbench", "indic-llm-leaderboard", "japanese-boards",
    "la-leaderboard", "legalbench", "mathvista", "mmmu", "omnidocbench", "open-arabic-llm-leaderboard",
    "open-ko-llm-leaderboard", "open-pt-llm-leaderboard", "superclue", "truthfulqa", "wmt",
}  # fmt: skip


def test_the_sixteen_and_sixty_more_are_there() -> None:
    ids = {b.id for b in NOTES}
    assert ids >= FIRST
    assert len(ROOTS) >= len(FIRST) + 60


def test_ids_are_unique() -> None:
    ids = [b.id for b in NOTES]
    assert len(ids) == len(set(ids))


def test_what_to_use_instead_exists() -> None:
    ids = {b.id for b in NOTES} | load_catalog().benchmarks.keys()
    assert {(b.id, other) for b in NOTES for other in b.instead if other not in ids} == set()


@pytest.mark.parametrize("note", FILES, ids=lambda b: b.id)
def test_a_note_has_every_field(note: Benchmark) -> None:
    assert note.scoring and note.size and note.not_for and note.limits and note.instead and note.leaderboard_url
    assert note.public_since or note.id in UNDATED
    assert load_catalog().benchmarks[note.id].floor is not None or note.id in NO_CHANCE_LEVEL


def test_ways_to_ask_belong_to_benchmarks_that_have_a_note() -> None:
    asked = load_asked()
    assert asked.keys() <= {b.id for b in NOTES}
    lines = [line for ways in asked.values() for line in ways]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("note", ROOTS, ids=lambda b: b.id)
def test_a_note_says_what_it_must(note: Benchmark) -> None:
    assert note.measures and note.useful_for and note.sources
    assert all(limit.source.startswith("http") for limit in note.limits)
    assert set(note.tasks) <= set(TASKS)
    assert all(0 <= weight <= 1 for weight in note.tasks.values())
    assert note.floor is None or note.ceiling is None or note.floor < note.ceiling
    assert len(note_text(note.id).split()) >= 20


def test_topics_have_titles_bodies_and_sources() -> None:
    topics = load_topics()
    assert len(topics) >= 12
    for topic in topics:
        assert topic.title and len(topic.body.split()) >= 80, topic.id
        assert topic.sources, topic.id
