# ruff: noqa: E501 - a pattern is read best on one line
"""Numbers in running text: digits in many notations, scale words, number words, Chinese-style numerals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from advisor.interview.loose_numbers import fraction_of, loose_numbers
from advisor.interview.text import Text
from advisor.interview.vocabulary import Terms, compile_terms, load

_DIGITS = re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})+(?![\d.,]\d|\d)|\d+(?:[.,'’]\d+)*")
_CJK_DIGIT = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_CJK_SCALE = {"十": 10, "百": 100, "千": 1000, "천": 1000, "백": 100}
_CJK_BIG = {"万": 10_000, "萬": 10_000, "만": 10_000, "億": 10**8, "亿": 10**8, "억": 10**8}
_CJK_RUN = re.compile(r"[〇零一二三四五六七八九两十百千万萬億亿만천백억半]+")
_CJK_TAIL = re.compile(r"\s?[百千万萬億亿만천백억]+(?:\s?\d+(?![\d.,]))?(?:[百千백천](?=[^\d]))?")
_NAMES = re.compile(
    r"(?:\b(?:rtx|gtx|iphone|ipad|pixel|galaxy|llama|gpt|claude|gemini|qwen|phi|version|section|sect|level|windows"
    r"|article|art|clause|§|office|web|iso|din|form|annex|lot|grade|class|tls|http|python|java|year|since|seit|from"
    r"|depuis|desde|dal|xeon|ryzen|core|room|epyc|radeon|jetson|snapdragon|nr|nº|#|wave|top|mi|paragraph|icd|mistral"
    r"|gemma|gen|section|pos|rx|tier|soc|q|kw|para|opus|sonnet|covid|unit|office|sap|s/4hana|sharepoint|exchange)"
    r"[\s\-]?|#|§\s?)$"
)
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_MONTHS = re.compile(
    r"\s?(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|z|s)|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|octo?(?:ber)?|nov(?:ember)?"
    r"|dec(?:ember)?|okt(?:ober)?|dez(?:ember)?|ener?o|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|janvier|fevrier|avril|juin|juillet|aout|octobre|decembre|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro)\b"
    r"|(?:st|nd|rd|th)\b"
)


@dataclass(frozen=True)
class Number:
    """A number and where it stands. `weak` marks articles that may also mean one, `loose` words that often count
    nothing ("a page", "once"): these are for the reader of numbers alone, no rule takes them."""

    value: float
    start: int
    end: int
    weak: bool = False
    top: float | None = None
    loose: bool = False


def find_numbers(text: Text) -> list[Number]:
    """All numbers of a message in order; ranges count once, with their mean and their upper end."""
    found = _digits(text) + _cjk(text) + _articles(text)
    found += _beside(found, _words(text))
    found = [_with_fraction(text, n) for n in found]
    loose = [Number(value, start, end, loose=True) for value, start, end in loose_numbers(text.low)]
    every = sorted(found + _beside(found, loose), key=lambda n: n.start)
    halves = {n.start for n in every if n.value == 0.5}
    return _join_ranges(text, [n for n in every if not (n.value == 1 and n.end + 1 in halves)])  # "eine halbe"


def _with_fraction(text: Text, number: Number) -> Number:
    """A number with the fraction that belongs to it: "two and a half pages"."""
    found = None if number.value < 1 else fraction_of(text.low, number.end)
    if found is None:
        return number
    more, end = found
    return replace(number, value=number.value + more, end=end, weak=number.weak and end == number.end)


def _beside(found: list[Number], more: Iterable[Number]) -> list[Number]:
    """Those of `more` that do not overlap what is found."""
    return [n for n in more if not any(a.start < n.end and n.start < a.end for a in found)]


_ARTICLE = re.compile(
    r"\b(?P<half>half an?|halbe|halben|medio|media|meio|meia|demi|mezza|mezzo|mezz|een half|halv)(?=[\s'-](?:hour|minute|second|stunde|minute|sekunde|hora|minuto|segundo|heure|seconde|ora|secondo|uur|seconde|sekund|cent|centimo|centime|page|seite|pagina|sayfa|sida|strona)\b)"
    r"|\ban?(?=\s(?:hour|minute|second)\b)"
)


def _articles(text: Text) -> list[Number]:
    """ "An hour", "half an hour": articles that count where a time or a page follows."""
    return [Number(0.5 if m.group("half") else 1.0, m.start(), m.end(), weak=True) for m in _ARTICLE.finditer(text.low)]


def parse_digits(token: str, decimal_comma: bool = False) -> float:
    """The value of digits with separators: 1,100 1.100 1'100 2,5 2.5 5,00,000."""
    token = re.sub(r"[\s'’]", "", token)
    marks = re.findall(r"[.,]", token)
    if not marks:
        return float(token)
    last, tail = marks[-1], re.split(r"[.,]", token)[-1]
    grouped = len(tail) == 3 and not token.startswith("0")
    if len(set(marks)) == 2:
        return float(token.replace("," if last == "." else ".", "").replace(",", "."))
    if len(marks) > 1 or (grouped and not (decimal_comma and last == "," and len(marks) == 1)):
        return float(re.sub(r"[.,]", "", token))
    return float(token.replace(",", "."))


def _digits(text: Text) -> list[Number]:
    found = []
    for match in _DIGITS.finditer(text.low):
        if _is_name(text, match.start(), match.end()):
            continue
        value, end = parse_digits(match.group()), match.end()
        scale, end = _scale_after(text, end)
        cjk = _CJK_TAIL.match(text.low, match.end())
        if cjk:
            value, end = _cjk_tail(value, cjk.group()), cjk.end()
        found.append(Number(value * scale, match.start(), end))
    return found


_GLUED = re.compile(r"(?:^|[^a-z])(?:x|usd|eur|gbp|rs|r|brl|inr|jpy|chf|ca|us|s)[.\-]?$|[a-z]\.$|[a-z]{3,}-$")


def _is_name(text: Text, start: int, end: int) -> bool:
    """True for digits that are part of a name, a date, a time or a paragraph number."""
    low, head = text.low, text.low[max(0, start - 14) : start]
    if re.search(r"[a-z_][.\-]?$", head) and not _GLUED.search(head):
        return True
    if (
        (_NAMES.search(head) and not _length_unit().match(low[end : end + 24].lstrip(" -")))
        or _VERSION.fullmatch(low[start:end])
        or _MONTHS.match(low[end : end + 14])
        or _decade(head, low[end : end + 2])
        or _CENTURY.match(low, start)
    ):
        return True
    return _is_paragraph(low, start) or _is_date(low[start:end], head, low[end : end + 12])


@lru_cache(maxsize=1)
def _length_unit() -> Terms:
    """ "From 30 pages", "class 2,100 tokens": what has a length is no name."""
    return compile_terms(term for unit in load("units.toml")["length"].values() for term in unit["terms"])


def _decade(head: str, tail: str) -> bool:
    return bool(re.match(r"s\b", tail) and re.search(r"\bthe\s(?:19|20)?$", head))


_CENTURY = re.compile(r"1[5-9]\d0s\b|20[0-4]0s\b|[345]0[6-9]0s\b")  # "noisy 1800s Dutch", "two 4090s"


def _is_paragraph(low: str, start: int) -> bool:
    line = low.rfind("\n", 0, start) + 1
    lead = low[line:start].strip()
    return not lead and bool(re.match(r"\s*(?:\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}[.)])\s+[^\W\d]", low[line:]))


def _is_date(token: str, head: str, tail: str) -> bool:
    if re.fullmatch(r"(?:19|20)\d\d", token) and (
        re.match(r"\s?[-–]\s?(?:19|20)\d\d\b", tail) or re.search(r"(?:19|20)\d\d\s?[-–]\s?$", head)
    ):
        return True
    if re.match(r":\d\d|/\d{1,2}/\d{2,4}|-\d{2}-\d{2}|年(?!間|间|に|当)", tail) or re.search(
        r"\d:$|\d{4}-\d\d-$|(?:19|20)\d\d-$", head
    ):
        return True
    cue = r"\b(?:in|since|of|by|until|q\d|fy|en|em|im|de|seit|ab|year)\s$"
    return bool(re.fullmatch(r"(?:19|20)\d\d", token) and re.search(cue, head))


def _scale_after(text: Text, end: int) -> tuple[float, int]:
    low, raw = text.low, text.raw
    if match := re.match(r"M(?![\w])|M(?=/)|\sM(?=\s[a-z]{4,})", raw[end:]):
        return 1e6, end + match.end()
    if match := re.match(r"m(?=\s(?:[a-z]{4,}|a )|/)(?!\s(?:or|and|max|latency))", low[end:]):
        return 1e6, end + 1
    scales = load("numerals.toml")["scales"]
    match = re.match(r"(?:\s?|\s?de )([^\W\d_]+)", low[end:])
    if match and match.group(1) in scales:
        nested, stop = _scale_after_word(low, end + match.end(), scales)
        return scales[match.group(1)] * nested, stop
    return 1.0, end


def _scale_after_word(low: str, end: int, scales: dict[str, float]) -> tuple[float, int]:
    match = re.match(r"\s([^\W\d_]+)", low[end:])
    if match and scales.get(match.group(1), 0) >= 1e6:
        return scales[match.group(1)], end + match.end()
    return 1.0, end


def _cjk_tail(value: float, tail: str) -> float:
    match = re.match(r"\s?([百千万萬億亿만천백억]+)\s?(\d+)?([百千백천])?", tail)
    assert match
    for char in match.group(1):
        value *= _CJK_BIG.get(char) or _CJK_SCALE[char]
    extra = float(match.group(2) or 0) * _CJK_SCALE.get(match.group(3) or "", 1)
    return value + extra


def _cjk(text: Text) -> list[Number]:
    found = []
    for match in _CJK_RUN.finditer(text.low):
        token = match.group()
        if match.start() and text.low[match.start() - 1].isdigit():
            continue
        value = _cjk_value(token)
        if value is not None and (value >= 1):
            found.append(Number(value, match.start(), match.end(), weak=token in "一两"))
    return found


def _cjk_value(token: str) -> float | None:
    if "半" in token or token in "百千万萬億亿만천백억":
        return None
    total = section = digit = 0.0
    for char in token:
        if char in _CJK_DIGIT:
            digit = _CJK_DIGIT[char]
        elif char in _CJK_SCALE:
            section, digit = section + (digit or 1) * _CJK_SCALE[char], 0
        else:
            total, section, digit = total + (section + digit or 1) * _CJK_BIG[char], 0, 0
    return total + section + digit


@lru_cache(maxsize=32)
def _word_tables(language: str) -> tuple[dict[str, float], frozenset[str]]:
    data = load("numerals.toml")
    tables = [data["en"]] + ([data[language]] if language in data and language != "en" else [])
    values: dict[str, float] = {}
    for table in tables:
        values |= table["values"]
    glue = frozenset(g for table in tables[-1:] for g in table["glue"])
    return values, glue


_WEAK = frozenset(
    [
        "one",
        "un",
        "uno",
        "una",
        "um",
        "uma",
        "une",
        "ein",
        "eine",
        "einem",
        "einer",
        "einen",
        "eins",
        "een",
        "couple",
        "to",
    ]
)


def _words(text: Text) -> list[Number]:
    values, glue = _word_tables(text.language)
    tokens = [(m.group(), m.start(), m.end()) for m in re.finditer(r"[^\W\d_]+", text.low)]
    found, i = [], 0
    while i < len(tokens):
        parts, j = _run(text.low, tokens, i, values, glue)
        if parts:
            number = _number(text, parts, tokens[i][1], tokens[j - 1][2], " ".join(t[0] for t in tokens[i:j]))
            found.append(number)
        i = max(j, i + 1)
    return [n for n in found if n.value]


_ONE = ("un", "une", "una", "uno", "um", "uma", "een")  # an article before a round number: "une vingtaine"


def _run(
    low: str, tokens: list[tuple[str, int, int]], i: int, values: dict[str, float], glue: frozenset[str]
) -> tuple[list[float], int]:
    parts: list[float] = []
    j = i
    while j < len(tokens):
        word, start, _ = tokens[j]
        gap = low[tokens[j - 1][2] : start] if j > i else " "
        if j > i and not re.fullmatch(r"[\s\-]+", gap):
            break
        split = _decompose(word, values, glue)
        if split:
            parts = split if parts == [1.0] and tokens[j - 1][0] in _ONE and split[0] >= 10 else parts + split
        elif not (parts and word in glue and j + 1 < len(tokens) and _decompose(tokens[j + 1][0], values, glue)):
            break
        j += 1
    return parts, j


@lru_cache(maxsize=4096)
def _decompose_cached(
    word: str, language_key: tuple[tuple[str, float], ...], glue: frozenset[str]
) -> tuple[float, ...]:
    values = dict(language_key)
    out: list[float] = []
    while word:
        head = next((w for w in sorted(values, key=len, reverse=True) if word.startswith(w)), None)
        if head is None:
            joint = next((g for g in glue if word.startswith(g) and out), None)
            if joint is None:
                return ()
            word = word[len(joint) :]
            continue
        out.append(values[head])
        word = word[len(head) :]
    return tuple(out)


def _decompose(word: str, values: dict[str, float], glue: frozenset[str]) -> list[float]:
    if word in values:
        return [values[word]]
    if len(word) < 6 or not any(
        mark in word
        for mark in (
            "hundert",
            "tausend",
            "zig",
            "honderd",
            "duizend",
            "tig",
            "cento",
            "mila",
            "anta",
            "venti",
            "enta",
            "hundra",
        )
    ):
        return []
    return list(_decompose_cached(word, tuple(values.items()), glue))


FEW = 3  # "a few hundred", "ein paar tausend"
_FEW = re.compile(r"\b(?:few|several|ein paar|einige|algunos|quelques|alguns|alcune|enkele)\s$")


def _number(text: Text, parts: list[float], start: int, end: int, words: str) -> Number:
    value = _evaluate(parts)
    head = text.low[max(0, start - 12) : start]
    if re.search(r"\b(?:half a|half|medio|meio|demi|mezzo|halbe|eine halbe|een half)\s$", head) and value >= 100:
        value /= 2
    if value in (100, 1000, 1e6) and _FEW.search(head):
        value *= FEW
    return Number(value, start, end, weak=words in _WEAK)


def _evaluate(parts: list[float]) -> float:
    total = current = 0.0
    for part in parts:
        if part >= 1000:
            total, current = total + (current or 1) * part, 0.0
        elif part == 100 or (part == 20 and current == 4) or (part == 12 and current):
            current = (current or 1) * part
        else:
            current += part
    return total + current


_RANGE = re.compile(r"\s?(?:-|–|—|~|〜|～|to|a|bis|à|al|e|and|y|et|und|tot|ou|or|o|oder|do|から)\s?(?:[$€£¥]\s?)?")


def _join_ranges(text: Text, numbers: list[Number]) -> list[Number]:
    out: list[Number] = []
    for number in numbers:
        last = out[-1] if out else None
        gap = text.low[last.end : number.start] if last else ""
        if last and not last.weak and _RANGE.fullmatch(gap) and _is_range(text, last, number, gap):
            low = last.value * _missing_scale(last, number)
            out[-1] = Number((low + number.value) / 2, last.start, number.end, top=number.value)
        else:
            out.append(number)
    return out


def _missing_scale(low: Number, high: Number) -> float:
    return (
        1000
        if low.value * 1000 <= high.value and low.value < 1000 <= high.value and low.value * 1000 > high.value / 10
        else 1
    )


def _is_range(text: Text, low: Number, high: Number, gap: str) -> bool:
    if not low.value * _missing_scale(low, high) < high.value <= low.value * _missing_scale(low, high) * 10:
        return False
    joint = gap.strip()
    if joint in ("e", "and", "y", "et", "und"):
        return bool(re.search(r"(?:between|entre|zwischen|tra|fra)\s*[$€£]?\s?$", text.before(low.start, 12)))
    return True
