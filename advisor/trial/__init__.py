"""Trials: candidates answer the user's prompts, metrics and a judge score them, statistics decide."""
