"""Health, readiness and Prometheus metrics of a server."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from advisor.services import Services
from advisor.trial.schema import TrialResult
from ui.view import View

LEAST_FREE_BYTES = 200 * 2**20
FIRST_PAGE_SECONDS = 3.0
SECONDS = (0.05, 0.1, 0.3, 1, 3, 10, 30, 100)


class Metrics:
    """What a server counts. One object a server, with a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        options: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter("advisor_http_requests", "HTTP requests", ["method", "status"], **options)
        self.messages = Counter("advisor_messages", "Messages of users by how they ended", ["outcome"], **options)
        self.seconds = Histogram("advisor_message_seconds", "Time of a message", buckets=SECONDS, **options)
        self.at_work = Gauge("advisor_conversations_at_work", "Conversations under way", **options)
        self.trials = Counter("advisor_trials", "Trials by how they ended", ["outcome"], **options)
        self.calls = Counter("advisor_trial_calls", "Calls of trials", ["outcome"], **options)
        self.refused = Counter("advisor_refused_requests", "Requests refused by the guard", ["reason"], **options)

    @contextlib.contextmanager
    def work(self, view: View) -> Iterator[None]:
        """Count and time one piece of work of a conversation, and the trial that it ran."""
        before, started = view.result, time.monotonic()
        with self.at_work.track_inprogress():
            yield
        last = view.messages[-1].get("id") if view.messages else ""
        self.messages.labels("failed" if last == "error" else "done").inc()
        self.seconds.observe(time.monotonic() - started)
        if view.result is not None and view.result is not before:
            self.trial(view.result)

    def trial(self, result: TrialResult) -> None:
        """Count a trial that ended."""
        self.trials.labels(result.stop_reason.partition(":")[0] or "complete").inc()
        for outcome, count in result.requests.items():
            self.calls.labels(outcome).inc(count)

    def text(self) -> bytes:
        """All metrics in Prometheus' format."""
        return generate_latest(self.registry)


class Health:
    """Whether the server lives, and whether it is ready to serve."""

    def __init__(self, services: Services, metrics: Metrics):
        self._services, self._metrics = services, metrics
        self.warm, self.page_opened = threading.Event(), threading.Event()
        self.trouble = ""
        self.stopping = False

    def warm_up(self) -> None:
        """Load what the first message needs; readiness waits for it. Whoever opens the page at once gets it first."""
        try:
            import advisor.graph  # noqa: F401
            from advisor.warm import warm_up

            self.page_opened.wait(FIRST_PAGE_SECONDS)
            warm_up(self._services)
        except Exception as error:
            self.trouble = f"{type(error).__name__}: {error}"
            raise
        self.warm.set()

    async def healthz(self, request: Request) -> Response:
        """200 as long as the process answers."""
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> Response:
        """200 when messages can be served; else 503 with the reasons."""
        checks = self.checks()
        ready = all(value == "ok" for value in checks.values())
        return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)

    async def metrics(self, request: Request) -> Response:
        """Prometheus metrics."""
        return Response(self._metrics.text(), media_type=CONTENT_TYPE_LATEST)

    def checks(self) -> dict[str, str]:
        """What readiness looks at: ok, or what is wrong."""
        home = self._services.settings.home
        free = shutil.disk_usage(home).free if home.exists() else 0
        return {
            "knowledge": "ok" if self.warm.is_set() else self.trouble or "loading",
            "disk": "ok" if free >= LEAST_FREE_BYTES else f"{free >> 20} MB free in {home}",
            "stopping": "stopping" if self.stopping else "ok",
        }
