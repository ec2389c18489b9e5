"""Every text of the page is in the catalogue, in every language, with the same gaps to fill."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor import wording
from advisor.schema import DOMAINS, TASKS
from ui.words import LANGUAGES, catalogue, preferred, speaking, t

UI = Path(__file__).parents[2] / "ui"
OTHERS = [code for code in LANGUAGES if code != "en"]


def said_in_code() -> Iterator[str]:
    """Texts that the page's modules look up by name."""
    for file in [*UI.glob("*.py"), *(UI / "panels").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "t"
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value


def said_in_layout() -> Iterator[str]:
    """Labels, hints and buttons of the components."""
    for node in ast.walk(ast.parse((UI / "layout.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            first = node.args[:1] if node.func.attr in ("Button", "UploadButton", "Accordion", "Tab") else []
            named = [k.value for k in node.keywords if k.arg in ("label", "placeholder", "info")]
            yield from (n.value for n in [*first, *named] if isinstance(n, ast.Constant) and isinstance(n.value, str))


@pytest.mark.parametrize("text", sorted({*said_in_code(), *said_in_layout(), *wording.LABELS.values()}))
def test_a_text_has_every_language(text: str) -> None:
    assert set(catalogue().get(text, {})) == set(OTHERS)


@pytest.mark.parametrize("value", [*TASKS, *DOMAINS, "yes", "no"])
def test_a_value_of_a_fact_has_every_language(value: str) -> None:
    assert set(catalogue().get(wording.value(value), {})) == set(OTHERS)


def test_translations_have_the_gaps_of_the_original() -> None:
    gaps = re.compile(r"\{\w+\}")
    wrong = {text for text, all_ in catalogue().items() for said in all_.values()
             if sorted(gaps.findall(text)) != sorted(gaps.findall(said))}  # fmt: skip
    assert not wrong


def test_a_text_is_said_in_the_language_being_spoken_and_unknown_text_stays() -> None:
    with speaking("es"):
        assert t("Quality") == "Calidad"
        assert t("{low} to {high}", low="1", high="{x}") == "1 a {x}"
        assert t("a model's own words") == "a model's own words"
    assert t("Quality") == "Quality"


@pytest.mark.parametrize(
    "header, language",
    [("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr-FR, es;q=0.5", "es"), ("", "en"), ("ja", "en"), ("EN-us,es", "en")],
)
def test_the_browser_chooses_the_language(header: str, language: str) -> None:
    assert preferred(header) == language
