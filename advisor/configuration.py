"""The configuration reference, made from the Settings class.

python -m advisor.configuration > docs/configuration.md
"""

from __future__ import annotations

import typing

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from advisor.settings import Settings

HEAD = """# Configuration

Made by `python -m advisor.configuration` from `advisor/settings.py`; do not edit.

A setting comes from the environment, from `settings.yaml` in the data folder (`ADVISOR_HOME`), or from its default, in
this order. The file uses the names of the first column. Secrets belong into the environment.

| setting | environment | type | default | what it does |
|---|---|---|---|---|
"""


def reference() -> str:
    """The whole page, as Markdown."""
    return HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    variable = field.validation_alias if isinstance(field.validation_alias, str) else f"ADVISOR_{name.upper()}"
    default = "the user's data folder" if name == "home" else _shown(field.default)
    return f"| `{name}` | `{variable}` | {_kind(field.annotation)} | {default} | {field.description or ''} |\n"


def _shown(value: object) -> str:
    return "" if value is None or value in ({}, []) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _kind(annotation: object) -> str:
    options = [a for a in typing.get_args(annotation) if a is not type(None)]
    if typing.get_origin(annotation) is typing.Literal:
        return ", ".join(f"`{o}`" for o in options)
    if typing.get_origin(annotation) in (dict, list):
        return str(typing.get_origin(annotation).__name__)  # type: ignore[union-attr]
    if options:
        return _kind(options[0])
    if annotation is SecretStr:
        return "secret"
    return str(getattr(annotation, "__name__", annotation)).lower()


if __name__ == "__main__":
    print(reference(), end="")
