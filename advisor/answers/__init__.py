"""Answers to questions on benchmarks, models and evaluation, from notes, catalogue and formulas, with citations."""
