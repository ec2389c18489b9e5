"""The words of a question: on one field, or on those of a group that are asked for, as one plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from advisor.interview.conditions import DEPENDS
from advisor.interview.vocabulary import load
from advisor.schema import Question

DONT_KNOW = {
    "en": "I don't know", "es": "No lo sé", "de": "Weiß ich nicht", "fr": "Je ne sais pas", "pt": "Não sei",
}  # fmt: skip
_AND = {"en": ", and ", "es": ", y ", "de": ", und ", "fr": ", et ", "pt": ", e "}
_ASKED = {"es": "¿{}?", "fr": "{} ?"}


def question_for(fields: str | Sequence[str], language: str, change: float = 0.0) -> Question:
    """The question on one field, or on some of a group of `groups.toml` in its order, in the user's language, English
    where there is no translation.

    Raises:
        LookupError: no group holds all the fields.
    """
    names = [fields] if isinstance(fields, str) else list(fields)
    single = load("questions.toml")[names[0]]
    spoken = language if language in single else "en"
    asks = single[spoken] if len(names) == 1 else _joint(names, spoken)
    return Question(
        field=names[0],
        also=names[1:],
        question=asks["question"],
        why=single[spoken]["why"],
        choices=[*asks["choices"], DONT_KNOW[spoken]],
        expected_change=round(change, 3),
    )


def _joint(fields: Sequence[str], language: str) -> dict[str, Any]:
    """Text and choices of a question on several fields."""
    group = next((g for g in load("groups.toml").values() if set(fields) <= set(g["fields"])), None)
    if group is None:
        raise LookupError(f"No group of questions holds {', '.join(fields)}.")
    words, places = group[language], [group["fields"].index(f) for f in fields]
    clauses: list[str] = []
    sentences: list[str] = []
    for field, place in zip(fields, places, strict=True):
        given = words.get("given", {}).get(field)
        if given and set(DEPENDS[field]) & set(fields):
            sentences += [*_sentence(clauses, language), given]
            clauses = []
        else:
            clauses.append(words["parts"][place])
    sentences += _sentence(clauses, language)
    choices = [_choice([row[place] for place in places]) for row in words["choices"]]
    nothing = [words["nothing"]] if "nothing" in words else []
    return {"question": " ".join(sentences), "choices": [*nothing, *dict.fromkeys(c for c in choices if c)]}


def _sentence(clauses: Sequence[str], language: str) -> list[str]:
    """One question of several clauses, in a list; none of no clause."""
    if not clauses:
        return []
    *first, last = clauses
    text = _capital(", ".join(first) + _AND[language] + last if first else last)
    return [_ASKED.get(language, "{}?").format(text)]


def _choice(answers: Sequence[str]) -> str:
    """One answer to all parts: what answers two of them is said once."""
    return _capital(", ".join(dict.fromkeys(a for a in answers if a)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
