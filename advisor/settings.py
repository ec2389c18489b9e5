"""One settings object, built by callers. Precedence: explicit argument, environment, settings file, default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from advisor.trial.schema import Endpoint

Use = Literal["auto", "local", "openai", "openrouter", "endpoint"]


def default_home() -> Path:
    """The data folder: `ADVISOR_HOME`, or the platform's user data folder."""
    return Path(os.environ.get("ADVISOR_HOME") or platformdirs.user_data_dir("llm-advisor"))


class Settings(BaseSettings):
    """All that can be configured. `advisor doctor` prints it, without secrets.

    `use` decides whose models speak and judge: `auto` takes a configured endpoint or key if there is one,
    else the embedded model. `advisor_model` and `judge_model` are `endpoint/model`.
    """

    model_config = SettingsConfigDict(env_prefix="ADVISOR_", extra="ignore")

    home: Path = Field(default_factory=default_home)
    use: Use = "auto"
    advisor_model: str | None = None
    judge_model: str | None = None
    endpoints: dict[str, Endpoint] = {}
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")
    openrouter_api_key: SecretStr | None = Field(None, validation_alias="OPENROUTER_API_KEY")
    weights: Path | None = Field(None, description="a GGUF file that takes the place of the embedded default")
    weights_sha256: str | None = None
    timeout_seconds: float = Field(120, gt=0)
    max_retries: int = Field(4, ge=0)

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
        file = YamlConfigSettingsSource(settings_cls, yaml_file=default_home() / "settings.yaml")
        return init_settings, env_settings, file
