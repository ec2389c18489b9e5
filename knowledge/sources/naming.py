"""From the names that sources use to model ids, within one build of the snapshot."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Protocol

REGION = re.compile(r"^(?:us|eu|global|apac|au|jp|ca|us-gov)\.")
VENDOR = re.compile(
    r"^(?:anthropic|meta|mistral|amazon|deepseek|openai|moonshotai|moonshot|zai|google|qwen|minimax|nvidia|cohere"
    r"|ai21|writer|xai)\.(?=[a-z])"
)
VERSION = re.compile(r"(?:-v\d+(?::\d+)?|@default|-maas)$")


class Resolution(Protocol):
    """What a resolver says of a raw name; `key` joins names of the same model that has no id yet."""

    @property
    def canonical_id(self) -> str | None: ...
    @property
    def confidence(self) -> float: ...
    @property
    def config(self) -> Any: ...
    @property
    def key(self) -> Any: ...


class Resolver(Protocol):
    """Anything that resolves raw names, such as `knowledge.names.default_resolver()`."""

    def resolve(self, raw_name: str, source: str) -> Resolution: ...


@dataclass(frozen=True)
class Named:
    """A model id and the configuration (effort, thinking, ...) that the raw name carries."""

    id: str
    config: str = ""


class Names:
    """Resolves raw names and remembers the models that sources announce before models.dev lists them."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._announced: dict[str, str] = {}
        self.dropped: Counter[tuple[str, str]] = Counter()
        self.seen: set[str] = set()

    def find(self, raw_name: str, source: str) -> Named | None:
        """The model of a raw name, or None (counted as dropped) where no source knows it."""
        named = self.peek(raw_name, source)
        if named is None:
            self.drop(source, "unknown model")
        return named

    def peek(self, raw_name: str, source: str) -> Named | None:
        """Like `find`, for a second guess: a name without a model is not counted as dropped."""
        self.seen.add(raw_name)
        found = self._resolver.resolve(raw_name, source)
        model_id = found.canonical_id or self._announced.get(_key(found, raw_name))
        return Named(model_id, _config(found.config)) if model_id else None

    def served(self, provider: str, served_id: str, source: str) -> Named | None:
        """The model that a provider serves under an id: as it is, without its region, or without the clouds'
        maker prefix and version suffix. Counted as dropped where none of these is known."""
        local = REGION.sub("", served_id.split("/")[-1] if served_id.startswith(("bedrock/", "azure/")) else served_id)
        bare = VERSION.sub("", VENDOR.sub("", local))
        found = (self.peek(name, source) for name in (f"{provider}/{served_id}", f"{provider}/{local}", local, bare))
        named = next(filter(None, found), None)
        if named is None:
            self.drop(source, "unknown model")
        return named

    def announce(self, raw_name: str, source: str, model_id: str) -> Named:
        """The model of a raw name; if it has none yet, `model_id` becomes the id of it and its other names."""
        self.seen.add(raw_name)
        found = self._resolver.resolve(raw_name, source)
        key = _key(found, raw_name)
        chosen = found.canonical_id or self._announced.setdefault(key, model_id)
        return Named(chosen, _config(found.config))

    def drop(self, source: str, reason: str) -> None:
        """Count a raw row that does not become a row of the snapshot."""
        self.dropped[source, reason] += 1


def _key(found: Resolution, raw_name: str) -> str:
    return str(found.key or raw_name.lower())


def _config(config: Any) -> str:
    if isinstance(config, dict):
        return ",".join(f"{key}={value}" for key, value in sorted(config.items()))
    return str(config or "")
