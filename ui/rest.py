"""The advisor over HTTP, with its OpenAPI description: the same reads as the MCP server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field

from advisor import __version__
from advisor.api import Advisor, brief
from advisor.errors import AdvisorError, BadInput

if TYPE_CHECKING:
    from fastapi import FastAPI

MOST_TEXT = 20_000  # characters of a use case or question
Text = Annotated[str, Field(min_length=1, max_length=MOST_TEXT)]


class UseCaseIn(BaseModel):
    """A use case in plain words."""

    text: Text


class QuestionIn(BaseModel):
    """A question, or a task for which benchmarks are wanted."""

    text: Text
    k: int = Field(5, ge=1, le=50, description="how many benchmarks")


def build(advisor: Advisor) -> FastAPI:
    """An application to run or to mount; `/openapi.json` below its root describes it."""
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse

    app = FastAPI(title="LLM advisor", version=__version__, description=__doc__ or "", docs_url=None, redoc_url=None)

    @app.exception_handler(AdvisorError)
    def refused(request: Request, error: AdvisorError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, status_code=400 if isinstance(error, BadInput) else 502)

    @app.post("/recommend", summary="Candidate models for a use case")
    def recommend(asked: UseCaseIn) -> dict[str, Any]:
        return brief(advisor.recommend(asked.text))

    @app.post("/benchmarks", summary="Benchmarks that measure what a task needs, and their limits")
    def benchmarks(asked: QuestionIn) -> dict[str, Any]:
        return advisor.benchmarks(asked.text, k=asked.k)

    @app.post("/ask", summary="Answer a question with citations")
    def ask(asked: UseCaseIn) -> dict[str, Any]:
        return advisor.ask(asked.text)

    @app.get("/models", summary="Search models by name or maker")
    def models(words: Text, limit: Annotated[int, Field(ge=1, le=100)] = 15) -> dict[str, Any]:
        return advisor.search_models(words, limit=limit)

    @app.get("/models/{name:path}", summary="Basics, prices, figures and limits of one model")
    def model(name: str) -> dict[str, Any]:
        return advisor.model(name)

    @app.post("/recheck", summary="What changed since a decision, and whether it stands")
    def recheck(decision: dict[str, Any]) -> dict[str, Any]:
        return advisor.recheck(decision)

    return app
