"""Refreshing sources from the network into the data folder; the only module here that uses the network."""

from __future__ import annotations

from pathlib import Path


def refreshed_snapshot() -> Path | None:
    """The refreshed snapshot in the data folder, if there is one."""
    return None
