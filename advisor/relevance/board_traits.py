"""What the notes say of all benchmarks as arrays, so that a use case weighs them in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from advisor.schema import TASKS, Requirements, Task
from knowledge.benchmark_families import tasks_of

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.schema import Benchmark

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

TASK, SECONDARY_TASK, DOMAIN, LANGUAGE = 1.5, 0.5, 0.7, 0.5
STATED = 0.5  # a stated task beside what a text makes of the tasks
NO_TASK, FOREIGN = 8.0, 1.0  # less for what measures serving instead of a task, or languages that nobody asked for
OTHER_TRADE, OTHER_LANGUAGE, OTHER_INPUT = 0.5, 0.7, 0.4
# What reads pictures does a second task all the time; a PDF may hold its text as text.
READING: Task = "document_vision"
SEEING = (READING, "speech")
READS = {"image": 1.0, "video": 1.0, "pdf": 0.5}
PLAIN = {"task": "chat_assistant", "domain": "general"}  # they name nothing special


class Traits:
    """Tasks, domains and languages of benchmarks; all arrays are in the order given, (B,)."""

    def __init__(self, benchmarks: Sequence[Benchmark], tasks: Sequence[Mapping[str, float]]):
        self._all = benchmarks
        self._none = np.zeros(len(benchmarks))
        self._named = {name: n for n, name in enumerate(TASKS)}
        self._tasks_of = _unit(np.array([[of.get(name, 0.0) for name in TASKS] for of in tasks]))
        self._tasks: dict[str, Values] = {}
        self._domains: dict[str, Mask] = {}
        self._languages: dict[str, Mask] = {}
        self._general = np.array([not b.domains or "general" in b.domains for b in benchmarks], dtype=bool)
        self._any_language = np.array([not b.languages for b in benchmarks], dtype=bool)
        self._textless = np.array([bool(b.modalities) and "text" not in b.modalities for b in benchmarks], dtype=bool)
        self._serving = np.array([not b.tasks for b in benchmarks], dtype=bool)

    def task(self, task: str | None) -> Values:
        """How closely each measures a task, 0 to 1."""
        if not task:
            return self._none
        if task not in self._tasks:
            self._tasks[task] = np.array([b.tasks.get(task, 0.0) for b in self._all])
        return self._tasks[task]

    def domain(self, domain: str) -> Mask:
        """Which are of a domain."""
        if domain not in self._domains:
            self._domains[domain] = np.array([domain in b.domains for b in self._all], dtype=bool)
        return self._domains[domain]

    def language(self, languages: Iterable[str]) -> Mask:
        """Which are in one of the languages."""
        found = np.zeros(len(self._all), dtype=bool)
        for code in languages:
            if code not in self._languages:
                self._languages[code] = np.array([code in b.languages for b in self._all], dtype=bool)
            found |= self._languages[code]
        return found

    def raised(self, needs: Requirements) -> Values:
        """What the stated task, domain and languages add, in standard scores. Who knows the task wants its measures
        before those of serving speed, unless speed is what is asked for."""
        found = TASK * self.task(needs.task) + SECONDARY_TASK * sum(map(self.task, needs.secondary_tasks), self._none)
        if needs.domain and needs.domain != "general":
            found = found + DOMAIN * self.domain(needs.domain)
        if needs.task and needs.priority != "speed" and not needs.max_latency_seconds:
            found = found - NO_TASK * self._serving
        foreign = ~(self._any_language | self.language({"en", *needs.languages}))
        return np.asarray(found + LANGUAGE * self.language(set(needs.languages) - {"en"}) - FOREIGN * foreign)

    def task_fit(self, needs: Requirements) -> Values:
        """How closely each measures the stated tasks, 0 to 1; zeros where none is stated."""
        stated = _stated(needs)
        fits = sum((weight * self.task(task) for task, weight in stated.items()), self._none)
        return np.asarray(fits / max(sum(stated.values()), 1e-9))

    def likeness(self, relevance: Values, needs: Requirements) -> Values:
        """How like the tasks of each are to those of all that a text is relevant to, (B,) with these relevances, and to
        the stated tasks: square of the cosine, 0 where the note names no task."""
        stated = np.zeros(len(TASKS))
        for task, weight in _stated(needs).items():
            stated[self._named[task]] = weight
        meant = _unit(relevance @ self._tasks_of) + STATED * _unit(stated)
        return np.asarray((self._tasks_of @ _unit(meant)) ** 2)

    def carry_over(self, needs: Requirements) -> Values:
        """How much a result tells about the trade and the languages: a benchmark of another trade half as much, one
        in none of the needed languages less, as skill carries over between languages only in part; one of pictures or
        sound less where only text goes in."""
        found = np.ones(len(self._all))
        if needs.domain:
            found[~(self._general | self.domain(needs.domain))] *= OTHER_TRADE
        if needs.languages:
            found[~(self._any_language | self.language(needs.languages))] *= OTHER_LANGUAGE
        if needs.task and needs.task not in SEEING and set(needs.input_modalities) <= {"text"}:
            found[self._textless] *= OTHER_INPUT
        return found


def special(needs: Requirements) -> Requirements:
    """The same without a task and a domain that name nothing special: general assistance is also what is assumed where
    nobody says anything, and texts of no special subject ask for no other benchmarks than texts of an unknown one."""
    plain = {field: None for field, value in PLAIN.items() if getattr(needs, field) == value}
    return needs.model_copy(update=plain) if plain else needs


def _stated(needs: Requirements) -> dict[Task, float]:
    """The stated tasks by weight. Where pictures go in, reading them is a task, too."""
    stated = dict.fromkeys(needs.secondary_tasks, SECONDARY_TASK) | ({needs.task: 1.0} if needs.task else {})
    reads = max((READS.get(kind, 0.0) for kind in needs.input_modalities), default=0.0)
    return stated | ({READING: reads} if reads > stated.get(READING, 0.0) else {})


def _unit(rows: Values) -> Values:
    """Rows of length one; zeros stay."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9))


@lru_cache(maxsize=4)
def traits_of(catalog: Catalog, ids: tuple[str, ...]) -> Traits:
    """The traits of benchmarks of a catalogue, by id."""
    return Traits([catalog.benchmarks[name] for name in ids], [tasks_of(name, catalog) for name in ids])
