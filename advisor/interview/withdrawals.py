"""Requirements that a message takes back: "forget the budget", "no latency limit after all"."""

from __future__ import annotations

import re

from advisor.interview.text import Text
from advisor.interview.vocabulary import load, pattern


def withdrawn_fields(text: Text, found: list[str]) -> list[str]:
    """Fields that the message withdraws and for which it gives no new value behind the withdrawal."""
    forget = pattern("withdrawals.toml", "forget")
    after = pattern("withdrawals.toml", "forget_after")
    out = []
    for name in load("withdrawals.toml")["fields"]:
        for match in pattern("withdrawals.toml", "fields", name).finditer(text.low):
            before = re.split(r"[,;:(]", text.before(match.start(), 34))[-1]
            behind = re.split(r"[;:)]", text.after(match.end(), 40))[0]
            if re.search(rf"(?:{forget.pattern})(?:\s\S+){{0,2}}\s*$", before) or after.search(behind):
                out.append(name)
                break
    return [name for name in out if name not in found or not _stated_later(text, name)]


def _stated_later(text: Text, name: str) -> bool:
    forget = pattern("withdrawals.toml", "forget")
    last = max((m.start() for m in forget.finditer(text.low)), default=0)
    return bool(re.search(r"\d", text.low[last:])) if name in load("withdrawals.toml")["numeric"] else False
