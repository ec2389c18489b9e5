"""Judge pairs of answers that already exist: a trial of two candidates whose answers come with the prompts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from advisor.errors import BadInput
from advisor.trial.inference import log_odds, logistic
from advisor.trial.schema import JudgeSpec, Limits, Plan, Prompt, Protocol, Verdict

if TYPE_CHECKING:
    from advisor.settings import Settings

FIRST, SECOND = "answer_a", "answer_b"
FIELDS = ("id", "prompt", FIRST, SECOND)
METHODS = {"reason": "reason", "probability": "probability"}


def judge_file(
    source: Path, target: Path, *, settings: Settings, judge: str | None = None, protocol: str | None = None
) -> dict[str, Any]:
    """Judge the pairs in `source` and write one verdict a line to `target`, in the order of the rows.

    Returns the judge, the protocol, and counts of pairs, verdicts, ties, unscored pairs and calls.

    Raises:
        BadInput: a row lacks a field, an id comes twice, or the protocol is unknown.
    """
    rows = read_pairs(source)
    found, plan = judge_pairs(rows, settings=settings, judge=judge, protocol=protocol)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found)
    target.write_text(lines, encoding="utf-8")
    verdicts = [row["verdict"] for row in found]
    return {
        "judge": plan.judge.models[0],
        "protocol": plan.judge.protocol,
        "method": plan.judge.method,
        "pairs": len(rows),
        "ties": verdicts.count("tie"),
        "unscored": verdicts.count(None),
        "calls": sum(row["calls"] for row in found),
    }


def judge_pairs(
    rows: Sequence[Mapping[str, Any]], *, settings: Settings, judge: str | None = None, protocol: str | None = None
) -> tuple[list[dict[str, Any]], Plan]:
    """Verdicts {"id", "verdict", "p_a", "consistent", "calls"} for rows {"id", "prompt", "answer_a",
    "answer_b"}, and the plan that ran. `protocol` is one of the trial's, or "reason" or "probability" for a
    pairwise one by that method; None takes what suits the judge best. Calls are kept in the journal."""
    from advisor.trial.journals import open_journal
    from advisor.trial.trial import run_plan

    plan = _plan(rows, settings, judge, protocol)
    result = run_plan(plan, settings=settings)
    with open_journal(settings) as journal:
        by_item = _by_item(journal.verdicts(result.trial_id))
    return [{"id": row["id"], **row_verdict(by_item[str(row["id"])])} for row in rows], plan


def read_pairs(file: Path) -> list[dict[str, Any]]:
    """Rows of a JSON Lines file of pairs.

    Raises:
        BadInput: a line is no JSON object with the needed fields, or an id comes twice.
    """
    rows: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(_lines(file), 1):
        if line.strip():
            row = _row(line, f"{file}, line {number}")
            if str(row["id"]) in rows:
                raise BadInput(f"{file}, line {number}: the id {row['id']!r} comes twice. Give each pair its own.")
            rows[str(row["id"])] = row
    if not rows:
        raise BadInput(f"{file} holds no pairs: one JSON object a line is needed, with {', '.join(FIELDS)}.")
    return list(rows.values())


def row_verdict(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """One pair's verdict from all that was said of it. `p_a` is the chance that the first answer is better:
    from token probabilities where there are any, else the share of the verdicts. `consistent`: whether both
    orders give the same verdict."""
    scored = [v for v in verdicts if v.winner is not None]
    calls = len(verdicts)
    if not scored:
        return _from_scores(verdicts) | {"consistent": None, "calls": calls}
    p_a = _chance(scored)
    sides = [_side(_chance([v for v in scored if v.order == order])) for order in ("ab", "ba") if _has(scored, order)]
    consistent = sides[0] == sides[1] if len(sides) == 2 else None
    return {"verdict": _side(p_a), "p_a": round(p_a, 4), "consistent": consistent, "calls": calls}


def _plan(rows: Sequence[Mapping[str, Any]], settings: Settings, judge: str | None, protocol: str | None) -> Plan:
    from advisor.endpoints.routes import default_model

    model = judge or default_model("judge", settings)
    spec: dict[str, Any] = {"models": [model], "examine": False}
    if protocol in METHODS:
        spec |= {"protocol": "pairwise", "method": METHODS[protocol]}
    elif protocol in (None, *get_args(Protocol)):
        spec |= {"protocol": protocol or "pairwise"}
    else:
        raise BadInput(f"no protocol is called {protocol}: choose from {', '.join([*get_args(Protocol), *METHODS])}")
    return Plan(
        name="judge pairs",
        candidates=[FIRST, SECOND],
        judge=JudgeSpec.model_validate(spec),
        prompts=[_prompt(row) for row in rows],
        limits=Limits(concurrency=2 if model.startswith("local/") else 16),
    )


def _prompt(row: Mapping[str, Any]) -> Prompt:
    return Prompt(
        id=str(row["id"]),
        prompt=str(row["prompt"]),
        reference=row.get("reference"),
        system=row.get("system"),
        outputs={FIRST: str(row[FIRST]), SECOND: str(row[SECOND])},
    )


def _by_item(verdicts: Iterable[Verdict]) -> defaultdict[str, list[Verdict]]:
    found: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict.item].append(verdict)
    return found


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise BadInput(f"there is no file {file}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{file} is not UTF-8 text: save it as UTF-8") from None


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadInput(f"{where}: not JSON ({error})") from error
    missing = [f for f in FIELDS if not isinstance(row, dict) or row.get(f) is None]
    if missing:
        raise BadInput(f"{where}: the field {missing[0]!r} is missing. Needed: {', '.join(FIELDS)}.")
    return dict(row)


def _has(verdicts: Sequence[Verdict], order: str) -> bool:
    return any(v.order == order for v in verdicts)


def _chance(verdicts: Sequence[Verdict]) -> float:
    """Chance that the first answer is better: mean log-odds of probabilities, or the mean of the verdicts."""
    known = [log_odds(v.p_a) for v in verdicts if v.p_a is not None]
    if known:
        return logistic(sum(known) / len(known))
    return sum({"A": 1.0, "tie": 0.5, "B": 0.0}[v.winner or "tie"] for v in verdicts) / len(verdicts)


def _side(p_a: float) -> str:
    return "tie" if abs(p_a - 0.5) < 1e-6 else "A" if p_a > 0.5 else "B"


def _from_scores(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Each answer was scored alone: the higher score is better; the difference, 0 to 1, moves the chance."""
    score = {v.model_a: v.score for v in verdicts if v.score is not None}
    if len(score) < 2:
        return {"verdict": None, "p_a": None}
    p_a = 0.5 + (score[FIRST] - score[SECOND]) / 2
    return {"verdict": _side(p_a), "p_a": round(p_a, 4)}
