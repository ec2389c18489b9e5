"""Where settings come from, and which of two wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import BadInput
from advisor.settings import Settings, default_home

FILE = """
use: local
advisor_model: mine/big
endpoints:
  mine: {base_url: "http://127.0.0.1:8000/v1", api_key_env: MINE_KEY, model: big}
"""


@pytest.fixture
def file(home: Path) -> Path:
    home.mkdir()
    path = home / "settings.yaml"
    path.write_text(FILE)
    return path


def test_defaults_need_nothing(home: Path) -> None:
    settings = Settings()
    assert (settings.home, settings.use, settings.endpoints, settings.openai_api_key) == (home, "auto", {}, None)
    assert not home.exists(), "building settings makes no folder"


def test_the_file_is_read(file: Path) -> None:
    settings = Settings()
    assert settings.use == "local" and settings.endpoints["mine"].model == "big" and settings.file == file


def test_arguments_win_over_environment_and_environment_over_file(file: Path, monkeypatch) -> None:
    monkeypatch.setenv("ADVISOR_USE", "openai")
    assert Settings().use == "openai"
    assert Settings(use="openrouter").use == "openrouter"


def test_an_explicit_home_brings_its_own_file(tmp_path: Path, file: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "settings.yaml").write_text("use: openrouter\n")
    assert Settings(home=other).use == "openrouter"


def test_keys_come_from_their_usual_variables_and_stay_hidden(monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENROUTER_API_KEY", " ")
    settings = Settings()
    assert settings.openai_api_key and settings.openai_api_key.get_secret_value() == "sk-secret"
    assert settings.openrouter_api_key is None, "a blank key is no key"
    assert "sk-secret" not in repr(settings) + settings.model_dump_json()


def test_home_is_made_absolute(monkeypatch) -> None:
    assert Settings(home=Path("here")).home == Path.cwd() / "here"
    monkeypatch.setenv("ADVISOR_HOME", "~/there")
    assert Settings().home == Path.home() / "there"
    monkeypatch.delenv("ADVISOR_HOME")
    assert default_home().name == "llm-advisor"


@pytest.mark.parametrize(
    "text, words",
    [
        ("use: everything", "wrong setting: use"),
        ("usee: local", "wrong setting: usee"),
        ("endpoints: {a: {url: x}}", "endpoints.a"),
        ("use: [unclosed", "cannot be read"),
        ("- a list", "cannot be read"),
    ],
)
def test_a_wrong_file_is_one_sentence(home: Path, text: str, words: str) -> None:
    home.mkdir()
    (home / "settings.yaml").write_text(text)
    with pytest.raises(BadInput, match=words):
        Settings()


def test_a_wrong_value_is_not_repeated(monkeypatch) -> None:
    monkeypatch.setenv("ADVISOR_WEIGHTS_SHA256", "sk-pasted-by-mistake")
    with pytest.raises(BadInput) as caught:
        Settings()
    assert "sk-pasted" not in str(caught.value) and "weights_sha256" in str(caught.value)
