# ruff: noqa: E501 - a pattern is read best on one line
"""What stands around the words that a rule found: what takes them back, makes them a wish, or corrects what came before."""

from __future__ import annotations

import re

from advisor.interview.text import Text
from advisor.interview.vocabulary import Terms

_SOFT = re.compile(
    r"\b(?:would be nice|nice to have|would be a plus|is a plus|a bonus|bonus|if possible|ideally|maybe|perhaps|might|wenn moglich|"
    r"ware schon|idealerweise|vielleicht|si es posible|estaria bien|quiza\w*|si possible|peut etre|idealement|se possivel|talvez|"
    r"se possibile|magari|forse|indien mogelijk|misschien|i guess|i suppose|don't think so|not sure)\b|できれば|可能であれば|最好|如果可能|가능하면|желательно"
)
_NEGATED = re.compile(
    r"(?:\b(?:no|not|never|without|don't|dont|doesn't|isn't|needn't|won't|nothing|kein|keine|keinen|nicht|ohne|sin|ni|nada de|pas|pas de|pas d'|sans|"
    r"aucune?|nao|sem|non|senza|nessuna?|geen|niet|zonder|inte|utan|ikke|uden|uten|bez|nie|не|без)"
    r"(?:\s(?:need|need for|any|the|a|of|want|require|use|necesitamos|besoin de|precisa\w*|brauchen|wir|servono|serve|hace falta|deep|fancy|special|in|for|via|to))*\s?)$"
)
_NEGATED_AFTER = re.compile(
    r"^\W{0,2}(?:is |are |isn't|is not |are not |ist |wird |no es |n'est pas |nao e |non e |is niet |は|が|も|은|는|이|가)?\s?(?:not needed|not necessary|not required|not wanted|isn't needed|not allowed|needed: no|unnecessary|no\b(?!\s\w)|"
    r"nicht notig|nicht erforderlich|nicht benotigt|brauchen wir nicht|kein muss|no hace falta|no es necesari\w+|no necesari\w+|pas necessaire\w*|inutile|nao (?:e )?(?:necessari\w+|precisa)|"
    r"non (?:serve|necessari\w+)|niet nodig|不要|必要ありません|必要ない|いりません|不需要|不用|필요 없|필요없|불필요|не нуж\w+|не требуется|no need)"
)


def last(terms: Terms, text: Text) -> re.Match[str] | None:
    """The last place where one of the terms stands."""
    return max(terms.finditer(text.low), key=lambda m: m.start(), default=None)


def negated(text: Text, match: re.Match[str]) -> bool:
    """True if the words before or behind a match take it back."""
    before = re.split(r"[,;:(]|\bbut\b", text.before(match.start(), 30))[-1]
    return bool(_NEGATED.search(before) or _NEGATED_AFTER.match(text.after(match.end(), 24)))


def own_negation(match: re.Match[str]) -> bool:
    """Whether the words themselves begin with a negation, so that one before them is theirs."""
    return bool(re.match(r"(?:no|not|nothing|nicht|keine?|sin|pas|sans|sem|non|senza|geen)\b", match.group()))


def soft(words: str) -> bool:
    """Whether words make a wish of what they speak of."""
    return bool(_SOFT.search(words))


def clause(text: Text, match: re.Match[str]) -> str:
    """The words between the commas around a match."""
    before = re.split(r"[,;:(]", text.before(match.start(), 40))[-1]
    return before + match.group() + re.split(r"[,;:)]", text.after(match.end(), 32))[0]


def after_correction(text: Text, match: re.Match[str]) -> bool:
    """Whether what stands before a match says that it corrects something."""
    return bool(
        re.search(
            r"\b(?:wait|actually|scratch that|instead|on second thought|now|doch|finalement|al final|na verdade|anzi)\b",
            text.before(match.start(), 40),
        )
    )
