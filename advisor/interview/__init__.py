"""The interview: read facts from messages, decide what to ask next, say what is assumed."""

from advisor.interview.extract import Extraction, apply, extract

__all__ = ["Extraction", "apply", "extract"]
