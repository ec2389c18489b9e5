# ruff: noqa: E501 - a pattern is read best on one line
"""Rules for yes-or-no fields, deployment, data residency and priority."""

from __future__ import annotations

import re
from functools import lru_cache

from advisor.interview.folding import fold
from advisor.interview.text import Text
from advisor.interview.vocabulary import Terms, compile_terms, load, pattern
from advisor.schema import Fact

BOOLEANS = (
    "batch_ok",
    "needs_structured_output",
    "needs_tool_calling",
    "needs_reasoning",
    "needs_fine_tuning",
    "open_weights_required",
    "commercial_license_required",
    "official_provider_only",
)
FEW = 4
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


def flag_facts(text: Text) -> list[Fact]:
    """Yes-or-no fields, deployment, residency and priority that a message states."""
    found = [_boolean(text, field) for field in BOOLEANS]
    found += [_choice(text, "priority"), deployment_fact(text), residency_fact(text)]
    return [f for f in found if f]


def _last(terms: Terms, text: Text) -> re.Match[str] | None:
    return max(terms.finditer(text.low), key=lambda m: m.start(), default=None)


def negated(text: Text, match: re.Match[str]) -> bool:
    """True if the words before or behind a match take it back."""
    before = re.split(r"[,;:(]|\bbut\b", text.before(match.start(), 30))[-1]
    return bool(_NEGATED.search(before) or _NEGATED_AFTER.match(text.after(match.end(), 24)))


def _boolean(text: Text, field: str) -> Fact | None:
    no = _last(pattern("flags.toml", field, "no"), text)
    yes_terms = pattern("flags.toml", field, "yes")
    hits = [m for m in yes_terms.finditer(text.low) if not (no and no.start() <= m.start() < no.end())]
    hits = [m for m in hits if not _SOFT.search(_clause(text, m)) and not _exempt(text, field, m)]
    best: tuple[int, bool, re.Match[str]] | None = (no.start(), False, no) if no else None
    for match in hits:
        value = not negated(text, match) or _own_negation(match)
        if best is None or match.start() > best[0] and not (best[1] and not value and field != "batch_ok"):
            best = (match.start(), value, match)
    if best is None:
        return None
    return Fact(field=field, value=best[1], quote=text.quote(*best[2].span()))


def _clause(text: Text, match: re.Match[str]) -> str:
    before = re.split(r"[,;:(]", text.before(match.start(), 40))[-1]
    return before + match.group() + re.split(r"[,;:)]", text.after(match.end(), 32))[0]


def _own_negation(match: re.Match[str]) -> bool:
    return bool(re.match(r"(?:no|not|not|nothing|nicht|keine?|sin|pas|sans|sem|non|senza|geen)\b", match.group()))


def _exempt(text: Text, field: str, match: re.Match[str]) -> bool:
    words = match.group()
    if field == "needs_structured_output" and words in _FORMATS:
        return bool(_GIVEN_AS.search(text.before(match.start(), 26)) or _IS_GIVEN.match(text.after(match.end(), 20)))
    if field == "needs_structured_output" and words.replace("-", " ") == "key value":
        return bool(re.match(r"[ -]?(?:pairs?|stores?)\s(?:in|from|hidden|inside|of)\b", text.after(match.end(), 24)))
    if field == "batch_ok" and words == "async":
        return bool(
            re.match(r"\s(?!is|ok|fine|batch|processing|works|would|and\b|or\b)[a-z]", text.after(match.end(), 12))
        )
    if field == "needs_tool_calling" and words == "browser":
        return not _DRIVEN.search(text.before(match.start(), 30))
    if field == "needs_tool_calling" and words in ("query our", "queries our"):
        return bool(re.search(r"\b(?:every|each|per|the|a|any|user|search)\s$", text.before(match.start(), 10)))
    if field == "needs_fine_tuning" and re.search(
        r"(?:community|third.party|random|other people's)\s(?:\w+\s)?$", text.before(match.start(), 30)
    ):
        return True
    if field == "needs_reasoning" and words == "思考":
        return True
    if field == "batch_ok" and words in ("at night", "nachts", "la nuit", "de noche", "di notte"):
        return bool(re.search(r"\b(?:open|calls|work|staff|answer|shift|24)\b", _clause(text, match)))
    return False


_FORMATS = ("excel", "csv", "xml", "表格", "columns")
_GIVEN_AS = re.compile(
    r"(?:from|in|read|reads|given as|given in|input|inputs|our|aus|von|desde|depuis|de nos|upload\w*|stored as|per|with|attached|"
    r"load\w*|this|these|those|pars\w+|open\w*|send|sends|sent|paste\w*|using|use|uses)\s(?:\w+\s)?$"
)
_IS_GIVEN = re.compile(
    r"\s(?:models?|sheets? (?:with|of)|files? (?:with|of|from|we|they)|macros?|formula\w*|workbook|exports? (?:from|of))\b"
)
_DRIVEN = re.compile(
    r"(?:\b(?:use|uses|using|drive|drives|driving|operat\w+|control\w*|navigat\w+|steer\w*|open\w*|run\w*|click\w*|headless|via)|\bin)"
    r"\s(?:(?:a|the|its|my|our|own|real|web)\s){0,3}$"
)


def _choice(text: Text, field: str) -> Fact | None:
    best: tuple[int, str, re.Match[str]] | None = None
    for value in load("flags.toml")[field]:
        for match in pattern("flags.toml", field, value, "strong").finditer(text.low):
            if (not negated(text, match) or _own_negation(match)) and (best is None or match.start() >= best[0]):
                best = (match.start(), value, match)
    return Fact(field=field, value=best[1], quote=text.quote(*best[2].span())) if best else None


def deployment_fact(text: Text) -> Fact | None:
    """Where the model runs; "any" holds where it is said, a device beats a server."""
    scores: dict[str, tuple[int, re.Match[str]]] = {}
    for value in ("any", "on_device", "self_hosted", "api"):
        for match in pattern("flags.toml", "deployment", value, "strong").finditer(text.low):
            if _SOFT.search(_clause(text, match)) or (negated(text, match) and not _own_negation(match)):
                continue
            if value == "api" and (_is_integration(text, match) or _own_product(text, match)):
                continue
            if (
                value == "on_device"
                and match.group().startswith("on their")
                and not _RUNS.search(text.sentence(match.start()))
            ):
                continue
            count = scores[value][0] + 1 if value in scores else 1
            scores[value] = (
                count,
                match if value not in scores or _after_correction(text, match) else scores[value][1],
            )
    for value in ("any",):
        if value in scores:
            return Fact(field="deployment", value=value, quote=text.quote(*scores[value][1].span()))
    corrected = next((v for v, (_, m) in scores.items() if _after_correction(text, m)), None)
    value = corrected or max(scores, key=lambda v: (scores[v][0], v == "on_device"), default="")
    return Fact(field="deployment", value=value, quote=text.quote(*scores[value][1].span())) if value else None


def _after_correction(text: Text, match: re.Match[str]) -> bool:
    return bool(
        re.search(
            r"\b(?:wait|actually|scratch that|instead|on second thought|now|doch|finalement|al final|na verdade|anzi)\b",
            text.before(match.start(), 40),
        )
    )


_VIA_API = re.compile(
    r"^(?:via|by|through an|over an|per|uber|uber eine|por|par|mediante|una|une|uma|un'|tramite|via een|przez|pres|via an|as an)?\s?(?:an?\s)?api\w*$|^api経由|^по api$|^apiで"
)
_ACTION = re.compile(
    r"\b(?:fetch\w*|quer\w+|call\w*|look\w*|check\w*|book\w*|pull\w*|read\w*|writ\w+|updat\w+|our|crm|erp|consult\w+|recuper\w*|interrog\w+|appel\w+|ruft|abruf\w*|abfrag\w*|zugriff|unsere?r?|nuestra|notre|nossa|nostra|system\w*|tool\w*|connect\w*|integrat\w*|exposed|expose|available)\b"
)


_RUNS = re.compile(
    r"\b(?:runs?|running|offline|local\w*|install\w*|work\w*|model|fits?|deploy\w*|must|need\w*|should)\b"
)


def _own_product(text: Text, match: re.Match[str]) -> bool:
    """ "We run a small SaaS" tells what the firm sells, not where the model runs."""
    return match.group() == "saas" and bool(
        re.search(r"\b(?:a|an|our|my|the|b2b|small|vertical|own)\s(?:[\w-]+\s)?$", text.before(match.start(), 24))
    )


def _is_integration(text: Text, match: re.Match[str]) -> bool:
    return bool(_VIA_API.match(match.group()) and _ACTION.search(text.sentence(match.start()).replace("api", "")))


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
    none = _last(pattern("flags.toml", "data_residency", "none", "strong"), text)
    if none:
        return Fact(field="data_residency", value="none", quote=text.quote(*none.span()))
    house = list(pattern("flags.toml", "data_residency", "on_prem", "strong").finditer(text.low))
    places = [(region, m) for region, m in region_mentions(text) if _binding(text, region, m)]
    if house and not places:
        return Fact(field="data_residency", value="on_prem", quote=text.quote(*text.sentence_span(house[0].start())))
    if not places:
        return None
    region, match = max(places, key=lambda p: (_after_correction(text, p[1]), -p[1].start(), p[1].end()))
    return Fact(field="data_residency", value=region, quote=text.quote(*text.sentence_span(match.start())))


def _alone(text: Text, match: re.Match[str]) -> bool:
    """True where a place stands by itself, as in "... . EU." or "Data: EU"."""
    start, end = text.sentence_span(match.start())
    return len(re.sub(r"[\W_]", "", text.low[start:end].replace(match.group(), ""))) <= (
        8 if match.group() in ("eu", "uk", "us", "ue") else 2
    )


def _binding(text: Text, region: str, match: re.Match[str]) -> bool:
    word = match.group()
    raw = text.raw[match.start() : match.end()]
    if (
        word in ("us", "eu", "uk", "ue", "rf", "ес")
        and not raw.isupper()
        and not re.search(r"[:=|]\s?$", text.before(match.start(), 14))
    ):
        return False
    clause = (
        re.split(r"[;,(]", text.before(match.start(), 60))[-1]
        + " | "
        + re.split(r"[;,)]", text.after(match.end(), 40))[0]
    )
    if _SOFT.search(clause) or re.search(r"\b(?:both|either|all)\s(?:is |are |would be )?(?:fine|ok|okay)\b", clause):
        return False
    near = text.before(match.start(), 24)
    if pattern("places.toml", "office").search(near) and not re.search(r"host|server|data|stor|process", near):
        return False
    if re.search(r"(?:^|\W)(?:no|without|avoid\w*|exclud\w*|kein\w*|sin|sans|sem|senza|geen)\s$", near):
        return False  # "no US models"
    if re.fullmatch(r"(?:us|eu|europe)[ -](?:east|west|central|north|south).*", word):
        return True  # a region of a cloud
    if re.match(r"[語语文어人製制系産产]", text.low[match.end() : match.end() + 1]):
        return False
    if re.match(
        r"\s?(?:official languages|regulation|directive|customers|market|citizens|languages|project|grant|funded|countries|law)\b",
        text.after(match.end(), 22),
    ):
        return False
    if (
        word.endswith("only")
        or re.match(r"[\s-]?only\b", text.after(match.end(), 6))
        or re.search(
            r"\b(?:only|nur|solo|uniquement|apenas|somente)(?: in| en| im| dans| na)?(?: the| der| la| l')?\s?$", near
        )
    ):
        return True
    short = word in _CODES
    sides = re.sub(r"\b(?:eu|uk|us|ue)\b", " ", clause) if short else f"{clause} | {word}"  # "EU hosting" says it
    said = bool(pattern("places.toml", "required").search(sides)) or _alone(text, match)
    return said or (short and _few_words(text, match))


_CODES = ("eu", "uk", "us", "ue")


def _few_words(text: Text, match: re.Match[str]) -> bool:
    """Whether the words between commas around a place are few, as in "300 EUR, EU please, no rush"."""
    before = re.split(r"[;,(:|\n]", text.before(match.start(), 60))[-1]
    after = re.split(r"[;,):|\n]", text.after(match.end(), 60))[0]
    return len(re.findall(r"[^\W_]+", f"{before} {after}")) <= FEW
