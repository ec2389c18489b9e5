"""Reads the hand-written notes: `notes/benchmarks/ID.md` and `notes/topics/ID.md`.

A note is YAML front matter between two `---` lines, then a Markdown body. The front matter of a benchmark
has the fields of `Benchmark`, and may list `variants`: categories of a board or subsets that share its facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from knowledge.lexical import VOCABULARY
from knowledge.schema import Benchmark, Row

NOTES = Path(__file__).parent / "notes"
INHERITED = (
    "category", "measures", "scoring", "unit", "floor", "ceiling", "higher_is_better", "not_for", "tasks",
    "domains", "languages", "modalities", "limits", "public_since", "leaderboard_url", "sources",
)  # fmt: skip
R = TypeVar("R", bound=Row)


class NoteError(ValueError):
    """A note that cannot be read; the message names the file and the field."""


class Topic(Row):
    """A note on evaluation in general. `body` is Markdown, `sources` are URLs."""

    id: str
    title: str
    keywords: tuple[str, ...] = ()
    body: str
    sources: tuple[str, ...] = ()


def load_benchmarks(folder: Path = NOTES / "benchmarks") -> list[Benchmark]:
    """All benchmarks, variants after their parent, in the order of the file names.

    Raises NoteError where a note does not fit `Benchmark` or an id occurs twice.
    """
    rows = [row for path in sorted(folder.glob("*.md")) for row in _benchmarks_of(path)]
    _refuse_duplicates((row.id for row in rows), folder)
    return rows


def load_topics(folder: Path = NOTES / "topics") -> list[Topic]:
    """All topic notes, in the order of the file names. Raises NoteError like `load_benchmarks`."""
    rows = [_topic_of(path) for path in sorted(folder.glob("*.md"))]
    _refuse_duplicates((row.id for row in rows), folder)
    return rows


def load_asked(file: Path = VOCABULARY / "asked.yaml") -> dict[str, list[str]]:
    """Ways in which people ask for what a benchmark measures, in all languages, by the id of the benchmark."""
    import yaml

    asked = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {
        bench: [line for lines in spoken.values() for line in lines.split("\n") if line]
        for bench, spoken in asked.items()
    }


def note_text(note_id: str, notes: Path = NOTES) -> str:
    """The Markdown body of a benchmark's or a topic's note; of a variant, the body of its parent's note.

    Raises KeyError for an id that no note has.
    """
    return _read(_files_by_id(notes)[note_id])[1]


@cache
def _files_by_id(notes: Path) -> dict[str, Path]:
    files = {path.stem: path for path in sorted((notes / "topics").glob("*.md"))}
    for path in sorted((notes / "benchmarks").glob("*.md")):
        files |= {row.id: path for row in _benchmarks_of(path)}
    return files


def _benchmarks_of(path: Path) -> list[Benchmark]:
    front, _ = _read(path)
    variants = front.pop("variants", [])
    parent = _validated(Benchmark, front, path)
    _require_id_of_file(parent.id, path)
    shared = {key: getattr(parent, key) for key in INHERITED}
    return [parent, *(_validated(Benchmark, shared | {"parent": parent.id} | own, path) for own in variants)]


def _topic_of(path: Path) -> Topic:
    front, body = _read(path)
    topic = _validated(Topic, front | {"body": body}, path)
    _require_id_of_file(topic.id, path)
    return topic


def _read(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body of one note."""
    import yaml

    opening, *rest = path.read_text(encoding="utf-8").split("---\n", 2)
    if opening or len(rest) != 2:
        raise NoteError(f"{path.name}: must start with front matter between two lines of ---")
    try:
        front = yaml.load(rest[0], Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise NoteError(f"{path.name}: the front matter is not YAML: {error}") from error
    if not isinstance(front, dict):
        raise NoteError(f"{path.name}: the front matter must be a list of fields")
    return front, rest[1].strip()


def _validated(kind: type[R], values: dict[str, Any], path: Path) -> R:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise NoteError(f"{path.name}: {values.get('id', '?')}: field {field}: {first['msg']}") from error


def _require_id_of_file(note_id: str, path: Path) -> None:
    if note_id != path.stem:
        raise NoteError(f"{path.name}: field id: is {note_id!r}, must be the file's name {path.stem!r}")


def _refuse_duplicates(ids: Iterable[str], folder: Path) -> None:
    twice = [note_id for note_id, count in Counter(ids).items() if count > 1]
    if twice:
        raise NoteError(f"{folder.name}: field id: used twice: {', '.join(twice)}")
