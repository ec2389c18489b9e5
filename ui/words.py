"""The texts of the page in English, Spanish and German: `t` looks a text up, the catalogue is assets/words.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "English", "es": "Español", "de": "Deutsch"}
CATALOGUE = Path(__file__).parent / "assets" / "words.yaml"
_spoken: ContextVar[str] = ContextVar("language", default="en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Texts in the body come in `language`."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def t(text: str, **values: Any) -> str:
    """An English text of the catalogue in the language being spoken, with `values` put in; any other text as it is."""
    said = catalogue().get(text, {}).get(_spoken.get(), text) if _spoken.get() != "en" else text
    return said.format(**values) if values else said


def spoken() -> str:
    """The language being spoken, as in `LANGUAGES`."""
    return _spoken.get()


def preferred(accepted: str) -> str:
    """The first language of an Accept-Language header that the page speaks."""
    wanted = re.findall(r"[a-zA-Z]{2}", re.sub(r"-\w+|;q=[\d.]+", "", accepted or ""))
    return next((code.lower() for code in wanted if code.lower() in LANGUAGES), "en")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """English text to its translations by language."""
    import yaml

    with CATALOGUE.open(encoding="utf-8") as file:
        return dict(yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
