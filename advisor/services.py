"""What the nodes of the graph and the commands work with, each built on first use and shared in a process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from advisor import tracing
from advisor.settings import Settings

if TYPE_CHECKING:
    from advisor.endpoints.models import Speaker
    from advisor.evidence import Posterior
    from advisor.users.usage import Steward
    from knowledge.catalog import Catalog
    from knowledge.store import Store

Progress = Callable[[str, int, int], None]


class Memory(dict[Any, Any]):
    """A dict that forgets its oldest entry when it is full."""

    SIZE = 256

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        while len(self) > self.SIZE:
            self.pop(next(iter(self)), None)


class Services:
    """Catalogue, store, posterior and language model for one settings object.

    `use_llm=False` leaves the language model out: every path then takes its deterministic way.
    """

    def __init__(self, settings: Settings | None = None, *, use_llm: bool = True, progress: Progress | None = None):
        self.settings = settings or Settings()
        tracing.start(self.settings)
        self.use_llm = use_llm
        self._progress = progress
        self._lock = threading.RLock()
        # One long computation at a time: threads that compute together hand the interpreter to and fro in the middle
        # of each other's array operations, and all of them end late.
        self.computing = threading.Lock()
        self._memory: dict[str, Memory] = {}
        self.steward: Steward | None = None  # keeps the user of a shared server within quota

    @cached_property
    def catalog(self) -> Catalog:
        from knowledge.catalog import load_catalog

        return load_catalog(home=self.settings.home)

    @cached_property
    def _store(self) -> Store:
        from knowledge.store import Store

        return Store.open(self.settings.home, progress=self._progress, server=self.settings.chroma_url or "")

    @property
    def store(self) -> Store:
        """The Chroma store; the first caller builds it, others wait."""
        with self._lock:
            return self._store

    @cached_property
    def posterior(self) -> Posterior:
        from advisor.evidence import load_posterior

        return load_posterior(self.catalog, home=self.settings.home)

    @property
    def ready(self) -> bool:
        """Whether store and posterior are at hand; the first use of a data folder builds both."""
        return {"_store", "posterior"} <= self.__dict__.keys()

    @cached_property
    def _speaker(self) -> Speaker:
        from advisor.endpoints.models import Speaker

        return Speaker("advisor", self.settings)

    def spoken(self) -> tuple[int, float]:
        """Calls and US dollars of the advisor's language model so far; it is not made for this."""
        speaker = self.__dict__.get("_speaker")
        return (speaker.usage.calls, speaker.usage.cost_usd or 0.0) if speaker else (0, 0.0)

    def memory(self, name: str) -> Memory:
        """Results worth keeping between calls, by name; the oldest are forgotten."""
        with self._lock:
            return self._memory.setdefault(name, Memory())

    @property
    def speaker(self) -> Speaker | None:
        """The advisor's language model, or None where the caller asked for none."""
        if not self.use_llm:
            return None
        with self._lock:
            return self._speaker
