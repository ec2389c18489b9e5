# ruff: noqa: E501 - a pattern is read best on one line
"""Rules for lengths: tokens in, tokens out, and the window."""

from __future__ import annotations

import re

from advisor.interview.candidates import Candidate, choose, cue
from advisor.interview.quantities import Quantity
from advisor.interview.text import Text
from advisor.interview.vocabulary import pattern

MANY_PAGES = 5000  # more than one request holds: a pile, not a document
FEW_WORDS = 3  # fewer are spoken of one by one ("swap one word"), not as a length


def lengths_of(text: Text, quantities: list[Quantity], task: str | None = None) -> dict[str, Candidate | None]:
    """Tokens in, tokens out, and the window where one is asked for."""
    roles: dict[str, list[Candidate]] = {"input": [], "output": [], "window": []}
    for q in quantities:
        if q.kind == "length" and not (
            (
                q.unit == "page"
                and (q.period or q.number.value > MANY_PAGES or _in_all(text, q) or _searched(text, q, task))
            )
            or (q.unit == "word" and q.number.value < FEW_WORDS)
        ):
            for role, score in _roles(text, q, task):
                value = q.top if role == "window" else q.value
                roles[role].append(Candidate(value, q.start, q.end, score, _length_note(q)))
    for q, role in _labelled_lengths(text, quantities):
        roles[role].append(Candidate(q.value, q.start, q.end, 3.0))
    _whole_input(text, roles)
    return {role: choose(text, found) for role, found in roles.items()}


_TOTAL = r"(?:in total|in all|altogether|overall|total|insgesamt|gesamt|en total|au total|no total|in totale|totaal)"


def _in_all(text: Text, q: Quantity) -> bool:
    """A length that is said to be that of everything, not of one request."""
    return bool(re.match(rf"\s?\w{{0,10}}\s?\(?{_TOTAL}\b", text.after(q.end, 26)))


_SEARCHING = ("rag_qa", "customer_support", "chat_assistant", "embedding_search")
_CORPUS = re.compile(
    r"hand ?books?|manuals?|guide(?:s|lines?|books?)?\b|rule ?books?|knowledge base|wiki|documentation|librar|archiv|polic(?:y|ies)|"
    r"handbuch|regelwerk|reglament|normativa|manual|manuel|guia\b|catalog|katalog"
)


def _searched(text: Text, q: Quantity, task: str | None) -> bool:
    """The size of what is searched for answers, of which a request holds a few passages only."""
    start, end = text.sentence_span(q.start)
    near = text.low[max(start, q.start - 30) : q.start] + " | " + re.split(r"[,;]", text.low[q.end : end])[0][:30]
    whole = pattern("cues.toml", "in_one_go").search(text.low)
    return task in _SEARCHING and q.number.value > 1 and bool(_CORPUS.search(near)) and not whole


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
    r"\b(?:summary|answer|reply|replie|draft|text|note|report|explanation|informe|rapport|bericht|relatorio|explicacion|begrundung|carta|samenvatting|antwoord|zusammenfassung|antwort|resumen|respuesta|resume|"
    r"reponse|resumo|resposta|riassunto|risposta|sammanfattning|svar)s?\s(?:of|van|von|mit|de|di|pa|com|con|met)\s"
    r"(?:about |ca\.? |circa |unas |environ |ungefar )?$"
)
# One piece that is wanted ("a description of 70 words"), not many that there are.
_ONE_PIECE = re.compile(
    r"\b(?:an?|one|eine?|une?|una|un|uma|um)\s(?:[\w-]+\s){0,2}"
    r"(?:description|history|letter|paragraph|post|story|piece|blurb|memo|abstract|briefing|text|beschreibung|brief|descripcion|carta|lettre|descrizione|lettera|descricao)\s"
    r"(?:of|van|von|mit|de|di|com|con|met)\s(?:about |ca\.? |circa |unas |environ |roughly |some )?$"
)
# "A novel has 120,000 words": what there is, not what is wanted.
_HAS = re.compile(
    r"\b(?:an?|the|each|every|one|our|normal|typical|usual|eine?|jede[rs]?|une?|la|le|una?|um|uma|il|cada)\s(?:[^\W\d_]+\s){1,2}"
    r"(?:has|have|holds?|contains?|runs to|is|hat|haben|umfasst|fait|compte|tiene|tem|ha|conta)\s"
    r"(?:(?:about|some|around|roughly|usually|rund|etwa|meist|unas|unos|environ|circa|normally)\s)?$"
)
# "Summarize 50-page reports": what is read.
_READ = re.compile(
    r"\b(?:summari[sz]e|condense|translate|read|analy[sz]e|review|compare|digest|proofread|zusammenfassen|ubersetzen|lesen|resumir|traducir|leer|"
    r"resumer|traduire|lire|riassumere|tradurre|leggere|traduzir|ler)\s(?:(?:our|the|many|some|about|all|long|unsere|los|las|les|des|i|le|os)\s)?$"
)
_EACH = re.compile(r"\b(?:each|apiece|cada un[oa]|cada um|chacune?|jeweils|ciascun[oa])\b")
_OF = re.compile(r"\b(?:of|de|von|di|van|a)\s(?:about |ca\.? |circa |environ |unos |unas )?$")


def _side(before: str, behind: str, written: bool = False) -> str:
    tail = re.split(r"[,;]", behind)[0][:40]
    if match := re.match(
        r"\s?(?:tokens?\s)?\(?(in(?=\W*(?:$|[,;.)&/+]|and\b|und\b|y\b|et\b|e\b|\d))|out|input|output|rein|raus|hinein|heraus|eingabe|ausgabe|entrada|salida|entree|sortie|saida|uscita)\b",
        tail,
    ):
        return "input" if match.group(1)[:2] in ("in", "ei", "en", "re", "hi") else "output"
    if label := _LINE_LABEL.match(before):
        return "output" if label.group("out") else "input"
    if re.match(r"\W{0,3}(?:->|→|=>|⇒)", behind):
        return "input"
    if _GIVEN.search(before[-40:]) or (re.search(r"\([^()]*$", before) and re.match(r"[^()]{0,12}\)", behind)):
        return "output" if cue("output").search(before[before.rfind("(") + 1 :] if "(" in before else "") else "input"
    if re.match(r"[ -](?:memo|summary|letter|report|answer|reply)\b", behind):
        return "output"
    if _HAS.search(before):
        return "input"
    if _INTO.search(before) or _ONE_PIECE.search(before) or _RESULT_OF.search(before) or _RESULT.search(before):
        return "output"
    if _READ.search(before):
        return "input"
    if written:  # "120 words each" is what comes out
        tail = _EACH.sub("", tail)
    of = 0.3 if _OF.search(before) else 0.0
    scores = {"input": 0.0, "output": 0.0}
    for role in scores:
        for match in cue(role).finditer(before):
            scores[role] = max(scores[role], 1 / (2 + (len(before) - match.end()) / 12))
        for match in cue(role).finditer(tail):
            scores[role] = max(scores[role], 1 / (2.4 + match.start() / 12))
    return "output" if scores["output"] + (0.15 if written else 0) > scores["input"] + of else "input"


LEAST_WINDOW = 2000  # tokens: a bare figure beside "context" that is smaller counts something else
_AT_LEAST = r"(?:\s(?:window|length|size|of|at least|min\.?|minimum|up to|>=?|mindestens|von|al menos|de|d'au moins|au moins))*\s"
_WINDOW_IS = re.compile(rf"(?:context|kontext|contexto|contexte|contesto){_AT_LEAST}$")
_WINDOW_BEHIND = re.compile(r"\s?(?:tokens? )?(?:of )?(?:context|kontext|contexto|contexte)")


def _names_window(text: Text, q: Quantity) -> bool:
    return bool(_WINDOW_IS.search(text.before(q.start, 40)) or _WINDOW_BEHIND.match(text.after(q.end, 24)))


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
        if q.kind == "count" and q.value >= LEAST_WINDOW and _names_window(text, q):
            out.append((q, "window"))
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
