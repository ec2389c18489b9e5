"""Figures of the candidates: cost against quality, and where each stands on the benchmarks that count."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from advisor import wording
from advisor.schema import Candidate, Shortlist
from advisor.shortlist.percentiles import percentile
from ui.words import t

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from knowledge.catalog import Catalog

PLACES = ("top center", "bottom center", "top left", "bottom right", "middle right")
TEAL, GREY, LINE = "#0d9488", "#94a3b8", "rgba(128,140,150,.3)"
COLOURS = (TEAL, "#ea580c", "#8b5cf6", "#3b82f6", "#db2777")
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "star")
CLEAR = "rgba(0,0,0,0)"
BOARDS = 8
NAME_WIDTH = 22


def cost_quality(found: Shortlist | None) -> Figure | None:
    """Cost against quality with intervals; the Pareto front is a line. Models without a price are left out."""
    if found is None:
        return None
    from plotly.graph_objects import Figure

    shown = [c for c in [*found.candidates, *found.others] if c.monthly_cost_usd.expected]
    if not shown:
        return None
    front = sorted((c for c in shown if c.pareto), key=lambda c: c.monthly_cost_usd.expected or 0)
    named = [c for c in found.candidates if c.monthly_cost_usd.expected]
    others = [c for c in found.others if c.monthly_cost_usd.expected]
    traces = [_front(front), _points(others, t("Others that pass")), _points(named, t("Candidates"), named=True)]
    figure = _styled(Figure(traces), height=370, room=75)
    figure.update_xaxes(type="log", title=t("USD a month"), tickprefix="$", dtick="D2")
    return figure.update_yaxes(title=t("Quality"), tickformat=".0%")


def dots(found: Shortlist | None, names: Mapping[str, str], catalog: Catalog) -> Figure | None:
    """Where each candidate stands on the boards that count most, as the share of measured models that it beats.
    `names` is board id to name; a candidate without a figure on a board has no dot there."""
    if found is None or not found.candidates:
        return None
    boards = [b for b in found.weights if any(e.benchmark_id == b for c in found.candidates for e in c.evidence)]
    boards = boards[:BOARDS][::-1]
    if not boards:
        return None
    from plotly.graph_objects import Figure

    traces = [_dots(i, c, boards, names, catalog) for i, c in enumerate(found.candidates)]
    figure = _styled(Figure(traces), height=150 + 34 * len(boards), room=130)
    figure.update_xaxes(title=t("share of measured models that it beats"), tickformat=".0%", range=[-0.04, 1.04])
    return figure.update_yaxes(categoryorder="array", categoryarray=[_short(names.get(b, b)) for b in boards])


def _styled(figure: Figure, *, height: int, room: int) -> Figure:
    """No own background, so that light and dark both work; the style sheet colours the words. `room` in pixels is for
    the legend below."""
    axis = {"gridcolor": LINE, "zeroline": False, "linecolor": LINE, "fixedrange": True, "automargin": True}
    figure.update_xaxes(**axis).update_yaxes(**axis)
    return figure.update_layout(
        margin={"l": 10, "r": 15, "t": 10, "b": room}, height=height, font={"size": 12}, dragmode=False,
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        paper_bgcolor=CLEAR, plot_bgcolor=CLEAR,
        modebar={"remove": ["zoom", "pan", "autoScale", "resetScale", "toImage", "zoomIn", "zoomOut"]},
    )  # fmt: skip


def _front(group: Sequence[Candidate]) -> Any:
    from plotly.graph_objects import Scatter

    line = {"dash": "dot", "color": TEAL, "width": 1.5}
    return Scatter(x=_costs(group), y=_means(group), mode="lines", name=t("Pareto front"), line=line, hoverinfo="skip")


def _points(group: Sequence[Candidate], name: str, *, named: bool = False) -> Any:
    """Dots, for `named` ones with their names and intervals."""
    from plotly.graph_objects import Scatter

    bars = {
        "type": "data", "symmetric": False, "thickness": 1.2, "color": TEAL,
        "array": [c.quality.high - c.quality.mean for c in group],
        "arrayminus": [c.quality.mean - c.quality.low for c in group],
    }  # fmt: skip
    return Scatter(
        x=_costs(group), y=_means(group), name=name, text=[c.name for c in group], cliponaxis=False,
        mode="markers+text" if named else "markers", textposition=[PLACES[i % len(PLACES)] for i in range(len(group))],
        error_y=bars if named else None, marker={"color": TEAL if named else GREY, "size": 10 if named else 7},
        hovertemplate="%{text}<br>$%{x:,.2f}<br>%{y:.0%}<extra></extra>",
    )  # fmt: skip


def _dots(place: int, c: Candidate, boards: Sequence[str], names: Mapping[str, str], catalog: Catalog) -> Any:
    from plotly.graph_objects import Scatter

    first = {e.benchmark_id: e for e in reversed(c.evidence)}
    known = [
        (b, first[b], share) for b in boards if b in first and (share := percentile(first[b], catalog)) is not None
    ]
    return Scatter(
        x=[share for _, _, share in known], y=[_short(names.get(b, b)) for b, _, _ in known], name=c.name,
        mode="markers", marker={"size": 11, "color": COLOURS[place % 5], "symbol": SYMBOLS[place % 5], "opacity": 0.9},
        text=[f"{wording.figure(e.value, e.unit)} ({e.source}, {e.date})" for _, e, _ in known],
        hovertemplate="%{y}<br>%{text}<extra>" + c.name + "</extra>",
    )  # fmt: skip


def _short(name: str) -> str:
    return "<br>".join(textwrap.wrap(name, NAME_WIDTH)[:2])


def _costs(group: Sequence[Candidate]) -> list[float]:
    return [c.monthly_cost_usd.expected or 0 for c in group]


def _means(group: Sequence[Candidate]) -> list[float]:
    return [c.quality.mean for c in group]
