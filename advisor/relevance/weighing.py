"""How closely does each benchmark measure what a text asks for? No language model is involved.

Three readings of the text (the lines of the notes that are nearest in meaning, what a linear reader of those lines
recognises, and shared words) are standardised over all benchmarks and added up. Trade words in the text are spelled
out before. Names and doubts then move what they name.
`docs/retrieval.md` has the measurements.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.relevance.board_traits import special, traits_of
from advisor.relevance.mentions import doubts, mentioned, preferred
from advisor.relevance.note_lines import Lines, grouped
from advisor.relevance.recognition import Recogniser
from advisor.schema import RankedBenchmark, Requirements, UseCase
from knowledge.benchmark_families import family_of
from knowledge.documents import ASKED
from knowledge.embedding import embed_query
from knowledge.lexical import spelled
from knowledge.store import standardised

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.schema import Benchmark
    from knowledge.store import Store

NEAREST, RECOGNISED, WORDS = 0.6, 0.6, 0.4
VARIANT = -0.3
NAMED, DOUBTED, INSTEAD = 8.0, 1.5, 3.0
MIDDLE, SLOPE = 4.0, 1.0
# How much a benchmark's figures count: the text's scores are read more widely than for the list that is shown, as the
# words of a message meet those of many notes; of these, benchmarks of other tasks keep UNLIKE. A stated task adds
# BY_TASK for each family of benchmarks that measures it, most for what fits text, trade and languages (SOME counts
# for what no word of the text meets).
COUNTS, UNLIKE, BY_TASK, SOME = 3.0, 0.3, 0.3, 0.02
REMEMBERED_TEXTS = 128


class Line(NamedTuple):
    """The line of a note that fits a text best."""

    text: str
    similarity: float


class Reading(NamedTuple):
    """How a text stands to each benchmark: fused standard scores in the order of the ids, and the line of its note that
    fits best."""

    ids: tuple[str, ...]
    scores: NDArray[np.float64]
    lines: Mapping[str, Line]


def rank_benchmarks(
    text: str, *, store: Store, catalog: Catalog, requirements: Requirements | None = None, k: int = 10
) -> list[RankedBenchmark]:
    """The `k` benchmarks that measure what `text` asks for, best first, one of each family.

    `score` and `relevance` are 0 to 1; `why` quotes the note. An empty text ranks by the requirements alone.
    """
    reading = _read(text, store, catalog)
    raised = traits_of(catalog, reading.ids).raised(requirements) if requirements else 0.0
    scores = dict(zip(reading.ids, (reading.scores + raised).tolist(), strict=True))
    scores = _move_named(text, scores, catalog)
    best = _one_of_each_family(sorted(scores, key=lambda b: (-scores[b], b)), catalog)[:k]
    replaced = _doubted(text, catalog)
    return [_ranked(catalog.benchmarks[b], scores[b], reading.lines.get(b), replaced) for b in best]


def benchmark_weights(use_case: UseCase, *, store: Store, catalog: Catalog) -> dict[str, float]:
    """Relevance, 0 to 1, of every benchmark with scores (variants included) to a use case."""
    return _weights(use_case, _read(use_case.text, store, catalog), catalog)


def weigh_benchmarks(use_case: UseCase, *, store: Store, catalog: Catalog) -> list[RankedBenchmark]:
    """As `benchmark_weights`, with the reason for each weight, the most relevant first."""
    reading = _read(use_case.text, store, catalog)
    scores = dict(zip(reading.ids, reading.scores.tolist(), strict=True))
    weighed = [
        _ranked(catalog.benchmarks[b], scores[b], reading.lines.get(b)).model_copy(
            update={"score": weight, "relevance": weight}
        )
        for b, weight in _weights(use_case, reading, catalog).items()
    ]
    return sorted(weighed, key=lambda w: (-w.relevance, w.id))


def _weights(use_case: UseCase, reading: Reading, catalog: Catalog) -> dict[str, float]:
    """What the text reaches, as far as its tasks are those that are meant, and what the stated task adds; formulas in
    docs/method.md."""
    needs, traits = special(use_case.requirements(with_assumptions=True)), traits_of(catalog, reading.ids)
    families, scored = _families(reading.ids, catalog), _scored(reading.ids, catalog)
    alone = 1 / np.maximum(np.bincount(families, scored)[families], 1)
    by_text = 1 / (1 + np.exp(-(reading.scores - COUNTS) / SLOPE)) if use_case.text.strip() else np.zeros(len(alone))
    by_task, carried = traits.task_fit(needs), traits.carry_over(needs)
    fits = np.where(scored, by_task * (by_text + SOME) * carried, 0.0) ** 2
    say = fits / np.maximum(np.bincount(families, fits)[families], 1e-12)
    weight = by_text * (UNLIKE + (1 - UNLIKE) * traits.likeness(by_text * alone, needs)) + BY_TASK * by_task * say
    weight = np.where(scored, weight * carried, 0.0).clip(0, 1)
    return {reading.ids[n]: w for n, w in enumerate(weight.round(4).tolist()) if w > 0}


@lru_cache(maxsize=2)
def _scored(ids: tuple[str, ...], catalog: Catalog) -> NDArray[np.bool_]:
    """Which benchmarks have scores."""
    return np.array([bool(catalog.scores_on(b)) for b in ids], dtype=bool)


@lru_cache(maxsize=2)
def _families(ids: tuple[str, ...], catalog: Catalog) -> NDArray[np.int64]:
    """The number of the family of each."""
    return np.unique([family_of(b, catalog) for b in ids], return_inverse=True)[1]


def read_ahead(text: str) -> None:
    """Begin to read the meaning of a text in a thread, as that takes about as long as all the rest: the embedding
    computes outside of the interpreter's lock."""
    threading.Thread(target=embed_query, args=(spelled(text),), daemon=True).start()


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _read(text: str, store: Store, catalog: Catalog) -> Reading:
    ranked = _noted(catalog)
    if not text.strip():
        return Reading(ranked, np.zeros(len(ranked)), {})
    meant = spelled(text)
    ids, meaning = store.similarities(meant, "benchmark")
    every, noted = _lines(store, ranked)
    signals = [
        (NEAREST, standardised(every.mean_of_best_two(meaning))),
        (RECOGNISED, _recognised(meant, store, ranked)),
        (WORDS, standardised(noted.total(store.word_scores(text, ids)))),
        (VARIANT, _variants(catalog)),
    ]
    fused = np.sum([weight * values for weight, values in signals], axis=0)
    best = {b: Line(store.text(ids[n]), float(meaning[n])) for b, n in every.best_place(meaning).items()}
    return Reading(ranked, np.asarray(fused, dtype=np.float64), best)


@lru_cache(maxsize=2)
def _noted(catalog: Catalog) -> tuple[str, ...]:
    """Benchmarks that have a note."""
    return tuple(b.id for b in catalog.benchmarks.values() if b.measures)


@lru_cache(maxsize=2)
def _variants(catalog: Catalog) -> NDArray[np.float32]:
    """Which of them are variants of another one."""
    return np.array([catalog.benchmarks[b].parent is not None for b in _noted(catalog)], dtype=np.float32)


@lru_cache(maxsize=2)
def _lines(store: Store, ranked: tuple[str, ...]) -> tuple[Lines, Lines]:
    """All lines of the notes, and those without the ways in which people ask."""
    ids, _ = store.vectors("benchmark")
    about = [store.metadata(doc_id) for doc_id in ids]
    groups = [a["group"] for a in about]
    every, noted = grouped(groups, [True] * len(ids)), grouped(groups, [a["facet"] != ASKED for a in about])
    return Lines(every, ranked), Lines(noted, ranked)


@lru_cache(maxsize=2)
def _recogniser(store: Store) -> Recogniser:
    ids, lines = store.vectors("benchmark")
    return Recogniser(lines, [store.metadata(doc_id)["group"] for doc_id in ids])


def _recognised(meant: str, store: Store, ranked: Iterable[str]) -> NDArray[np.float32]:
    reader = _recogniser(store)
    known = dict(zip(reader.labels, reader.scores(embed_query(meant)).tolist(), strict=True))
    return standardised(np.array([known.get(bench, 0.0) for bench in ranked]))


def _move_named(text: str, scores: dict[str, float], catalog: Catalog) -> dict[str, float]:
    """Named benchmarks come first; where the text doubts one, what the note names instead does."""
    named = [b for b in mentioned(text, catalog.benchmarks) if b in scores]
    doubted = doubts(text)
    moved = dict(scores)
    for bench in named:
        moved[bench] += DOUBTED if doubted else NAMED
        for other in catalog.benchmarks[bench].instead if doubted else ():
            if other in moved:
                moved[other] += INSTEAD
    for bench in preferred(named, catalog.benchmarks):
        moved[bench] = max(moved[b] for b in named) + 1
    return moved


def _doubted(text: str, catalog: Catalog) -> list[Benchmark]:
    return [catalog.benchmarks[b] for b in mentioned(text, catalog.benchmarks)] if doubts(text) else []


def _one_of_each_family(ordered: Iterable[str], catalog: Catalog) -> list[str]:
    first: dict[str, str] = {}
    for bench in ordered:
        first.setdefault(catalog.benchmarks[bench].parent or bench, bench)
    return list(first.values())


def _share(score: float) -> float:
    return 1 / (1 + math.exp(-(score - MIDDLE) / SLOPE))


def _ranked(bench: Benchmark, score: float, line: Line | None, replaced: Sequence[Benchmark] = ()) -> RankedBenchmark:
    share = round(_share(score), 4)
    return RankedBenchmark(
        id=bench.id,
        name=bench.name,
        score=share,
        relevance=share,
        why=_why(bench, line, replaced),
        limits=[claim.text for claim in bench.limits],
        sources=list(dict.fromkeys([*filter(None, [bench.leaderboard_url]), *bench.sources])),
    )


def _why(bench: Benchmark, line: Line | None, replaced: Sequence[Benchmark]) -> str:
    """What it measures, the line of the note that fits the text best, and what it is meant to replace."""
    parts = [f"Measures: {bench.measures[0].lower() + bench.measures[1:]}."]
    if line and line.text in bench.useful_for:
        parts.append(f"Useful for: {line.text[0].lower() + line.text[1:]}.")
    parts += [_step_up(old) for old in replaced if bench.id in old.instead]
    return " ".join(parts)


def _step_up(old: Benchmark) -> str:
    limit = f": {old.limits[0].text}" if old.limits else ""
    return f"The note on {old.name} names it as what to read instead{limit}."
