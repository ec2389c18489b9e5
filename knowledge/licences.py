"""What a licence allows, as far as its name tells; curated licences and sizes of well-known families."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.schema import LicenceClass

FILE = Path(__file__).parent / "families.yaml"
CLASSES: tuple[tuple[LicenceClass, str], ...] = (
    ("proprietary", r"propr|closed|commercial api"),
    ("non_commercial", r"(^|[^a-z])nc([^a-z]|$)|non.?commercial|non.?production|research|mnpl|mrl"),
    ("restricted", r"modified"),
    ("permissive", r"apache|^mit\b|\bmit$|mit license|bsd|cc0|unlicense|^cc-by-4|^cc-by-sa|^cc.by|isc|wtfpl|afl"),
    ("restricted", r"llama|gemma|qwen|tongyi|community|openrail|rail|falcon|deepseek|jamba|yi|glm|kimi|minimax"
                   r"|nvidia|nemotron|hunyuan|exaone|modified|model.licen|gpl|mpl|^other|custom|cc-by-nd|^open$"),
)  # fmt: skip

NAMES = {
    "apache-2-0": "Apache 2.0", "mit": "MIT", "modified-mit": "modified MIT", "proprietary": "proprietary",
    "propretary": "proprietary", "bsd-3-clause": "BSD 3-Clause", "cc-by-4-0": "CC BY 4.0",
    "cc-by-sa-4-0": "CC BY-SA 4.0", "cc-by-nc-4-0": "CC BY-NC 4.0", "cc-by-nc-sa-4-0": "CC BY-NC-SA 4.0",
}  # fmt: skip


def licence_class(licence: str | None, open_weights: bool | None = None) -> LicenceClass:
    """The class of a licence by its name or SPDX id; a model without open weights is proprietary."""
    if licence and (found := _by_name(licence.lower())):
        return found
    return "proprietary" if open_weights is False else "unknown"


def licence_name(licence: str | None) -> str | None:
    """A licence as its authors spell it, where sources spell it in several ways ("apache-2.0", "Apache 2.0")."""
    return NAMES.get(re.sub(r"[^a-z0-9]+", "-", licence.lower()), licence) if licence else licence


def family_facts(model_id: str) -> dict[str, Any]:
    """Curated facts of a model's family (licence, parameters_b, active_b, released, source); empty if it has none."""
    name = model_id.split("/")[-1].lower()
    return next((entry for entry in _families() if re.fullmatch(entry["model"], name)), {})


@cache
def _families() -> list[dict[str, Any]]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def _by_name(licence: str) -> LicenceClass | None:
    return next((name for name, pattern in CLASSES if re.search(pattern, licence)), None)
