# ruff: noqa: E501 - a pattern is read best on one line
"""Where the data must stay: a region, or the house."""

from __future__ import annotations

import re
from functools import lru_cache

from advisor.interview.context import after_correction, last, soft
from advisor.interview.folding import fold
from advisor.interview.text import Text
from advisor.interview.vocabulary import Terms, compile_terms, load, pattern
from advisor.schema import Fact

FEW = 4  # words between commas, where a place stands nearly by itself
_CODES = ("eu", "uk", "us", "ue")
_WORDS_TOO = (*_CODES, "rf", "ес")  # in lower case they are words of some language
_EITHER = re.compile(r"\b(?:both|either|all)\s(?:is |are |would be )?(?:fine|ok|okay)\b")
_RULED_OUT = re.compile(r"(?:^|\W)(?:no|without|avoid\w*|exclud\w*|kein\w*|sin|sans|sem|senza|geen)\s$")
_CLOUD_REGION = re.compile(r"(?:us|eu|europe)[ -](?:east|west|central|north|south).*")
_LANGUAGE_OR_MAKE = re.compile(r"[語语文어人製制系産产]")
_OF_PEOPLE = re.compile(
    r"\s?(?:official languages|regulation|directive|customers|market|citizens|languages|project|grant|funded|countries|law)\b"
)
_ONLY = re.compile(r"\b(?:only|nur|solo|uniquement|apenas|somente)(?: in| en| im| dans| na)?(?: the| der| la| l')?\s?$")


@lru_cache(maxsize=32)
def _regions(language: str) -> list[tuple[str, Terms]]:
    data = load("places.toml")["regions"]
    names: dict[str, set[str]] = {region: set(terms) for region, terms in data.items()}
    for locale in {language, "en"}:
        for name, region in load("names.json")["countries"].get(locale, {}).items():
            names[region].add(fold(name))
    return [(region, compile_terms(terms)) for region, terms in names.items()]


def region_mentions(text: Text) -> list[tuple[str, re.Match[str]]]:
    """All places that a message names with their region, required or not."""
    found = [(region, m) for region, names in _regions(text.language) for m in names.finditer(text.low)]
    return sorted(found, key=lambda p: p[1].start())


def residency_fact(text: Text) -> Fact | None:
    """Where the data must stay; a place counts only with words that make it a requirement."""
    none = last(pattern("flags.toml", "data_residency", "none", "strong"), text)
    if none:
        return Fact(field="data_residency", value="none", quote=text.quote(*none.span()))
    house = list(pattern("flags.toml", "data_residency", "on_prem", "strong").finditer(text.low))
    places = [(region, m) for region, m in region_mentions(text) if _binding(text, m)]
    if house and not places:
        return Fact(field="data_residency", value="on_prem", quote=text.quote(*text.sentence_span(house[0].start())))
    if not places:
        return None
    region, match = max(places, key=lambda p: (after_correction(text, p[1]), -p[1].start(), p[1].end()))
    return Fact(field="data_residency", value=region, quote=text.quote(*text.sentence_span(match.start())))


def _binding(text: Text, match: re.Match[str]) -> bool:
    """Whether the words around a place make it a rule of where data stay."""
    around, near = _clause(text, match), text.before(match.start(), 24)
    if _another_word(text, match) or soft(around) or _EITHER.search(around) or _office(near) or _RULED_OUT.search(near):
        return False
    if _CLOUD_REGION.fullmatch(match.group()):
        return True
    if _LANGUAGE_OR_MAKE.match(text.after(match.end(), 1)) or _OF_PEOPLE.match(text.after(match.end(), 22)):
        return False
    return _only(text, match) or _required(text, match, around)


def _clause(text: Text, match: re.Match[str]) -> str:
    """The words on both sides of a place, up to a comma or bracket, without the place itself."""
    before = re.split(r"[;,(]", text.before(match.start(), 60))[-1]
    return before + " | " + re.split(r"[;,)]", text.after(match.end(), 40))[0]


def _another_word(text: Text, match: re.Match[str]) -> bool:
    """ "us" in lower case is somebody, unless it answers a name ("region: us")."""
    if match.group() not in _WORDS_TOO or text.raw[match.start() : match.end()].isupper():
        return False
    return not re.search(r"[:=|]\s?$", text.before(match.start(), 14))


def _office(near: str) -> bool:
    """Whether the words before a place say that somebody sits there, not the data."""
    return bool(pattern("places.toml", "office").search(near) and not re.search(r"host|server|data|stor|process", near))


def _only(text: Text, match: re.Match[str]) -> bool:
    """ "EU only", "only in the EU"."""
    behind = match.group().endswith("only") or re.match(r"[\s-]?only\b", text.after(match.end(), 6))
    return bool(behind or _ONLY.search(text.before(match.start(), 24)))


def _required(text: Text, match: re.Match[str], around: str) -> bool:
    """Whether words of data, hosting or staying are around a place, or hardly any words at all."""
    short = match.group() in _CODES
    sides = (
        re.sub(r"\b(?:eu|uk|us|ue)\b", " ", around) if short else f"{around} | {match.group()}"
    )  # "EU hosting" says it
    said = bool(pattern("places.toml", "required").search(sides)) or _alone(text, match)
    return said or (short and _few_words(text, match))


def _alone(text: Text, match: re.Match[str]) -> bool:
    """True where a place stands by itself, as in "... . EU." or "Data: EU"."""
    start, end = text.sentence_span(match.start())
    rest = re.sub(r"[\W_]", "", text.low[start:end].replace(match.group(), ""))
    return len(rest) <= (8 if match.group() in _CODES else 2)


def _few_words(text: Text, match: re.Match[str]) -> bool:
    """Whether the words between commas around a place are few, as in "300 EUR, EU please, no rush"."""
    before = re.split(r"[;,(:|\n]", text.before(match.start(), 60))[-1]
    after = re.split(r"[;,):|\n]", text.after(match.end(), 60))[0]
    return len(re.findall(r"[^\W_]+", f"{before} {after}")) <= FEW
