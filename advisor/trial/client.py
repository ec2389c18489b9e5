"""One request to an OpenAI-compatible endpoint: what is asked, what comes back, what can go wrong.

aiohttp is imported when a client is opened, so that reading a plan or a journal does not pay for it.
"""

from __future__ import annotations

import asyncio
import email.utils
import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from advisor import tracing
from advisor.endpoints import netguard
from advisor.hostile_data import clean, parse_json
from advisor.redact import redact

if TYPE_CHECKING:
    import aiohttp

Role = Literal["candidate", "judge"]
MAX_REPLY_BYTES = 16 * 2**20
QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "account_deactivated"})
FATAL_HINTS = {
    400: "the endpoint does not accept the request",
    401: "the endpoint refuses the key: check the variable named in api_key_env",
    403: "the endpoint forbids this: check the key's rights and region",
    404: "the endpoint does not know this model or path: check base_url and the model name",
    413: "the request is too large for this endpoint",
    422: "the endpoint does not accept the request",
}


@dataclass(frozen=True, slots=True)
class Route:
    """Where a model is reached. `identity` stands for the endpoint in journal keys: the base URL, or a
    stable name where the port changes with every start. `price` is US dollars per million tokens in, out;
    `slots` how many calls the model takes at a time, where that is known."""

    name: str
    endpoint: str
    base_url: str
    model: str
    identity: str
    api_key: str = field(default="", repr=False)
    price: tuple[float, float] | None = None
    slots: int | None = None

    def cost(self, input_tokens: int, output_tokens: int) -> float | None:
        """US dollars for these token counts; None where no price is known."""
        if self.price is None:
            return None
        return (input_tokens * self.price[0] + output_tokens * self.price[1]) / 1e6


@dataclass(frozen=True, slots=True)
class Call:
    """A request before it is sent. `sample` and `attempt` make repeated questions distinct in the journal."""

    route: Route
    messages: list[dict[str, str]]
    params: dict[str, Any]
    role: Role = "candidate"
    sample: int = 0
    attempt: int = 0

    def key(self) -> str:
        """Content key (SHA-256 in hex): the same question to the same model has the same key in any trial."""
        what = [self.route.identity, self.route.model, self.messages, self.params, self.sample, self.attempt]
        raw = json.dumps(what, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()

    def input_tokens(self) -> int:
        """Expected tokens of the request: one for each 3 bytes, which errs on the high side for prose."""
        size = sum(len(m["content"].encode("utf-8", "replace")) for m in self.messages)
        return size // 3 + 8 * len(self.messages) + 8

    def output_tokens(self) -> int:
        """The most that the reply may take."""
        return int(self.params.get("max_tokens", 512))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered. `logprobs` is the list that OpenAI's format calls `logprobs.content`."""

    text: str
    finish_reason: str = "stop"
    logprobs: list[dict[str, Any]] | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    latency_s: float = 0.0
    cached: bool = False

    @property
    def usage(self) -> tuple[int, int]:
        """Tokens in, tokens out."""
        return self.input_tokens, self.output_tokens


class CallError(Exception):
    """A request that brought no reply. `retry` says whether asking again may help, `wait_s` how long the
    endpoint wants to be left alone, `refused` that it turned the request away unprocessed (and unpaid)."""

    def __init__(self, reason: str, *, retry: bool, wait_s: float | None = None, refused: bool = False):
        super().__init__(reason)
        self.reason, self.retry, self.wait_s, self.refused = reason, retry, wait_s, refused


@dataclass(frozen=True, slots=True)
class RateHint:
    """What rate-limit headers say: `pause_s` to wait before the next request to this model, if any."""

    pause_s: float | None = None


class Client:
    """Sends single requests. Use as an async context manager; it keeps connections open between calls."""

    def __init__(self, *, timeout_s: float, trusted: frozenset[tuple[str, int]] | None = None):
        """`trusted`: the only places (host, port) that need no public address; None where all may be reached."""
        self._timeout_s, self._trusted = timeout_s, trusted
        self._session: aiohttp.ClientSession | None = None
        self._quirks: dict[tuple[str, str], dict[str, str | None]] = {}

    async def __aenter__(self) -> Client:
        import aiohttp

        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                keepalive_timeout=60,
                ttl_dns_cache=300,
                resolver=None if self._trusted is None else netguard.resolver(self._trusted),
            ),
            timeout=aiohttp.ClientTimeout(total=self._timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, call: Call) -> tuple[Reply, RateHint]:
        """Ask once. A parameter that the model does not know is left out or renamed, and remembered.

        Raises:
            CallError: no usable reply came.
        """
        with tracing.model_call(call.route.model, call.route.endpoint, call.role) as span:
            reply, hint = await self._ask(call)
            tracing.count_tokens(span, *reply.usage)
            return reply, hint

    async def _ask(self, call: Call) -> tuple[Reply, RateHint]:
        place = (call.route.identity, call.route.model)
        while True:
            used = dict(self._quirks.get(place, {}))
            status, headers, raw, seconds = await self._post(call, used)
            quirk = _quirk(raw, call.params, used) if status in (400, 422) else None
            if quirk is None:
                break
            self._quirks.setdefault(place, {}).update(quirk)
        if status != 200:
            raise _failure(status, headers, raw, call.route.api_key)
        return _reply(raw, seconds), _rate_hint(headers)

    async def _post(self, call: Call, quirks: dict[str, str | None]) -> tuple[int, Mapping[str, str], bytes, float]:
        import aiohttp

        if self._session is None:
            raise RuntimeError("open the client with 'async with' first")
        started = time.monotonic()
        try:
            async with self._session.post(
                call.route.base_url.rstrip("/") + "/chat/completions",
                data=_body(call, quirks),
                headers=_headers(call.route),
                allow_redirects=False,
            ) as response:
                raw = await _bounded_read(response)
                return response.status, response.headers, raw, time.monotonic() - started
        except TimeoutError as error:
            raise CallError(f"no reply within {self._timeout_s:g} s", retry=True) from error
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
            raise CallError(f"the base_url {call.route.base_url!r} is not a web address", retry=False) from error
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            reason = getattr(error, "os_error", error)
            if isinstance(reason, netguard.Forbidden):
                raise CallError(str(reason), retry=False, refused=True) from error
            raise CallError(f"connection failed: {error or type(error).__name__}", retry=True) from error


async def _bounded_read(response: aiohttp.ClientResponse) -> bytes:
    if (response.content_length or 0) > MAX_REPLY_BYTES:
        raise CallError("the reply is larger than 16 MB", retry=False)
    raw = await response.content.read(MAX_REPLY_BYTES) if response.content_length is None else b""
    if response.content_length is not None:
        return await response.read()
    while chunk := await response.content.read(MAX_REPLY_BYTES):
        raw += chunk
        if len(raw) > MAX_REPLY_BYTES:
            raise CallError("the reply is larger than 16 MB", retry=False)
    return raw


def _headers(route: Route) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if route.api_key:
        headers["Authorization"] = f"Bearer {route.api_key}"
    return headers


def _body(call: Call, quirks: dict[str, str | None]) -> bytes:
    params = {quirks.get(k, k): v for k, v in call.params.items() if quirks.get(k, k) is not None}
    body = {"model": call.route.model, "messages": call.messages, **params}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _quirk(raw: bytes, params: dict[str, Any], known: dict[str, str | None]) -> dict[str, str | None] | None:
    """Which parameter a refused request should drop (None) or rename, from the words of the refusal."""
    message = _error_text(raw).lower()
    if "max_completion_tokens" in message and "max_tokens" in params and "max_tokens" not in known:
        return {"max_tokens": "max_completion_tokens"}
    for name in ("response_format", "top_logprobs", "logprobs", "temperature", "seed"):
        if name in params and name not in known and name in message:
            both = ("top_logprobs", "logprobs")
            return dict.fromkeys(both if name in both else (name,))
    return None


def _error_text(raw: bytes) -> str:
    try:
        error = parse_json(raw).get("error", {})
        return str(error.get("message", error) if isinstance(error, dict) else error)[:500]
    except (ValueError, AttributeError):
        return raw[:200].decode("utf-8", "replace")


def _error_code(raw: bytes) -> str:
    try:
        return str(parse_json(raw)["error"].get("code"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _failure(status: int, headers: Mapping[str, str], raw: bytes, key: str = "") -> CallError:
    """What a refusal means. Its words end up in results and exports: a key that it repeats is taken out."""
    text = redact(_error_text(raw), [key])
    if status == 429 and _error_code(raw) in QUOTA_CODES:
        return CallError(f"the account has no quota left ({text})", retry=False, refused=True)
    if status == 429:
        wait = retry_after(headers)
        return CallError(f"rate limit (429): {text}", retry=True, wait_s=wait, refused=True)
    if status in (408, 409, 425) or status >= 500:
        wait = retry_after(headers)
        return CallError(f"the endpoint failed ({status}): {text}", retry=True, wait_s=wait)
    hint = FATAL_HINTS.get(status, "the endpoint refused")
    return CallError(f"{hint} ({status}: {text})", retry=False, refused=True)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the endpoint asks to wait: `retry-after-ms`, `Retry-After` in seconds or as a date, or the
    reset time of a rate limit that is used up."""
    if (value := headers.get("retry-after-ms")) and _number(value) is not None:
        return max(0.0, float(value) / 1000)
    value = headers.get("retry-after")
    if value is None:
        return _rate_hint(headers).pause_s
    if (seconds := _number(value)) is not None:
        return max(0.0, seconds)
    moment = email.utils.parsedate_tz(value)
    return max(0.0, email.utils.mktime_tz(moment) - time.time()) if moment else None


def _rate_hint(headers: Mapping[str, str]) -> RateHint:
    """Pause when a request or token budget is at zero; resets look like `1s`, `6m0s`, `20ms` or seconds."""
    waits = [
        duration(headers.get(f"x-ratelimit-reset-{what}", ""))
        for what in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{what}", "").strip() == "0"
    ]
    known = [w for w in waits if w is not None]
    return RateHint(max(known)) if known else RateHint()


def duration(text: str) -> float | None:
    """Seconds in `1h2m3.5s`, `20ms` or `12`; None where the text is no duration."""
    if (plain := _number(text)) is not None:
        return plain
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if not parts or "".join(n + u for n, u in parts) != text.strip():
        return None
    unit = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
    return sum(float(number) * unit[name] for number, name in parts)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e7 else None


def _reply(raw: bytes, seconds: float) -> Reply:
    try:
        data = parse_json(raw)
        choice = data["choices"][0]
        text = _content(choice["message"].get("content"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise CallError("the endpoint's reply is not a chat completion", retry=True) from error
    usage = data.get("usage") or {}
    return Reply(
        text=text,
        finish_reason=choice.get("finish_reason") or "stop",
        logprobs=(choice.get("logprobs") or {}).get("content"),
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
        latency_s=seconds,
    )


def _content(content: Any) -> str:
    """Text of a message: a string, or the text parts of a list; None where the model gave no text."""
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return clean(content) if isinstance(content, str) else ""


def _count(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and value > 0 else 0
