"""One settings object, built by callers. Precedence: explicit argument, environment, settings file, default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import platformdirs
import yaml
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from advisor.errors import BadInput
from advisor.trial.schema import Endpoint

Use = Literal["auto", "local", "openai", "openrouter", "endpoint"]
SETTINGS_FILE = "settings.yaml"


def default_home() -> Path:
    """The data folder: `ADVISOR_HOME`, or the platform's user data folder."""
    return Path(os.environ.get("ADVISOR_HOME") or platformdirs.user_data_dir("llm-advisor"))


class Settings(BaseSettings):
    """All that can be configured. `advisor doctor` prints it, without secrets.

    `use` decides whose models speak and judge: `auto` takes a configured endpoint or key if there is one,
    else the embedded model. `advisor_model` and `judge_model` are `endpoint/model`.
    """

    model_config = SettingsConfigDict(env_prefix="ADVISOR_", extra="forbid", populate_by_name=True)

    home: Path = Field(default_factory=default_home)
    use: Use = "auto"
    advisor_model: str | None = None
    judge_model: str | None = None
    endpoints: dict[str, Endpoint] = {}
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")
    openrouter_api_key: SecretStr | None = Field(None, validation_alias="OPENROUTER_API_KEY")
    weights: str | None = Field(None, description="path or URL of a GGUF file, in place of the embedded default")
    weights_sha256: str | None = Field(None, pattern=r"^[0-9a-fA-F]{64}$", description="a URL needs it")
    weights_folder: Path | None = Field(None, description="where joined weights are kept; default: home/weights")
    timeout_seconds: float = Field(120, gt=0)
    max_retries: int = Field(4, ge=0)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise BadInput(_in_words(error)) from None  # the error's own text may show a key
        except (yaml.YAMLError, ValueError) as error:
            raise BadInput(f"settings cannot be read: {error}") from None

    @property
    def file(self) -> Path:
        """The settings file that a user may edit; it need not exist."""
        return self.home / SETTINGS_FILE

    @field_validator("openai_api_key", "openrouter_api_key", mode="before")
    @classmethod
    def _blank_key_is_none(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("openai_base_url", "advisor_model", "judge_model", "weights", "weights_sha256", mode="before")
    @classmethod
    def _blank_is_none(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("home", "weights_folder")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add `settings.yaml` in the data folder, below the environment."""
        home = Path(init_settings().get("home") or default_home()).expanduser()
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls, yaml_file=home / SETTINGS_FILE)


def _in_words(error: ValidationError) -> str:
    """The wrong settings by name, without their values: one of them may be a key."""
    wrong = (f"{'.'.join(str(part) for part in e['loc'])} ({e['msg']})" for e in error.errors(include_input=False))
    return f"wrong setting: {'; '.join(wrong)}; correct it in the environment (ADVISOR_...) or in settings.yaml"
