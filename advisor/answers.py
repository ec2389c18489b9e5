"""Questions on benchmarks, models and evaluation, answered from the notes, the catalogue and formulas.

Code composes the answer and puts every figure; a language model, if given, may only reword it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from advisor.comparison import named_models, side_by_side
from advisor.computed import computed_answers
from advisor.mentions import doubts, mentioned
from advisor.relevance import rank_benchmarks
from advisor.rephrasing import Voice, reworded
from advisor.schema import Answer, Citation, RankedBenchmark
from knowledge.lexical import fold

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.schema import Benchmark
    from knowledge.store import Hit, Store

RANKED = 3
TOPICS = 2
BOARDS = 3
SURE_TOPIC = 5.0
FITTING = 0.5
_BOARDS = re.compile(
    r"leaderboard|ranking|\bboards?\b|rangliste|bestenliste|clasificacion|classement|classifica|ランキング"
)
NOTHING = (
    "The notes and the catalogue hold nothing on this. Name a benchmark, a model, or describe what the model should do."
)


class Part(NamedTuple):
    """A piece of an answer and where it comes from."""

    text: str
    citations: list[Citation]


def answer(text: str, *, store: Store, catalog: Catalog, model: Voice | None = None) -> Answer:
    """Answer a question or comment on a use case, with citations. Works without a language model.

    `model` rewords the composed text; its words are dropped where they hold a figure, a model or a benchmark
    that the evidence does not.
    """
    parts = _parts(text, store, catalog) if text.strip() else []
    composed = "\n\n".join(part.text for part in parts) or NOTHING
    citations = list({(c.source, c.url, c.date): c for part in parts for c in part.citations}.values())
    if model is not None and parts:
        composed = reworded(text, composed, _all_names(catalog), model)
    return Answer(answer=composed, citations=citations)


def _parts(text: str, store: Store, catalog: Catalog) -> list[Part]:
    computed = [Part(found.text, [found.citation]) for found in computed_answers(text)]
    models = named_models(text, catalog)
    compared = [_models_part(text, catalog)] if models else []
    topics = [_topic_part(hit) for hit in _sure_topics(text, store)]
    benchmarks = (
        _benchmark_parts(text, store, catalog) if not (computed or compared) or _names_any(text, catalog) else []
    )
    boards = _board_parts(text) if _BOARDS.search(fold(text)) else []
    return [*computed, *compared, *_in_order(text, topics, benchmarks, catalog), *boards]


def _in_order(text: str, topics: list[Part], benchmarks: list[Part], catalog: Catalog) -> list[Part]:
    """What a question names comes before what is generally so."""
    return [*benchmarks, *topics] if _names_any(text, catalog) or not topics else [*topics, *benchmarks]


def _names_any(text: str, catalog: Catalog) -> bool:
    return bool(mentioned(text, catalog.benchmarks))


def _models_part(text: str, catalog: Catalog) -> Part:
    models = named_models(text, catalog)
    table, citations = side_by_side(models, catalog)
    return Part(table, citations)


def _sure_topics(text: str, store: Store) -> list[Hit]:
    """Topic notes that the whole store ranks among the best for this text."""
    hits = store.search(text, k=TOPICS, kind="topic")
    return [hit for hit in hits if hit.score >= SURE_TOPIC]


def _topic_part(hit: Hit) -> Part:
    body = hit.text.split("\n", 1)[-1].strip()
    return Part(f"**{hit.title}.** {body}", [Citation(source=hit.title, url=hit.url, date=hit.date, title=hit.title)])


def _benchmark_parts(text: str, store: Store, catalog: Catalog) -> list[Part]:
    named = [catalog.benchmarks[b] for b in mentioned(text, catalog.benchmarks)]
    described = [_described(bench, catalog) for bench in named if bench.measures]
    if described and not doubts(text):
        return described
    ranked = rank_benchmarks(text, store=store, catalog=catalog, k=RANKED + len(named))
    others = [r for r in ranked if r.relevance >= FITTING and r.id not in {bench.id for bench in named}][:RANKED]
    return described + [_recommended(r, number, bool(named)) for number, r in enumerate(others)]


def _recommended(ranked: RankedBenchmark, number: int, named: bool) -> Part:
    lead = ("Read instead: " if named else "Closest to what you ask: ") if number == 0 else "Also: "
    limit = f" Known limit: {ranked.limits[0]}." if ranked.limits else ""
    text = f"{lead}**{ranked.name}**. {ranked.why}{limit}"
    return Part(text, [Citation(source=ranked.name, url=url, title=ranked.name) for url in ranked.sources[:2]])


def _described(bench: Benchmark, catalog: Catalog) -> Part:
    """What a benchmark measures, for what it is good and not, its limits and what comes after it."""
    lines = [
        f"**{bench.name}** measures: {bench.measures}.",
        f"Scored as: {bench.scoring}." if bench.scoring else "",
        f"Size: {bench.size}." if bench.size else "",
        f"Chance level: {bench.floor:g} {bench.unit}." if bench.floor is not None else "",
        f"Useful for: {'; '.join(bench.useful_for)}." if bench.useful_for else "",
        f"Not for: {'; '.join(bench.not_for)}." if bench.not_for else "",
        *(f"Limit: {claim.text}." for claim in bench.limits),
        _instead(bench, catalog),
    ]
    cited = [*(claim.source for claim in bench.limits), *filter(None, [bench.leaderboard_url]), *bench.sources[:1]]
    citations = [Citation(source=bench.name, url=url, title=bench.name) for url in dict.fromkeys(cited)]
    return Part("\n".join(filter(None, lines)), citations)


def _instead(bench: Benchmark, catalog: Catalog) -> str:
    known = [catalog.benchmarks[b].name for b in bench.instead if b in catalog.benchmarks]
    return f"When it no longer separates your candidates, read {', '.join(known)}." if known else ""


def _board_parts(text: str) -> list[Part]:
    """Leaderboards elsewhere, for a domain or language that we carry no board for."""
    from knowledge.directory import find_leaderboards

    boards = find_leaderboards(text, limit=BOARDS)
    if not boards:
        return []
    listed = "\n".join(f"- [{board.name}]({board.url}), by {board.owner}" for board in boards)
    citations = [Citation(source=board.name, url=board.url, date=str(board.seen)) for board in boards]
    return [Part(f"Leaderboards elsewhere that may fit, not checked by us:\n{listed}", citations)]


def _all_names(catalog: Catalog) -> list[str]:
    return [*(b.name for b in catalog.benchmarks.values()), *(m.name for m in catalog.models.values())]
