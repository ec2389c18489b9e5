"""An OpenAI-compatible server in a thread that says what a test tells it to, faults included.

Replies come from a queue or a function of the request. Every request is kept with its time, so that a test
can ask what was sent, how many were in flight, and whether a retry came before `Retry-After` had passed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Body = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What the stub answers. `raw` replaces the whole body; `reset` breaks the connection, after
    `reset_after` streamed pieces where that is set; `delay` is seconds; `top` holds one mapping of
    token to log probability for each token of the answer."""

    text: str = ""
    status: int = 200
    finish: str = "stop"
    headers: dict[str, str] = field(default_factory=dict)
    error: Body | None = None
    raw: str | None = None
    reset: bool = False
    reset_after: int = 0
    delay: float = 0.0
    tokens: tuple[int, int] = (10, 5)
    cached: int = 0
    top: list[dict[str, float]] | None = None


def rate_limited(retry_after: float | None = 1) -> Reply:
    """429, with Retry-After in seconds unless None."""
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return Reply(status=429, headers=headers, error={"message": "Rate limit reached", "type": "rate_limit_error"})


def out_of_quota() -> Reply:
    """429 that no waiting helps."""
    return Reply(status=429, error={"message": "You exceeded your current quota", "code": "insufficient_quota"})


def server_error(status: int = 500) -> Reply:
    """5xx."""
    return Reply(status=status, error={"message": "internal error"})


def reset(after: int = 0) -> Reply:
    """A connection that breaks, in a stream after `after` pieces."""
    return Reply("one two three four five", reset=True, reset_after=after)


def slow(seconds: float, text: str = "late") -> Reply:
    """An answer that takes its time."""
    return Reply(text, delay=seconds)


def malformed() -> Reply:
    """A body that is not JSON."""
    return Reply(raw='{"choices": [{"message": {"content": "cut')


def truncated(text: str = '{"reason": "this goes on and') -> Reply:
    """An answer that ran into its token limit."""
    return Reply(text, finish="length")


def wrong_key(status: int = 401) -> Reply:
    """401 or 403; the message echoes a key, as some servers do."""
    return Reply(status=status, error={"message": "Incorrect API key provided: sk-secret", "code": "invalid_api_key"})


def unknown_model() -> Reply:
    """404."""
    return Reply(status=404, error={"message": "The model does not exist", "code": "model_not_found"})


def context_full() -> Reply:
    """400 for a request longer than the window."""
    text = "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens."
    return Reply(status=400, error={"message": text, "code": "context_length_exceeded"})


def unsupported(option: str) -> Reply:
    """400 for an option that the model does not take."""
    return Reply(status=400, error={"message": f"Unsupported parameter: '{option}'", "param": option})


@dataclass
class Call:
    """A request as it came in, and the status that it got."""

    body: Body
    key: str
    authorization: str
    at: float
    status: int = 0

    @property
    def user(self) -> str:
        """The last message of the request."""
        return str(self.body["messages"][-1]["content"])


class StubServer:
    """The server; `with StubServer() as stub:` runs it on a free loopback port.

    `replies` are used first, in order; then `handler(body)`; with neither the stub answers 400.
    """

    def __init__(self, handler: Callable[[Body], Reply | str] | None = None) -> None:
        self.handler = handler
        self.replies: deque[Reply | str] = deque()
        self.calls: list[Call] = []
        self.peak = 0
        self.early_retries = 0
        self.models = ["model"]
        self._in_flight = 0
        self._not_before: dict[str, float] = {}
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.base_url = ""

    def __enter__(self) -> StubServer:
        self._thread.start()
        self.base_url = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def say(self, *replies: Reply | str) -> None:
        """Queue replies."""
        self.replies.extend(replies)

    @property
    def paid(self) -> Counter[str]:
        """How often each content (model and messages) got an answer: above 1 it was paid for twice."""
        return Counter(call.key for call in self.calls if call.status == 200)

    @property
    def paid_twice(self) -> int:
        """Answers beyond the first for the same content."""
        return sum(n - 1 for n in self.paid.values())

    async def _start(self) -> str:
        app = web.Application(client_max_size=64 << 20)
        for prefix in ("", "/v1"):
            app.router.add_post(f"{prefix}/chat/completions", self._chat)
            app.router.add_get(f"{prefix}/models", self._list)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": m, "object": "model"} for m in self.models]})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        call, reply = self._enter(await request.json(), request.headers.get("Authorization", ""))
        try:
            await asyncio.sleep(reply.delay)
            call.status = reply.status if not reply.reset else 0
            return await self._answer(request, call, reply)
        finally:
            with self._lock:
                self._in_flight -= 1

    def _enter(self, body: Body, authorization: str) -> tuple[Call, Reply]:
        key = hashlib.sha256(json.dumps([body.get("model"), body["messages"]]).encode()).hexdigest()
        call = Call(body, key, authorization, time.monotonic())
        with self._lock:
            self.calls.append(call)
            self._in_flight += 1
            self.peak = max(self.peak, self._in_flight)
            self.early_retries += call.at < self._not_before.get(key, 0)
            reply = self._next(body)
            if reply.status == 429 and "Retry-After" in reply.headers:
                self._not_before[key] = call.at + float(reply.headers["Retry-After"])
        return call, reply

    def _next(self, body: Body) -> Reply:
        if self.replies:
            reply = self.replies.popleft()
        elif self.handler:
            reply = self.handler(body)
        else:
            reply = Reply(status=400, error={"message": "the stub has no reply for this call"})
        return Reply(reply) if isinstance(reply, str) else reply

    async def _answer(self, request: web.Request, call: Call, reply: Reply) -> web.StreamResponse:
        if reply.error:
            return web.json_response({"error": reply.error}, status=reply.status, headers=reply.headers)
        if call.body.get("stream") and reply.raw is None:
            return await self._stream(request, call.body, reply)
        if reply.reset:
            _break(request)
        if reply.raw is not None:
            return web.Response(text=reply.raw, content_type="application/json")
        return web.json_response(_completion(call.body, reply))

    async def _stream(self, request: web.Request, body: Body, reply: Reply) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number, chunk in enumerate(_chunks(body, reply)):
            if reply.reset and number >= reply.reset_after:
                _break(request)
                break
            await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
        else:
            await response.write(b"data: [DONE]\n\n")
        return response


def _break(request: web.Request) -> None:
    assert request.transport
    request.transport.abort()


def _usage(reply: Reply) -> Body:
    paid_in, paid_out = reply.tokens
    return {
        "prompt_tokens": paid_in,
        "completion_tokens": paid_out,
        "total_tokens": paid_in + paid_out,
        "prompt_tokens_details": {"cached_tokens": reply.cached},
    }


def _completion(body: Body, reply: Reply) -> Body:
    message = {"role": "assistant", "content": reply.text}
    choice: Body = {"index": 0, "message": message, "finish_reason": reply.finish}
    if reply.top is not None:
        choice["logprobs"] = {"content": [_token(top) for top in reply.top]}
    head = {"id": "stub", "object": "chat.completion", "created": 0, "model": body["model"]}
    return head | {"choices": [choice], "usage": _usage(reply)}


def _token(top: dict[str, float]) -> Body:
    best = max(top, key=lambda token: top[token])
    ranked = [{"token": token, "logprob": value, "bytes": None} for token, value in top.items()]
    return {"token": best, "logprob": top[best], "bytes": None, "top_logprobs": ranked}


def _chunks(body: Body, reply: Reply) -> list[Body]:
    head = {"id": "stub", "object": "chat.completion.chunk", "created": 0, "model": body["model"]}
    words = reply.text.split(" ")
    pieces = [w if i == 0 else f" {w}" for i, w in enumerate(words)]
    deltas: list[tuple[Body, str | None]] = [({"role": "assistant", "content": p}, None) for p in pieces]
    deltas.append(({}, reply.finish))
    chunks = [head | {"choices": [{"index": 0, "delta": d, "finish_reason": f}]} for d, f in deltas]
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks.append(head | {"choices": [], "usage": _usage(reply)})
    return chunks
