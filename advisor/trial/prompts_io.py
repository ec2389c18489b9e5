"""Prompts from files: CSV, JSON Lines, JSON, YAML, dataset files, promptfoo configs, plain text."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from advisor.errors import BadInput
from advisor.hostile_data import parse_json
from advisor.trial import prompts_table
from advisor.trial.prompt_rows import ALIASES, MAX_CHARS, checked
from advisor.trial.prompt_text import fill, shown
from advisor.trial.schema import Prompt

MAX_BYTES = 256 * 2**20


@dataclass
class Loaded:
    """Prompts, and what the user should know about how they were read."""

    prompts: list[Prompt]
    warnings: list[str] = field(default_factory=list)


def load_prompts(source: str | Iterable[Prompt | str], base: Path | None = None) -> Loaded:
    """Prompts from a file (relative to `base`), a block of text (one prompt a line) or a list.

    Raises:
        BadInput: the file is missing, too large or not in a known form; the row is named.
        NotAvailable: a Parquet or Arrow file, and pyarrow is not installed.
    """
    if not isinstance(source, str):
        return Loaded(checked([(n, _as_row(p)) for n, p in enumerate(source, 1)], "prompt"))
    if "\n" in source.strip():
        return parse_text(source)
    file = Path(source) if base is None else base / source
    if not file.is_file():
        raise BadInput(f"There is no prompt file {file}: give the path relative to the plan, or an inline list.")
    if file.stat().st_size > MAX_BYTES:
        raise BadInput(f"{file} is larger than {MAX_BYTES // 2**20} MB: split it.")
    if file.suffix.lower() in prompts_table.SUFFIXES:
        return Loaded(checked(prompts_table.table_rows(file), "row"))
    text, warnings = decode(file.read_bytes())
    loaded = Loaded(checked(_rows(text, file), "row"), warnings)
    return loaded


def read_prompts(path: Path) -> list[Prompt]:
    """The prompts of a file, as `load_prompts` reads them.

    Raises:
        BadInput: the file is missing, too large or not in a known form; the row is named.
    """
    return load_prompts(path.name, path.parent).prompts


def parse_prompts(text: str) -> list[Prompt]:
    """Pasted prompts, as `parse_text` reads them.

    Raises:
        BadInput: there is none, or a row is not usable; the row is named.
    """
    return parse_text(text).prompts


def decode(raw: bytes) -> tuple[str, list[str]]:
    """Text of a file: UTF-8 with or without a mark, UTF-16 with one, else Latin-1 with a warning."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace"), []
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return raw.decode("latin-1"), ["The prompt file is not UTF-8; it was read as Latin-1: check accented letters."]


def parse_text(text: str) -> Loaded:
    """Pasted prompts: JSON Lines, JSON or CSV where it looks like one, else one prompt a line; a line of three
    dashes separates prompts that span lines."""
    stripped = text.strip()
    if stripped[:1] in "[{" and (rows := _try_json(stripped)) is not None:
        return Loaded(checked(rows, "row"))
    if "," in (head := stripped.splitlines()[0] if stripped else "") and _known_columns(head):
        return Loaded(checked(_csv_rows(stripped, ","), "row"))
    parts = re.split(r"^-{3,}\s*$", stripped, flags=re.M)
    pieces = parts if len(parts) > 1 else stripped.splitlines()
    return Loaded(checked([(n, {"prompt": p.strip()}) for n, p in enumerate(pieces, 1) if p.strip()], "line"))


def _try_json(text: str) -> list[tuple[int, Any]] | None:
    for read in (_json_rows, _jsonl_rows):
        with contextlib.suppress(ValueError, BadInput):
            return list(read(text))
    return None


def _known_columns(head: str) -> bool:
    columns = {c.strip().strip('"').lower() for c in head.split(",")}
    return bool(columns & (set(ALIASES["prompt"]) | {"messages"}))


def _rows(text: str, file: Path) -> Iterable[tuple[int, Any]]:
    kind = file.suffix.lower()
    if kind in (".jsonl", ".ndjson"):
        return _jsonl_rows(text)
    if kind in (".csv", ".tsv"):
        return _csv_rows(text, "\t" if kind == ".tsv" else None)
    if kind in (".yaml", ".yml"):
        return _structured(_yaml(text, file))
    if kind == ".json":
        rows = _try_json(text)
        if rows is None:
            raise BadInput(f"{file} is not valid JSON: {_json_problem(text)}.")
        return rows
    return [(n, p.model_dump(exclude_unset=True)) for n, p in enumerate(parse_text(text).prompts, 1)]


def _json_problem(text: str) -> str:
    try:
        parse_json(text)
    except ValueError as error:
        return str(error)
    return "its form is not known"


def _yaml(text: str, file: Path) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise BadInput(f"{file} is not valid YAML: {' '.join(str(error).split())}.") from error


def _jsonl_rows(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield number, parse_json(line)
        except ValueError as error:
            raise BadInput(f"Line {number} of the prompts is not valid JSON: {error}.") from error


def _json_rows(text: str) -> Iterator[tuple[int, Any]]:
    return _structured(parse_json(text))


def _structured(data: Any) -> Iterator[tuple[int, Any]]:
    """Rows of a list, of a promptfoo config, of a dataset file ({rows: [{row: ..}]}) or of columns of lists."""
    if isinstance(data, dict):
        data = _unwrap(data)
    if not isinstance(data, list):
        raise BadInput("The prompt file holds no list of prompts: give rows with 'prompt', or 'messages'.")
    for number, row in enumerate(data, 1):
        yield number, row["row"] if isinstance(row, dict) and isinstance(row.get("row"), dict) else row


def _unwrap(data: dict[str, Any]) -> Any:
    if "tests" in data and "prompts" in data:
        return promptfoo_rows(data)
    for name in ("rows", "data", "prompts", "items", "examples", "train", "test", "validation", "instances"):
        if isinstance(data.get(name), list):
            return data[name]
    columns = {k: v for k, v in data.items() if isinstance(v, list)}
    if columns and len({len(v) for v in columns.values()}) == 1:
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [data] if any(name in data for name in ("prompt", "messages")) else None


def promptfoo_rows(config: dict[str, Any]) -> list[dict[str, Any]]:
    """One row for each prompt template and test of a promptfoo config, with the variables filled in; the value
    of an `equals`, `contains` or `factuality` assert, or else a variable called reference, is the reference."""
    templates = [_template_text(p) for p in _listed(config["prompts"])]
    default = config.get("defaultTest") if isinstance(config.get("defaultTest"), dict) else {}
    rows = []
    for number, test in enumerate(_listed(config["tests"]), 1):
        if not isinstance(test, dict):
            raise BadInput(f"Test {number} of the promptfoo config is not written out: put its vars into the file.")
        variables = {**(default or {}).get("vars", {}), **(test.get("vars") or {})}
        reference = _promptfoo_reference(test) or variables.get("reference")
        for place, template in enumerate(templates, 1):
            name = f"t{number}" if len(templates) == 1 else f"t{number}p{place}"
            rows.append({"id": name, "reference": reference, **_turns_or_text(fill(template, variables))})
    return rows


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _template_text(prompt: Any) -> str:
    text = prompt.get("raw") or prompt.get("content") or prompt.get("prompt") if isinstance(prompt, dict) else prompt
    if not isinstance(text, str) or text.startswith("file://"):
        raise BadInput("A prompt of the promptfoo config points to a file: put its text into the config.")
    return text


def _turns_or_text(text: str) -> dict[str, Any]:
    """promptfoo writes a conversation as a JSON list of turns."""
    try:
        turns = parse_json(text)
    except ValueError:
        return {"prompt": text}
    if isinstance(turns, list) and turns and all(isinstance(t, dict) and "role" in t for t in turns):
        return {"messages": turns}
    return {"prompt": text}


def _promptfoo_reference(test: dict[str, Any]) -> str | None:
    for check in test.get("assert") or []:
        if isinstance(check, dict) and check.get("type") in ("equals", "contains", "icontains", "factuality"):
            return shown(check.get("value"))
    return None


def _csv_rows(text: str, delimiter: str | None) -> Iterator[tuple[int, Any]]:
    csv.field_size_limit(MAX_CHARS)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text))
    try:
        for row in reader:
            if None in row:
                raise BadInput(f"Row {reader.line_num} of the CSV has more cells than the header has columns.")
            if any((v or "").strip() for v in row.values()):
                yield reader.line_num, {k: v for k, v in row.items() if k and v not in (None, "")}
    except csv.Error as error:
        raise BadInput(f"Row {reader.line_num} of the CSV cannot be read: {error}.") from error


def _delimiter(text: str) -> str:
    head = text.splitlines()[0] if text else ""
    return max(",;\t|", key=head.count)


def _as_row(item: Any) -> Any:
    return item.model_dump(exclude_defaults=True) if isinstance(item, Prompt) else item
