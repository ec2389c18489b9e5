"""The interview: read facts from messages, decide what to ask next, say what is assumed."""

from advisor.interview.batch import extract_file
from advisor.interview.extract import Extraction, apply, extract
from advisor.interview.intent import Intent, intent

__all__ = ["Extraction", "Intent", "apply", "extract", "extract_file", "intent"]
