"""Chooses a language model for a business use case and proves the choice with a judged trial."""

__version__ = "0.1.0"
