"""Advice in prose on a use case. Code composes it and puts every figure; the text is data, never an instruction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor import wording
from advisor.advice.benchmarks import benchmark_lines, read_first
from advisor.advice.candidates import ITEMS, candidate_citations, candidate_lines, reading_note, trial_text
from advisor.advice.conflicts import conflicts
from advisor.advice.rules import Case, applicable, injected
from advisor.advice.words import words
from advisor.answers.comparison import compares, named_models
from advisor.schema import Answer, Citation, Shortlist, UseCase
from knowledge.lexical import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from advisor.services import Services

CHECKED = 5
QUESTIONS = 2
# Facts that change advice most often, in the order to ask for them.
ASKED_FIRST = (
    "task", "monthly_requests", "data_residency", "monthly_budget_usd", "deployment", "max_latency_seconds",
    "input_tokens_per_request", "languages", "outcome_metric",
)  # fmt: skip
# Assumptions that the arithmetic rests on; the others change little.
COSTLY = ("task", "monthly_requests", "input_tokens_per_request", "output_tokens_per_request")
# Facts that a question on knowledge does not state.
SIZED = frozenset([
    "monthly_requests", "monthly_budget_usd", "data_residency", "deployment", "gpu_memory_gb", "max_latency_seconds",
    "input_tokens_per_request", "min_context_tokens",
])  # fmt: skip
_WHICH_MODEL = re.compile(
    r"\bwhich (?:\w+ ){0,3}(?:models?|llms?)\b|\bwhat (?:model|llm)s?\b"
    r"|\b(?:best|cheapest|right) (?:\w+ ){0,2}(?:model|llm)s?\b"
    r"|\bwelche\w* (?:\w+ ){0,2}(?:sprach|ki.)?modelle?\b|\b(?:que|cual(?:es)?) (?:\w+ ){0,2}modelos?\b"
    r"|\bquels? (?:\w+ ){0,2}modeles?\b|\bqua(?:l|is) (?:\w+ ){0,2}modelos?\b|\bquale modello\b|どのモデル|最適なモデル"
)


def reply(text: str, services: Services) -> Answer:
    """The answer to a question on benchmarks, models or evaluation, or advice where the text is a use case."""
    from advisor.answers.answer import answer

    language = language_of(text)
    warning = [words("injected", language)] if injected(fold(text)) else []
    if is_use_case(text, services):
        found = _advice(text, services, language)
    else:
        found = answer(text, store=services.store, catalog=services.catalog, model=None)
    return found.model_copy(update={"answer": "\n\n".join([*warning, found.answer])})


def advise(use_case_text: str, services: Services) -> str:
    """The reply with its sources, as text."""
    return wording.answer(reply(use_case_text, services), language_of(use_case_text))


def language_of(text: str) -> str:
    """ISO code of the language to answer in; English where nothing points elsewhere."""
    from advisor.interview.text import detect_language

    return "es" if "¿" in text else detect_language(text)


def is_use_case(text: str, services: Services) -> bool:
    """Whether advice is wanted: a question is one on knowledge, unless it asks for a model or states figures."""
    from advisor.answers.sources import named_sources
    from advisor.answers.topics import best_section
    from advisor.interview import intent
    from advisor.interview.extract import extract

    if compares(text, services.catalog):
        return False
    stated = {fact.field for fact in extract(text, by_meaning=False).facts}
    if stated <= {"deployment"} and named_sources(text, services.catalog):
        return False
    if not text.strip() or stated & SIZED:
        return True
    if _WHICH_MODEL.search(fold(text)):
        return not named_models(text, services.catalog)
    if intent(text, has_question=False) == "question":
        return False
    return (bool(stated) and "?" not in text) or best_section(text, services.store) is None


def _advice(text: str, services: Services, language: str) -> Answer:
    from advisor.recommend import shortlist_for, understand

    use_case = understand(text, services) if text.strip() else UseCase()
    use_case = use_case.model_copy(update={"language": language})
    if "task" not in use_case.facts and len(use_case.facts) < 2:
        return Answer(answer="\n\n".join([words("no_task", language), *_missing(use_case)]))
    shortlist = shortlist_for(use_case, services)
    case = Case(use_case.requirements(), use_case.requirements(with_assumptions=True), fold(text))
    return Answer(
        answer="\n\n".join(_parts(use_case, case, shortlist, services)),
        citations=_citations(text, case, shortlist, services),
    )


def _parts(use_case: UseCase, case: Case, shortlist: Shortlist, services: Services) -> Iterator[str]:
    language = use_case.language
    yield _understood(use_case)
    yield from _bullets("plain", conflicts(case, shortlist), language)
    yield from _bullets("tool", applicable(case, "wrong tool")[:2], language)
    if shortlist.candidates:
        yield from _bullets("candidates", candidate_lines(shortlist, language), language)
        yield reading_note(shortlist, language)
    yield from _bullets("benchmarks", benchmark_lines(use_case.text, case, shortlist, services, language), language)
    yield from _bullets("check", applicable(case, "check")[:CHECKED], language)
    yield trial_text(case, shortlist, language)
    yield f"**{words('steps', language)}.** {words('next', language, items=ITEMS)}"
    yield from _missing(use_case)
    if remark := words("details", language):
        yield f"*{remark}*"


def _bullets(title: str, lines: list[str], language: str) -> list[str]:
    return ["\n".join([f"**{words(title, language)}**", *(f"- {line}" for line in lines)])] if lines else []


def _understood(use_case: UseCase) -> str:
    stated = [f"{wording.LABELS.get(f, f)}: {wording.value(x.value)}" for f, x in use_case.facts.items()]
    assumed = [
        f"{wording.LABELS[f]}: {wording.value(use_case.assumptions[f].value)}"
        for f in COSTLY
        if f in use_case.assumptions
    ]
    text = f"**{words('understood', use_case.language)}.** {'; '.join(stated)}."
    return text + (f" {words('assumed', use_case.language)}: {'; '.join(assumed)}." if assumed else "")


def _missing(use_case: UseCase) -> list[str]:
    from advisor.interview import question_for

    fields = [f for f in ASKED_FIRST if f not in use_case.facts and f not in use_case.unknown]
    if "deployment" in use_case.facts and use_case.facts["deployment"].value != "api":
        fields = [f for f in fields if f != "data_residency"]
        fields = fields if "gpu_memory_gb" in use_case.facts else ["gpu_memory_gb", *fields]
    asked = [question_for(f, use_case.language) for f in fields[:QUESTIONS]]
    title = words("questions", use_case.language)
    return [f"**{title}.** {' '.join(q.question for q in asked)}"] if asked else []


def _citations(text: str, case: Case, shortlist: Shortlist, services: Services) -> list[Citation]:
    read = read_first(text, case, shortlist, services)
    noted = [Citation(source=b.name, url=b.sources[0], title=b.name) for b in read if b.sources]
    return [*candidate_citations(shortlist), *noted]
