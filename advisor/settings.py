"""One settings object, built by callers. Precedence: explicit argument, environment, settings file, default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
import yaml
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
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
    """All that can be configured; docs/configuration.md is made from it. `advisor doctor` shows what is chosen.

    `use` decides whose models speak and judge: `auto` takes a configured endpoint or key if there is one,
    else the embedded model. `advisor_model` and `judge_model` are `endpoint/model`.
    """

    model_config = SettingsConfigDict(env_prefix="ADVISOR_", extra="forbid", populate_by_name=True)

    home: Path = Field(default_factory=default_home, description="data folder of everything that is kept")
    use: Use = Field("auto", description="whose models speak and judge")
    advisor_model: str | None = Field(None, description="`endpoint/model` that speaks")
    judge_model: str | None = Field(None, description="`endpoint/model` that judges")
    endpoints: dict[str, Endpoint] = Field({}, description="OpenAI-compatible endpoints by name")
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY", description="key of OpenAI")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL", description="a proxy of OpenAI")
    openrouter_api_key: SecretStr | None = Field(
        None, validation_alias="OPENROUTER_API_KEY", description="key of OpenRouter"
    )
    weights: str | None = Field(None, description="path or URL of a GGUF file, in place of the embedded default")
    weights_sha256: str | None = Field(None, pattern=r"^[0-9a-fA-F]{64}$", description="a URL needs it")
    weights_folder: Path | None = Field(None, description="where joined weights are kept; default: home/weights")
    timeout_seconds: float = Field(120, gt=0, description="the longest that one call to a model may take")
    max_retries: int = Field(4, ge=0, description="how often a failed call of the conversation is tried again")
    traces: Literal["off", "otlp", "console"] = Field("off", description="where OpenTelemetry spans go")

    shared: bool = Field(False, description="many users: login, data apart, quotas; see docs/security.md")
    shared_keys: bool = Field(False, description="lets the users of a shared server spend its keys")
    calls_per_day: int = Field(2000, ge=0, description="calls to models that trials of one shared user may make a day")
    usd_per_day: float = Field(5, ge=0, description="US dollars that one shared user may spend a day")
    trials_at_once: int = Field(1, ge=1, description="trials that one shared user may run at a time")
    messages_per_minute: int = Field(20, ge=1, description="messages that one shared user may send a minute")
    user_header: str | None = Field(None, description="header in which a login proxy names the user")
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        [], description="addresses or networks, with commas, whose headers are believed"
    )
    secure_cookies: bool = Field(False, description="send the login cookie over https only")

    database_url: SecretStr | None = Field(None, description="`postgresql://...`: conversations and journal go there")
    database_schema: str = Field("advisor", pattern=r"^[a-z_][a-z0-9_]{0,62}$", description="schema in that database")
    chroma_url: str | None = Field(None, description="`http://host:port` of a Chroma server, in place of home/store")
    log_format: Literal["text", "json"] = Field("text", description="how the server logs, on stderr")

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

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator(
        "openai_base_url", "advisor_model", "judge_model", "weights", "weights_sha256", "database_url", "chroma_url",
        "user_header", mode="before",
    )  # fmt: skip
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
