# ruff: noqa: E501 - a pattern is read best on one line
"""Rules for the fields that are numbers: volume, budget, latency, lengths, window, memory."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from advisor.interview.quantities import Quantity, find_quantities, period_factor
from advisor.interview.text import Text
from advisor.interview.vocabulary import load, pattern
from advisor.schema import Fact

MANY_PAGES = 5000  # more than one request holds: a pile, not a document


@dataclass(frozen=True)
class Candidate:
    """A possible value of a field with its evidence; the highest `score` wins, then the later one."""

    value: float
    start: int
    end: int
    score: float = 0.0
    note: str = ""


def cue(name: str) -> re.Pattern[str]:
    """A list of cues.toml as a pattern."""
    return pattern("cues.toml", name)


def numeric_facts(text: Text, task: str | None = None) -> list[Fact]:
    """The numeric fields that a message states. The task tells whether a length is read or written."""
    quantities = adopt_corrections(text, find_quantities(text))
    volume = volume_of(text, quantities)
    found = {
        "monthly_requests": volume,
        "monthly_budget_usd": budget_of(text, quantities, volume.value if volume else None),
        "max_latency_seconds": latency_of(text, quantities),
        **lengths_of(text, quantities, task),
        "gpu_memory_gb": memory_of(text, quantities),
    }
    return [_fact(text, field, best) for field, best in found.items() if best]


def _fact(text: Text, field: str, best: Candidate) -> Fact:
    value = round(best.value, 4)
    return Fact(field=field, value=value, quote=text.quote(best.start, best.end), note=best.note)


def choose(text: Text, candidates: Iterable[Candidate], floor: float = 0.0) -> Candidate | None:
    """The candidate that holds: what was corrected later wins, then the stronger evidence, then the first."""
    valid = [c for c in candidates if c.score >= floor]
    for cut in reversed(valid[1:]):
        if _corrects(text, valid, cut):
            later = [c for c in valid if c.start >= cut.start]
            return max(later, key=lambda c: (c.score, -c.start))
    return max(valid, key=lambda c: (c.score, -c.start), default=None)


def _corrects(text: Text, candidates: list[Candidate], candidate: Candidate) -> bool:
    before = max((c.end for c in candidates if c.end <= candidate.start), default=None)
    if before is None:
        return False
    start = text.sentence_span(candidate.start)[0]
    window = text.low[max(before, start - 12) : candidate.start]
    return bool(cue("correction").search(window) or _NO.search(window) or re.search(r"->|→|⇒|=>", window))


_NO = re.compile(r"(?:^|[.…,;–—]\s*)(?:no|nein|non|nao|nee|nej|nei|нет|いや)[,.!]\s")


def adopt_corrections(text: Text, quantities: list[Quantity]) -> list[Quantity]:
    """Give a bare number in a correction ("no, 50") the unit and period of the quantity that it corrects."""
    out: list[Quantity] = []
    for quantity in quantities:
        base = _corrected(quantity, [q for q in out if q.kind != "count" or q.period])
        if base and base.period and quantity.kind == base.kind != "count" and not quantity.period:
            quantity = replace(quantity, period=base.period) if _is_correction(text, quantity) else quantity
        elif (
            base
            and quantity.kind == "count"
            and not quantity.period
            and not quantity.number.weak
            and _is_correction(text, quantity)
        ):
            quantity = _adopt(text, quantity, base)
        out.append(quantity)
    return out


def _corrected(quantity: Quantity, earlier: list[Quantity]) -> Quantity | None:
    """The earlier quantity that a bare number most likely replaces: of like size, recent."""
    if not earlier or not quantity.value:
        return None
    recent = earlier[-4:]
    size = [abs(math.log10(max(q.number.value, 1e-9) / quantity.number.value)) for q in recent]
    return min(zip(size, range(len(recent), 0, -1), recent, strict=True), key=lambda p: (round(p[0], 0), p[1]))[2]


def _adopt(text: Text, quantity: Quantity, base: Quantity) -> Quantity:
    behind = text.after(quantity.end, 24)
    if re.match(
        r"\s(?!on |in |is |was |please|per |a |an |at |now|not |instead|im |de |en |al |pro |par |por |nicht|and |each|so|total|max|as |it|mal|then|would|should|statt|al)[^\W\d_]{3,}",
        behind,
    ):
        return quantity
    unit = {} if base.kind == "count" else {"kind": base.kind, "unit": base.unit, "factor": base.factor}
    return replace(quantity, period=quantity.period or base.period, per=base.per, **unit)  # type: ignore[arg-type]


def _is_correction(text: Text, quantity: Quantity) -> bool:
    start = text.sentence_span(quantity.start)[0]
    window = text.low[max(0, start - 14, quantity.start - 40) : quantity.start]
    return bool(cue("correction").search(window) or _NO.search(window))


def volume_of(text: Text, quantities: list[Quantity]) -> Candidate | None:
    """Requests a month."""
    found = [c for q in quantities if (c := _volume(text, q, quantities))]
    best = choose(text, found)
    return best or _one_off(text, quantities) or _labelled_volume(text, quantities)


def _volume(text: Text, quantity: Quantity, quantities: list[Quantity]) -> Candidate | None:
    if (
        quantity.period is None
        or quantity.number.weak
        and quantity.value < 2
        and quantity.number.end - quantity.number.start < 3
    ):
        return None
    if quantity.kind not in ("count", "length") or _withdrawn(text, quantity) or _label(text, quantity):
        return None
    if quantity.kind == "length" and quantity.unit != "page":
        return None
    value, note = _per_month(text, quantity, quantities)
    people = cue("people").match(text.after(quantity.number.end, 20).lstrip())
    score = 2.0 - (quantity.kind == "length") - 0.5 * bool(people) - 0.2 * quantity.number.weak
    score -= bool(cue("peak").search(_near(text, quantity, 26))) * 1.0
    score += bool(cue("average").search(_near(text, quantity, 26))) * 0.5
    return Candidate(value, quantity.start, quantity.end, score, note)


def _label(text: Text, quantity: Quantity) -> bool:
    tail = text.after(quantity.number.end, 24)
    return bool(
        re.match(
            r"\s?(?:°|km|kg|kwh?|mw|m2|m²|rpm|mhz|ghz|tps|(?:hours?|times|people work|days?|shifts?|languages|sprachen|idiomas|langues|lingue|talen)\b)",
            tail,
        )
    )


def _near(text: Text, quantity: Quantity, width: int) -> str:
    return text.before(quantity.start, width) + " " + text.after(quantity.start, quantity.end - quantity.start + width)


def _withdrawn(text: Text, quantity: Quantity) -> bool:
    head = text.before(quantity.start, 18)
    return bool(re.search(rf"(?:{cue('withdrawn_before').pattern})(?:\s(?:the|die|de|like|about))?\s*$", head))


def _per_month(text: Text, quantity: Quantity, quantities: list[Quantity]) -> tuple[float, str]:
    assert quantity.period
    factor, label = _month_factor(text, quantity, quantities)
    shown = f"{quantity.number.value:g} a {quantity.period} x {label}" if factor != 1 else ""
    heads = _heads(text, quantity, quantities)
    if heads:
        shown = f"{heads.number.value:g} x {quantity.number.value:g} a {quantity.period} x {label}"
        return quantity.number.value * factor * heads.number.value, shown
    return quantity.number.value * factor, shown


def _month_factor(text: Text, quantity: Quantity, quantities: list[Quantity]) -> tuple[float, str]:
    if quantity.period == "day":
        for other in quantities:
            if other is not quantity and cue("workdays").match(text.low[other.number.end :].lstrip()[:24]):
                if 15 <= other.number.value <= 31:
                    return other.number.value, f"{other.number.value:g} working days"
                if other.number.value < 8 and other.period == "week":
                    return other.number.value * 30 / 7, f"{other.number.value:g} days a week x 30/7"
    labels = {"week": "30/7", "quarter": "1/3", "year": "1/12", "day": "30"}
    period = quantity.period or "month"
    return period_factor(period), labels.get(period, f"{period_factor(period):g}")


def _heads(text: Text, quantity: Quantity, quantities: list[Quantity]) -> Quantity | None:
    near = text.before(quantity.start, 24) + text.low[quantity.start : quantity.end + 24].split(".")[0]
    near = re.sub(r"\beach (?:day|week|month|year|time|quarter)\b", "", near)
    if not cue("each_head").search(near) and not re.search(r"[x×*]\s*$", text.before(quantity.start, 4)):
        return None
    people = [q for q in quantities if q is not quantity and q.kind == "count" and not q.period and _is_people(text, q)]
    people += [
        q
        for q in quantities
        if q is not quantity
        and q.kind == "count"
        and q.end <= quantity.start
        and q.period == quantity.period
        and _is_people(text, q)
    ]
    return min(people, key=lambda q: abs(q.start - quantity.start), default=None)


def _is_people(text: Text, quantity: Quantity) -> bool:
    words = re.match(r"(?:[\s-]?[^\W\d_]+){1,4}|", text.low[quantity.number.end : quantity.number.end + 40])
    return bool(words and quantity.number.value > 1 and cue("people").search(words.group()))


def _one_off(text: Text, quantities: list[Quantity]) -> Candidate | None:
    if not cue("one_off").search(text.low):
        return None
    counts = [
        q for q in quantities if q.kind == "count" and not q.number.weak and q.value >= 20 and not _is_people(text, q)
    ]
    best = max(counts, key=lambda q: q.value, default=None)
    return Candidate(best.value, best.start, best.end, note="a one-off job, counted whole") if best else None


_VOLUME_LABEL = re.compile(
    r"(?:volume|volumen|volumi|requests?|traffic|load|throughput|menge|aufkommen|anfragen|volumetria|件数|量|requests_per_month|monthly_requests|calls)[^.\n\d]{0,16}[:|=：]\s*[~≈]?\s*$"
)


def _labelled_volume(text: Text, quantities: list[Quantity]) -> Candidate | None:
    for q in quantities:
        if q.kind == "count" and q.value >= 10 and _VOLUME_LABEL.search(text.low[max(0, q.start - 40) : q.start]):
            return Candidate(q.value, q.start, q.end, note="read as a month")
    return None


def budget_of(text: Text, quantities: list[Quantity], volume: float | None) -> Candidate | None:
    """US dollars a month."""
    found = [c for q in quantities if (c := _budget(text, q, quantities, volume))]
    return choose(text, found)


def _budget(text: Text, q: Quantity, quantities: list[Quantity], volume: float | None) -> Candidate | None:
    labelled = re.search(r"(?:budget|presupuesto|orcamento|予算|预算)[^.\n\d]{0,14}$", text.before(q.start, 30))
    if q.kind == "count" and labelled and not q.number.weak and not _label(text, q):
        q = replace(q, kind="money", unit="USD")
    if (
        q.kind != "money"
        or q.value < 0
        or _withdrawn(text, q)
        or q.per == "tokens"
        or q.period in ("hour", "minute", "second")
    ):
        return None
    if re.search(r"[-−]\s?$", text.before(q.start, 3)):
        return None
    value, note = _monthly_money(text, q, quantities, volume)
    if value is None:
        return None
    near = text.before(q.start, 60) + " " + text.after(q.end, 30)
    score = 1.0 + 2 * bool(cue("budget").search(near)) + (q.period in ("month", "year")) + bool(labelled)
    clause = re.split(r"[:;,]", text.before(q.start, 60))[-1] + " " + re.split(r"[:;,]", text.after(q.end, 30))[0]
    score -= 4 * bool(cue("not_budget").search(clause)) + 1.5 * (q.per == "head")
    return Candidate(value, q.start, q.end, score, note)


def _monthly_money(
    text: Text, q: Quantity, quantities: list[Quantity], volume: float | None
) -> tuple[float | None, str]:
    amount, rate = q.top, f" at {q.factor:g} USD" if q.factor not in (1.0, 0.01) else ""
    base = f"{q.number.top or q.number.value:g} {q.unit}{rate}"
    if q.per == "request" or _PRICE_PER.search(text.before(q.start, 60)):
        return (amount * volume, f"{base} x {volume:g} requests") if volume else (None, "")
    if q.per == "head":
        heads = next((o for o in quantities if o.kind == "count" and _is_people(text, o)), None)
        factor = period_factor(q.period) if q.period else 1.0
        return (amount * heads.value * factor, f"{base} x {heads.value:g}") if heads else (None, "")
    factor = period_factor(q.period) if q.period else 1.0
    by = {"week": " x 30/7", "quarter": " / 3", "year": " / 12", "day": " x 30"}.get(q.period or "", "")
    return amount * factor, base + by if by or rate else ""


_PRICE_PER = re.compile(
    r"\b(?:price|cost|preis|kosten|precio|coste|prix|cout|preco|custo) (?:per|pro|por|par) \w+ (?:can't|cannot|must not|may not|"
    r"darf|no puede|ne doit)?[^.\d]{0,24}$"
)


def latency_of(text: Text, quantities: list[Quantity]) -> Candidate | None:
    """Seconds that an answer may take."""
    found = [c for q in quantities if (c := _latency(text, q))]
    return choose(text, found, floor=1.0)


def _latency(text: Text, q: Quantity) -> Candidate | None:
    if q.kind != "time" or q.period or q.unit in ("day", "week", "month", "year") or _withdrawn(text, q):
        return None
    before, behind = text.before(q.start, 34), text.after(q.end, 26)
    clause = re.split(r"[,;(]", before)[-1] + " | " + re.split(r"[,;)]", behind)[0]
    cued = bool(cue("latency").search(clause)) or bool(re.search(r"[<≤]\s*$", before))
    clip = bool(cue("clip").search(clause)) or bool(
        re.match(r"-", text.low[q.start + len(str(q.number.value)) - 2 :][:1])
    )
    short = q.unit in ("millisecond", "second")
    score = (
        1.2 * short
        + 1.2 * cued
        - 1.6 * clip
        - 0.2 * (q.unit == "hour")
        + 0.4 * bool(re.search(r"latenc|respon|antwort|repon|respuesta|応答|响应", before))
    )
    return Candidate(q.top, q.start, q.end, score)


def lengths_of(text: Text, quantities: list[Quantity], task: str | None = None) -> dict[str, Candidate | None]:
    """Tokens in, tokens out, and the window where one is asked for."""
    roles: dict[str, list[Candidate]] = {"input": [], "output": [], "window": []}
    for q in quantities:
        if q.kind == "length" and not (
            q.unit == "page" and (q.period or q.number.value > MANY_PAGES or _in_all(text, q))
        ):
            for role, score in _roles(text, q, task):
                value = q.top if role == "window" else q.value
                roles[role].append(Candidate(value, q.start, q.end, score, _length_note(q)))
    for q, role in _labelled_lengths(text, quantities):
        roles[role].append(Candidate(q.value, q.start, q.end, 3.0))
    _whole_input(text, roles)
    names = {"input": "input_tokens_per_request", "output": "output_tokens_per_request", "window": "min_context_tokens"}
    return {names[role]: choose(text, found) for role, found in roles.items()}


_TOTAL = r"(?:in total|in all|altogether|overall|total|insgesamt|gesamt|en total|au total|no total|in totale|totaal)"


def _in_all(text: Text, q: Quantity) -> bool:
    """A length that is said to be that of everything, not of one request."""
    return bool(re.match(rf"\s?\w{{0,10}}\s?\(?{_TOTAL}\b", text.after(q.end, 26)))


def _whole_input(text: Text, roles: dict[str, list[Candidate]]) -> None:
    """An input that must be read in one go asks for a window of its size."""
    if roles["input"] and not roles["window"] and pattern("cues.toml", "in_one_go").search(text.low):
        roles["window"].append(max(roles["input"], key=lambda c: c.value))


def _length_note(q: Quantity) -> str:
    return "" if q.unit == "token" else f"{q.number.value:g} {q.unit}s x {q.factor:g} tokens"


def _roles(text: Text, q: Quantity, task: str | None) -> list[tuple[str, float]]:
    if q.period:  # "5 million words a month" is a volume, not the length of a request
        return []
    start, stop = text.sentence_span(q.start)
    before, behind = text.low[start : q.start], text.low[q.end : stop]
    if cue("window").search(before[-40:] + " | " + behind[:60]):
        if (
            re.search(r"(?:context|window|kontext|contexto|contexte|上下文|コンテキスト)", before[-24:] + behind[:24])
            and q.unit == "token"
        ):
            return [("window", 2.0)]
        return [("window", 2.0), ("input", 2.0)]
    named = _NAMED_SIDE.search(text.low[q.number.end : q.end])
    if named:
        return [("output" if named.group().startswith(("out", "ausg", "sal", "sort", "sa")) else "input", 2.0)]
    side = _side(before, behind, task in _WRITTEN and q.unit != "page")
    return [(side, 1.0 + 0.5 * (q.unit == "token"))]


_NAMED_SIDE = re.compile(r"\b(?:in(?:put)?|out(?:put)?|ausgabe|eingabe|entrada|salida|saida|entree|sortie|prompt)\b")
_WRITTEN = ("writing",)
_LINE_LABEL = re.compile(
    r"\W*(?:(?P<out>out(?:put)?|ausgabe|salida|sortie|saida|uscita)|in(?:put)?|eingabe|entrada|entree|ingresso)\b[^:|=]{0,20}[:|=]"
)
_INTO = re.compile(
    r"(?:->|→|=>|⇒|\b(?:into|in|en|auf|em|to|naar|under|below|unter|max\.?|maximum|up to|at most))\s?(?:about |ca\.? |circa |environ |max\.? )?$"
)
_GIVEN = re.compile(r"\b(?:paste|upload|submit|send)(?:s|es)?\s(?:\w+\s){0,3}$")
_RESULT = re.compile(
    r"(?<![^\W_])(?:summary|answers?|repl(?:y|ies)|note|mails?|ads?|titles?|descriptions?|memos?|drafts?|minutes|antwort|"
    r"zusammenfassung|respuesta|resumen|reponse|resume|resposta|resumo|risposta|riassunto)[,:]?\s(?:max\.? |about |~)?$"
)
_RESULT_OF = re.compile(
    r"\b(?:summary|answer|reply|replie|draft|text|note|samenvatting|antwoord|zusammenfassung|antwort|resumen|respuesta|resume|"
    r"reponse|resumo|resposta|riassunto|risposta|sammanfattning|svar)s?\s(?:of|van|von|mit|de|di|pa|com|con|met)\s"
    r"(?:about |ca\.? |circa |unas |environ |ungefar )?$"
)
_OF = re.compile(r"\b(?:of|de|von|di|van|a)\s(?:about |ca\.? |circa |environ |unos |unas )?$")


def _side(before: str, behind: str, written: bool = False) -> str:
    tail = re.split(r"[,;]", behind)[0][:40]
    if match := re.match(
        r"\s?(?:tokens?\s)?\(?(in|out|input|output|eingabe|ausgabe|entrada|salida|entree|sortie|saida|uscita)\b", tail
    ):
        return "input" if match.group(1)[:2] in ("in", "ei", "en") else "output"
    if label := _LINE_LABEL.match(before):
        return "output" if label.group("out") else "input"
    if re.match(r"\W{0,3}(?:->|→|=>|⇒)", behind):
        return "input"
    if _GIVEN.search(before[-40:]) or (re.search(r"\([^()]*$", before) and re.match(r"[^()]{0,12}\)", behind)):
        return "output" if cue("output").search(before[before.rfind("(") + 1 :] if "(" in before else "") else "input"
    if re.match(r"[ -](?:memo|summary|letter|report|answer|reply)\b", behind):
        return "output"
    if _INTO.search(before) or _RESULT_OF.search(before) or _RESULT.search(before):
        return "output"
    of = 0.3 if _OF.search(before) else 0.0
    scores = {"input": 0.0, "output": 0.0}
    for role in scores:
        for match in cue(role).finditer(before):
            scores[role] = max(scores[role], 1 / (2 + (len(before) - match.end()) / 12))
        for match in cue(role).finditer(tail):
            scores[role] = max(scores[role], 1 / (2.4 + match.start() / 12))
    return "output" if scores["output"] + (0.15 if written else 0) > scores["input"] + of else "input"


_LENGTH_LABEL = re.compile(
    r"(?P<side>in(?:put)?|out(?:put)?|prompt|completion|response|answer|avg_in|avg_out|context|window)[\s_]*(?:tokens?|toks?|size|length|window)?(?:[\s_]*(?:per|/)[\s_]*(?:request|call|item))?[\s_]*(?:\([^)]*\))?\s*[:|=：]\s*[~≈]?\s*$"
)


_AFTER_INPUT = re.compile(
    r"\d\s?(?:k )?(?:tokens? )?(?:\w+ ){0,3}in(?:put)?(?: tokens?)?\s?(?:[,/&]|and|und|y|et)\s?(?:about |~)?$"
)
_OUT = re.compile(r"\s?(?:tokens? )?out(?:put)?\b")


def _labelled_lengths(text: Text, quantities: list[Quantity]) -> list[tuple[Quantity, str]]:
    out = []
    for q in quantities:
        if q.kind == "count" and _OUT.match(text.after(q.end, 14)) and _AFTER_INPUT.search(text.before(q.start, 60)):
            out.append((q, "output"))
    for q in quantities:
        match = _LENGTH_LABEL.search(text.low[max(0, q.start - 40) : q.start])
        line = text.sentence(q.start)
        if match and q.kind in ("count", "length") and "token" in line + text.low[max(0, q.start - 200) : q.start]:
            side = match.group("side")
            role = (
                "window"
                if side in ("context", "window")
                else "output"
                if side in ("out", "output", "completion", "response", "answer", "avg_out")
                else "input"
            )
            out.append((q, role))
    return out


def memory_of(text: Text, quantities: list[Quantity]) -> Candidate | None:
    """Gigabytes that the model can use, over all cards."""
    found = [c for i, q in enumerate(quantities) if (c := _memory(text, q, quantities[:i], quantities))]
    if found:
        free = [c for c in found if c.score >= 3]
        return choose(text, free or found, floor=1.0)
    return _named_cards(text, quantities)


def _memory(text: Text, q: Quantity, earlier: list[Quantity], quantities: list[Quantity]) -> Candidate | None:
    if q.kind != "memory" or q.period:
        return None
    near = text.before(q.start, 60) + " | " + re.split(r"[,;.]", text.after(q.end, 40))[0]
    close = text.before(q.start, 14) + " | " + re.split(r"[,;.]", text.after(q.end, 26))[0]
    if cue("not_memory").search(re.split(r"[,;(]", text.after(q.end, 26))[0]) or not re.search(
        rf"{cue('memory').pattern}|for the model|fur das modell", near + text.low[max(0, q.start - 160) : q.start]
    ):
        return None
    free = bool(cue("free_memory").search(close))
    cards = 1 if free else _cards(text, q, earlier)
    note = f"{cards:g} cards x {q.value:g} GB" if cards > 1 else ""
    return Candidate(q.value * cards, q.start, q.end, 1.0 + 2 * free + bool(cue("memory").search(near)), note)


def _cards(text: Text, q: Quantity, earlier: list[Quantity]) -> float:
    start = text.sentence_span(q.start)[0]
    if re.search(
        r"(?:total|together|combined|insgesamt|zusammen|gesamt|en total|au total|in totale|合計|共)\W*$",
        text.before(q.start, 16),
    ) or re.match(
        r"\s?(?:vram\s|gpu\s)?(?:in total|total|insgesamt|together|combined|altogether|zusammen)", text.after(q.end, 24)
    ):
        return 1
    after = re.match(r"\s?[x×]\s?(\d{1,2})(?!\d)", text.low[q.end :])
    count = float(after.group(1)) if after else 1.0
    for other in earlier:
        if (
            other.kind != "count"
            or other.start < start
            or other.value > 64
            or other.value != int(other.value)
            or other.period
        ):
            continue
        gap = text.low[other.end : q.start]
        if len(gap) < 48 and (
            re.match(r"\s?[x×]\s?", gap)
            or cue("memory").search(gap)
            or re.match(r"\s?(?:node|server|gpu|card|karte|карт|枚|台|块|张|servers|maquin)", gap)
        ):
            count *= other.value
    return count


def _named_cards(text: Text, quantities: list[Quantity]) -> Candidate | None:
    total, start, end = 0.0, None, 0
    for name, size in load("cues.toml")["gpus"].items():
        for match in re.finditer(rf"(?<![^\W_]){name}(?:s)?(?![^\W_])", text.low):
            if start is not None and match.start() < end:
                continue
            head = text.before(match.start(), 24)
            count = next(
                (
                    q.value
                    for q in quantities
                    if q.kind == "count" and 0 <= match.start() - q.end < 22 and q.value <= 64
                ),
                1.0,
            )
            if re.search(r"(?:no|without|kein\w*|sin|sans|sem)\s(?:\w+\s)?$", head):
                continue
            total, start, end = total + size * count, match.start() if start is None else start, match.end()
    return Candidate(total, start, end, note="memory of the named cards") if start is not None else None
