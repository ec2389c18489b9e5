"""Prompts from files: CSV, JSON Lines, JSON, YAML, dataset files, promptfoo configs, plain text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from advisor.errors import BadInput
from advisor.hostile_data import parse_json, sane
from advisor.trial import prompts_table
from advisor.trial.schema import Message, Prompt

MAX_BYTES = 256 * 2**20
MAX_PROMPTS = 200_000
MAX_CHARS = 2_000_000
MOST_VALUES = 100_000
ALIASES = {
    "prompt": ("prompt", "question", "instruction", "input", "query", "text", "user", "problem"),
    "reference": ("reference", "expected", "answer", "target", "ideal", "output", "label", "ground_truth", "solution"),
    "id": ("id", "prompt_id", "item", "question_id", "key"),
    "system": ("system", "system_prompt"),
    "messages": ("messages", "conversation", "conversations", "turns"),
    "weight": ("weight",),
    "outputs": ("outputs", "responses"),
    "vars": ("vars", "variables"),
}
ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant", "developer": "system"}
VARIABLE = re.compile(r"\{\{\s*([\w.-]+)\s*(?:\|[^}]*)?\}\}")


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
        return Loaded(_checked([(n, _as_row(p)) for n, p in enumerate(source, 1)], "prompt"))
    if "\n" in source.strip():
        return parse_text(source)
    file = Path(source) if base is None else base / source
    if not file.is_file():
        raise BadInput(f"There is no prompt file {file}: give the path relative to the plan, or an inline list.")
    if file.stat().st_size > MAX_BYTES:
        raise BadInput(f"{file} is larger than {MAX_BYTES // 2**20} MB: split it.")
    if file.suffix.lower() in prompts_table.SUFFIXES:
        return Loaded(_checked(prompts_table.table_rows(file), "row"))
    text, warnings = decode(file.read_bytes())
    loaded = Loaded(_checked(_rows(text, file), "row"), warnings)
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
        return Loaded(_checked(rows, "row"))
    if "," in (head := stripped.splitlines()[0] if stripped else "") and _known_columns(head):
        return Loaded(_checked(_csv_rows(stripped, ","), "row"))
    parts = re.split(r"^-{3,}\s*$", stripped, flags=re.M)
    pieces = parts if len(parts) > 1 else stripped.splitlines()
    return Loaded(_checked([(n, {"prompt": p.strip()}) for n, p in enumerate(pieces, 1) if p.strip()], "line"))


def fill(text: str, variables: dict[str, Any]) -> str:
    """Put values into `{{name}}`; a name without a value stays as it is. Values are not expanded again."""
    return VARIABLE.sub(lambda m: _shown(variables[m[1]]) if m[1] in variables else m[0], text)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _try_json(text: str) -> list[tuple[int, Any]] | None:
    try:
        return list(_json_rows(text))
    except (ValueError, BadInput):
        pass
    try:
        return list(_jsonl_rows(text))
    except BadInput:
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
            return _shown(check.get("value"))
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


def _checked(rows: Iterable[tuple[int, Any]], what: str) -> list[Prompt]:
    prompts: list[Prompt] = []
    seen: set[str] = set()
    for number, row in rows:
        prompt = _prompt(row, number, what)
        if prompt.id in seen:
            raise BadInput(f"The id {prompt.id!r} of {what} {number} is there twice: ids must differ.")
        seen.add(prompt.id)
        prompts.append(prompt)
        if len(prompts) > MAX_PROMPTS:
            raise BadInput(f"More than {MAX_PROMPTS} prompts: take a sample.")
    if not prompts:
        raise BadInput("There are no prompts: give at least one.")
    return prompts


def _prompt(row: Any, number: int, what: str) -> Prompt:
    row = sane(row, f"The {what} {number} of the prompts", MOST_VALUES)
    fields = {"prompt": row} if isinstance(row, str) else _fields(row, number, what)
    try:
        prompt = Prompt.model_validate({"id": str(number), **fields})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(f"The {what} {number} of the prompts is not usable: {place}: {first['msg']}.") from error
    if not prompt.prompt.strip() and not prompt.messages:
        raise BadInput(f"The {what} {number} of the prompts is empty: give 'prompt' or 'messages'.")
    if sum(map(len, (prompt.prompt, *(m.content for m in prompt.messages)))) > MAX_CHARS:
        raise BadInput(f"The {what} {number} of the prompts is longer than {MAX_CHARS} characters.")
    return prompt


def _fields(row: Any, number: int, what: str) -> dict[str, Any]:
    """Our fields from a row whose columns may have other names; columns of no meaning to us become variables."""
    if not isinstance(row, dict):
        raise BadInput(f"The {what} {number} of the prompts is neither text nor an object.")
    lower = {str(k).strip().lower(): v for k, v in row.items() if v is not None}
    names = {ours: next((a for a in aliases if a in lower), None) for ours, aliases in ALIASES.items()}
    if names["messages"]:
        names["prompt"] = None
    found = {ours: lower[name] for ours, name in names.items() if name is not None}
    used = {name for name in names.values() if name}
    extra = {str(k): v for k, v in row.items() if str(k).strip().lower() not in used and v is not None}
    return _shaped(found, extra, number, what)


def _shaped(found: dict[str, Any], extra: dict[str, Any], number: int, what: str) -> dict[str, Any]:
    outputs = _object(found.get("outputs"), f"outputs of {what} {number}")
    for name in [k for k in extra if k.startswith(("output:", "answer:"))]:
        outputs[name.partition(":")[2]] = extra.pop(name)
    fields: dict[str, Any] = {
        "vars": {**extra, **_object(found.get("vars"), f"vars of {what} {number}")},
        "outputs": {k: _shown(v) for k, v in outputs.items()},
    }
    fields |= {k: _text(found[k]) for k in ("id", "prompt", "reference", "system") if k in found}
    if "weight" in found:
        fields["weight"] = found["weight"]
    if "messages" in found:
        fields["messages"] = [_message(m, number, what) for m in _turns(found["messages"], number, what)]
    return fields


def _text(value: Any) -> str:
    """A cell as text; of a list of acceptable answers the first."""
    if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        return value[0]
    return _shown(value)


def _object(value: Any, what: str) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except ValueError as error:
            raise BadInput(f"The {what} are not a JSON object: {error}.") from error
    if not isinstance(value, dict):
        raise BadInput(f"The {what} are not an object of name and value.")
    return dict(value)


def _turns(value: Any, number: int, what: str) -> list[Any]:
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except ValueError as error:
            raise BadInput(f"The messages of {what} {number} are not JSON: {error}.") from error
    if not isinstance(value, list) or not value:
        raise BadInput(f"The messages of {what} {number} are not a list of turns.")
    return value


def _message(turn: Any, number: int, what: str) -> Message:
    if isinstance(turn, str):
        return Message(role="user", content=turn)
    if isinstance(turn, Message):
        return turn
    if not isinstance(turn, dict):
        raise BadInput(f"A turn of {what} {number} has no role and content.")
    role = str(turn.get("role", turn.get("from", "user"))).lower()
    role = ROLES.get(role, role)
    if role not in ("system", "user", "assistant"):
        raise BadInput(f"A turn of {what} {number} has the role {role!r}: use system, user or assistant.")
    return Message.model_validate({"role": role, "content": _shown(turn.get("content", turn.get("value", "")))})


def chat(prompt: Prompt, system: str | None = None) -> list[dict[str, str]]:
    """The messages of a prompt with its variables filled in; its own system prompt goes before the plan's."""
    turns = [{"role": m.role, "content": fill(m.content, prompt.vars)} for m in prompt.messages]
    if prompt.prompt:
        turns.append({"role": "user", "content": fill(prompt.prompt, prompt.vars)})
    words = prompt.system if prompt.system is not None else system
    if words and not any(t["role"] == "system" for t in turns):
        turns.insert(0, {"role": "system", "content": fill(words, prompt.vars)})
    return turns


def filled(prompt: Prompt) -> Prompt:
    """The prompt as the judge should see it: variables in place."""
    if not prompt.vars:
        return prompt
    return prompt.model_copy(
        update={
            "prompt": fill(prompt.prompt, prompt.vars),
            "reference": fill(prompt.reference, prompt.vars) if prompt.reference else prompt.reference,
            "messages": [Message(role=m.role, content=fill(m.content, prompt.vars)) for m in prompt.messages],
        }
    )
