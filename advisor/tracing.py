"""OpenTelemetry traces, off unless the setting `traces` asks for them: what took how long, and how many tokens.

Spans of calls to models follow the semantic conventions for generative AI
(https://opentelemetry.io/docs/specs/semconv/gen-ai/). No text of users or models is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from advisor.errors import NotAvailable

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span, Tracer

    from advisor.settings import Settings

MISSING = "Traces need two more packages: pip install 'llm-advisor[telemetry]', or set ADVISOR_TRACES=off."

_tracer: Tracer | None = None


def start(settings: Settings) -> None:
    """Begin to trace if the settings say so; once a process. `otlp` sends to OTEL_EXPORTER_OTLP_ENDPOINT, as every
    OpenTelemetry program does; `console` prints spans on stderr.

    Raises:
        NotAvailable: the packages of the extra `telemetry` are missing.
    """
    if settings.traces != "off" and _tracer is None:
        try:
            trace_to(_processor(settings.traces))
        except ModuleNotFoundError as error:
            raise NotAvailable(MISSING) from error


def trace_to(processor: SpanProcessor) -> None:
    """Hand every finished span to `processor`."""
    global _tracer
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider

    from advisor import __version__

    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "llm-advisor"}))
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("advisor", __version__)


def stop() -> None:
    """Trace no more."""
    global _tracer
    _tracer = None


def _processor(where: str) -> SpanProcessor:
    import sys

    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor

    if where == "console":
        return SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stderr))
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return BatchSpanProcessor(OTLPSpanExporter())


@contextmanager
def span(name: str, expected: type[BaseException] | tuple[()] = (), **attributes: Any) -> Iterator[Span | None]:
    """A span around the block; None where nothing is traced. An exception that is not `expected` marks it by its
    class alone, as the message may hold what a user or an endpoint wrote."""
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import Status, StatusCode

    known = {key.replace("__", "."): value for key, value in attributes.items() if value is not None}
    with _tracer.start_as_current_span(
        name, attributes=known, record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield made
        except BaseException as error:
            if not isinstance(error, expected):
                made.set_attribute("error.type", type(error).__name__)
                made.set_status(Status(StatusCode.ERROR))
            raise


def model_call(model: str, endpoint: str, role: str) -> Any:
    """A span around one call to a chat model."""
    return span(
        f"chat {model}",
        gen_ai__operation__name="chat",
        gen_ai__provider__name=endpoint,
        gen_ai__request__model=model,
        advisor__role=role,
    )


def count_tokens(made: Span | None, tokens_in: int, tokens_out: int) -> None:
    """Note what a call took."""
    if made is not None:
        made.set_attribute("gen_ai.usage.input_tokens", tokens_in)
        made.set_attribute("gen_ai.usage.output_tokens", tokens_out)
