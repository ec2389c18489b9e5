"""Container file, compose file and configuration page fit the project, as far as that shows without an engine."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import yaml

from advisor.configuration import reference
from advisor.settings import Settings

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()


def steps(word: str) -> list[str]:
    return [line.removeprefix(word).strip() for line in LINES if line.startswith(f"{word} ")]


def test_what_the_build_copies_is_there() -> None:
    for step in steps("COPY"):
        if "--from=" not in step:
            *sources, _ = shlex.split(step)
            assert all((ROOT / source).exists() for source in sources), step


def test_bases_and_packages_are_pinned() -> None:
    assert all(re.search(r":\d", base) and ":latest" not in base for base in steps("FROM"))
    for step in steps("RUN"):
        if "pip install" in step:
            assert "--require-hashes" in step or "uv==" in step or step.endswith("--no-deps ."), step
    assert steps("RUN")[0].count(f"uv=={_uv_version()}") == 1


def _uv_version() -> str:
    found = re.search(r"^UV_VERSION := (\S+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert found
    return found[1]


def test_it_runs_as_an_ordinary_user_and_can_be_stopped() -> None:
    assert steps("USER") == ["10001"] and steps("STOPSIGNAL") == ["SIGTERM"]
    assert "/healthz" in " ".join(LINES)
    assert '"--shared"' in steps("CMD")[-1]


def test_no_secret_is_in_the_image_or_the_compose_file() -> None:
    text = "\n".join(LINES) + (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert not re.search(r"(API_KEY|PASSWORD)[=:]\s*[\"']?(?!\$)[A-Za-z0-9]{4,}", text)


def test_the_compose_file_is_whole() -> None:
    found = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    web = found["services"]["web-a"]
    known = {f"ADVISOR_{name.upper()}" for name in Settings.model_fields}
    assert set(web["environment"]) <= known
    assert web["read_only"] and web["cap_drop"] == ["ALL"]
    for service in found["services"].values():
        assert {v.split(":")[0] for v in service["volumes"]} <= set(found["volumes"])
        assert all(p.startswith("127.0.0.1:") for p in service.get("ports", []))


def test_the_configuration_page_is_that_of_the_settings() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert text == reference(), "run: python -m advisor.configuration > docs/configuration.md"
    assert all(f"| `{name}` |" in text for name in Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())
