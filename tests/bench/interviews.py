"""Interviews with scripted users: how many questions, how many facts right, how close the shortlist comes to that of
the full profile. `python tests/bench/interviews.py [PERSONAS.json] [--seed N] [-v | --left-out]`; without a file, the
personas of this folder, profiles drawn by the seed. Constants were chosen on the rows of even number of seeds 0
to 2; the others are shown beside them. `--left-out` plays nothing: it counts the full profiles whose list changes
when one fact is unknown."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

from personas import personas

from advisor.interview import assumptions
from advisor.recommend import model_ids, play
from advisor.schema import Fact, Requirements, UseCase
from advisor.services import Services


def full(persona: dict[str, Any], services: Services, *, whole_text: bool = False) -> list[str]:
    """The shortlist of the whole profile, for the same opening or for all that the user could say."""
    text = " ".join([persona["opening"], *map(str, persona["answers"].values())]) if whole_text else persona["opening"]
    facts = {f: Fact(field=f, value=v) for f, v in persona["profile"].items()}
    use_case = UseCase(text=text, facts=facts)
    use_case = use_case.model_copy(update={"assumptions": assumptions(use_case)})
    return model_ids([use_case.requirements(with_assumptions=True)], use_case, services)[0]


def right(row: dict[str, Any], persona: dict[str, Any]) -> tuple[int, int]:
    """Facts that agree with the profile, and facts stated, among those that the profile knows."""
    profile = Requirements.model_validate(persona["profile"]).stated()
    stated = {f: v for f, v in row["requirements"].items() if f in profile}
    return sum(_same(v, profile[f]) for f, v in stated.items()), len(stated)


def _same(found: Any, true: Any) -> bool:
    if isinstance(true, bool) or not isinstance(true, int | float):
        return bool(found == true if not isinstance(true, list) else set(found) == set(true))
    return abs(found - true) <= 0.05 * abs(true)


def left_out(users: list[dict[str, Any]], services: Services) -> dict[str, list[bool]]:
    """For each field whether the shortlist of each full profile that states it changes where it alone is unknown."""
    changed: dict[str, list[bool]] = {}
    for user in users:
        profile, whole = user["profile"], set(full(user, services))
        for field in profile:
            less = user | {"profile": {f: v for f, v in profile.items() if f != field}}
            changed.setdefault(field, []).append(set(full(less, services)) != whole)
    return changed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Interviews with scripted users.")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--left-out", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    return parser.parse_args()


def main() -> None:
    options = _options()
    services = Services(use_llm=False)
    users = json.loads(options.file.read_text(encoding="utf-8")) if options.file else personas(options.seed)
    if options.left_out:
        found = left_out(users, services)
        for field in sorted(found, key=lambda f: -sum(found[f])):
            print(f"{field:28} changes {sum(found[field]):3} of {len(found[field]):3} lists")
        return
    rows = play(users, services)
    truth = [full(user, services) for user in users]
    facts = [right(row, user) for row, user in zip(rows, users, strict=True)]
    lists = [(row["shortlist"], true) for row, true in zip(rows, truth, strict=True)]
    equal = [set(a) == set(b) for a, b in lists]
    shared = [len(set(a) & set(b)) / max(len(set(a) | set(b)), 1) for a, b in lists]
    questions, fields = [len(row["questions"]) for row in rows], [len(row["asked"]) for row in rows]
    print(f"personas                           {len(users)}")
    print(f"questions, mean and most           {mean(questions):.2f} {max(questions)}")
    print(f"fields asked, mean and most        {mean(fields):.2f} {max(fields)}")
    print(f"facts right of those stated        {sum(r for r, _ in facts) / sum(n for _, n in facts):.3f}")
    print(f"shortlist equal                    {mean(equal):.3f}")
    print(f"of it rows of even, odd number     {mean(equal[::2]):.3f} {mean(equal[1::2]):.3f}")
    print(f"first candidate equal              {mean(a[:1] == b[:1] for a, b in lists):.3f}")
    print(f"candidates shared (Jaccard)        {mean(shared):.3f}")
    print("asked:", dict(Counter(f for r in rows for f in r["asked"]).most_common()))
    if options.verbose:
        for row, user, true, same in zip(rows, users, truth, equal, strict=True):
            if not same:
                print(
                    row["id"], row["asked"], row["requirements"], row["shortlist"], true, user["profile"], sep="\n   "
                )


if __name__ == "__main__":
    main()
