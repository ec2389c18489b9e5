"""Takes secrets out of text that is kept or shown: keys, tokens, passwords in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable

GONE = "***"
SHAPES = (
    (re.compile(r"\b(sk|pk|rk|xai|gsk|hf|ghp|gho|pat|AIza|AKIA)[-_]?[A-Za-z0-9_-]{16,}"), GONE),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {GONE}"),
    (re.compile(r"(?i)\b((?:api|access|secret)[-_ ]?(?:key|token)|password|passwd)(\"?\s*[=:]\s*\"?)[^\s\"'&,;]{4,}"),
     rf"\1\2{GONE}"),
    (re.compile(r"(?<=://)[^\s/@:]+:[^\s/@]+@"), f"{GONE}@"),
)  # fmt: skip
SHORTEST = 6


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the given secrets and without what looks like one."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, GONE)
    for shape, instead in SHAPES:
        text = shape.sub(instead, text)
    return text
