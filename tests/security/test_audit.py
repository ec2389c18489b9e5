"""The audit speaks of what it looked up, and of nothing else."""

from __future__ import annotations

import json

from audit import judged


def test_packages_that_were_not_looked_up_do_not_count() -> None:
    report = {"dependencies": [{"name": "a", "skip_reason": "not found"}, {"name": "b", "version": "1", "vulns": []}]}
    assert judged(json.dumps(report)) == (1, [])


def test_a_known_vulnerability_is_named() -> None:
    report = {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}]}
    assert judged(json.dumps(report)) == (1, ["a 1: CVE-1"])


def test_no_report_is_no_audit() -> None:
    assert judged("Connection refused") == (0, [])
