"""Chat models by role on ChatOpenAI, and `Speaker`, which the graph talks to: text, stream, structured output.

The openai client retries 408, 409, 429, 5xx and broken connections; it waits as Retry-After says up to two
minutes, and gives up at once where more is asked. Langchain is imported on first use.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from advisor import tracing
from advisor.costing import call_cost
from advisor.endpoints.errors import StructuredOutputError, explain, is_client_error
from advisor.endpoints.routes import Role, Route, default_model, resolve
from advisor.errors import EndpointError
from advisor.settings import Settings

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI

    from knowledge.catalog import Catalog

T = TypeVar("T", bound=BaseModel)

LOCAL_TIMEOUT_SECONDS = 900.0  # several long prompts may queue for two cores
DEFAULT_TOKENS = 512
UNTOUCHED = ["nostream"]  # keeps LangGraph's "messages" mode from showing JSON and inner calls
REPAIR = "That reply cannot be used: {problem}. Reply again with the JSON object only, short and complete."
AS_TEXT = "Reply with one JSON object, and nothing else, that fits this JSON schema:\n{schema}"


def chat_model(role: Role, settings: Settings, **overrides: Any) -> ChatOpenAI:
    """The chat model of a role. `overrides` go to ChatOpenAI; `model="endpoint/model"` names another model.

    Raises:
        BadInput, NotAvailable: as `advisor.endpoints.routes.resolve`.
    """
    name = overrides.pop("model", None) or default_model(role, settings)
    return chat_model_at(resolve(name, settings), settings, **overrides)


def chat_model_at(route: Route, settings: Settings, **overrides: Any) -> ChatOpenAI:
    """A chat model at a route: temperature 0, usage also when streaming, bounded retries."""
    from langchain_openai import ChatOpenAI

    chosen: dict[str, Any] = {
        "model": route.model,
        "base_url": route.base_url,
        "api_key": route.api_key,
        "temperature": 0,
        "timeout": _timeout(route, settings),
        "max_retries": settings.max_retries,
        "stream_usage": True,
        "use_responses_api": False,
    }
    if route.on_this_machine:
        chosen |= _without_proxy()
    return ChatOpenAI(**(chosen | overrides))


def _without_proxy() -> dict[str, Any]:
    """Clients that ignore HTTP_PROXY and its kin, which cannot reach this machine's own servers."""
    from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

    return {
        "http_client": DefaultHttpxClient(trust_env=False),
        "http_async_client": DefaultAsyncHttpxClient(trust_env=False),
    }


def _timeout(route: Route, settings: Settings) -> float:
    return max(settings.timeout_seconds, LOCAL_TIMEOUT_SECONDS) if route.is_local else settings.timeout_seconds


@dataclass
class Usage:
    """Totals of a speaker. `cost_usd` is None as soon as one call has no known price."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cost_usd: float | None = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(self, counts: dict[str, int], cost: float | None) -> None:
        """Count one call."""
        with self._lock:
            self.calls += 1
            self.input_tokens += counts["input_tokens"]
            self.output_tokens += counts["output_tokens"]
            self.cache_read_tokens += counts["cache_read_tokens"]
            self.cost_usd = None if cost is None or self.cost_usd is None else self.cost_usd + cost


class Speaker:
    """A language model in a role. An embedded one starts on the first call; threads may share a speaker.

    Every method raises `EndpointError` with a sentence for the user where the endpoint fails for good.
    """

    def __init__(
        self, role: Role, settings: Settings, *, model: str | None = None, catalog: Catalog | None = None
    ) -> None:
        self.role: Role = role
        self.settings = settings
        self.model = model or default_model(role, settings)
        self.usage = Usage()
        self._catalog = catalog
        self._start = threading.Lock()
        self._without: frozenset[str] = frozenset()

    @cached_property
    def _route(self) -> Route:
        return resolve(self.model, self.settings)

    @cached_property
    def _chat(self) -> ChatOpenAI:
        fixed: dict[str, Any] = {"temperature": None} if "temperature" in self._without else {}
        return chat_model_at(self.route, self.settings, **fixed)

    @property
    def route(self) -> Route:
        """Where this speaker's model is; the first caller starts an embedded one, others wait."""
        with self._start:
            return self._route

    def text(self, system: str, user: str, max_tokens: int = DEFAULT_TOKENS) -> str:
        """The model's answer, cut at `max_tokens`.

        Raises:
            EndpointError: also where the whole allowance went by without a word of answer.
        """
        reply = self._ask(_messages(system, user), {"max_tokens": max_tokens})
        text = _text(reply)
        if not text and _is_cut(reply):
            raise EndpointError(f"{self.model} used up {max_tokens} tokens without an answer: allow more tokens")
        return text

    def stream(self, system: str, user: str, max_tokens: int = DEFAULT_TOKENS) -> Iterator[str]:
        """Pieces of the model's answer as they come."""
        whole: Any = None
        self._revive()
        try:
            for chunk in self._chat.stream(_messages(system, user), **self._options({"max_tokens": max_tokens})):
                whole = chunk if whole is None else whole + chunk
                if piece := _text(chunk):
                    yield piece
        except Exception as error:
            raise self._explained(error) from error
        finally:
            if whole is not None:
                self._count(whole)

    def structured(self, schema: type[T], system: str, user: str, max_tokens: int = DEFAULT_TOKENS) -> T:
        """The model's answer as a validated value of `schema`; one repair is asked for where it does not fit.

        Raises:
            StructuredOutputError: the repaired answer does not fit either.
        """
        messages = _messages(system, user)
        first = self._ask_json(schema, messages, max_tokens)
        value, problem = _parsed(schema, first)
        if value is not None:
            return value
        again = messages + [("ai", _text(first) or "{}"), ("human", REPAIR.format(problem=problem))]
        value, problem = _parsed(schema, self._ask_json(schema, again, 2 * max_tokens))
        if value is None:
            raise StructuredOutputError(
                f"{self.model} gave no usable {schema.__name__} ({problem}): use other words, or a larger model"
            )
        return value

    def _ask_json(self, schema: type[BaseModel], messages: list[tuple[str, str]], max_tokens: int) -> AIMessage:
        shape = _response_format(schema, strict=not self.route.is_local)
        return self._ask(messages, {"max_tokens": max_tokens, "response_format": shape})

    def _ask(self, messages: list[tuple[str, str]], options: dict[str, Any], second_life: bool = True) -> AIMessage:
        self._revive()  # the client would wait through all its retries for a server that is gone
        try:
            reply = self._invoke(messages, options)
        except Exception as error:
            revived = second_life and self._revive()
            if not (revived or self._give_up_option(error, options)):
                raise self._explained(error) from error
            return self._ask(messages, options, second_life and not revived)
        self._count(reply)
        return reply

    def _invoke(self, messages: list[tuple[str, str]], options: dict[str, Any]) -> AIMessage:
        import openai

        asked = self._options(options)
        if "response_format" in options and "response_format" not in asked:
            messages = _with_schema_in_words(messages, options["response_format"])
        with tracing.model_call(self.route.model, self.route.endpoint, self.role) as span:
            try:
                reply = self._chat.invoke(messages, {"tags": UNTOUCHED}, **asked)
            except openai.LengthFinishReasonError as cut:
                reply = _cut_message(cut)
            counts = _counts(reply)
            tracing.count_tokens(span, counts["input_tokens"], counts["output_tokens"])
            return reply

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in options.items() if name not in self._without}

    def _give_up_option(self, error: Exception, options: dict[str, Any]) -> bool:
        """Whether the endpoint refused an option that can be left out; it then is, in this and later calls."""
        import openai

        if not isinstance(error, (openai.BadRequestError, openai.UnprocessableEntityError)):
            return False
        refused = {name for name in ("temperature", "response_format") if name in str(error)}
        new = (refused & ({"temperature"} | options.keys())) - self._without
        self._without |= new
        self.__dict__.pop("_chat", None)
        return bool(new)

    def _revive(self) -> bool:
        """Forget an embedded server that has died, so that the next call starts another; whether there was one."""
        from advisor.endpoints import local

        if "_chat" not in self.__dict__ or not self._route.is_local or self._route.model in local.running():
            return False
        with self._start:
            self.__dict__.pop("_route", None)
            self.__dict__.pop("_chat", None)
        return True

    def _count(self, reply: Any) -> None:
        counts = _counts(reply)
        cost = call_cost(self.route.model, self.route.endpoint, counts, self._catalog, self._priced_at)
        self.usage.add(counts, cost)

    @property
    def _priced_at(self) -> str | None:
        return None if self.route.endpoint in ("local", "openrouter") else self.route.base_url

    def _explained(self, error: Exception) -> Exception:
        if not is_client_error(error):
            return error
        timeout = _timeout(self.route, self.settings)
        return explain(error, self.route, timeout_seconds=timeout, retries=self.settings.max_retries)


def _messages(system: str, user: str) -> list[tuple[str, str]]:
    return [("system", system), ("human", user)] if system else [("human", user)]


def _text(reply: AIMessage) -> str:
    return reply.content if isinstance(reply.content, str) else str(reply.text)


def _is_cut(reply: AIMessage) -> bool:
    return reply.response_metadata.get("finish_reason") == "length"


def _counts(reply: AIMessage) -> dict[str, int]:
    usage: Any = reply.usage_metadata or {}
    return {
        "input_tokens": usage.get("input_tokens", 0),
        "output_tokens": usage.get("output_tokens", 0),
        "cache_read_tokens": (usage.get("input_token_details") or {}).get("cache_read", 0) or 0,
    }


def _cut_message(cut: Any) -> AIMessage:
    """The reply that the client refused to hand over because it was cut: its tokens were paid for."""
    from langchain_core.messages import AIMessage

    usage = cut.completion.usage
    paid_in, paid_out = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
    return AIMessage(
        content=cut.completion.choices[0].message.content or "",
        response_metadata={"finish_reason": "length"},
        usage_metadata={"input_tokens": paid_in, "output_tokens": paid_out, "total_tokens": paid_in + paid_out},
    )


def _parsed(schema: type[T], reply: AIMessage) -> tuple[T | None, str]:
    """The validated value, or None and what is wrong in words that a model understands."""
    text = _text(reply)
    try:
        return schema.model_validate_json(_object_in(text)), ""
    except ValidationError as error:
        if _is_cut(reply):
            return None, "it was cut off before its end"
        wrong = (f"{'.'.join(map(str, e['loc'])) or 'JSON'}: {e['msg']}" for e in error.errors()[:3])
        return None, "; ".join(wrong)


def _object_in(text: str) -> str:
    """The JSON object in a reply, without a code fence or words around it."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _response_format(schema: type[BaseModel], *, strict: bool) -> dict[str, Any]:
    """JSON schema for the request. Strict ones make every field required; without, a model may leave some out."""
    from openai import pydantic_function_tool

    shape: Any = pydantic_function_tool(schema)["function"]["parameters"] if strict else schema.model_json_schema()
    return {"type": "json_schema", "json_schema": {"name": schema.__name__, "schema": shape, "strict": strict}}


def _with_schema_in_words(messages: list[tuple[str, str]], response_format: dict[str, Any]) -> list[tuple[str, str]]:
    import json

    shape = json.dumps(response_format["json_schema"]["schema"], ensure_ascii=False)
    role, text = messages[-1]
    return [*messages[:-1], (role, f"{text}\n\n{AS_TEXT.format(schema=shape)}")]
