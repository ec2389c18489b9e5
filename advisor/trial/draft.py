"""Drafts the plan of a trial from a use case: prompts for approval, candidates that can run here, caps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.schema import Shortlist, UseCase
from advisor.trial.rubric import draft_rubric
from advisor.trial.schema import JudgeSpec, Limits, Plan, Prompt

if TYPE_CHECKING:
    from advisor.endpoints.models import Speaker
    from advisor.services import Services

Tell = Callable[[int, int], None]
LANGUAGES = {
    "en": "English", "es": "Spanish", "de": "German", "fr": "French", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish", "sv": "Swedish", "da": "Danish", "ja": "Japanese", "zh": "Chinese",
    "ko": "Korean", "ar": "Arabic", "hi": "Hindi", "tr": "Turkish", "cs": "Czech", "ro": "Romanian",
}  # fmt: skip
# What the language model writes for each task, and the instruction that each sample is put into.
SAMPLES = {
    "customer_support": "a message from a customer to the support desk",
    "chat_assistant": "a question of a user to an assistant",
    "classification": "a short text that somebody has to sort into a category",
    "extraction": "a short document with names, dates, amounts and reference numbers",
    "summarization": "an e-mail or report of about 80 words",
    "rag_qa": "a passage of about 60 words and a question that it answers",
    "translation": "a business text",
    "writing": "a request for a short text, with its audience, purpose and facts",
    "coding_assistant": "a request for a small function, with its rules and an example",
    "data_analysis_sql": "a business question on a table whose columns are named in the question",
    "math_reasoning": "a word problem with numbers",
    "moderation": "a post of a user on a forum",
}
ANY_SAMPLE = "a request that somebody makes"
SITUATIONS = {
    "customer_support": "A customer writes: '{case}' Write the reply of the support desk.",
    "classification": "Classify this text into one fitting category and name the category only: '{case}'",
    "extraction": "Return the people, dates, amounts and subjects of this text as JSON: '{case}'",
    "summarization": "Summarise in two sentences for a busy colleague: '{case}'",
    "translation": "Translate into English for a business reader: '{case}'",
    "moderation": "Does this message break common community rules? Answer yes or no with one reason: '{case}'",
}
GENERAL = "{case}"
CASES = (
    "I was charged twice this month and nobody answers the phone.",
    "Please change my appointment from Tuesday 10:00 to Friday afternoon, and tell me what it costs.",
    "The device stopped working after the update, two weeks past the end of the warranty.",
    "I want to cancel, and I want my data deleted.",
    "Can you explain the difference between the basic and the plus plan to my mother?",
    "Your competitor offers the same for less. Why should I stay?",
)


# One small call each: asked for a list, small models repeat themselves.
TOPICS = (
    "a wrong amount", "something that has not worked for three days", "a cancellation", "a change of date",
    "something that is hard to understand", "two different things at once",
)  # fmt: skip


def draft_plan(
    use_case: UseCase | None, shortlist: Shortlist | None, services: Services, *, tell: Tell | None = None
) -> tuple[Plan, list[str]]:
    """A plan for approval, and notes on what it can and cannot show. Nothing is run. `tell` hears how many prompts are
    drafted, of how many."""
    use_case = use_case or UseCase()
    prompts, notes = draft_prompts(use_case, services, tell=tell)
    judge = _judge(services)
    candidates, more = runnable(shortlist, services, judge)
    plan = Plan(
        name=_title(use_case),
        use_case=use_case.text,
        candidates=candidates,
        judge=JudgeSpec(models=[judge], protocol="pairwise", rubric=draft_rubric(use_case)),
        prompts=list(prompts),
        max_tokens=200,
        limits=Limits(concurrency=2 if judge.startswith("local/") else 8, calls=400, money_usd=5, minutes=30),
    )
    return plan, [*notes, *more]


def _title(use_case: UseCase) -> str:
    fact = use_case.facts.get("task")
    return f"{str(fact.value).replace('_', ' ')} trial" if fact else "trial"


def _judge(services: Services) -> str:
    from advisor.endpoints.routes import default_model

    return default_model("judge", services.settings)


def runnable(shortlist: Shortlist | None, services: Services, judge: str) -> tuple[list[str], list[str]]:
    """Candidates that can be called from here: the shortlist through the chosen endpoint, else local models.

    A local judge is not its own candidate where there are others.
    """
    from advisor.endpoints.local import LOCAL_MODELS
    from advisor.endpoints.routes import default_model

    endpoint = default_model("advisor", services.settings).split("/", 1)[0]
    if endpoint == "local" or shortlist is None:
        everyone = [f"local/{name}" for name in LOCAL_MODELS]
        local = [m for m in everyone if m != judge][:2] if len(everyone) > 2 else everyone
        note = "No endpoint is configured, so the trial compares the open models that run on this machine; with a key "
        return local, [note + "the shortlist itself can be tried. Endpoints: see `advisor doctor`."]
    found = [f"{endpoint}/{served}" for served in _served(shortlist, endpoint, services)]
    if len(found) >= 2:
        return found[:4], []
    note = f"The endpoint '{endpoint}' is not known to serve two of the shortlist: name the candidates yourself."
    return found or [default_model("advisor", services.settings)], [note]


def _served(shortlist: Shortlist, endpoint: str, services: Services) -> list[str]:
    """Names under which `endpoint` sells the candidates, by the catalogue's offers."""
    names = []
    for candidate in shortlist.candidates:
        offers = services.catalog.offers_of(candidate.model_id)
        names += [o.provider_model_id for o in offers if o.provider == endpoint][:1]
    return names


def draft_prompts(use_case: UseCase, services: Services, *, tell: Tell | None = None) -> tuple[list[Prompt], list[str]]:
    """Sample prompts by the language model, or from plain situations where there is none."""
    texts: list[str] = []
    speaker = services.speaker
    if speaker is not None and use_case.text:
        texts = _by_model(use_case, speaker, tell)
    note = "The prompts are drafted, not yours: replace them with real ones before you trust the result."
    texts = texts or _by_rule(use_case)
    return [Prompt(id=f"draft-{i}", prompt=text) for i, text in enumerate(texts, 1)], [note]


def _by_model(use_case: UseCase, speaker: Speaker, tell: Tell | None) -> list[str]:
    """Code says what kind of sample is needed, as small models drift into talking about the use case itself."""
    from advisor import prompts

    req = use_case.requirements()
    language = LANGUAGES.get((req.languages or [use_case.language])[0], "English")
    where = f"a {req.domain} organisation" if req.domain and req.domain != "general" else "a company"
    system = prompts.DRAFT_SYSTEM.format(language=language)
    kind = SAMPLES.get(req.task or "", ANY_SAMPLE)
    asked = [prompts.DRAFT_USER.format(kind=kind, where=where, language=language, topic=t) for t in TOPICS]
    texts = []
    for done, user in enumerate(asked):
        if tell:
            tell(done, len(asked))
        try:
            texts.append(" ".join(speaker.text(system, user, max_tokens=100).split()))
        except AdvisorError:
            return []
    distinct = list(dict.fromkeys(text.strip("\"'“”") for text in texts if len(text) > 15))
    return [_in_situation(use_case, text) for text in distinct] if len(distinct) >= 3 else []


def _in_situation(use_case: UseCase, case: str) -> str:
    """The sample inside the instruction of its task, with the language of the answer where one was named."""
    req = use_case.requirements()
    text = SITUATIONS.get(req.task or "", GENERAL).format(case=case)
    answer_in = [LANGUAGES[code] for code in req.languages if code in LANGUAGES and code != "en"]
    return f"{text} Answer in {answer_in[0]}." if answer_in and req.task != "translation" else text


def _by_rule(use_case: UseCase) -> list[str]:
    return [_in_situation(use_case, case) for case in CASES]
