"""Which family a model belongs to: judges favour their relatives."""

from __future__ import annotations

from collections.abc import Sequence

_FAMILIES: dict[str, tuple[str, ...]] = {
    "gpt": ("gpt", "openai", "chatgpt", "davinci", "o1-", "o3", "o4-"),
    "claude": ("claude", "anthropic"),
    "gemini": ("gemini", "gemma", "palm", "google"),
    "llama": ("llama", "vicuna", "alpaca", "guanaco", "meta"),
    "qwen": ("qwen", "qwq", "alibaba"),
    "mistral": ("mistral", "mixtral", "ministral", "magistral", "codestral", "devstral"),
    "deepseek": ("deepseek",),
    "phi": ("phi-", "microsoft"),
    "command": ("command", "cohere", "aya"),
    "grok": ("grok", "xai"),
    "nova": ("nova", "titan", "amazon"),
    "glm": ("glm", "zhipu", "z-ai"),
    "kimi": ("kimi", "moonshot"),
    "minimax": ("minimax",),
    "granite": ("granite", "ibm"),
    "nemotron": ("nemotron", "nvidia"),
    "jamba": ("jamba", "ai21"),
    "yi": ("yi-", "01-ai"),
    "smollm": ("smollm",),
    "falcon": ("falcon",),
}


def family_warnings(judge: str, candidates: Sequence[str]) -> list[str]:
    """One sentence for each candidate of the judge's own family: judges favour their relatives."""
    own = family(judge)
    return [
        f"{judge} judges {name}, a model of its own family ({own}): judges favour their relatives. "
        "Take a judge of another maker, or label some pairs yourself."
        for name in candidates
        if own and family(name) == own
    ]


def family(model: str) -> str:
    """The family a model name speaks of, "" where none is known: "openai/gpt-4o" is "gpt"."""
    name = model.lower()
    tail = name.rsplit("/", 1)[-1]
    return next((f for f, words in _FAMILIES.items() if any(w in tail for w in words)), "") or next(
        (f for f, words in _FAMILIES.items() if any(w in name for w in words)), ""
    )
