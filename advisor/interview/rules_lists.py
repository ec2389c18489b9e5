# ruff: noqa: E501 - a pattern is read best on one line
"""Rules for languages, providers and modalities: names that are required, preferred or ruled out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from advisor.interview.folding import fold
from advisor.interview.text import Text
from advisor.interview.vocabulary import Terms, compile_terms, load, pattern
from advisor.schema import Fact

# Makers of a country; the last stands for all others there.
COUNTRIES = {"chinese": ("deepseek", "alibaba", "chinese"), "american": ("openai", "anthropic", "google", "american")}


AN_ANSWER = 6  # words of a sentence that says nothing else


@dataclass(frozen=True)
class Mention:
    """A name in the text and the value that it stands for."""

    value: str
    start: int
    end: int


@lru_cache(maxsize=32)
def _language_patterns(language: str) -> list[tuple[str, Terms]]:
    names: dict[str, set[str]] = {code: set(terms) for code, terms in load("languages.toml")["names"].items()}
    for locale in {language, "en"}:
        for name, code in load("names.json")["languages"].get(locale, {}).items():
            if "(" not in name and len(name) > 2:
                names.setdefault(code, set()).add(fold(name))
    return [(code, compile_terms(terms)) for code, terms in names.items()]


def language_mentions(text: Text) -> list[Mention]:
    """Languages that the model must handle, in the order in which they are named."""
    found = [
        Mention(code, m.start(), m.end())
        for code, names in _language_patterns(text.language)
        for m in names.finditer(text.low)
    ]
    found = _longest(found)
    found = [m for m in found if not (_is_adjective(text, m) or _is_verb(text, m, found) or _of_somebody(text, m))]
    first = min((m.start for m in found), default=0)
    found = [m for m in found if _same_part(text, first, m.start) or _at_work(text, m)]
    return sorted(found + _codes(text, found), key=lambda m: m.start)


def _longest(mentions: list[Mention]) -> list[Mention]:
    return [
        m
        for m in mentions
        if not any(o.start <= m.start and m.end <= o.end and (o.end - o.start) > (m.end - m.start) for o in mentions)
    ]


def _is_adjective(text: Text, mention: Mention) -> bool:
    after = text.after(mention.end, 26).lstrip(" -'s")
    before = text.before(mention.start, 22).rstrip()
    rules = (
        pattern("languages.toml", "rules", "not_language_after"),
        pattern("languages.toml", "rules", "not_language_before"),
    )
    inflected = re.match(r"[a-z]", text.low[mention.end : mention.end + 1])
    return bool(inflected or rules[0].match(after) or re.search(rf"(?:{rules[1].pattern})$", before))


def _same_part(text: Text, first: int, at: int) -> bool:
    """Whether a language stands in the sentence of the first one, or in the next."""
    end = text.sentence_span(first)[1]
    return at < text.sentence_span(min(end, len(text.low) - 1))[1]


def _at_work(text: Text, mention: Mention) -> bool:
    """Whether a language of a later sentence is tied to what the model does."""
    sentence = text.sentence(mention.start)
    return len(sentence.split()) <= AN_ANSWER or bool(pattern("languages.toml", "rules", "at_work").search(sentence))


def _of_somebody(text: Text, mention: Mention) -> bool:
    """Languages that somebody learns or speaks at home ("my colleague learns Japanese"): the model need not."""
    before = re.split(r"[.;:(]", text.before(mention.start, 60))[-1]
    return bool(_PERSON_LEARNS.search(before) or _AT_HOME.match(text.after(mention.end, 16)))


_PERSON_LEARNS = re.compile(
    r"\b(?:my|our|his|her|their|the|one of us|somebody|someone|a|an|mein\w*|unser\w*|der|die|das|ein\w*|ma|mon|notre|une?|la|le|mi|nuestr[ao]|el|minha|meu|nossa|nosso|o|mia|mio|nostr[ao]|il|de|mijn|onze)"
    r"(?:\s[\w'-]+){1,3}?\s(?:(?:is|are|was|has|has been|still|also|currently|only|just|now|toca|esta|sta)\s)*"
    r"(?:learn\w*|stud(?:y|ies|ied|ying)|taught|teach(?:es)?|grew up with|lernt|studiert|apprend|etudie|aprende\w*|estudia\w*|impara|studia|estuda|leert|studeert)\s(?:\w+\s){0,2}$"
    r"|\b(?:one of us|somebody|someone|my \w+|our \w+|the \w+ desk|the \w+ team) (?:also )?(?:speaks?|talks?)\s(?:\w+\s){0,1}$"
    r"|\b(?:staff|people|engineers?|developers?|lawyers?|paralegals?|counsellors?|midwives|colleagues?|partners?|interpreters?|interpretes|soci|juristes|boss|chef|wife|husband|frau|mann|traduttrice|kunde|"
    r"volunteers|nurses|desk|team|neighbour|grandson|son|daughter|hijo|hija|fils|fille|half of them|of them|between them)\b[^.;:]{0,24}?\s(?:who\s)?(?:between them\s)?(?:also\s)?(?:speaks?|speaking|parlano|parla|hablan|habla|spricht|sprechen|parlent|parle|falam|fala)\s(?:also |anche |auch |aussi |tambien |a bit of |some )?(?:\w+,? (?:(?:and|y|e|et|und) )?){0,3}$"
    r"|(?:女儿|儿子|同事|老板|妻子|丈夫|朋友)\S{0,3}(?:学|讲|说)$"
)
_AT_HOME = re.compile(r"\s(?:at home|in (?:his|her|their) spare time|as a hobby|for fun)\b")


def _is_verb(text: Text, mention: Mention, mentions: list[Mention]) -> bool:
    if text.low[mention.start : mention.end] != "polish" or text.raw[mention.start] == "P":
        return False
    return not any(o is not mention and abs(o.start - mention.start) < 30 for o in mentions)


_CODE_LIST = re.compile(r"(?<![^\W_])([a-z]{2})(?:\s?(?:[,/+&|·、]|and|und|et|y|e|\s)\s?([a-z]{2})(?![^\W_]))+")


def _codes(text: Text, named: list[Mention]) -> list[Mention]:
    """ISO codes: after a label ("languages: en, de"), or in capitals in a list ("FR + EN")."""
    known = set(load("languages.toml")["names"])
    label = pattern("languages.toml", "rules", "label")
    out = []
    for match in re.finditer(r"(?<![^\W_])[a-z]{2}(?:-[a-z]{2})?(?![^\W_])", text.low):
        code = match.group()[:2]
        if code not in known or any(m.start <= match.start() < m.end for m in named):
            continue
        head = text.low[text.low.rfind("\n", 0, match.start()) + 1 : match.start()]
        labelled = re.search(
            rf"(?:{label.pattern})\W*(?:[a-z]{{2}}(?:-[a-z]{{2}})?\W+(?:and |und |et |y |e )?)*$", head
        )
        if labelled or (
            text.raw[match.start() : match.start() + 2].isupper() and _in_code_list(text, match, known, named)
        ):
            out.append(Mention(code, match.start(), match.end()))
    return out


def _in_code_list(text: Text, match: re.Match[str], known: set[str], named: list[Mention]) -> bool:
    raw = text.raw
    right = re.match(r"\s?(?:[,/+&→]|-+>|and|und|et|y|e|to|,\s?and)\s?([A-Z]{2})(?![A-Za-z])", raw[match.end() :])
    left = re.search(r"(?<![A-Za-z])([A-Z]{2})\s?(?:[,/+&→]|-+>|and|und|et|y|e|to)\s?$", raw[: match.start()])
    return any(side and side.group(1).lower() in known for side in (left, right))


def language_fact(text: Text, known: list[str]) -> Fact | None:
    """The languages fact; "French as well" adds to the known ones, "drop French" takes away."""
    mentions = language_mentions(text)
    dropped = {m.value for m in mentions if _dropped(text, m)}
    kept = list(dict.fromkeys(m.value for m in mentions if m.value not in dropped or _again(text, m, mentions)))
    if not mentions:
        return None
    start, end = mentions[0].start, mentions[-1].end
    adds = known and re.search(_ALSO, text.sentence(mentions[0].start))
    if adds or (known and dropped and not kept):
        kept = [c for c in [*known, *(k for k in kept if k not in known)] if c not in dropped]
    if not kept:
        return None
    if end - start > 160:
        end = mentions[0].end
    return Fact(field="languages", value=kept, quote=text.quote(start, end))


_ALSO = re.compile(
    r"\b(?:as well|also|too|plus|add|additionally|in addition|auch|zusatzlich|ausserdem|dazu|tambien|ademas|anade|anadir|aussi|egalement|ajoute\w*|en plus|tambem|alem|adicion\w*|anche|inoltre|aggiung\w*|ook|erbij|ocksa|ogsa|takze|drop|remove|without|forget|no longer|now too)\b|も追加|加えて|还要|也要|加上|추가|также|ещё|أيضا"
)


def _dropped(text: Text, mention: Mention) -> bool:
    before = re.split(r"[,;:(]|\bbut\b|\bonly\b|\bpero\b|\baber\b|\bmais\b", text.before(mention.start, 26))[-1]
    after = re.split(r"[,;:)]", text.after(mention.end, 24))[0]
    drop, late = pattern("languages.toml", "rules", "drop"), pattern("languages.toml", "rules", "drop_after")
    if re.search(r"not (?:only|just)|no (?:solo|matter)|nicht nur|pas seulement|nao so|non solo", before):
        return False
    return bool(
        re.search(rf"(?:{drop.pattern})\s(?:\w+\s){{0,2}}$", before)
        or re.match(rf"\s?(?:{late.pattern})", after)
        or _TAKEN_BACK.match(text.after(mention.end, 40))
    )


_TAKEN_BACK = re.compile(
    r"\s?,\s(?:but |which |and |but in fact )?(?:we|i|you|they) (?:don't|won't|do not|will not|didn't|aren't|never)\b"
    r"|\s?,\s(?:das |aber |was )?(?:brauchen|wollen|machen) wir nicht|\s?,\s(?:pero |y )?(?:no (?:lo |la )?(?:necesitamos|haremos))"
)


def _again(text: Text, mention: Mention, mentions: list[Mention]) -> bool:
    return any(
        m.value == mention.value and m.start > mention.start and not _dropped(text, m) for m in mentions
    ) and not _dropped(text, mention)


@lru_cache(maxsize=1)
def _provider_patterns() -> list[tuple[str, Terms]]:
    return [(maker, compile_terms(terms)) for maker, terms in load("providers.toml")["names"].items()]


def provider_mentions(text: Text) -> list[Mention]:
    """Makers that a message names, also by the names of their models."""
    found = [
        Mention(maker, m.start(), m.end()) for maker, names in _provider_patterns() for m in names.finditer(text.low)
    ]
    return sorted(_longest(found), key=lambda m: m.start)


def provider_facts(text: Text) -> list[Fact]:
    """Providers that are ruled out and those that are asked for."""
    sides: dict[str, list[Mention]] = {"excluded_providers": [], "preferred_providers": []}
    for group in _groups(text, provider_mentions(text)):
        found = [_side(text, mention) for mention in group]
        side = next((s for s in (found[0], *reversed(found)) if s), "") or _bare(text, group)
        if side == "preferred_providers":  # "a US provider" says where the data may be, not who makes the model
            group = [mention for mention in group if mention.value != "american"]
        if side:
            sides[side] += group
    return [_provider_fact(text, field, found) for field, found in sides.items() if found]


def _bare(text: Text, group: list[Mention]) -> str:
    """Names that make up a whole sentence ("GPT-5 or Claude.") are asked for."""
    start, end = text.sentence_span(group[0].start)
    rest = text.low[start : group[0].start] + text.low[group[-1].end : end]
    rest = re.sub(r"\b(?:family|families|models?|modelle?|modelos?|modeles?|series|please|bitte|only)\b", "", rest)
    return "preferred_providers" if not re.sub(r"[\W\d_]", "", rest) and start > 0 else ""


def _provider_fact(text: Text, field: str, found: list[Mention]) -> Fact:
    values = [m for mention in found for m in COUNTRIES.get(mention.value, (mention.value,))]
    lands = sorted({m.value.capitalize() for m in found if m.value in COUNTRIES})
    note = f"{' and '.join(lands)} makers in the catalogue" if lands else ""
    quote = text.quote(*text.sentence_span(found[0].start))
    only = field == "preferred_providers" and says_only(text, found)
    return Fact(field=field, value=list(dict.fromkeys(values)), quote=quote, note=note, only=only)


def says_only(text: Text, found: Sequence[Mention]) -> bool:
    """Whether no others than the named providers will do: "Azure only", "nothing but OpenAI or Google"."""
    return any(_only(text, mention) for mention in found)


def _only(text: Text, mention: Mention) -> bool:
    before = re.split(r"[.,;!?\n]", text.before(mention.start, 44))[-1]
    only, soft = pattern("providers.toml", "cues", "only"), pattern("providers.toml", "cues", "not_only")
    near = any(_FEW_WORDS.fullmatch(before[m.end() :]) for m in only.finditer(before))
    return bool((near or _only_after(text, mention)) and not soft.search(before))


def _only_after(text: Text, mention: Mention) -> bool:
    after = re.sub(r"^\s?(?:models?|modelle?|modelos?|modeles?|modelli|cloud)\b", "", text.after(mention.end, 30))
    return bool(pattern("providers.toml", "cues", "only").match(after.lstrip()))


_HOST, _SERVED_BY = (
    re.compile(r"bedrock|vertex"),
    re.compile(r"\b(?:on|via|through|auf|uber)\s(?:aws |amazon |google )?$"),
)
_FEW_WORDS = re.compile(r"(?:\W+\w+){0,3}\W*")
_JOINT = re.compile(
    r"\s?(?:[,/&+、・]|or|and|nor|oder|und|noch|o|y|ni|ou|et|e|of|en|eller|och|und auch|lub|i|或|和|や|と|및|или|и|\s|'s|models?|,\s?(?:or|and|nor|und|oder|y|et|e|ou))+\s?"
)


def _groups(text: Text, mentions: list[Mention]) -> list[list[Mention]]:
    """Names that stand together ("Anthropic, OpenAI or Google only") share one reading."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        if groups and _JOINT.fullmatch(text.low[groups[-1][-1].end : mention.start]):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _side(text: Text, mention: Mention) -> str:
    before = re.split(r"[;:(]\s|,\s(?=but|aber|pero|mais|mas|ma\b)|\bbut\b(?!\s*$)", text.before(mention.start, 44))[-1]
    after = re.split(r"[;,(]", text.after(mention.end, 44))[0]
    exclude, prefer = pattern("providers.toml", "cues", "exclude"), pattern("providers.toml", "cues", "prefer")
    label = text.before(mention.start, 60)
    if re.search(
        r"(?:exclude\w*|blacklist|blocklist|dont_use|not allowed|ausgeschlossen\w*|excluid\w*|exclu\w*|除外)[^\n]{0,40}[:|=]\s?[^\n]*$",
        label,
    ):
        return "excluded_providers"
    if re.search(
        r"(?:prefer\w*|whitelist|allowlist|allowed|bevorzugt\w*|preferid\w*)[^\n]{0,20}[:|=]\s?[^\n]*$", label
    ):
        return "preferred_providers"
    if _HOST.fullmatch(text.low[mention.start : mention.end]) and _SERVED_BY.search(before):
        return "preferred_providers"
    near = max((m.end() for m in exclude.finditer(before)), default=-1)
    liked = max((m.end() for m in prefer.finditer(before)), default=-1)
    neutral = max((m.end() for m in pattern("providers.toml", "cues", "neutral").finditer(before)), default=-1)
    if re.search(r"\bonly\W+$|\bnot only\b", before):
        near = -1
    if near >= 0 and near >= liked and near >= neutral and len(before) - near < 36:
        return "excluded_providers"
    follow = re.match(
        rf"\W*(?:(?:models?|products?|based|gehoster?|製)?\W*)?(?:(?:is|are|will be|shall be|must be|would be|wird|werden|ist|sind|es|est|e|sont|son|は|も|が|の\S{{0,8}}|系\S{{0,6}}|製\S{{0,4}}|这类|不|은|는|도)\W*(?:strictly |absolutely |completely )?)?(?:{exclude.pattern})",
        after,
    )
    if follow and neutral < 0:
        return "excluded_providers"
    wanted = prefer.match(after.lstrip()) or re.match(r"\s?house\b", after) or _only_after(text, mention)
    if neutral >= 0 and neutral > liked and not wanted:
        return ""
    if (
        liked >= 0
        or wanted
        or re.match(rf"\W*(?:models?\s|か|または|と|및|或|or|and|oder)?\W*\S{{0,12}}\s?(?:{prefer.pattern})", after)
    ):
        return "preferred_providers"
    return ""
