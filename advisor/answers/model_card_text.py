"""A model card and a comparison as Markdown: independent figures first, limits as short marks with a legend."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from advisor import limits
from advisor.answers.model_card import BASICS, basic, shown
from advisor.report.markup import WEB, plain

Row = dict[str, Any]
OFFERS = 8
DISPUTES = 4
KINDS = {
    "independent": "Independent figures",
    "community": "Community figures",
    "scaffold": "Figures of systems built around the model",
    "vendor": "Figures of the maker itself",
}


def card_markdown(found: dict[str, Any], *, everything: bool = False) -> str:
    """A model card. Unless `everything`, derived means are left out and of several configurations the best stays."""
    model = found["model"]
    rows = found["scores"] if everything else best_rows(found["scores"])
    offers = found["offers"] if everything else found["offers"][:OFFERS]
    known = [(label, basic(model, field)) for field, label in BASICS if model.get(field) is not None]
    lines = [f"# {plain(model['name'])}", "", f"`{model['id']}`", "", *_table(["Basics", ""], known), ""]
    lines += [f"Basics: {model['source_id']}, {model['date']}.", *filter(None, ["", found["chinchilla"]]), ""]
    lines += (
        [f"Dated builds of this name: {', '.join(f'`{i}`' for i in found['builds'])}.", ""] if found["builds"] else []
    )
    lines += ["## Prices, USD per million tokens", "", *_prices(offers), ""]
    hidden = len(found["offers"]) - len(offers)
    lines += [f"{hidden} more offer{'s' * (hidden > 1)}: --all.", ""] if hidden else []
    disputed = found["disagreements"] if everything else found["disagreements"][:DISPUTES]
    lines += [*(f"- Sources disagree: {plain(d)}" for d in disputed), ""]
    lines += [f"The figures are those of `{found['scores_of']}`.", ""] if found["scores_of"] != model["id"] else []
    lines += [*_scores(rows), *_legend(rows)]
    hidden = len(found["scores"]) - len(rows)
    lines += ["", f"{hidden} more rows (other configurations, means computed here): --all."] if hidden else []
    return "\n".join(lines)


def best_rows(scores: Iterable[Row]) -> list[Row]:
    """One row a benchmark and source, the best configuration, without derived means."""
    best: dict[tuple[str, str], Row] = {}
    for row in scores:
        key = (row["benchmark_id"], row["source_id"])
        if not row["derived"] and (key not in best or (row["value"] > best[key]["value"]) == row["higher_is_better"]):
            best[key] = row
    return list(best.values())


def _prices(offers: list[Row]) -> list[str]:
    """Offers in the order given; columns that no offer fills are left out, tiers stand below the table."""
    if not offers:
        return ["No price is known."]
    columns = {
        label: fields
        for label, fields in PRICE_COLUMNS.items()
        if any(o[f] is not None for o in offers for f in fields)
    }
    rows = [
        (_seller(o), *(" / ".join(_price(o[f]) for f in fields).strip(" /") for fields in columns.values()),
         f"{o['source_id']}, {o['date']}")
        for o in offers
    ]  # fmt: skip
    tiers = dict.fromkeys(_tier(o, tier) for o in offers for tier in o["tiers"])
    return [*_table(["Provider", *columns, "Source"], rows), "", *(f"- {plain(t)}" for t in tiers)]


def _seller(offer: Row) -> str:
    return offer["provider"] + (f" ({', '.join(offer['regions'])})" if offer["regions"] else "")


def _tier(offer: Row, tier: dict[str, float]) -> str:
    """What a long prompt costs, in words: `google, above 200,000 tokens: 2.5 in, 15 out, 0.25 cached in`."""
    parts = [f"{tier[field]:g} {word}" for field, word in TIER_WORDS.items() if tier.get(field) is not None]
    return f"{offer['provider']}, above {tier.get('above_tokens', 0):,.0f} tokens: {', '.join(parts)}"


def _price(amount: float | None) -> str:
    return "" if amount is None else f"{amount:g}"


def _scores(rows: list[Row]) -> list[str]:
    """A table a board, those that measured by themselves first."""
    if not rows:
        return ["## Scores", "", "No published figure is known."]
    order = list(KINDS)
    ordered = sorted(rows, key=lambda r: (order.index(r["kind"]), r["source"], r["benchmark"], r["config"]))
    lines: list[str] = []
    for kind, of_kind in groupby(ordered, key=lambda r: r["kind"]):
        lines += [f"## {KINDS[kind]}", ""]
        for source, of_board in groupby(of_kind, key=lambda r: r["source"]):
            board = list(of_board)
            lines += [_heading(source, board), "", *_table(COLUMNS, [_cells(r) for r in board]), ""]
    return lines


def _heading(source: str, rows: list[Row]) -> str:
    """The board's name, with its address where all its figures come from one page."""
    pages = {row["url"] for row in rows}
    page = pages.pop() if len(pages) == 1 else ""
    return f"**{plain(source)}**" + (f" <{page}>" if WEB.fullmatch(page) else "")


PRICE_COLUMNS: dict[str, tuple[str, ...]] = {
    "In": ("input_usd",), "Out": ("output_usd",), "Cached in": ("cache_read_usd",), "Cache write": ("cache_write_usd",),
    "Batch in / out": ("batch_input_usd", "batch_output_usd"),
}  # fmt: skip
TIER_WORDS = {"input_usd": "in", "output_usd": "out", "cache_read_usd": "cached in"}
COLUMNS = ["Benchmark", "Value", "Configuration", "Date", "Limits"]


def _cells(row: Row) -> tuple[str, ...]:
    return row["benchmark"], figure(row), row["config"], row["date"], ", ".join(limits.short(row["limits"]))


def figure(row: Row) -> str:
    """A figure with its unit, to seven digits; the JSON has all that the source prints."""
    return f"{row['value']:.7g} {row['unit'].replace('_', ' ')}"


def _legend(rows: list[Row]) -> list[str]:
    used = {form for row in rows for form in limits.short(row["limits"])}
    return [f"- *{form}*: {meaning}" for _, form, meaning in limits.SHORT if form in used]


def _table(head: list[str], rows: Iterable[Iterable[object]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return lines + ["| " + " | ".join(plain(c) for c in row) + " |" for row in rows]


def compare_markdown(found: dict[str, Any]) -> str:
    """Models side by side, what differs first; a figure that is best in its row is bold."""
    models = found["models"]
    names = [plain(m["name"]) for m in models]
    lines = ["# " + " or ".join(names), "", "**Where they differ**", ""]
    lines += [f"- {plain(d)}" for d in found["differences"]] or ["- in nothing that is known of all of them"]
    told = [(field, label) for field, label in BASICS if any(m.get(field) is not None for m in models)]
    basics = [(label, *(basic(m, field) for m in models)) for field, label in told]
    prices = [(label, *(_own_price(found, m["id"], field) for m in models)) for field, label in PRICES]
    lines += ["", *_table(["", *names], [*basics, *prices]), "", _SHARED[found["weighed"]], ""]
    if not found["scores"]:
        return "\n".join([*lines, "No such benchmark has a figure for more than one of them."])
    ids = [m["id"] for m in models]
    for source, board in _boards(found):
        head = [*([f"**{plain(source)}**", ""] if source else []), "| Benchmark | " + " | ".join(names) + " |"]
        lines += [*head, "|---" * (len(names) + 1) + "|"]
        lines += ["| " + " | ".join([plain(title), *_compared(row, ids)]) + " |" for title, row in board]
        lines.append("")
    return "\n".join([*lines, *_legend([r for row in found["scores"].values() for r in row.values()])])


def _boards(found: dict[str, Any]) -> list[tuple[str, list[tuple[str, dict[str, Row]]]]]:
    """A table a source; one table in the order of relevance where a use case weighs the benchmarks."""
    if found["weighed"]:
        return [("", list(found["scores"].items()))]
    first = {key: next(iter(row.values())) for key, row in found["scores"].items()}
    grouped = groupby(found["scores"].items(), key=lambda item: first[item[0]]["source"])
    return [(source, [(first[key]["benchmark"], row) for key, row in board]) for source, board in grouped]


_SHARED = {
    False: "**Figures that they share**",
    True: "**Figures that they share on benchmarks near this use case, the nearest first**",
}
PRICES = (("input_usd", "USD per million tokens in"), ("output_usd", "USD per million tokens out"))


def _own_price(found: dict[str, Any], model_id: str, field: str) -> str:
    offers = found["prices"][model_id]
    return f"{shown(offers[0][field])} ({offers[0]['provider']}, {offers[0]['date']})" if offers else "unknown"


def _compared(row: dict[str, Row], ids: list[str]) -> list[str]:
    values = [r["value"] for r in row.values()]
    best = max(values) if next(iter(row.values()))["higher_is_better"] else min(values)
    cells = []
    for model_id in ids:
        if model_id not in row:
            cells.append("")
            continue
        r = row[model_id]
        marks = [r["config"], *limits.short(r["limits"])]
        text = plain(f"{figure(r)} ({', '.join(filter(None, [r['date'], *marks]))})")
        cells.append(f"**{text}**" if r["value"] == best and len(set(values)) > 1 else text)
    return cells
