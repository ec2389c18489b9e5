"""What the store holds: notes, model cards, top rows of boards and niche leaderboards as short texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.note_files import Topic
    from knowledge.schema import Benchmark, Model, Score

ASKED = "asked"
TOP_ROWS = 10
SCORED_BENCHMARKS_ON_CARD = 5
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """One text of the store. `group` is the benchmark, topic, model or leaderboard that it speaks of, and
    `facet` the part of it that the text tells."""

    id: str
    kind: str
    group: str
    title: str
    text: str
    facet: str = ""
    source: str = ""
    url: str = ""
    date: str = ""
    maker: str = ""
    tasks: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def metadata(self) -> dict[str, Any]:
        """As Chroma takes it: scalars and lists, no empty value."""
        values = {
            "kind": self.kind, "group": self.group, "title": self.title, "facet": self.facet, "source": self.source,
            "url": self.url, "date": self.date, "maker": self.maker, "task": list(self.tasks),
            "domain": list(self.domains), "language": list(self.languages),
        }  # fmt: skip
        return {key: value for key, value in (values | self.extra).items() if value not in ("", [], None)}


def benchmark_documents(
    benchmarks: Iterable[Benchmark], asked: Mapping[str, Iterable[str]] | None = None
) -> Iterator[Document]:
    """One document for what a benchmark measures, one for each line of its uses and non-uses, one for its limits,
    and one for each way in which people ask for it."""
    for bench in benchmarks:
        for number, line in enumerate((asked or {}).get(bench.id, ())):
            yield _facet(bench, ASKED, number, line)
        also = f" ({', '.join(bench.aliases)})" if bench.aliases else ""
        yield _facet(bench, "measures", 0, f"{bench.name}{also}: {bench.measures}")
        for number, line in enumerate(bench.useful_for):
            yield _facet(bench, "useful", number, line)
        for number, line in enumerate(bench.not_for):
            yield _facet(bench, "misuse", number, line, kind="misuse")
        if bench.limits:
            claims = " ".join(claim.text for claim in bench.limits)
            yield _facet(bench, "limits", 0, f"Limits of {bench.name}: {claims}", kind="limits")


def _facet(bench: Benchmark, facet: str, number: int, text: str, kind: str = "benchmark") -> Document:
    return Document(
        id=f"benchmark:{bench.id}:{facet}:{number}",
        kind=kind,
        group=bench.id,
        title=bench.name,
        text=text,
        facet=facet,
        source=bench.sources[0] if bench.sources else "",
        url=bench.leaderboard_url or (bench.sources[0] if bench.sources else ""),
        tasks=tuple(bench.tasks),
        domains=bench.domains,
        languages=bench.languages,
    )


def topic_documents(topics: Iterable[Topic]) -> Iterator[Document]:
    """The keywords of a topic note, and each section twice: its heading, which is a question, and its whole text."""
    for topic in topics:
        if topic.keywords:
            yield _topic(topic, "keywords", "keywords", f"{topic.title} ({', '.join(topic.keywords)})")
        for number, (heading, text) in enumerate(sections(topic.body)):
            yield _topic(topic, str(number), heading, f"{topic.title}: {heading}\n{text}" if heading else text)
            if heading:
                yield _topic(topic, f"{number}:heading", heading, heading)


def _topic(topic: Topic, key: str, facet: str, text: str) -> Document:
    source = topic.sources[0] if topic.sources else ""
    return Document(
        id=f"topic:{topic.id}:{key}",
        kind="topic",
        group=topic.id,
        title=topic.title,
        text=text,
        facet=facet,
        source=source,
        url=source,
    )


def sections(body: str) -> list[tuple[str, str]]:
    """Heading and text of each section of a Markdown body; what stands before the first heading has none."""
    parts = _HEADING.split(body)
    pairs = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    return [(heading.strip(), text.strip()) for heading, text in pairs if text.strip()]


def model_documents(catalog: Catalog) -> Iterator[Document]:
    """A card for each official model: maker, size, window, licence, modalities."""
    for model in catalog.models.values():
        if model.official:
            yield _card(model)


def _card(model: Model) -> Document:
    return Document(
        id=f"model:{model.id}",
        kind="model",
        group=model.id,
        title=model.name,
        text=". ".join(_card_parts(model)),
        source=model.source_id,
        url=model.url,
        date=model.date.isoformat(),
        maker=model.maker,
    )


def _card_parts(model: Model) -> Iterator[str]:
    yield f"{model.name} by {model.maker}"
    if model.open_weights is not None:
        yield "open weights" if model.open_weights else "closed weights"
    if model.parameters_b:
        yield f"{model.parameters_b:g} billion parameters"
    if model.context_window:
        yield f"context window {model.context_window} tokens"
    if model.reasoning:
        yield "reasoning model"
    if len(model.input_modalities) > 1:
        yield f"reads {', '.join(model.input_modalities)}"
    if model.released:
        yield f"released {model.released}"


def score_documents(catalog: Catalog) -> Iterator[Document]:
    """The top rows of each board."""
    for bench in catalog.benchmarks.values():
        rows = catalog.scores_on(bench.id)
        if rows:
            yield _board(bench, _best(rows, bench), catalog)


def _best(rows: Iterable[Score], bench: Benchmark) -> list[Score]:
    return sorted(rows, key=lambda row: row.value, reverse=bench.higher_is_better)[:TOP_ROWS]


def _board(bench: Benchmark, rows: list[Score], catalog: Catalog) -> Document:
    lines = (f"{row.raw_name}: {row.value:g} {row.unit}" for row in rows)
    source = catalog.sources.get(rows[0].source_id)
    return Document(
        id=f"scores:{bench.id}",
        kind="scores",
        group=bench.id,
        title=f"Best models on {bench.name}",
        text=f"Best models on {bench.name}: " + "; ".join(lines),
        source=source.name if source else rows[0].source_id,
        url=rows[0].url or (source.url if source else ""),
        date=max(row.date for row in rows).isoformat(),
    )
