"""Directory of leaderboards for a domain, language or kind of task: where to look beyond the boards we carry.

Only names, links and owners are kept; the tags are ours, from a fixed vocabulary.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from knowledge.home import default_home
from knowledge.schema import Row
from knowledge.sources.leaderboard_directory import FILE, LISTING, SOURCE
from knowledge.sources.rows import day

SHIPPED = Path(__file__).parent / "snapshot" / "directory.jsonl.gz"
REFRESHED = "directory.jsonl.gz"
LEAST_SPACES = 0.5
SECTIONS = {"Model Ranking"}
TAGS = {
    "legal": r"\blegal|\blaw|juri|court|contract", "medical": r"medic|clinic|health|biomed|bio\b|drug|radiolog",
    "finance": r"financ|fintech|bank|econom|trading", "software": r"\bcod(e|ing)\b|program|software|swe-|sql|repo",
    "education": r"educat|exam|student|tutor", "science": r"scien|chem|physic|material|biolog|research",
    "insurance": r"insur", "telecom": r"telecom|network", "government": r"government|public sector|policy",
    "retail": r"retail|commerce|shopping", "travel": r"travel|airline", "gaming": r"\bgam(e|ing)",
    "security": r"secur|vulnerab|cyber|ctf", "safety": r"safe|toxic|harm|bias|jailbreak|trust", "math": r"\bmath",
    "agents": r"agent", "tools": r"tool|function.call", "rag": r"\brag\b|retriev|hallucinat|grounded|faithful",
    "long-context": r"long.?(context|text|form)|needle", "embeddings": r"embedding|mteb|sentence",
    "speech": r"speech|audio|asr|voice|tts",
    "vision": r"vision|image|visual|multimodal|vqa", "documents": r"document|ocr|table|chart|pdf", "video": r"video",
    "translation": r"translat", "writing": r"writing|story|creative", "role-play": r"role.?play|persona|emotion",
    "speed": r"latency|throughput|efficien|energy|\bperf\b|hardware|cost", "judges": r"judge|reward|preference|arena",
    "time-series": r"time.series|forecast", "tabular": r"tabular",
}  # fmt: skip
LANGUAGES = {
    "ar": "arab", "bn": "bengal|bangla", "zh": r"chinese|mandarin|\bzh\b|c-eval", "cs": "czech", "nl": "dutch",
    "fi": "finn", "fr": "french|fr-", "de": "german", "el": "greek", "he": "hebrew", "hi": "hindi|indic|indian",
    "hu": "hungar", "id": "indones", "it": "italian|ita-", "ja": "japan", "ko": "korea", "ms": "malay",
    "no": "norweg|scandi", "fa": "persian|farsi", "pl": "polish|poland", "pt": "portug", "ro": "romania",
    "ru": "russia", "es": "spanish|iberian|la leaderboard", "sv": "swed|scandi", "th": "thai", "tr": "turk",
    "uk": "ukrain", "vi": "vietnam", "ca": "catalan", "eu": "basque", "gl": "galician", "da": "danish|scandi",
    "multi": "multiling|cross-ling|languages",
}  # fmt: skip


SPACE_ID = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")


class Leaderboard(Row):
    """A leaderboard elsewhere. `owner` is the organisation of a Hugging Face Space or GitHub page, else the host;
    `seen` the day of the list that names it; `active` the Space's last activity, known after a refresh; `languages`
    are ISO codes, or `multi`."""

    name: str
    url: str
    owner: str
    space: bool = False
    topic: str = ""
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    seen: dt.date
    active: dt.date | None = None
    source_id: str = SOURCE.id


def directory_in_use(home: Path | None = None) -> Path:
    """The refreshed directory of the data folder, or the shipped one."""
    refreshed = (home or default_home()) / REFRESHED
    return refreshed if refreshed.is_file() else SHIPPED


def find_leaderboards(
    text: str, limit: int = 5, file: Path | None = None, languages: Iterable[str] = ()
) -> list[Leaderboard]:
    """The leaderboards that fit a text best by shared tags, languages and words of the name; none if nothing fits.

    `languages` are ISO codes that count as named beside those in the text.
    """
    tags, words = set(_matches(TAGS, text)), _words(text)
    languages = {*_matches(LANGUAGES, text), *languages}
    ranked = [(_fit(board, tags, languages, words), board) for board in load_directory(file or directory_in_use())]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].name))
    return [board for fit, board in ranked[:limit] if fit > 0]


@lru_cache(maxsize=2)
def load_directory(file: Path = SHIPPED) -> list[Leaderboard]:
    """All leaderboards of the directory."""
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    return [Leaderboard.model_validate_json(line) for line in lines]


def build_directory(raw: Path, file: Path = SHIPPED) -> int:
    """Write the directory from the raw list, byte for byte reproducible; gives the number of leaderboards."""
    with (raw / FILE).open(encoding="utf-8", newline="") as source:
        boards = {r["url"]: _board(r) for r in csv.DictReader(source) if r["subsection"] in SECTIONS}
    file.write_bytes(_packed(boards))
    return len(boards)


def adopt(staged: Path, home: Path) -> int:
    """Put the directory that a refresh brought in use: the Hub's Spaces over the shipped rows. Gives their number.

    Raises ValueError where the listing is cut short or is no listing any more; the directory in use stays.
    """
    shipped = {board.url: board for board in load_directory(SHIPPED)}
    spaces = [_space(entry) for entry in json.loads((staged / LISTING).read_text(encoding="utf-8"))]
    known = sum(board.space for board in shipped.values())
    if len(spaces) < LEAST_SPACES * known:
        raise ValueError(f"{len(spaces)} Spaces listed where {known} are known: the listing is cut short")
    for board in spaces:
        old = shipped.get(board.url)
        shipped[board.url] = _joined(old, board) if old else board
    fresh = home / f"{REFRESHED}.new"
    home.mkdir(parents=True, exist_ok=True)
    fresh.write_bytes(_packed(shipped))
    os.replace(fresh, home / REFRESHED)
    load_directory.cache_clear()
    return len(spaces)


def _packed(boards: dict[str, Leaderboard]) -> bytes:
    rows = (boards[url].model_dump(mode="json", exclude_defaults=True) for url in sorted(boards))
    text = "".join(json.dumps(row, sort_keys=True, ensure_ascii=False) + "\n" for row in rows)
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def _space(entry: dict[str, Any]) -> Leaderboard:
    """A Space of the Hub's listing, with the tags that its name and its owner's tags tell."""
    owner, _, name = entry["id"].partition("/")
    if not SPACE_ID.fullmatch(entry["id"]):
        raise ValueError(f"{entry['id'][:60]!r} is not the name of a Space")
    described = " ".join([name.replace("-", " ").replace("_", " "), *map(str, entry.get("tags", ()))])
    return Leaderboard(
        name=name.replace("_", " ").replace("-", " "), url=f"https://huggingface.co/spaces/{entry['id']}", owner=owner,
        space=True, tags=_matches(TAGS, described), languages=_matches(LANGUAGES, described), seen=dt.date.today(),
        active=day(entry.get("lastModified")),
    )  # fmt: skip


def _joined(old: Leaderboard, new: Leaderboard) -> Leaderboard:
    """The shipped name and topic, with the newer day and activity, and the tags of both."""
    tags, languages = dict.fromkeys((*old.tags, *new.tags)), dict.fromkeys((*old.languages, *new.languages))
    facts = {"seen": new.seen, "active": new.active, "tags": tuple(tags), "languages": tuple(languages)}
    return old.model_copy(update=facts)


def _board(record: dict[str, str]) -> Leaderboard:
    described = f"{record['name']} {record['url']} {record['topic']} {record['description']}"
    address = urlparse(record["url"])
    path = address.path.strip("/").split("/")
    space = address.netloc == "huggingface.co" and path[0] == "spaces"
    owner = path[1] if space else path[0] if address.netloc == "github.com" else address.netloc
    return Leaderboard(
        name=record["name"], url=record["url"], owner=owner, space=space, topic=record["topic"],
        tags=_matches(TAGS, described), languages=_matches(LANGUAGES, described), seen=SOURCE.date,
    )  # fmt: skip


def _matches(vocabulary: dict[str, str], text: str) -> tuple[str, ...]:
    return tuple(tag for tag, pattern in vocabulary.items() if re.search(pattern, text, re.I))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in ("leaderboard", "model", "models")}


def _fit(board: Leaderboard, tags: set[str], languages: set[str], words: set[str]) -> float:
    shared = len(tags & set(board.tags)) + 2 * len(languages & set(board.languages))
    named = len(words & _words(board.name))
    return shared + 2 * named - 0.1 * len(board.tags) if shared or named else 0.0
