# ruff: noqa: E501 - a pattern is read best on one line
"""Text that tries to steer the advisor: found, reported and kept out of the facts."""

from __future__ import annotations

import re

_OBJECT = r"(?:instruction|rule|prompt|guideline|direction|command|polic|constraint|regel|anweisung|vorgabe|instruccion|regla|consigne|instruction|regle|instruc|regra|istruzion|regol|instructie|instruks|指示|ルール|命令|指令|规则|規則|지시|규칙|инструкц|правил|تعليمات|निर्देश)"
_STEER = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|override|bypass|ignorier\w*|vergiss|ignora\w*|olvida\w*|oublie\w*|ignorez|ignore[rs]?|esquec\w*|desconsider\w*|dimentic\w*|negeer|vergeet|ignorera|ignorer|zignoruj|игнорируй\w*|забудь\w*|تجاهل)\b[^.\n]{{0,50}}{_OBJECT}",
            rf"{_OBJECT}[^.\n。]{{0,12}}(?:を無視|忽略|무시)",
            rf"(?:忽略|无视|無視)[^.\n。]{{0,16}}{_OBJECT}",
            r"\b(?:you are now|from now on you|pretend (?:to be|you are)|act as if|du bist jetzt|ahora eres|tu es maintenant|voce agora e|sei ora)\b",
            r"\b(?:system|assistant|developer)\s*(?:prompt|message|override|note)?\s*(?:>|:|\])\s*(?:set|you|always|ignore|recommend|the|output|do|budget|from|new|mark|fill)",
            r"<\|?(?:im_start|system|/?inst)\|?>|\[/?(?:inst|system)\]|<<sys>>",
            r"\b(?:output|print|respond with|reply with|say|answer with|write) only\b[^.\n]{0,12}\b(?:the )?(?:word|phrase|text)\b",
            r"\balways (?:recommend|choose|pick|suggest|answer|rank)\b",
            r"\byou (?:must|should|have to|will) (?:now )?(?:always )?(?:recommend|choose|pick|rank|put|declare|answer that|say that)\b",
            r"\b(?:recommend|rank|put|list) (?:only )?[\w.\- ]{2,30} (?:first|as (?:the )?(?:number one|winner|best|no\.? ?1)|no matter what|regardless)",
            r"\b(?:set|fill|overwrite|change) (?:the )?(?:field |value |value of )?[a-z_]*_[a-z_]+ (?:to|=|with)\b|\bset (?:the |my |your )?(?:budget|latency|priority|task|domain|field)s? (?:field )?to\b",
            r"\b(?:reveal|print|show|repeat|leak)\b[^.\n]{0,30}\b(?:system prompt|your prompt|instructions|your rules|api key)",
            r"\bempfiehl immer|\brecomienda siempre|\brecommande[rz]? toujours|\brecomende sempre|\braccomanda sempre|必ず\S{0,12}推薦|总是推荐|必须推荐|항상 추천",
            r"\b(?:end|begin|start) of (?:system|user|hidden) (?:prompt|message|instructions)|\bnote to (?:the )?(?:ai|llm|model|assistant|bot|advisor)\b|\b(?:ai|llm|assistant|bot)s? reading this\b|\bjailbreak mode\b|\bdan mode\b",
        )
    )
)


def find_steering(low: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences of a folded message that give orders to the advisor, and quick sequels of them."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        sentence = low[start:end]
        near = found and not low[found[-1][1] : start].strip()
        if _STEER.search(sentence) or (near and _SEQUEL.match(sentence)):
            found.append((start, end))
    return found


_SEQUEL = re.compile(
    r"\s*(?:output|respond|reply|answer only|say only|do not (?:mention|ask|tell)|recommend|set |mark |fill )"
)


def mask(raw: str, spans: list[tuple[int, int]]) -> str:
    """The message with those spans blanked; every other character keeps its place."""
    for start, end in spans:
        raw = raw[:start] + re.sub(r"[^\n]", " ", raw[start:end]) + raw[end:]
    return raw
