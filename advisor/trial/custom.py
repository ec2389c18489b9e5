"""A metric in the user's own Python: `def score(prompt, answer, reference)` returns a number or a truth value.

The code runs in a process of its own, without the environment (so without keys), with limits on time, memory and
file size, and is ended when it does not answer in time. That guards against accidents; it is no sandbox against
code that means harm, which is why the plan and the settings must both allow it.
"""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import threading

from advisor.errors import BadInput
from advisor.trial.client import Reply
from advisor.trial.measured import Measured
from advisor.trial.schema import Metric, Prompt

SECONDS = 5.0
MEMORY_MB = 512
CPU_SECONDS = 600
RESTARTS = 5

CHILD = """
import json, resource, sys
limits = json.loads(sys.stdin.readline())
for what, most in limits["limits"].items():
    resource.setrlimit(getattr(resource, what), (most, most))
space, out = {}, sys.stdout
sys.stdout = sys.stderr
exec(compile(limits["code"], "metric", "exec"), space)
for line in sys.stdin:
    try:
        value = float(space["score"](**json.loads(line)))
        found = {"value": value if value == value and abs(value) != float("inf") else None, "reason": "not a number"}
    except Exception as error:
        found = {"value": None, "reason": f"{type(error).__name__}: {error}"[:300]}
    out.write(json.dumps(found) + "\\n")
    out.flush()
"""


class CustomMetric:
    """Scores answers by the code in the metric's option `code`; starts its process on first use.

    Raises:
        BadInput: there is no code, or it defines no `score`.
    """

    def __init__(self, metric: Metric):
        self._code = str(metric.options.get("code", ""))
        self._seconds = float(metric.options.get("seconds", SECONDS))
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._lock = threading.Lock()
        if "def score" not in self._code:
            raise BadInput(
                f"The metric {metric.name!r} needs the option 'code' with a function score(prompt, answer, reference)."
            )
        try:
            compile(self._code, metric.name, "exec")
        except SyntaxError as error:
            raise BadInput(f"The code of the metric {metric.name!r} is not valid Python: {error}.") from error

    def score(self, prompt: Prompt, reply: Reply) -> Measured:
        """The value for one answer; not measurable where the code fails or takes too long."""
        asked = {"prompt": prompt.prompt, "answer": reply.text, "reference": prompt.reference}
        with self._lock:
            if self._process is None and self._starts > RESTARTS:
                return Measured(None, "the metric's code failed too often")
            try:
                return self._ask(json.dumps(asked))
            except (OSError, ValueError, TimeoutError) as error:
                self.close()
                return Measured(None, f"the metric's code gave no value: {error}")

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, line: str) -> Measured:
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            if not ready.select(self._seconds):
                raise TimeoutError(f"no value within {self._seconds:g} s")
        found = json.loads(process.stdout.readline() or b"null")
        if not isinstance(found, dict):
            raise ValueError("its process ended")
        value = found["value"]
        return Measured(value, "" if value is not None else str(found["reason"]))

    def _start(self) -> subprocess.Popen[bytes]:
        self._starts += 1
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        limits = {
            "RLIMIT_AS": MEMORY_MB * 2**20,
            "RLIMIT_CPU": CPU_SECONDS,
            "RLIMIT_FSIZE": 0,
            "RLIMIT_CORE": 0,
        }
        assert process.stdin is not None
        process.stdin.write(json.dumps({"limits": limits, "code": self._code}).encode() + b"\n")
        self._process = process
        return process
