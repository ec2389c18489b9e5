# ruff: noqa: E501 - a pattern is read best on one line
"""Rules for task, secondary tasks, domain and outcome metric; words and meaning together decide on the task."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from advisor.interview.meaning import OPEN, Meaning
from advisor.interview.rules_inputs import TRANSCRIPTS
from advisor.interview.text import Text
from advisor.interview.vocabulary import load, pattern
from advisor.schema import Fact

_WEIGHTS = {"strong": 3.0, "terms": 1.2, "weak": 0.5}
_REPEAT = 0.3
_TASK_FLOOR = 1.0
_DOMAIN_FLOOR = 2.0
# How words and the log of the probability count for a domain, what speaks for none, and from which probability on the
# meaning alone names one.
_LIKELY_DOMAIN = 0.6
_CLEAR, _LEAD = 2.0, 1.0  # evidence of words from which on a task is no guess, and by which it leads
# Probability from which on a task is named, and from which on it is no guess: where words clearly say the same, and else.
_LIKELY, _AGREED, _SURE = 0.25, 0.5, 0.85
# Words of a short message, and from which probability on the reader stands against its clear word.
_SHORT, _OVERRULES = 12, 0.8
GUESS = "a guess from few words"


@dataclass
class Score:
    """Evidence for one value: its weight, and where it was first seen."""

    weight: float = 0.0
    first: tuple[int, int] = (0, 0)
    seen: set[str] = field(default_factory=set)


def scores(text: Text, file: str) -> dict[str, Score]:
    """Evidence for every value of a word list, from all its terms in the text."""
    out: dict[str, Score] = {}
    for value in load(file):
        score = Score()
        for level, weight in _WEIGHTS.items():
            for match in pattern(file, value, level).finditer(text.low):
                _add(text, score, weight, match)
        if score.weight:
            out[value] = score
    return out


def _add(text: Text, score: Score, weight: float, match: re.Match[str]) -> None:
    stem = match.group()[:5]
    weight *= _REPEAT if stem in score.seen else 1.0
    weight *= 0.15 if _aside(text, match) else 1.0
    if not score.seen or weight > 2 and match.start() < score.first[0]:
        score.first = match.span()
    score.seen.add(stem)
    score.weight += weight * (1.15 - 0.3 * match.start() / max(len(text.low), 1))


_ASIDE = re.compile(
    r"\b(?:not|no|never|without|don't|doesn't|kein\w*|nicht|sin|pas|pas de|nao|non|senza|geen|niet|instead of|isn't|not about|must not)\s(?:\w+\s){0,2}$"
)


def _aside(text: Text, match: re.Match[str]) -> bool:
    return bool(_ASIDE.search(re.split(r"[,;:]", text.before(match.start(), 26))[-1]))


def task_scores(text: Text) -> dict[str, Score]:
    """Evidence for the tasks, after rules on combinations."""
    found = scores(text, "tasks.toml")
    _combine(text, found)
    return found


def _combine(text: Text, found: dict[str, Score]) -> None:
    def weight(task: str) -> float:
        return found[task].weight if task in found else 0.0

    def add(task: str, amount: float) -> None:
        if task in found:
            found[task].weight = max(0.0, found[task].weight + amount)

    if weight("coding_agent") >= 2.5:
        add("coding_agent", 3.0)
    if weight("agentic_tool_use") >= 2.5 and weight("customer_support") >= 2.5:
        add("agentic_tool_use", -1.0)
    if weight("customer_support") >= 2.5:
        add("rag_qa", -0.8)
        add("classification", 0.0)
    if weight("extraction") >= 2.5 and weight("document_vision"):
        add("document_vision", -1.0)
    if weight("moderation") >= 2.5:
        add("classification", -1.5)
    if weight("speech") >= 2.5 and re.search(r"transcri|transkri|trascri|文字起こし|转写|voice|vocal|voz", text.low):
        add("speech", 2.5)
    if done := _done_already(text):
        add(done, -99.0)
    if re.search(r"\b(?:wij|we|ik) zoeken? (?:een|naar)\b", text.low):  # looking for a model, not searching
        add("embedding_search", -1.5)
    if weight("translation") >= 2.5:
        add("translation", 1.5)
    if weight("data_analysis_sql") >= 2.5:
        add("rag_qa", -1.5)
        add("embedding_search", -0.6)


def _done_already(text: Text) -> str:
    """The task that is done before the model comes in, as the text is there already, heard or read."""
    there = TRANSCRIPTS.search(text.low)
    return "" if not there else "document_vision" if "ocr" in there.group() else "speech"


def task_facts(text: Text, meaning: Meaning | None = None) -> list[Fact]:
    """The main task, and secondary tasks where the message names them as such. `meaning` is what the message as a whole
    says of its task, beside the words."""
    found = task_scores(text)
    weights = {task: score.weight for task, score in found.items()}
    main, doubt = _by_words(weights)
    if meaning:
        said, chances = (main if not doubt else None), meaning.tasks(weights)
        chances.pop(_done_already(text), None)
        short = len(text.low.split()) <= _SHORT
        if said and short and max(chances.values()) < _OVERRULES:
            chances = {said: max(chances[said], _LIKELY)}  # a word that names a task is most of what there is
        main, doubt = _by_meaning(chances, said) or (said, GUESS)
        doubt = GUESS if short and not said else doubt
    if main is None:
        return []
    quote = _quote(text, found[main]) if main in found else meaning.telling if meaning else ""
    facts = [Fact(field="task", value=main, quote=quote, note=doubt)]
    others = [t for t, s in found.items() if t != main and s.weight >= 1.2 and _is_second(text, main, s)]
    if others:
        first = min(found[t].first[0] for t in others)
        facts.append(Fact(field="secondary_tasks", value=others, quote=text.quote(*text.sentence_span(first))))
    return facts


def _by_meaning(chances: dict[str, float], said: str | None) -> tuple[str, str] | None:
    """The most likely task and its doubt, beside the one that words clearly say; None where most likely none is named,
    or no one is likely."""
    main = max(chances, key=lambda task: chances[task])
    if main == OPEN or chances[main] < _LIKELY:
        return None
    return main, "" if chances[main] >= (_AGREED if main == said else _SURE) and main != "chat_assistant" else GUESS


def _by_words(weights: dict[str, float]) -> tuple[str | None, str]:
    """The task with most evidence and its doubt: few words, a second task close behind, or "a chat", which is a form
    more than a task."""
    main = max(weights, key=lambda task: weights[task], default=None)
    if main is None or weights[main] < _TASK_FLOOR:
        return None, ""
    lead = weights[main] - max((w for task, w in weights.items() if task != main), default=-math.inf)
    clear = weights[main] >= _CLEAR and lead >= _LEAD and main != "chat_assistant"
    return main, "" if clear else GUESS


def is_guess(fact: Fact) -> bool:
    """Whether a fact was read from words that could mean something else."""
    return fact.note == GUESS


def _is_second(text: Text, main: str, score: Score) -> bool:
    """A second task is joined by a word such as "then"; a transcription is often only the first step."""
    at = score.first[0]
    if main == "speech" and score.weight >= 2.4 and re.search(_NEXT_STEP, text.before(at, 30)):
        return True
    return _secondary(text, at) and (score.weight >= 2.0 or bool(re.search(_STEP, text.before(at, 16))))


_NEXT_STEP = r"\b(?:and|then|plus|und|y|et|e|en|&)\s(?:\w+\s){0,2}$"
_STEP = r"\b(?:then|puis|ensuite|dann|luego|despues|depois|poi|daarna)\b"
_SECOND = re.compile(
    r"\b(?:secondary|secondly|besides|apart from that|on top of that|also|as well as|in addition|additionally|on the side|second use|plus|and then|then|afterwards|later also|"
    r"ausserdem|zusatzlich|zweitens|auch|anschliessend|danach|dann|ademas|tambien|luego|despues|en segundo lugar|aussi|en plus|ensuite|puis|egalement|"
    r"alem disso|tambem|depois|em seguida|inoltre|anche|poi|successivamente|daarnaast|ook|daarna|vervolgens|dessutom|desuden|deretter|derefter)\b|"
    r"また|さらに|その後|それから|次に|另外|还要|同时|然后|之后|또한|추가로|그리고 나서|также|затем|потом|дополнительно|أيضا|ثم|साथ ही|फिर"
)


def _secondary(text: Text, at: int) -> bool:
    return bool(_SECOND.search(text.before(at, 36)))


def _quote(text: Text, score: Score) -> str:
    start, end = text.sentence_span(score.first[0])
    return text.quote(start, end) if end - start < 160 else text.quote(*score.first)


def domain_scores(text: Text) -> dict[str, Score]:
    """Evidence of words for each domain."""
    return scores(text, "domains.toml")


def domain_fact(text: Text, meaning: Meaning | None = None) -> Fact | None:
    """What the texts are about. `meaning` is what the message as a whole says of that, beside the words; in a brief
    message a word must name it."""
    found = domain_scores(text)
    main = _domain_by_meaning(meaning, found) if meaning else _domain_by_words(found)
    if main is None:
        return None
    quote = text.quote(*found[main].first) if main in found else meaning.telling if meaning else ""
    return Fact(field="domain", value=main, quote=quote)


def _domain_by_words(found: dict[str, Score]) -> str | None:
    main = max(found, key=lambda d: (found[d].weight, -found[d].first[0]), default=None)
    return main if main and found[main].weight >= _DOMAIN_FLOOR else None


def _domain_by_meaning(meaning: Meaning, found: dict[str, Score]) -> str | None:
    chances = meaning.domains({domain: score.weight for domain, score in found.items()})
    main = max(chances, key=lambda domain: chances[domain])
    if main == OPEN or chances[main] < _LIKELY_DOMAIN or (meaning.is_brief and main not in found):
        return None
    return main


_METRIC_FRONT = re.compile(
    r"(?<![^\W_])(?:(?:success|outcome|the|our|main|key|north star|deciding|only|business)\s)*(?:metric|kpi|kpis|yardstick|measure of success|success (?:criterion|metric|measure)|measured (?:by|in|on|as)|judged (?:by|on)|"
    r"we(?:'ll| will)? (?:measure|track)(?: success by)?|we(?:'ll| will)? judge (?:it |them |this )?by|(?:it's|it is|it will be) a success if|what counts is|success (?:is|means|=)|success(?: for [\w ]{2,16})?:|target metric|"
    r"what (?:we|i) (?:look at|count|track|watch)|(?:our |the )?criterion(?: is|:)|how we(?:'d| would)? (?:judge|score)(?: it| this)?|we(?:'d| would)? score (?:you |it |them )?(?:by|on)|i (?:measure|judge (?:it |this )?by)|"
    r"entscheidend ist|ausschlaggebend ist|es zahlt|notre critere|ce qui compte|ce que nous regardons|lo que (?:cuenta|miramos)|nuestro criterio|o que conta|nosso criterio|cio che conta|il nostro criterio|評価は|"
    r"evaluated (?:by|on)|erfolgskriterium|kennzahl|messgrosse|gemessen (?:an|wird an|wird)|wir messen|erfolg (?:ist|heisst)|metrica|indicador|medimos|mediremos|exito (?:es|se mide por|=)|lo que medimos|se mide (?:por|en|con)|"
    r"indicateur|critere de succes|on mesure|nous mesurons|mesure par|indicador|sucesso (?:e|se mede por|=)|medimos|metrica di successo|misuriamo|misurato (?:con|da)|indicatore|succescriterium|we meten|gemeten (?:aan|op)|"
    r"miernik|metrika|指標は|成功指標は?|評価指標は?|kpiは|指标是|衡量标准是?|考核指标是?|评估指标是?|지표는|성과 지표는?|метрика|показатель|успех измеря\w+|المقياس|مؤشر النجاح|मापदंड|सफलता का पैमाना)"
    r"\W{0,3}(?:here |for us |for success |of success |will be |would be |is |are |:|=|\||→|—|-|ist |sind |wird |war |waere |es |est |e |son |sera |is the |be |by )*\s*(?P<metric>[^.;\n!?。；！？|]{3,90})"
)
_METRIC_BACK = re.compile(
    r"(?:^|[.;\n!?,:。；](?<!vs\.)\s*|—\s|-\s)(?P<metric>(?:[^.;\n!?,:。；]|(?<=vs)\.){3,80}?)\s(?:is|are|will be|would be|ist|sind|zahlt als|gilt als|es|est|e|is onze|is de)\s(?:what (?:we|i|they|the board)(?:'ll| will)?\s?(?:measure|count|look at|watch|check)?|how (?:we|i)(?:'ll| will)? (?:judge|check|measure|know)|the number (?:we|i) show|how (?:the|our|my) \w+ (?:will )?(?:judges?|measures?)|the score(?=\W*$|[.;,])|my (?:\w+ )?(?:criterion|metric|kpi|yardstick)|what decides|what (?:our|my|the) \w+ (?:counts?|looks? at|keeps? a tally of)|the (?:main |only |key |one )?(?:metric|kpi|yardstick|measure|number)|our (?:main |only |key )?(?:metric|kpi|yardstick)|how we (?:measure|judge)|kennzahl|kpi|metrik|unser\w* (?:kennzahl|kpi)|die kennzahl|unsere kennzahl|der massstab|la metrica|el indicador|el kpi|nuestro kpi|l'indicateur|le kpi|notre kpi|a metrica|o indicador|o kpi|nossa metrica|la nostra metrica|il kpi|l'indicatore|de kpi|onze kpi)|(?P<cjk>[^。、；，\n]{2,30})(?:が指標|を指標に|がkpi|で評価|で測り|是指标|作为指标|为准)"
)


# "Wrong answers per night, that's my yardstick", "acceptance at customs decides whether we keep it".
_METRIC_THAT = re.compile(
    r"(?:^|[.;\n!?:]\s*)(?P<metric>[^.;\n!?:]{6,80}?)(?:,\s(?:and )?that(?:'s| is) (?:what (?:we|i|our \w+|the \w+) (?:keeps? a tally of|counts?|measures?|looks? at|watch)|(?:my|our|the) (?:\w+ )?(?:criterion|metric|kpi|yardstick|quality control|measure|score))"
    r"|,? (?:decides?|will decide|entscheidet|decide|decidera) (?:whether|if|ob|si|se|about|uber)\b)"
)
_METRIC_VERB = re.compile(
    r"(?:^|[.;!?,:\n]\s*|\band\s)we (?:count|grade (?:it )?by|optimi[sz]e for)\s(?P<metric>[^.;,\n!?]{4,60})"
)
_METRIC_NAMES = re.compile(
    r"(?:word|character) error rate|first[- ]contact resolution|quadratic weighted kappa|(?:part|field|item)-level f1|"
    r"execution accuracy|mutation score|exact match|deflection rate|erstlosungsquote|average handl\w+ time|csat|"
    r"containment rate|recall (?:of|on) (?:the )?[\w ]{3,30}|precision (?:of|on|at) (?:the )?[\w ]{2,30}|"
    r"faithfulness to (?:the )?\w+|numeric accuracy|acceptance rate|click[- ]through rate|task completion rate|"
    r"\b(?:macro-|micro-)?f1\b|\b(?:roc-)?auc\b|\bbleu\b|\brouge\b|\bmrr\b|\bndcg\b|recall@\d+|precision@\d+"
)
_METRIC_USED = re.compile(
    r"metric|kpi|measur|contract|target|judge|grade|matter|count|zahlt|at least|>=|≥|must|success"
)
# A measure with its bar, "accuracy at least 95%" or "95% accuracy", is how success is measured.
_SCORE = (
    r"(?:macro[- ]|micro[- ]|weighted )?f1(?:[- ]score)?|(?:field[- ]level |overall )?accuracy|precision|recall|"
    r"genauigkeit|trefferquote|exactitud|precisión|precision|exhaustividad|exactitude|acuracia|precisao|accuratezza"
)
_BAR = r"(?:0?[.,]\d+|\d{2,3}(?:[.,]\d+)?\s?(?:%|percent|prozent|por ciento|pour cent))"
_METRIC_BAR = re.compile(
    rf"(?<![^\W_])(?P<metric>{_SCORE})\s(?:(?:of|must|should|be|has|to|is|needs|de|von|score)\s){{0,4}}"
    rf"(?:at least|above|over|more than|better than|min(?:imum|\.)?|>=?|≥|mindestens|uber|al menos|mas de|au moins|plus de"
    rf"|pelo menos|acima de|almeno|oltre)?\s?{_BAR}|{_BAR}\s(?:(?:or more|or better)\s)?(?P<behind>{_SCORE})(?![^\W_])"
)
_IN_USE = re.compile(r"(?:what )?we (?:use|have)|what we (?:use|run)|today|currently")


def metric_fact(text: Text) -> Fact | None:
    """How success is measured, in the user's words."""
    best = None
    for found in (_METRIC_FRONT, _METRIC_BACK, _METRIC_THAT, _METRIC_VERB):
        for match in found.finditer(text.low):
            group = "cjk" if match.groupdict().get("cjk") else "metric"
            start, end = match.span(group)
            if not _IN_USE.search(text.low[end : end + 24]) and not _IN_USE.match(text.low[start:end]):
                best = (start, _trim(text.low[start:end]) + start)
    best = best or _named_metric(text)
    if best is None or best[1] - best[0] < 2:
        return None
    quote = text.quote(*best)
    return Fact(field="outcome_metric", value=quote, quote=quote)


def _named_metric(text: Text) -> tuple[int, int] | None:
    """A metric that has a name, in a sentence that makes it the yardstick."""
    for match in _METRIC_NAMES.finditer(text.low):
        start, end = text.sentence_span(match.start())
        if _METRIC_USED.search(text.low[start : match.start()] + " | " + text.low[match.end() : end]):
            return match.start(), match.end()
    barred = _METRIC_BAR.search(text.low)
    return barred.span("metric" if barred["metric"] else "behind") if barred else None


def _trim(words: str) -> int:
    stop = re.search(
        r",\s(?:and |but |we |no |not |with |which |budget|max|under|data|und |y |et |e )|\s\(|\bbut\b|\bso that's\b|。|です",
        words,
    )
    return stop.start() if stop else len(words)
