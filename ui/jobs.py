"""Work that outlives the page that asked for it: a reload finds it running, and a message waits for its turn."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from advisor.errors import AdvisorError
from advisor.schema import Event
from advisor.session import Session
from ui.view import View, apply

TELL_EVERY_S = 0.2
Work = Callable[[], Iterator[Event]]
Done = Callable[[View], AbstractContextManager[None]]
log = logging.getLogger(__name__)


class Job:
    """A conversation at work, in a thread of its own. Any number of pages may follow it."""

    def __init__(self, session: Session, view: View, work: Work, done: Done, at_end: Callable[[], None]):
        self.view, self._done, self._at_end = view, done, at_end
        self.over = False
        self._session = session
        self._queue: list[Work] = [work]
        self._news = threading.Condition()
        self._version = 0
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"conversation-{session.id}")
        self._thread.start()

    @property
    def in_trial(self) -> bool:
        """Whether a trial runs. Other work is short, and its steps are kept one by one."""
        return self._session.in_trial

    def park(self) -> None:
        """Stop its trial so that it can go on later."""
        self._session.park()

    def join(self, seconds: float) -> None:
        """Wait for its end, at most so long."""
        self._thread.join(seconds)

    def ask(self, text: str) -> bool:
        """Send a message once the work before it is done. False where the work has just ended."""
        with self._news:
            if self.over:
                return False
            self.view.say("user", text)
            self._queue.append(lambda: self._session.send(text))
            self._tell()
            return True

    def say_status(self, text: str) -> None:
        """Tell what goes on now in place of the work."""
        self._take(Event(kind="status", text=text))

    def follow(self) -> Iterator[View]:
        """The view after each change until the work is done, at most five times a second."""
        seen = -1
        while True:
            with self._news:
                while self._version == seen and not self.over:
                    self._news.wait()
                if self.over:
                    return
                seen = self._version
            yield self.view
            time.sleep(TELL_EVERY_S)

    def _run(self) -> None:
        while (work := self._next()) is not None:
            with self._done(self.view):
                self._do(work)

    def _do(self, work: Work) -> None:
        try:
            for event in work():
                self._take(event)
        except AdvisorError as error:
            self._take(Event(kind="error", text=str(error)))
        except Exception as error:
            log.exception("A conversation broke")
            self._take(Event(kind="error", text=f"Something broke here ({type(error).__name__}): try it again."))

    def _next(self) -> Work | None:
        with self._news:
            if self._queue:
                return self._queue.pop(0)
            self._at_end()
            self.over = True
            self._tell()
            return None

    def _take(self, event: Event) -> None:
        with self._news:
            apply(self.view, event)
            self._tell()

    def _tell(self) -> None:
        self._version += 1
        self._news.notify_all()


class Jobs:
    """The work under way, by conversation; `turns` counts what is done. Thread-safe."""

    def __init__(self) -> None:
        self._jobs: dict[Session, Job] = {}
        self._lock = threading.Lock()
        self.turns = 0

    def of(self, session: Session) -> Job | None:
        """The work of a conversation, if it is under way. Equal ids of two users are two conversations."""
        with self._lock:
            job = self._jobs.get(session)
            return job if job and not job.over else None

    def start(self, session: Session, view: View, work: Work, done: Done) -> Job:
        """Begin work and show what it does in `view`; `done` is told of each piece of work that ended."""
        job = Job(session, view, work, done, self._count)
        with self._lock:
            self._jobs = {place: known for place, known in self._jobs.items() if not known.over}
            self._jobs[session] = job
        return job

    def _count(self) -> None:
        with self._lock:
            self.turns += 1

    def park(self, seconds: float) -> int:
        """Stop all running trials so that they can go on later, and wait for the calls in flight; how many."""
        with self._lock:
            running = [job for job in self._jobs.values() if not job.over and job.in_trial]
        for job in running:
            job.park()
        ends = time.monotonic() + seconds
        for job in running:
            job.join(max(0.0, ends - time.monotonic()))
        return len(running)
