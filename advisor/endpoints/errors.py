"""Errors of the openai client in one sentence that says what to do. Keys never get into a message."""

from __future__ import annotations

from typing import Any

from advisor.endpoints.routes import Route
from advisor.errors import EndpointError
from advisor.redact import redact

SAID_CHARS = 200
CONTEXT_WORDS = (
    "context_length_exceeded", "exceed_context_size", "context length", "context size", "context window",
    "prompt is too long", "maximum context", "too many tokens",
)  # fmt: skip
QUOTA_WORDS = ("insufficient_quota", "billing", "exceeded your current quota", "credit")


class StructuredOutputError(EndpointError):
    """A model did not give what the schema asks for, not even when told what was wrong."""


class ContextFull(EndpointError):
    """The request is longer than the model's context window."""


def explain(error: Exception, route: Route, *, timeout_seconds: float, retries: int) -> EndpointError:
    """The error that a user sees for one that the client raised."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        text = f"{route.name} did not answer within {timeout_seconds:g} s: try again, or raise ADVISOR_TIMEOUT_SECONDS"
        return EndpointError(text)
    if isinstance(error, openai.APIStatusError):
        return _explain_status(error, route, retries)
    if isinstance(error, openai.APIConnectionError) or _is_transport(error):
        return EndpointError(f"no route to {route.base_url}{_cause(error)}: check its base_url and your network")
    if isinstance(error, openai.APIError) and is_context_overflow(error):
        return _context_full(route, error)
    return EndpointError(f"{route.name} sent something that is no answer ({_said(error, route)}): check its base_url")


def is_context_overflow(error: Exception) -> bool:
    """Whether an endpoint refused because the request is too long."""
    text = f"{error} {getattr(error, 'body', '')}".lower()
    return any(words in text for words in CONTEXT_WORDS)


def is_client_error(error: Exception) -> bool:
    """Whether an exception comes from the client, its transport or an unreadable reply, and not from our code."""
    import openai

    return isinstance(error, (openai.OpenAIError, ValueError)) or _is_transport(error)


def _explain_status(error: Any, route: Route, retries: int) -> EndpointError:
    status = error.status_code
    if status in (401, 403):
        return EndpointError(f"{route.endpoint} refuses the key ({status}): check {_key_name(route)}")
    if status == 404:
        return EndpointError(f"{route.endpoint} has no model {route.model} (404): check the name and the base_url")
    if status == 429:
        return EndpointError(_rate_limited(error, route, retries))
    if status in (400, 413, 422) and is_context_overflow(error):
        return _context_full(route, error)
    if status >= 500:
        return EndpointError(f"{route.endpoint} failed {retries + 1} times (last: {status}): try again later")
    return EndpointError(f"{route.name} refused the request ({status}): {_said(error, route)}")


def _context_full(route: Route, error: Exception) -> ContextFull:
    return ContextFull(
        f"the request is longer than the context window of {route.name} ({_said(error, route)}): "
        "shorten it, or choose a model with a larger window"
    )


def _rate_limited(error: Any, route: Route, retries: int) -> str:
    if any(words in f"{error} {error.body}".lower() for words in QUOTA_WORDS):
        return f"{route.endpoint} says that its quota is used up (429): check the account's plan and billing"
    wait = error.response.headers.get("retry-after")
    when = f"in {wait} s" if wait and wait.strip().isdigit() else "later"
    return f"{route.endpoint} limits the rate (429, {retries} retries used up or the wait too long): try again {when}"


def _key_name(route: Route) -> str:
    names = {"openai": "OPENAI_API_KEY", "openrouter": "OPENROUTER_API_KEY"}
    return names.get(route.endpoint, f"the variable named by api_key_env of endpoint {route.endpoint}")


def _said(error: Exception, route: Route) -> str:
    """What the other side said, cut short, without the key in case it was echoed."""
    text = " ".join(str(getattr(error, "message", "") or error).split())
    return redact(text, [route.api_key.get_secret_value()])[:SAID_CHARS]


def _is_transport(error: Exception) -> bool:
    return type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore", "httpcore2")


def _cause(error: Exception) -> str:
    """The innermost reason, such as `connection refused`."""
    reason: BaseException = error
    while reason.__cause__ is not None:
        reason = reason.__cause__
    text = " ".join(str(reason).split())
    return f" ({text[:SAID_CHARS]})" if text and text != str(error) else ""
