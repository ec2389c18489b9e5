"""The interview: read facts from messages, decide what to ask next, say what is assumed."""

from advisor.interview.assume import assumptions
from advisor.interview.batch import extract_file
from advisor.interview.extract import Extraction, apply, extract
from advisor.interview.intent import Intent, intent
from advisor.interview.personas import hear, simulate
from advisor.interview.phrasing import question_for
from advisor.interview.questions import answered, best_questions, next_question

__all__ = [
    "Extraction",
    "Intent",
    "answered",
    "apply",
    "assumptions",
    "best_questions",
    "extract",
    "extract_file",
    "hear",
    "intent",
    "next_question",
    "question_for",
    "simulate",
]
