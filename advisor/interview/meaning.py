"""What a message as a whole says, beside the words that rules know: its task, what its texts are about, and what it
states in other words than theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from advisor.interview.linear_reader import MOST_EVIDENCE, load_readers
from advisor.interview.text import Text
from advisor.schema import Fact

if TYPE_CHECKING:
    from advisor.interview.linear_reader import Vector

OPEN = "open"  # what the readers say of messages that name no task, nothing that has a name as a domain, or no value
MAX_SENTENCES = 6
FEWEST_LETTERS = 12
FEWEST_WORDS = 15  # of a message that may state something in other words than the rules know
STATED = (
    "deployment", "priority", "data_residency", "batch_ok", "needs_structured_output", "needs_tool_calling",
    "needs_reasoning", "open_weights_required", "commercial_license_required", "official_provider_only",
)  # fmt: skip
# Inputs that rules find too often, with the probability below which the rule is not believed.
INPUTS = {"image": 0.05, "audio": 0.1}
# Probability from which on a value is stated that no rule found, from which on it stands against a rule's value, and
# below which a rule's value is dropped.
ADDED, AGAINST, DROPPED = 0.7, 0.9, 0.03
OWN = ("self_hosted", "on_device")
OWN_AT_LEAST = 0.05  # probability that the model runs on own machines, below which cards are those of others
# Two signs of Chinese or Japanese, which put no blanks between words, are about as much as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2}|[^\W\u3040-\u30ff\u3400-\u9fff]+")


class Meaning:
    """What a message as a whole says; its embedding is computed when it is first asked for."""

    def __init__(self, text: Text):
        self._text = text

    def tasks(self, words: Mapping[str, float]) -> dict[str, float]:
        """Probability of every task and of OPEN, with the evidence of words for the tasks."""
        return self.chances("task", words)

    def domains(self, words: Mapping[str, float]) -> dict[str, float]:
        """Probability of every domain and of OPEN, with the evidence of words for the domains."""
        return self.chances("domain", words)

    def chances(self, field: str, rules: Mapping[str, float]) -> dict[str, float]:
        """Probability of every value of a field and of OPEN, with the evidence of rules for values."""
        return load_readers().probabilities(field, self._scores, rules)

    @cached_property
    def _scores(self) -> Vector:
        from knowledge.embedding import embed_query
        from knowledge.lexical import spelled

        return load_readers().scores(embed_query(spelled(self._text.raw)), self._sentences)

    @cached_property
    def _sentences(self) -> list[str]:
        """The folded sentences."""
        return [self._text.low[start:end] for start, end in self._text.sentences()]

    @cached_property
    def is_brief(self) -> bool:
        """Whether the message has so few words that rules have seen all that there is, but for the task."""
        return len(_WORD.findall(self._text.low)) < FEWEST_WORDS

    def settled(self, facts: Iterable[Fact]) -> list[Fact]:
        """The facts with what the whole message states, or does not state, of the fields in `STATED`."""
        if self.is_brief:
            return list(facts)
        others, said = [], {}
        for fact in facts:
            if fact.field in STATED:
                said[fact.field] = fact
            else:
                others.append(fact)
        read = (self._settled(field, said.get(field)) for field in STATED)
        return [*others, *(fact for fact in read if fact)]

    def _settled(self, field: str, said: Fact | None) -> Fact | None:
        rule = as_label(said.value) if said else OPEN
        chances = self.chances(field, {} if said is None else {rule: MOST_EVIDENCE})
        stated = {value: chance for value, chance in chances.items() if value != OPEN}
        best = max(stated, key=lambda value: stated[value])
        if said and (best == rule or stated[best] < AGAINST):
            return said if stated.get(rule, 1.0) >= DROPPED else None
        if stated[best] < ADDED:
            return None
        return Fact(field=field, value=as_value(best), quote=self._sentence(field, best))

    def _sentence(self, field: str, value: str) -> str:
        """The sentence to quote: the one that speaks most for a value."""
        readers = load_readers()
        row = readers.fields[field].rows.start + readers.fields[field].values.index(value)
        telling = int(readers.said(self._sentences)[:, row].argmax())
        return self._text.quote(*self._text.sentences()[telling])

    def takes_in(self, kinds: Iterable[str]) -> list[str]:
        """Which kinds of input that rules found the whole message does not speak against."""
        sure = self.is_brief
        return [kind for kind in kinds if sure or kind not in INPUTS or self._takes_in(kind) >= INPUTS[kind]]

    def runs_on_own(self) -> bool:
        """Whether a message that names cards may be one of a model on the customer's own machines."""
        rule = {"self_hosted": MOST_EVIDENCE}
        return self.is_brief or sum(map(self.chances("deployment", rule).__getitem__, OWN)) >= OWN_AT_LEAST

    def _takes_in(self, kind: str) -> float:
        """Probability of an input that a rule found."""
        yes = as_label(True)
        return self.chances(kind, {yes: MOST_EVIDENCE})[yes]

    @property
    def telling(self) -> str:
        """The sentence to quote: of the first ones that with the most letters, as figures tell of other facts."""
        sentences = [self._text.quote(start, end) for start, end in self._text.sentences()][:MAX_SENTENCES]
        return max(sentences, key=lambda s: sum(map(str.isalpha, s)))


def as_label(value: Any) -> str:
    """A value as the readers name it."""
    return OPEN if value is None else str(value)


def as_value(label: str) -> Any:
    """A value of a field from its name."""
    return {"True": True, "False": False}.get(label, label)


def meaning_of(text: Text) -> Meaning | None:
    """None for a text without a sentence, or of a word or two."""
    return Meaning(text) if len(text.raw.strip()) >= FEWEST_LETTERS and text.sentences() else None
