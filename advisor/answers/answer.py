"""Questions on benchmarks, models and evaluation, answered from the notes, the catalogue and formulas.

Code composes the answer and puts every figure; a language model, if given, may only reword it.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from advisor.answers.comparison import asked_facts, named_models, side_by_side, without_models
from advisor.answers.computed import computed_answers
from advisor.answers.sources import named_sources, source_citation, source_text
from advisor.answers.topics import Section, best_section, best_sections, fits_any_benchmark
from advisor.interview.extract import extract
from advisor.interview.text import detect_language
from advisor.limits import saturation
from advisor.relevance.mentions import doubts, mentioned
from advisor.relevance.weighing import benchmark_weights, rank_benchmarks
from advisor.rephrasing import Voice, reworded
from advisor.schema import Answer, Citation, RankedBenchmark, UseCase
from knowledge.lexical import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.catalog import Catalog
    from knowledge.schema import Benchmark
    from knowledge.store import Store

RANKED = 3
INSTEAD = 2
MOST_USES = 3
MOST_LIMITS = 3
BOARDS = 3
SECTIONS = 2
LISTED = 8
FITTING = 0.5
_BOARDS = re.compile(
    r"leaderboard|ranking|\bboards?\b|rangliste|bestenliste|clasificacion|classement|classifica|ランキング"
)
_WHICH_BENCHMARK = re.compile(
    r"\b(which|welche\w*|cual(es)?|que|quels?|quelles?|qua(l|is)|quale|quali)\W+(\w+\W+)?"
    r"(benchmarks?|leaderboards?|boards?|bestenliste|rangliste|evals?)\b|どのベンチマーク"
)
_DEFINES = re.compile(r"\b(what('s| is| are)|que es|was ist|qu'est|o que e|che cos)\b|とは")
_REASONS = re.compile(
    r"\b(why|how do|what (does|do) .* depend|depends? on|warum|wovon|por que|de que depende|pourquoi)\b"
)
_SATURATED = re.compile(
    r"\b(which|what|list|welche\w*|que|cuales|quels?|quais)\b.{0,30}\b(benchmarks?|tests?)\b"
    r".{0,30}(satur|gesattigt|at the ceiling)|飽和"
)
_FITS = re.compile(
    r"\b(good|right|suitable|relevant|useful|fit|appropriate|buen\w*|adecuad\w*|util|gut\w*|geeignet\w*|sinnvoll|"
    r"bon|adapte\w*|pertinent\w*|utile|bom|boa|adequad\w*|adatt\w*)\b.*\b(for|to|para|fur|pour|per)\b|"
    r"\b(fur|para|pour)\b.*\b(gut\w*|geeignet\w*|sinnvoll)\b"
)
NOTHING = (
    "This is outside what I know. I answer questions on choosing language models: benchmarks and their limits, prices, "
    "licences, metrics, and single models. Name a benchmark or a model, or say what the model should do."
)
_NOTHING_IN = {
    "en": NOTHING,
    "es": "Esto queda fuera de lo que sé. Respondo a preguntas sobre la elección de modelos de lenguaje: benchmarks y "
    "sus límites, precios, licencias, métricas y modelos concretos.",
    "de": "Das liegt außerhalb dessen, was ich weiß. Ich beantworte Fragen zur Wahl von Sprachmodellen: Benchmarks und "
    "ihre Grenzen, Preise, Lizenzen, Kennzahlen und einzelne Modelle.",
    "fr": "Cela sort de ce que je sais. Je réponds aux questions sur le choix de modèles de langage : benchmarks et "
    "leurs limites, prix, licences, indicateurs et modèles.",
    "pt": "Isto está fora do que sei. Respondo a perguntas sobre a escolha de modelos de linguagem: benchmarks e os "
    "seus limites, preços, licenças, métricas e modelos.",
    "it": "Questo è fuori da ciò che so. Rispondo a domande sulla scelta di modelli linguistici: benchmark e i loro "
    "limiti, prezzi, licenze, metriche e modelli.",
    "ja": "それは私の知識の範囲外です。言語モデルの選び方（ベンチマークとその限界、価格、ライセンス、指標、個々の"
    "モデル）についてお答えします。",
}
_FRAME = {
    "es": "Mis fuentes están en inglés; esto es lo que dicen:",
    "de": "Meine Quellen sind auf Englisch; das sagen sie dazu:",
    "fr": "Mes sources sont en anglais ; voici ce qu'elles disent :",
    "pt": "As minhas fontes estão em inglês; é isto que dizem:",
    "it": "Le mie fonti sono in inglese; ecco cosa dicono:",
    "ja": "情報源は英語です。内容は次のとおりです。",
}


class Part(NamedTuple):
    """A piece of an answer and where it comes from."""

    text: str
    citations: list[Citation]


def answer(text: str, *, store: Store, catalog: Catalog, model: Voice | None = None) -> Answer:
    """Answer a question or comment on a use case, with citations. Works without a language model.

    `model` rewords the composed text; its words are dropped where they hold a figure, a model or a benchmark
    that the evidence does not. Without it, an answer to a question in another language opens in that language.
    """
    parts = _parts(text, store, catalog) if text.strip() else []
    language = "es" if "¿" in text else detect_language(text)
    if not parts:
        return Answer(answer=_NOTHING_IN.get(language, NOTHING))
    composed = "\n\n".join(part.text for part in parts)
    said = reworded(text, composed, _all_names(catalog), model) if model is not None else composed
    if said == composed:
        said = "\n\n".join(filter(None, [_FRAME.get(language), composed]))
    return Answer(answer=said, citations=_distinct(c for part in parts for c in part.citations))


def _distinct(citations: Iterable[Citation]) -> list[Citation]:
    first: dict[str, Citation] = {}
    for citation in citations:
        first.setdefault(citation.url or citation.source, citation)
    return list(first.values())


def _parts(text: str, store: Store, catalog: Catalog) -> list[Part]:
    """What was computed or named answers first; a note answers the rest; benchmarks fill in only where neither does."""
    folded = fold(text)
    computed = [Part(found.text, [found.citation]) for found in computed_answers(text)]
    compared = _model_parts(text, store, catalog)
    if compared or (computed and not _DEFINES.search(folded)):
        reasons = best_sections(text, store, 1) if compared and _REASONS.search(folded) else []
        return [*computed, *compared, *map(_section_part, reasons)]
    named = [catalog.benchmarks[b] for b in mentioned(text, catalog.benchmarks) if catalog.benchmarks[b].measures]
    if named and not computed:
        return _named_parts(text, named, store, catalog)
    if not named and (sources := named_sources(text, catalog)):
        return [*computed, *(Part(source_text(s, catalog), [source_citation(s)]) for s in sources[:LISTED])]
    if not named and _SATURATED.search(folded):
        return _saturated_parts(catalog)
    if _WHICH_BENCHMARK.search(folded):
        return [*_ranked_parts(text, store, catalog), *_board_parts(text)]
    sections = best_sections(text, store)
    if sections:
        return [*computed, *map(_section_part, sections[: 1 if computed else SECTIONS])]
    if computed or not fits_any_benchmark(text, store):
        return computed
    return [*_ranked_parts(text, store, catalog), *_board_parts(text)]


def _saturated_parts(catalog: Catalog) -> list[Part]:
    """Benchmarks that the snapshot's own figures show to be at their ceiling, with what their notes name instead."""
    noted = [b for b in catalog.benchmarks.values() if b.measures and b.parent is None and b.instead]
    found = [(b, said) for b in noted if (said := saturation(b, catalog))]
    found.sort(key=lambda pair: -len(catalog.scores_on(pair[0].id)))
    if not found:
        return []
    lines = [
        f"- **{b.name}**: {said.removeprefix('saturated: ')}. {_instead(b, catalog)}" for b, said in found[:LISTED]
    ]
    lead = f"Saturated by the independent figures of {catalog.snapshot_date}, the most reported first:"
    return [Part("\n".join([lead, *lines]), [c for b, _ in found[:LISTED] for c in _citations(b)[:1]])]


def _section_part(section: Section) -> Part:
    lead = f"**{section.heading}**" if section.heading else ""
    listed = "\n" if "\n" in section.text else " "
    return Part(f"{lead}{listed}{section.text}".strip(), section.citations())


def _model_parts(text: str, store: Store, catalog: Catalog) -> list[Part]:
    models = named_models(text, catalog)
    if not models:
        return []
    facts = asked_facts(text, models, catalog)
    table, citations = facts or side_by_side(models, catalog, _asked_of(text, store, catalog))
    return [Part(table, citations)]


def _asked_of(text: str, store: Store, catalog: Catalog) -> dict[str, float]:
    """The relevance of benchmarks to what a question asks of the models that it names; {} where it names no task, trade
    or language."""
    use_case = UseCase(text=without_models(text, catalog))
    facts = {f.field: f for f in extract(use_case.text).facts if f.field in ("task", "domain", "languages")}
    if not facts:
        return {}
    return benchmark_weights(use_case.model_copy(update={"facts": facts}), store=store, catalog=catalog)


def _named_parts(text: str, named: list[Benchmark], store: Store, catalog: Catalog) -> list[Part]:
    """The benchmarks that a question names; where it doubts them, why the doubt is right and what to read instead."""
    if not doubts(text) and not _FITS.search(fold(text)):
        return [_described(bench, catalog) for bench in named]
    section = best_section(text, store)
    if section and all(bench.name in section.text for bench in named):
        return [_section_part(section), *_others(text, named, store, catalog)]
    return [*(_doubted(bench, catalog) for bench in named), *_others(text, named, store, catalog)]


def _others(text: str, named: list[Benchmark], store: Store, catalog: Catalog) -> list[Part]:
    """Benchmarks of other families that fit the text, those that the notes name as successors first."""
    ranked = rank_benchmarks(text, store=store, catalog=catalog, k=RANKED + len(named))
    families = {bench.parent or bench.id for bench in named}
    others = [r for r in ranked if r.relevance >= FITTING and (catalog.benchmarks[r.id].parent or r.id) not in families]
    return [_recommended(r, "Read instead: " if n == 0 else "Also: ", catalog) for n, r in enumerate(others[:INSTEAD])]


def _ranked_parts(text: str, store: Store, catalog: Catalog) -> list[Part]:
    """The benchmarks that come closest to the text; at least one."""
    ranked = rank_benchmarks(text, store=store, catalog=catalog, k=RANKED)
    fitting = [r for r in ranked if r.relevance >= FITTING] or ranked[:1]
    leads = ["Closest to what you ask: ", *["Also: "] * RANKED]
    return [_recommended(r, lead, catalog) for r, lead in zip(fitting, leads, strict=False)]


def _recommended(ranked: RankedBenchmark, lead: str, catalog: Catalog) -> Part:
    bench = catalog.benchmarks[ranked.id]
    limit = f" Known limit: {ranked.limits[0]}." if ranked.limits else ""
    text = f"{lead}**{ranked.name}** measures {_lower(bench.measures)}.{limit}"
    return Part(text, [Citation(source=ranked.name, url=url, title=ranked.name) for url in ranked.sources[:2]])


def _lower(text: str) -> str:
    """Without its capital, unless the first word is a name."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _described(bench: Benchmark, catalog: Catalog) -> Part:
    """What a benchmark measures, for what it is good and not, its limits and what comes after it."""
    lines = [
        f"**{bench.name}** measures {_lower(bench.measures)}.",
        f"- Scored as: {bench.scoring}." if bench.scoring else "",
        f"- Size: {bench.size}." if bench.size else "",
        f"- Chance level: {bench.floor:g} {bench.unit}." if bench.floor else "",
        f"- Useful for: {'; '.join(bench.useful_for[:MOST_USES])}." if bench.useful_for else "",
        f"- Not for: {'; '.join(bench.not_for[:MOST_USES])}." if bench.not_for else "",
        *_limits(bench, catalog),
        _instead(bench, catalog),
    ]
    return Part("\n".join(filter(None, lines)), _citations(bench))


def _doubted(bench: Benchmark, catalog: Catalog) -> Part:
    """What a benchmark measures, what it is not for, and its limits."""
    lines = [
        f"**{bench.name}** measures {_lower(bench.measures)}.",
        f"- Not for: {'; '.join(bench.not_for[:MOST_USES])}." if bench.not_for else "",
        *_limits(bench, catalog),
    ]
    return Part("\n".join(filter(None, lines)), _citations(bench))


def _limits(bench: Benchmark, catalog: Catalog) -> list[str]:
    computed = saturation(bench, catalog)
    today = f"{computed[:1].upper()}{computed[1:]} (independent figures of {catalog.snapshot_date})" if computed else ""
    claims = [f"{claim.text}" for claim in bench.limits[:MOST_LIMITS]]
    return [f"- Limit: {text}." for text in filter(None, [today, *claims])]


def _citations(bench: Benchmark) -> list[Citation]:
    cited = [claim.source for claim in bench.limits[:MOST_LIMITS]]
    cited += [*filter(None, [bench.leaderboard_url]), *bench.sources[:1]]
    return [Citation(source=bench.name, url=url, title=bench.name) for url in dict.fromkeys(cited)]


def _instead(bench: Benchmark, catalog: Catalog) -> str:
    known = [catalog.benchmarks[b].name for b in bench.instead if b in catalog.benchmarks]
    return f"When it no longer separates your candidates, read {', '.join(known)}." if known else ""


def _board_parts(text: str) -> list[Part]:
    """Leaderboards elsewhere, for a domain or language that we carry no board for."""
    from knowledge.directory import find_leaderboards

    boards = find_leaderboards(text, limit=BOARDS) if _BOARDS.search(fold(text)) else []
    if not boards:
        return []
    listed = "\n".join(f"- [{b.name}]({b.url}), by {b.owner}{_activity(b.active)}" for b in boards)
    citations = [Citation(source=board.name, url=board.url, date=str(board.seen)) for board in boards]
    return [Part(f"Leaderboards elsewhere that may fit, not checked by us:\n{listed}", citations)]


def _activity(day: dt.date | None) -> str:
    return f", last active {day}" if day else ""


def _all_names(catalog: Catalog) -> list[str]:
    return [*(b.name for b in catalog.benchmarks.values()), *(m.name for m in catalog.models.values())]
