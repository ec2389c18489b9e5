"""Writes docs/worked-examples.md: ten use cases with the real output, and why the shortlists are right or not.

    python tests/bench/worked_examples.py [--check]

The comments are kept by hand in docs/examples/worked-examples.toml; every figure is put by this program. `--check`
fails where the page is not what the program writes.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from advisor import wording
from advisor.recommend import Recommendation, recommend
from advisor.schema import Candidate
from advisor.services import Services

DOCS = Path(__file__).parents[2] / "docs"
PAGE, CASES = DOCS / "worked-examples.md", DOCS / "examples" / "worked-examples.toml"


def candidate(c: Candidate) -> list[str]:
    """A row of the table."""
    quality = f"{c.quality.mean:.0%} ({c.quality.low:.0%} to {c.quality.high:.0%})"
    cost = c.monthly_cost_usd
    price = wording.money(cost.expected)
    if cost.low is not None and cost.high is not None:
        price += f" ({wording.money(cost.low)} to {wording.money(cost.high)})"
    return [c.name, c.provider, ", ".join(c.roles), quality, price, str(c.basics.get("licence_class") or "unknown")]


def table(rows: list[list[str]]) -> list[str]:
    """A Markdown table; the first row is its head."""
    head, *body = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return [head, "|" + "---|" * len(rows[0]), *body]


def section(title: str, text: str, comment: str, found: Recommendation) -> list[str]:
    """One use case: the words, the facts, the table, what would change it, and the comment."""
    shortlist = found.shortlist
    facts = [f"{wording.LABELS[f]} {wording.value(x.value)}" for f, x in found.use_case.facts.items()]
    lines = [f"## {title}", "", f"> {text.strip()}", "", f"Understood: {'; '.join(facts)}.", ""]
    if shortlist.candidates:
        head = ["Model", "Provider", "Why", "Quality", "USD a month (90% range)", "Licence"]
        lines += [*table([head, *map(candidate, shortlist.candidates)]), ""]
        first = shortlist.candidates[0]
        lines += [f"- **{first.name}**: {reason}" for reason in first.reasons]
        lines += [f"- Caveat: {caveat}" for caveat in first.caveats[-3:]]
    lines += [f"- Smallest change: {change}" for change in shortlist.relaxations]
    lines += [f"- What would change the order: {change}" for change in shortlist.sensitivity]
    out = ", ".join(f"{wording.LABELS.get(k, k.replace('_', ' '))} {n}" for k, n in shortlist.excluded_by.items())
    lines += [f"- Ruled out, by the first reason: {out}.", ""]
    lines += [f"- Asked next: {q.question} (would change {q.expected_change:.0%})" for q in found.next_questions]
    return [*lines, "", comment.strip(), ""]


def page() -> str:
    """The whole page."""
    services = Services(use_llm=False)
    raw = tomllib.loads(CASES.read_text(encoding="utf-8"))
    lines = [
        "# Worked examples",
        "",
        f"Ten use cases on the snapshot of {services.catalog.snapshot_date}, written by "
        "`python tests/bench/worked_examples.py`, without a language model. Quality is "
        f"{services.posterior.meaning}. A shortlist says whom to test; only a trial on your own prompts decides.",
        "",
    ]
    for case in raw["case"]:
        lines += section(case["title"], case["text"], case["comment"], recommend(case["text"], services))
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    written = page()
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == written else "docs/worked-examples.md is out of date")
    PAGE.write_text(written, encoding="utf-8")
    print(f"{PAGE}: {len(written.splitlines())} lines")


if __name__ == "__main__":
    main()
