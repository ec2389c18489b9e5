"""The grammar of model names: what in a name says which model it is, and what says how it was run.

Pure: no files, no table. `parse` turns any spelling into identity tokens, a date and attributes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from knowledge.names import words as w
from knowledge.names.dates import Date, take_date

_HUB_URL = re.compile(r"^https?://(?:www\.)?huggingface\.co/")
_WITH = re.compile(r"\bw/ ?")
_HTML = re.compile(r"<[^>]+>")
_PARTS = re.compile(r"\(\s*\d[\d.]*b\s*(?:/\s*\d[\d.]*b\s*)?\)")
_ANY_SIZE = re.compile(r"\d[mbt]\b")
_SIZE = re.compile(r"^(?!1m$)(?:a?\d+(?:\.\d+)?[bmt]|\d+x\d+(?:\.\d+)?b|e\d+b)$")
_EXPERTS = re.compile(r"^\d+e$")
_REGION = re.compile(r"^(?:us-gov|us|eu|au|jp|ap|apac|global|ca|sa)\.(?=[a-z0-9]+\.)")
_CLOUD_MAKER = re.compile(
    r"^(?:anthropic|meta|mistral|amazon|deepseek|qwen|openai|google|cohere|minimax|moonshot|moonshotai|nvidia"
    r"|writer|xai|zai|ai21)\.(?=[a-z])"
)
_CLOUD_REVISION = re.compile(r"[-.]?v?\d+:\d+(?=$|[^\d])|(?<=-)v1(?=$| )")
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"(?<=\d)p(?=\d)", "."),
        (r"(?<=-)([01])-(\d)b\b", r"\1.\2b"),
        (r"(?<=\d)_(?=\d{1,2}b?(?:\b|_))", "."),
        (r"(?<![\d.])(?<!\d[-_])(\d)[-_](\d{1,2})(?![\d.a-z])", r"\1.\2"),
        (r"(\d+b)/(?=a?\d+b)", r"\1-"),
        (r"(\d)bx(\d+e)\b", r"\1b-\2"),
        (r"\br\s?\+", "r-plus "),
        (r"\bx[- ]high\b", "xhigh"),
        (r"\bcustom tools\b", "customtools"),
        (r"^((?:.*/)?ernie.*)-pt$", r"\1"),
        (r"\bnon[-_ ]?reasoning\b", "nonreasoning"),
    )
)


QWEN3_INSTRUCT = Date(2025, 7, None)
"""Qwen3's chat models are hybrids without the word; those called Instruct are of the 2507 release."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A name taken apart.

    `tokens` carry the identity, `soft` is the part of them that a name may add or leave out,
    `attributes` say how the model was run, `org` is the namespace before the last slash.
    """

    raw: str
    org: str
    tokens: frozenset[str]
    soft: frozenset[str]
    date: Date | None
    attributes: tuple[str, ...] = ()
    instruct: bool = False
    base: bool = False
    hub_style: bool = field(default=False, compare=False)


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
    """Namespace and name: `fireworks/kimi-k2p5` gives (fireworks, kimi-k2p5)."""
    plain, bracket, rest = text.partition("(")
    head, slash, tail = plain.rpartition("/")
    return (head.strip(), tail.strip() + bracket + rest) if slash and tail else ("", text.strip())


@lru_cache(maxsize=1 << 15)
def parse(raw: str) -> Parsed:
    """Take a name apart. Total: any string gives a result, at worst one without tokens."""
    text = _without_repeated_size(simplify(raw))
    for pattern, new in _SPELLINGS[4:]:
        text = pattern.sub(new, text)
    org, name = split_path(text)
    name = _cloud_name(name)
    attributes: list[str] = []
    name, suffix = _colon_suffix(name)
    attributes += suffix
    name, found = _take_attributes(name)
    attributes += found
    date, name = take_date(name)
    for pattern, new in _SPELLINGS[:4]:
        name = pattern.sub(new, name)
    tokens, more = _classify(_tokenise(name))
    return _assemble(raw, org, tokens, date, attributes + more)


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
    if not piece:
        return []
    if piece in w.ATTRIBUTE_WORDS:
        return [piece]
    if piece in w.SPLIT:
        return list(w.SPLIT[piece])
    match = re.match(r"^([a-z]{3,})(\d[\d.]*.*)$", piece)
    if match and piece not in w.WHOLE:
        return [*_split_piece(match[1]), *_split_piece(match[2])]
    match = re.match(r"^v(\d[\d.]*)$", piece)
    if match:
        return [_number(match[1])]
    if re.match(r"^\d+(?:\.\d+)*$", piece):
        return [_number(piece)]
    match = re.match(r"^(a?\d[\d.]*?)(?:\.0)?([bmt])$", piece)
    return [match[1] + match[2]] if match else [piece.replace("..", ".")]


def _number(text: str) -> str:
    return re.sub(r"(?<=\d)\.0$", "", text)


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
    bag = _with_family(tokens)
    bag = _without_makers(bag)
    efforts = _efforts(tokens, bag)
    bag -= set(efforts)
    attributes += [f"effort={'medium' if e == 'med' else e}" for e in efforts]
    instruct, base = bool(bag & w.INSTRUCT), bool(bag & w.BASE)
    if bag & w.CLOSED and base:
        base = False
        attributes.append("thinking=off")
    bag -= (w.BASE | w.FILLER) if bag >= w.INSTRUCT_IS_ANOTHER else (w.INSTRUCT | w.BASE | w.FILLER)
    bag = _rewrite(bag)
    soft = frozenset(bag & w.SOFT)
    if date and "command" in bag:
        date = date.as_month_and_year()
    if date is None and instruct and bag >= w.QWEN3 and not bag & w.QWEN3_INSTRUCT_LINES:
        date = QWEN3_INSTRUCT
    return Parsed(raw, org, frozenset(bag), soft, date, tuple(dict.fromkeys(attributes)), instruct, base, "/" in raw)


def _efforts(tokens: list[str], bag: set[str]) -> list[str]:
    """Effort words that are not part of a product's name (Mistral Medium, Qwen Max, Codex Max)."""
    kept = set().union(*(words for family, words in w.TIER_WORDS if family <= bag | set(tokens)))
    return [t for t in dict.fromkeys(tokens) if t in w.EFFORTS and t in bag and t not in kept]


def _with_family(tokens: list[str]) -> set[str]:
    bag = set(tokens)
    for needs, adds in w.IMPLIED:
        if needs <= bag:
            bag |= adds
    return bag


def _without_makers(bag: set[str]) -> set[str]:
    rest = bag - w.MAKER_WORDS
    return rest if any(t.isalpha() or t[0].isalpha() for t in rest) else bag


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
