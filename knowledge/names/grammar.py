"""The grammar of model names: what in a name says which model it is, and what says how it was run.

Pure: no files, no table. `parse` turns any spelling into identity tokens, a date and attributes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.names import words as w
from knowledge.names.dates import Date, take_date

_HUB_URL = re.compile(r"^https?://(?:www\.)?huggingface\.co/")
_LAST_SLASH = re.compile(r"(?:(?<!\d)/|/(?!\d))(?=[^/]*(?:\d/\d[^/]*)*$)")
_MAKER_LABEL = re.compile(r"^([a-z0-9][a-z0-9. -]{1,22}): (?=.)")
_WITH = re.compile(r"\bw/ ?")
_HTML = re.compile(r"<[^>]+>")
_PARTS = re.compile(r"\(\s*\d[\d.]*b\s*(?:/\s*\d[\d.]*b\s*)?\)")
_ANY_SIZE = re.compile(r"\d[mbt]\b")
_SIZE = re.compile(r"^(?!1m$)(?:a?\d+(?:\.\d+)?[bmt]|\d+x\d+(?:\.\d+)?b|e\d+b)$")
_GLUED = re.compile(r"^([a-z]{3,})(\d.*)$")
_VERSION = re.compile(r"^v?(\d+(?:\.\d+)*)$")
_ROUND_SIZE = re.compile(r"^(a?\d+)\.0([bmt])$")
_EXPERTS = re.compile(r"^\d+e$")
_REGION = re.compile(r"^(?:us-gov|us|eu|au|jp|ap|apac|global|regional|ca|sa)\.(?=[a-z0-9]+\.)")
_CLOUD_MAKER = re.compile(
    r"^(?:anthropic|meta|mistral|amazon|deepseek|qwen|openai|google|cohere|minimax|moonshot|moonshotai|nvidia"
    r"|writer|xai|zai|ai21)\.(?=[a-z])"
)
_CLOUD_REVISION = re.compile(r"[-.]?v?\d+:\d+(?![\da-z])|(?<=-)v1(?=$| )")


def _spellings(*rows: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), new) for pattern, new in rows)


_SPELLINGS = _spellings(
    (r"(\d+b)/(?=a?\d+b)", r"\1-"),
    (r"(\d)bx(\d+e)\b", r"\1b-\2"),
    (r"\br\s?\+", "r-plus "),
    (r"\b(?:x|extra)[- ]high\b", "xhigh"),
    (r"\bcustom tools\b", "customtools"),
    (r"^((?:.*/)?ernie.*)-pt$", r"\1"),
    (r"\bnon[-_ ]?reasoning\b", "nonreasoning"),
    (r"\bgpt-35-", "gpt-3.5-"),
    (r"\bgpt-?4-o\b", "gpt-4o"),
    (r"(?<=20\d\d-\d\d-\d\d)-v\d$", ""),
    (r"-v\d@(?=20\d{6})", "-"),
    (r"(?<=instruct)-v0:(\d)$", r"-v0.\1"),
)
_NUMBERS = _spellings(
    (r"(?<=\d)p(?=\d)", "."),
    (r"(?<=-)([01])-(\d)b\b", r"\1.\2b"),
    (r"(?<=\d)_(?=\d{1,2}b?(?:\b|_))", "."),
    (r"(?<![\d.])(?<!\d[-_])(\d)[-_](\d{1,2})(?![\d.a-z])", r"\1.\2"),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A name taken apart.

    `tokens` carry the identity, `attributes` say how the model was run, `org` is the namespace before the
    last slash, `instruct` and `base` the kind of weights where the name says it.
    """

    raw: str
    org: str
    tokens: frozenset[str]
    date: Date | None
    attributes: tuple[str, ...] = ()
    instruct: bool = False
    base: bool = False


def is_size(token: str) -> bool:
    """True for parameter counts: 70b, a22b, 8x7b, e4b, 350m, 1t."""
    return bool(_SIZE.match(token))


def simplify(text: str) -> str:
    """Lower case, without HTML, emoji, footnote marks and repeated blanks."""
    text = _HUB_URL.sub("", text.strip())
    plain = _HTML.sub("", text).lower().encode("ascii", "ignore").decode()
    plain = _WITH.sub("with ", plain)
    return " ".join(plain.replace("*", " ").replace(" / ", "/").split())


def split_path(text: str) -> tuple[str, str]:
    """Namespace and name: `fireworks/kimi-k2p5` gives (fireworks, kimi-k2p5).

    A label (`Google: Gemma 3 27B`) is no namespace: it is dropped, unless the name needs it (`DeepSeek: R1`).
    """
    label = _MAKER_LABEL.match(text)
    if label and not set(_tokenise(label[1])) & (w.FAMILIES - w.LABS):
        return label[1] if label[1] in w.FAMILY_LABELS else "", text[label.end() :].strip()
    plain, bracket, rest = text.partition("(")
    head, _, tail = _LAST_SLASH.sub("\n", plain).rpartition("\n")
    return (head.strip(), tail.strip() + bracket + rest) if tail and head else ("", text.strip())


@lru_cache(maxsize=1 << 15)
def parse(raw: str) -> Parsed:
    """Take a name apart. Total: any string gives a result, at worst one without tokens."""
    org, name = split_path(_respell(_without_repeated_size(simplify(raw)), _SPELLINGS))
    name, suffix = _colon_suffix(_cloud_name(name))
    name, found = _take_attributes(name)
    date, name = take_date(name)
    tokens, more = _classify(_tokenise(_respell(name, _NUMBERS)))
    return _assemble(raw, org, tokens, date, suffix + found + more)


def _respell(text: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, new in rules:
        text = pattern.sub(new, text)
    return text


def _without_repeated_size(text: str) -> str:
    """`Qwen3-4B (4B)` and `Jamba-1.5-large (94B/398B)` without the brackets, `Llama3.1 (70B)` as it is."""
    bare = _PARTS.sub(" ", text)
    return bare if bare != text and ("/" in text[len(bare.rstrip()) :] or _ANY_SIZE.search(bare)) else text


def _cloud_name(name: str) -> str:
    """`us.anthropic.claude-opus-4-6-v1` and `amazon.nova-pro-v1:0` without region, maker and revision."""
    bare = _REGION.sub("", name)
    cloud = _CLOUD_MAKER.sub(lambda m: "deepseek-" if m[0] == "deepseek." else "", bare)
    if cloud != bare or ":" in cloud or cloud.startswith(("nova-", "amazon-nova-")):
        cloud = _CLOUD_REVISION.sub("", cloud)
    return cloud.strip("-")


def _colon_suffix(name: str) -> tuple[str, list[str]]:
    head, colon, tail = name.rpartition(":")
    if not colon or not head or not tail.strip():
        return name, []
    tail = tail.strip()
    if tail in w.COLON_ATTRIBUTES:
        return head, [w.COLON_ATTRIBUTES[tail]] if w.COLON_ATTRIBUTES[tail] else []
    return f"{head} {tail}", []


def _take_attributes(name: str) -> tuple[str, list[str]]:
    found: list[str] = []
    for pattern, label in w.ATTRIBUTE_PATTERNS:
        match = pattern.search(name)
        if match:
            found.append(match.expand(label) if "\\" in label else label)
            name = name[: match.start()] + " " + name[match.end() :]
    return name, found


def _tokenise(name: str) -> list[str]:
    out: list[str] = []
    for piece in re.split(r"[^a-z0-9.]+", name):
        out += _split_piece(piece.strip("."))
    return out


def _split_piece(piece: str) -> list[str]:
    """`qwen2.5` gives qwen and 2.5, `v3.0` gives 3; words that stand whole stay whole."""
    if not piece or piece in w.ATTRIBUTE_WORDS or piece in w.WHOLE:
        return [piece] if piece else []
    if piece in w.SPLIT:
        return list(w.SPLIT[piece])
    glued = _GLUED.match(piece)
    if glued:
        return [*_split_piece(glued[1]), *_split_piece(glued[2])]
    number = _VERSION.match(piece)
    if number:
        return [number[1].removesuffix(".0")]
    size = _ROUND_SIZE.match(piece)
    return [size[1] + size[2]] if size else [piece]


def _classify(tokens: list[str]) -> tuple[list[str], list[str]]:
    """Split off words that are attributes wherever they stand (quantisation, harness, host)."""
    identity: list[str] = []
    attributes: list[str] = []
    for token in tokens:
        token = w.SYNONYMS.get(token, token)
        if token in w.ATTRIBUTE_WORDS:
            label = w.ATTRIBUTE_WORDS[token]
            attributes += [label] if label else []
        elif token and not _EXPERTS.match(token):
            identity.append(token)
    return identity, attributes


def _assemble(raw: str, org: str, tokens: list[str], date: Date | None, attributes: list[str]) -> Parsed:
    bag = _without_makers(_with_family(tokens, org))
    efforts = _efforts(tokens, bag)
    bag -= set(efforts)
    attributes = attributes + [f"effort={'medium' if e == 'med' else e}" for e in efforts]
    instruct, base = bool(bag & w.INSTRUCT), bool(bag & w.BASE)
    if base and bag & w.CLOSED:
        base, attributes = False, [*attributes, "thinking=off"]
    bag -= w.BASE if bag >= w.INSTRUCT_IS_ANOTHER else (w.INSTRUCT | w.BASE)
    bag = _rewrite(_without_filler(bag))
    date = _family_date(bag, date, instruct)
    config = tuple(dict.fromkeys(a for a in attributes if a))
    return Parsed(raw, org, frozenset(bag), date, config, instruct, base)


def _family_date(bag: set[str], date: Date | None, instruct: bool) -> Date | None:
    """Cohere writes month and year (0824); Qwen3 models called Instruct are of the 2507 release."""
    if date and "command" in bag:
        return date.as_month_and_year()
    if date is None and instruct and bag >= w.QWEN3 and not bag & w.QWEN3_INSTRUCT_LINES:
        return w.QWEN3_INSTRUCT_DATE
    return date


def _efforts(tokens: list[str], bag: set[str]) -> list[str]:
    """Effort words that are not part of a product's name (Mistral Medium, Qwen Max, Codex Max)."""
    kept = set().union(*(words for family, words in w.TIER_WORDS if family <= bag | set(tokens)))
    return [t for t in dict.fromkeys(tokens) if t in w.EFFORTS and t in bag and t not in kept]


def _with_family(tokens: list[str], org: str) -> set[str]:
    """Words of the name, and the family where the name or its namespace implies it (deepseek/chat-v3-0324)."""
    bag = set(tokens)
    if not bag & w.FAMILIES and bag & w.NEEDS_FAMILY:
        bag |= w.FAMILIES & {org.rpartition("/")[2]}
    for needs, adds in w.IMPLIED:
        if needs <= bag:
            bag |= adds
    return bag


def _without_makers(bag: set[str]) -> set[str]:
    rest = bag - w.MAKER_WORDS
    return rest if any(t.isalpha() or t[0].isalpha() for t in rest) else bag


def _without_filler(bag: set[str]) -> set[str]:
    """Without words that say nothing, unless one common word alone would be left (Model Router)."""
    rest = bag - w.FILLER
    return rest if len(rest) > 1 or any(c.isdigit() for t in rest for c in t) else bag


def _rewrite(bag: set[str]) -> set[str]:
    """Drop what a family's names add or omit at will: an implied size, a first-version mark."""
    for family, drops in w.OPTIONAL:
        if family <= bag:
            bag = bag - drops
    if any(family <= bag for family in w.SIZE_IMPLIED) and not bag & w.SIZE_MATTERS:
        bag = {t for t in bag if not is_size(t)}
    for old, new in w.REWRITES:
        if old <= bag:
            bag = (bag - old) | new
    return bag
