"""Where a model `endpoint/model` is reached, with which key, and which models speak and judge by default."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from advisor.endpoints.netguard import shown
from advisor.endpoints.weights import DEFAULT_MODEL, available, default_local, local_models
from advisor.errors import BadInput, NotAvailable
from advisor.settings import Settings
from advisor.trial.schema import Endpoint

Role = Literal["advisor", "judge", "candidate"]

LOCAL = "local"
OPENAI_URL = "https://api.openai.com/v1"
OPENROUTER_URL = "https://openrouter.ai/api/v1"
HOSTED_DEFAULTS = {"openai": "gpt-5.4-mini", "openrouter": "openai/gpt-5.4-mini"}
NO_KEY = SecretStr("not-needed")  # the openai client insists on some key


@dataclass(frozen=True)
class Route:
    """A model and how to reach it: `base_url` ends in `/v1` or the like, `model` is the endpoint's own name."""

    endpoint: str
    model: str
    base_url: str
    api_key: SecretStr
    is_local: bool = False

    @property
    def name(self) -> str:
        """The name as the user writes it, `endpoint/model`."""
        return f"{self.endpoint}/{self.model}"

    @property
    def on_this_machine(self) -> bool:
        """Whether the address is a loopback one: no proxy, no cost of transport, nothing leaves."""
        return is_loopback(self.base_url)


def resolve(model: str, settings: Settings, plan_endpoints: Mapping[str, Endpoint] | None = None) -> Route:
    """How to reach `endpoint/model`; `local/...` starts the embedded server on first use.

    Endpoints of the plan come before those of the settings, and both before the built-in ones.

    Raises:
        BadInput: not of the form `endpoint/model`, or an unknown endpoint or embedded model.
        NotAvailable: the endpoint's key is not set, or the embedded model cannot start.
    """
    endpoint, name = split(model)
    if endpoint == LOCAL:
        return _local(name, settings)
    known = _configured(settings, plan_endpoints)
    if endpoint in known:
        return _route(endpoint, name, known[endpoint])
    if endpoint == "openai":
        return _openai(name, settings)
    if endpoint == "openrouter":
        key = _given(settings.openrouter_api_key, "OPENROUTER_API_KEY", endpoint)
        return Route(endpoint, name, OPENROUTER_URL, key)
    raise BadInput(
        f"no endpoint is called {endpoint} (known: {', '.join(endpoint_names(settings, plan_endpoints))}): add it "
        f"under `endpoints:` in the plan or in {settings.file}, with base_url and api_key_env"
    )


def check(model: str, settings: Settings, plan_endpoints: Mapping[str, Endpoint] | None = None) -> None:
    """Raise what `resolve` would raise for the name or the key, without starting an embedded server."""
    endpoint, name = split(model)
    if endpoint == LOCAL:
        _known_local(name, settings)
    else:
        resolve(model, settings, plan_endpoints)


def split(model: str) -> tuple[str, str]:
    """`endpoint/model` in its two parts; the model's own name may contain slashes.

    Raises:
        BadInput: there is no slash, or nothing before or after it.
    """
    endpoint, slash, name = model.strip().partition("/")
    if not (endpoint and slash and name):
        raise BadInput(
            f"{model!r} is no endpoint/model: write for example {LOCAL}/{DEFAULT_MODEL} or openai/gpt-5.4-mini"
        )
    return endpoint, name


def endpoint_names(settings: Settings, plan_endpoints: Mapping[str, Endpoint] | None = None) -> list[str]:
    """Every endpoint that a model's name may start with."""
    return sorted({LOCAL, "openai", "openrouter", *_configured(settings, plan_endpoints)})


def default_model(role: Role, settings: Settings) -> str:
    """The `endpoint/model` that takes a role, by `settings.use` and the models named in the settings.

    Raises:
        BadInput: `use` is `endpoint` and no configured endpoint names its model.
    """
    named = settings.judge_model if role == "judge" and settings.judge_model else settings.advisor_model
    use = _chosen(settings)
    if named and use in ("endpoint", split(named)[0]):
        return named
    if use in HOSTED_DEFAULTS:
        return f"{use}/{HOSTED_DEFAULTS[use]}"
    if use == "endpoint":
        return _default_of_configured(settings)
    return f"{LOCAL}/{default_local(settings)}"


def candidates(settings: Settings) -> list[str]:
    """The embedded models whose weights are on this machine, as `local/...`, the default first."""
    return [f"{LOCAL}/{name}" for name in available(settings)]


def is_loopback(url: str) -> bool:
    """Whether a URL points at this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _chosen(settings: Settings) -> str:
    """What `use: auto` comes to: a named model, a configured endpoint, a key, else the embedded model."""
    if settings.use != "auto":
        return settings.use
    if settings.advisor_model or any(e.model for e in settings.endpoints.values()):
        return "endpoint"
    if settings.openai_api_key or settings.openai_base_url:
        return "openai"
    return "openrouter" if settings.openrouter_api_key else LOCAL


def _default_of_configured(settings: Settings) -> str:
    for name, endpoint in settings.endpoints.items():
        if endpoint.model:
            return f"{name}/{endpoint.model}"
    raise BadInput(f"no configured endpoint names its model: set advisor_model to endpoint/model in {settings.file}")


def _configured(settings: Settings, plan_endpoints: Mapping[str, Endpoint] | None) -> dict[str, Endpoint]:
    known = dict(settings.endpoints) | dict(plan_endpoints or {})
    if LOCAL in known:
        raise BadInput("an endpoint cannot be called local: that name is the embedded models'; choose another one")
    return known


def _known_local(name: str, settings: Settings) -> None:
    known = local_models(settings)
    if name not in known:
        raise BadInput(f"no embedded model is called {name}: choose one of {', '.join(known)}")


def _local(name: str, settings: Settings) -> Route:
    from advisor.endpoints import local

    server = local.start(name, settings)
    return Route(LOCAL, name, server.base_url, server.api_key, is_local=True)


def _route(name: str, model: str, endpoint: Endpoint) -> Route:
    base_url = _checked_url(endpoint.base_url, name)
    variable = endpoint.api_key_env
    if not variable:
        return Route(name, model, base_url, NO_KEY)
    value = os.environ.get(variable, "").strip()
    key = SecretStr(value) if value else None
    if key is None and is_loopback(base_url):
        key = NO_KEY
    return Route(name, model, base_url, _given(key, variable, name))


def _openai(model: str, settings: Settings) -> Route:
    base_url = _checked_url(settings.openai_base_url or OPENAI_URL, "openai")
    key = settings.openai_api_key
    if key is None and base_url != OPENAI_URL:
        key = NO_KEY
    return Route("openai", model, base_url, _given(key, "OPENAI_API_KEY", "openai"))


def _given(key: SecretStr | None, variable: str, endpoint: str) -> SecretStr:
    if key is None:
        raise NotAvailable(f"{endpoint} needs a key: set {variable} in the environment, or choose a local/ model")
    return key


def _checked_url(url: str, endpoint: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"{shown(url)!r} is no base_url of endpoint {endpoint}: write for example https://host/v1")
    return url.rstrip("/")
