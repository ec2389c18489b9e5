"""Text as the rules compare it: lower case, plain digits, letters without accents."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_PLAIN = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "،": ",", "؛": ";", "、": ","}


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) != 1:
        plain = char
    if plain.isdigit() and not plain.isascii():
        plain = str(unicodedata.digit(plain, 0))
    base = unicodedata.normalize("NFD", plain)[0]
    if base.isascii() or "\u0370" <= base <= "\u03ff":
        plain = base
    low = plain.lower()
    return _PLAIN.get(low, low) if len(low) == 1 else plain


def fold(text: str) -> str:
    """Lower case, plain digits and letters without accents; the result has the length of the input."""
    return "".join(_fold_char(c) for c in text).replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
