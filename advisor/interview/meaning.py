"""What a message as a whole says of its task and of what its texts are about, beside the words that rules know."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.interview.linear_reader import load_reader
from advisor.interview.text import Text

OPEN = "open"  # what the readers say of messages that name no task, or nothing that has a name as a domain
MAX_SENTENCES = 6
FEWEST_LETTERS = 12


class Meaning:
    """What a message as a whole says; its embedding is computed when it is first asked for."""

    def __init__(self, text: Text):
        self._text = text

    def tasks(self, words: Mapping[str, float]) -> dict[str, float]:
        """Probability of every task and of OPEN, with the evidence of words for the tasks."""
        return self._read("task", words)

    def domains(self) -> dict[str, float]:
        """Probability of every domain and of OPEN."""
        return self._read("domain", {})

    def _read(self, field: str, words: Mapping[str, float]) -> dict[str, float]:
        from knowledge.embedding import embed_query
        from knowledge.lexical import spelled

        vector = embed_query(spelled(self._text.raw))
        return load_reader(field).probabilities(vector, self._text.low, words)

    @property
    def telling(self) -> str:
        """The sentence to quote: of the first ones that with the most letters, as figures tell of other facts."""
        sentences = [self._text.quote(start, end) for start, end in self._text.sentences()][:MAX_SENTENCES]
        return max(sentences, key=lambda s: sum(map(str.isalpha, s)))


def meaning_of(text: Text) -> Meaning | None:
    """None for a text without a sentence, or of a word or two."""
    return Meaning(text) if len(text.raw.strip()) >= FEWEST_LETTERS and text.sentences() else None
