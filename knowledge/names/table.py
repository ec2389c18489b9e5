"""The id table: every models.dev id taken apart once, at build time, so that loading it is only reading."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from knowledge.names.dates import Date
from knowledge.names.grammar import is_size, parse

LAB, VENDOR, OPENROUTER, RESELLER = 1, 2, 3, 4
_OWN_MODELS_ONLY = (
    "anthropic openai google xai mistral deepseek cohere moonshotai zhipuai zai minimax perplexity xiaomi stepfun "
    "upstage inception sarvam sakana poolside bailing moonshotai-cn minimax-cn stepfun-ai"
)
_VENDORS: dict[str, tuple[str, ...]] = {
    "amazon-bedrock": ("amazon.",),
    "alibaba": ("qwen", "qwq", "qvq", "tongyi"),
    "alibaba-cn": ("qwen", "qwq", "qvq", "tongyi"),
    "nvidia": ("nvidia/",),
    "llama": ("llama-",),
    "tencent-tokenhub": ("hy",),
    "tencent-coding-plan": ("hunyuan",),
    **dict.fromkeys(_OWN_MODELS_ONLY.split(), ("",)),
    "nova": ("nova-",),
}
_VENDOR_ORDER = {provider: i for i, provider in enumerate(_VENDORS)}


class NameRow(NamedTuple):
    """One models.dev id, parsed. `rank` orders ids of one model: lab, vendor, OpenRouter, resellers.

    `date` is the one in the id; `released` is what the catalogue says, known where the id has none. `title` holds
    the words of the display name where they differ from those of the id.
    """

    id: str
    tokens: frozenset[str]
    date: Date | None = None
    rank: int = RESELLER
    order: int = 0
    variants: int = 0
    base: bool = False
    base_model: str | None = None
    released: Date | None = None
    title: frozenset[str] = frozenset()


def build_table(models_dev_folder: Path) -> list[dict[str, Any]]:
    """The id table from a copy of models.dev: the catalogue's date, then rows sorted by id.

    Links that META.json knows to be wrong are dropped. Raises OSError or KeyError where the copy is incomplete.
    """
    meta = json.loads((models_dev_folder / "META.json").read_text(encoding="utf-8"))
    wrong = set(meta.get("known_wrong_links", {}))
    rows = {row["id"]: row for row in _provider_rows(models_dev_folder, wrong)}
    labs = json.loads((models_dev_folder / "lab_models.json").read_text(encoding="utf-8"))
    rows.update({name: _row(name, LAB, 0, None, model) for name, model in labs.items()})
    return [{"catalogue_date": meta["commit_date"][:10]}, *(rows[name] for name in sorted(rows))]


def _provider_rows(folder: Path, wrong: set[str]) -> Iterator[dict[str, Any]]:
    major = json.loads((folder / "providers_major.json").read_text(encoding="utf-8"))
    with gzip.open(folder / "providers_other.json.gz", "rt", encoding="utf-8") as other:
        major.update(json.load(other))
    for provider, entry in major.items():
        for name, model in (entry.get("models") or entry).items():
            full = f"{provider}/{name}"
            link = model.get("base_model") if full not in wrong else None
            yield _row(full, _rank(provider, name), _VENDOR_ORDER.get(provider, 99), link, model)


def _rank(provider: str, name: str) -> int:
    if provider == "openrouter":
        return OPENROUTER
    return VENDOR if name.lower().startswith(_VENDORS.get(provider, ("\0",))) else RESELLER


def _row(name: str, rank: int, order: int, link: str | None, model: dict[str, Any]) -> dict[str, Any]:
    """A row with only what differs from the defaults, so that the table stays small."""
    parsed = parse(name.split("/", 1)[1])
    title = _title(parsed.tokens, model.get("name") or "")
    released = model.get("release_date")
    row: dict[str, Any] = {"id": name, "t": " ".join(sorted(parsed.tokens)), "r": rank}
    date = parsed.date
    optional = {
        "d": [date.year, date.month, date.day] if date else None,
        "o": order if rank == VENDOR else None,
        "v": len([a for a in parsed.attributes if a != "offer=free"]) or None,
        "b": parsed.base or None,
        "m": link,
        "y": released if released and not date and rank < RESELLER else None,
        "n": " ".join(sorted(title)) or None,
    }
    return row | {k: v for k, v in optional.items() if v is not None}


def _title(tokens: frozenset[str], name: str) -> frozenset[str]:
    """The words of a display name, if they say something else than the id and don't contradict its sizes."""
    title = parse(name).tokens
    sizes, told = _billions(tokens), _billions(title)
    return frozenset() if title == tokens or (sizes and told and not sizes & told) else title


def _billions(tokens: frozenset[str]) -> set[str]:
    return {t.lstrip("ae") for t in tokens if is_size(t)}


def write_table(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Write rows as gzipped JSON lines; equal rows give equal bytes."""
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def read_table(path: Path) -> tuple[list[NameRow], dt.date]:
    """Rows of a table that `write_table` wrote, and the date of the catalogue that it was made from."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        header, *rows = map(json.loads, lines)
    return [to_row(row) for row in rows], dt.date.fromisoformat(header["catalogue_date"])


def to_row(raw: dict[str, Any]) -> NameRow:
    """A row as `build_table` makes it, typed."""
    return NameRow(
        id=raw["id"],
        tokens=frozenset(raw["t"].split()),
        date=Date(*raw["d"]) if "d" in raw else None,
        rank=raw["r"],
        order=raw.get("o", 0),
        variants=raw.get("v", 0),
        base=raw.get("b", False),
        base_model=raw.get("m"),
        released=_released(raw["y"]) if "y" in raw else None,
        title=frozenset(raw.get("n", "").split()),
    )


def _released(text: str) -> Date:
    year, month, day = (*map(int, text.split("-")), None, None)[:3]
    return Date(year, month or 1, day)
