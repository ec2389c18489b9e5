"""The vocabulary of model names: which words are identity, which describe a run, which are noise.

General knowledge of how makers and boards write names; single renames live in `names_aliases.yaml`.
"""

from __future__ import annotations

import re

from knowledge.names.dates import Date


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _sets(*phrases: str) -> tuple[frozenset[str], ...]:
    return tuple(_words(p) for p in phrases)


def _pairs(*rows: tuple[str, str]) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return tuple((_words(a), _words(b)) for a, b in rows)


_EFFORT = r"(x-?high|high|low|minimal|max|medium|med)"
# How a model was run, as phrases; the label goes into the configuration, an empty one is dropped.
ATTRIBUTE_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), label)
    for pattern, label in (
        (r"\bt ?= ?([\d.]+)", r"temperature=\1"),
        (r"\btts\s*\([^)]*\)|\bbest[- ]of[- ]\d+|\bbo\d+\b", "test-time-scaling"),
        (r"\bcodex[- ]harness\b", "harness=codex"),
        (r"\bweb[- ]?app\b|\(web\)", "harness=webapp"),
        (r"\bwith (?:reasoning|thinking)\b", "thinking=on"),
        (r"\bwith .*$", "scaffold"),
        (
            r"\bthinking[- ]auto\b|\bdefault think(?:ing(?: length)?)?\b|\badaptive thinking\b|\(default\)",
            "thinking=auto",
        ),
        (r"\bextended[- ]thinking\b", "thinking=on"),
        (
            r"\bno[- ]?think(?:ing)?\b|\bnon[- ]think(?:ing)?\b|\bthinking[-, ]+(?:off|none)\b|\bno reasoning\b",
            "thinking=off",
        ),
        (r"\bnot think(?:ing)?\b", "thinking=off"),
        (r"\bunknown(?: thinking| reasoning)?\b(?=\)|$)|_unknown\b", ""),
        (r"\b(\d+k)[- ]?think(?:ing)?(?: tokens)?\b", r"thinking=\1"),
        (r"(?<=k2[- ]thinking)[-_, ]+(\d+k)\b", r"budget=\1"),
        (r"\bthink(?:ing)?[-_, ]+(\d+k)\b", r"thinking=\1"),
        (rf"\bthinking[- ]{_EFFORT}\b", r"thinking=on, effort=\1"),
        (r"\bfc thinking\b|\bprompt \+ thinking\b", "FC, thinking=on"),
        (rf"\b{_EFFORT}[- ]?(?:effort|reasoning)\b", r"effort=\1"),
        (r"\b(x-?high|high|low|minimal)[- ]?thinking\b", r"effort=\1"),
        (r"\bpre-?release(?![a-z])", ""),
        (rf"(?<=[-_ (,])(?<!phi-3-)(?<!phi-3 ){_EFFORT}[-, ]+(\d+k)\b", r"effort=\1, budget=\2"),
        (rf"(?<=\()(\d+k), {_EFFORT}\b", r"effort=\2, budget=\1"),
        (r"_(\d+k)\b|\((\d+k)\)", r"thinking=\1\2"),
        (r"(?<=32b )(\d+k)$", r"thinking=\1"),
        (r"\[r\]", "thinking=on"),
        (r"\b(\d+)-shot\b", r"shots=\1"),
        (r"\b(?:bnb[- ])?(?:4|8)[- ]?bits?\b", "quant=int"),
        (r"\bfp8[- ]dynamic\b", "quant=fp8"),
        (r"(?<![a-z\d])i?q([2-8])_(?:k(?:_[sml])?|[01])(?![a-z\d])", r"quant=q\1"),
        (r"\(hosted [^)]*\)", ""),
        (r"@(?!default|latest)([a-z]{3,})$", r"host=\1"),
    )
)
# What stands behind a colon in ids of OpenRouter and its kin.
COLON_ATTRIBUTES = {
    "free": "offer=free",
    "thinking": "thinking=on",
    "nitro": "",
    "floor": "",
    "beta": "",
    "extended": "",
    "exacto": "",
    "online": "tool=search",
    "low": "effort=low",
    "medium": "effort=medium",
    "high": "effort=high",
    "max": "effort=max",
}
# Reasoning effort, unless a family uses the word in its names (TIER_WORDS).
EFFORTS = _words("high low minimal max medium med xhigh none")
TIER_WORDS: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (_words(family), _words(words))
    for family, words in (
        ("mistral", "medium"),
        ("devstral", "medium"),
        ("magistral", "medium"),
        ("phi 3", "medium"),
        ("whisper", "medium"),
        ("yi", "medium"),
        ("step medium", "medium"),
        ("cohere", "medium"),
        ("palmyra", "med"),
        ("gpt2", "medium"),
        ("dialogpt", "medium"),
        ("conformer", "medium"),
        ("moonshine", "medium"),
        ("diffusion", "medium"),
        ("morph", "medium"),
        ("codex max", "max"),
        ("qwen", "max"),
        ("qwq", "max"),
        ("qvq", "max"),
        ("kat", "max"),
        ("ideogram", "max"),
        ("flux", "max"),
        ("pareto", "max"),
    )
)
# Single words that are never identity: quantisation, host, calling mode, harness.
ATTRIBUTE_WORDS = {
    **{q: f"quant={q}" for q in _words("bf16 fp16 fp8 fp4 nvfp4 mxfp4 int4 int8 awq gptq gguf q4 q8 w4a16 w8a8")},
    **dict.fromkeys(_words("tput throughput tee maas hf api cs fw el"), ""),
    **{h: f"host={h}" for h in _words("fireworks together novita chutes parasail groq deepinfra cerebras")},
    "fc": "FC",
    "prompt": "prompted",
    "grounding": "tool=grounding",
    "harness": "harness",
    "diff": "edit=diff",
    "whole": "edit=whole",
    "default": "",
    "cheaper": "",
    "basic": "",
    "older": "",
    "v": "",
    "baseline": "",
    "prev": "",
    "new": "",
    "initial": "",
    "effort": "",
    "tokens": "",
}
# One word for what is written in several ways.
SYNONYMS = {
    "throughput": "tput",
    "experimental": "exp",
    "reasoner": "reasoning",
    "think": "thinking",
    "it": "instruct",
    "inst": "instruct",
    "instruction": "instruct",
    "instructed": "instruct",
    "pretrained": "base",
    "pt": "base",
    "dsv3": "deepseek",
}
# Glued words, and what they stand for.
SPLIT = {
    "highthinking": ("high", "thinking"),
    "claude3": ("claude", "3"),
    "chatgpt4o": ("chatgpt", "4o"),
    "kimik2": ("kimi", "k2"),
    "codellama": ("code", "llama"),
    "deepseekr1": ("deepseek", "r1"),
    "glm4v": ("glm", "4v"),
    "beta1": ("beta",),
}
# Words with digits that are not a name and a version.
WHOLE = _words("gpt2 bge3 e5 data2vec wav2vec2 tulu3")
INSTRUCT = frozenset({"instruct"})
BASE = frozenset({"base"})
FILLER = _words("by the model release version official")
# Words that are a model of its own in some families and a mode or a stage in others (NOT_DROPPED).
SOFT = _words(
    "thinking reasoning nonreasoning search preview exp beta latest chat turbo fast instant free original "
    "customtools live"
)
# Makers and clouds that names begin with; they say who, not which.
MAKER_WORDS = _words(
    "nvidia amazon moonshotai moonshot cohere openai anthropic anthopic google meta mistralai c4ai ibm ppl perplexity "
    "microsoft alibaba tencent xai zai zhipu zhipuai baidu bytedance ai21 arcee databricks bedrock vertex nim ovh "
    "unsloth xiaomi stepfun inceptionlabs inception z ai z.ai org"
)
# Words that leave a family unsaid, and the family.
IMPLIED = _pairs(
    ("opus", "claude"),
    ("sonnet", "claude"),
    ("haiku", "claude"),
    ("fable", "claude"),
    ("claude 3.7", "sonnet"),
    ("ds coder", "deepseek"),
    ("r1 distill", "deepseek"),
    ("nemotron ultra 253b", "llama 3.1"),
    ("nemotron super 49b", "llama 3.3"),
)
# Words that names of a family add or leave out.
OPTIONAL = _pairs(
    ("nova", "1"),
    ("mixtral", "0.1 0.3"),
    ("nemotron ultra 253b", "1"),
    ("solar 10.7b", "1"),
    ("ds coder", "ds"),
    ("gemini 2", "001"),
    ("gemini banana", "nano banana 2"),
    ("gemini flash thinking", "exp"),
    ("deepseek 3", "chat"),
    ("deepseek 3.1", "chat"),
    ("deepseek 3.2", "chat"),
    ("deepseek 2.5", "chat"),
    ("devstral", "labs"),
    ("command", "quality"),
    ("gemma", "instruct"),
    ("llama", "versatile"),
    ("palmyra x5", "1"),
)
# Families whose name and version fix the size, unless SIZE_MATTERS.
SIZE_IMPLIED = _sets(
    "llama 4 maverick",
    "llama 4 scout",
    "mistral small",
    "mistral medium",
    "mistral large",
    "mistral nemo",
    "mistral saba",
    "devstral",
    "magistral",
    "pixtral",
    "command",
    "jamba",
    "kimi",
    "phi 4",
    "phi 3 mini",
    "phi 3 small",
    "phi 3 medium",
    "minimax",
    "glm 4.5",
    "glm 4.6",
    "glm 4.7",
    "glm 5",
    "mimo v2",
    "mimo 2",
    "solar pro",
    "qwen 3 coder next",
    "grok",
    "step",
    "deepseek 3",
    "deepseek 3.1",
    "deepseek 3.2",
    "deepseek r1",
    "nova",
    "sonar",
)
SIZE_MATTERS = _words("distill nemotron ministral embed")
# Other names of the same words.
REWRITES = _pairs(
    ("qwen qwq", "qwq"),
    ("hunyuan hy3", "hy3"),
    ("open mistral nemo", "mistral nemo"),
    ("open mixtral", "mixtral"),
    ("open mistral 7b", "mistral 7b"),
    ("gpt 4 preview", "gpt 4 turbo preview"),
    ("llama 3.2 11b", "llama 3.2 11b vision"),
    ("llama 3.2 90b", "llama 3.2 90b vision"),
)
# Stages of one model: a preview of a version is that version, except in PREVIEW_IS_ANOTHER.
NAMING = _words("preview latest beta original free")
PREVIEW_IS_ANOTHER = _sets("o1", "o3", "qwq", "qvq", "solar", "trinity", "yi", "mai", "hy3", "gpt 4 turbo")
# Words that are a version without being a number; `-latest` of these means the one model there is.
VERSIONED = _words("codex pixtral codestral magistral o1 o3 o4 k2 hy3 r1")
# What a soft word says of the run where it is not identity.
DROPPED_AS = {
    "thinking": "thinking=on",
    "reasoning": "thinking=on",
    "nonreasoning": "thinking=off",
    "search": "tool=search",
    "turbo": "host=turbo",
    "instant": "thinking=off",
    "exp": "",
    "chat": "",
}
# Families in which a soft word is identity; an empty set means every family.
NOT_DROPPED: dict[str, tuple[frozenset[str], ...]] = {
    "thinking": _sets(
        "doubao",
        "hunyuan",
        "longcat",
        "seed",
        "step",
        "gemini 2",
        "qwen 2507",
        "kimi k2",
        "qwen 3 next",
        "qwen 3 vl",
        "ernie",
        "lfm",
        "glm 4.1v",
    ),
    "reasoning": _sets("grok fast", "grok 4.20", "phi", "command", "sonar", "nemotron", "ministral", "doubao"),
    "nonreasoning": _sets("grok fast", "grok 4.20"),
    "search": _sets("sonar", "gpt 4o mini"),
    "turbo": _sets("gpt", "qwen turbo plus", "glm", "kimi", "whisper", "hunyuan", "ernie", "doubao", "qwen turbo omni"),
    "exp": _sets("deepseek", "longcat"),
    "chat": _sets("gpt", "claude", "deepseek", "grok", "longcat"),
    "fast": (frozenset(),),
    "instant": _sets("claude", "gpt"),
    "live": (frozenset(),),
    "customtools": (frozenset(),),
    "preview": (frozenset(),),
    "latest": (frozenset(),),
}
# Families in which a date is a snapshot of the version; in all others another date is another model.
DATE_IS_SNAPSHOT = _words(
    "gpt chatgpt o1 o3 o4 claude gemini grok nova codex llama phi minimax mimo gemma jamba granite glm"
)
# Lines of those families in which a date is a version after all.
DATE_IS_VERSION = _sets("glm 4", "gemini 1", "gemini 1.5")
# Words that a base checkpoint may have beside its family and size.
BASE_KINDS = _words("coder math code meta 0.1 0.2 0.3 1.7 8k 32k 128k 200k hf")
# Qwen's hosted lines, of which a full date is a snapshot.
QWEN_HOSTED = _words("max plus turbo flash coder vl")
# Words that show that a part of a system is a model.
FAMILIES = _words(
    "claude gpt chatgpt gemini gemma qwen qwq llama mistral mixtral ministral deepseek kimi glm grok o1 o3 o4 devstral "
    "codestral magistral nova phi minimax nemotron command doubao ernie yi"
)
# Words that are a model only together with the family that the namespace tells.
NEEDS_FAMILY = _words("chat r1 reasoning")
FAMILY_LABELS = _words("deepseek")
# Namespaces of makers, without punctuation.
LABS = _words(
    "openai anthropic google googledeepmind gemini qwen alibaba aliyun dashscope meta metallama facebook mistral "
    "mistralai mistralaiorg cohere cohereforai coherelabs deepseek deepseekai xai xaiorg moonshot moonshotai kimi "
    "zhipu zhipuai zai zaiorg thudm minimax minimaxai nvidia microsoft ibm ibmgranite amazon ai21 ai21labs allenai "
    "tencent tencenthunyuan baidu bytedance bytedanceseed stepfun stepfunai xiaomi xiaomimimo perplexity "
    "upstage inception inceptionlabs writer snowflake databricks liquid liquidai inclusionai meituan meituanlongcat "
    "arcee arceeai 01ai tiiuae internlm openbmb rekaai reka lgai lgaiexanode huggingfacetb poolside sarvam sarvamai "
    "sakana voyageai jinaai elevenlabs assemblyai essentialai primeintellect kwaipilot deepcogito nousresearch bailing "
    "llama openaicommunity"
)
# Namespaces of providers that serve models of others.
HOSTS = _words(
    "openrouter chutes fireworks fireworksai fireworksaiaccounts accounts models together togetherai deepinfra "
    "parasail novita novitaai groq cerebras azure azureai bedrock vertexai vertex replicate anyscale perplexityagent "
    "nebius hyperbolic sambanova baseten lambda friendli friendliai siliconflow volcengine ark unknown hf huggingface "
    "github githubmodels githubcopilot vercel vercelaigateway cloudflare cf workersai ollama lmstudio oci wandb heroku "
    "snowflakecortex digitalocean ovhcloud scaleway nscale nearai poe helicone kyma aihubmix llamagate "
    "gmi inferenceapis databrickshosted publishers other"
)
# Namespaces that repack others' weights at a lower precision; without that in the name, a model there is their own.
QUANTISERS = _words(
    "thebloke bartowski unsloth huggingquants redhatai neuralmagic lmstudiocommunity mlxcommunity casperhansen ggmlorg "
    "cortecsai"
)
# Command-line agents that are called like a maker or a model.
SCAFFOLDS = re.compile(
    r"^(?:claude[- ]code|claude agent sdk|(?:openai )?codex[- ]cli|gemini[- ]cli|qwen[- ]code|kimi[- ](?:cli|code)|"
    r"mistral vibe)\b"
)
# Families whose unmarked name is the base checkpoint on hubs and on BASE_BOARDS.
PLAIN_IS_BASE = _sets(
    "llama 2",
    "llama 3",
    "llama 3.1",
    "llama 3.2",
    "llama 1",
    "code llama",
    "gemma 2",
    "gemma 3",
    "gemma 2b",
    "gemma 7b",
    "qwen 1.5",
    "qwen 2",
    "qwen 2.5",
    "qwen 7b",
    "qwen 14b",
    "mistral 7b",
    "mixtral",
    "yi 34b",
    "yi 6b",
    "yi 9b",
    "yi 1.5",
    "falcon",
    "olmo",
    "deepseek llm",
    "deepseek base",
    "starcoder",
    "solar",
)
BASE_BOARDS = ("epoch", "helm", "open_llm", "evalplus", "bigcodebench", "reward_bench", "llm_perf")
# Closed families have no base weights: `base` means without thinking.
CLOSED = _words("claude gemini gpt grok o3 o4")
# GPT-3.5 Turbo Instruct is a model of its own.
INSTRUCT_IS_ANOTHER = _words("gpt 3.5")

# Makers who also mirror others' weights, and what is theirs.
ORG_MAKES = {"nousresearch": _words("hermes deephermes")}

# Families whose names without a number are rolling aliases.
ROLLING = _words("qwen gemini")

# Qwen3's chat models are hybrids without the word; those called Instruct are of the 2507 release.
QWEN3 = _words("qwen 3")
QWEN3_INSTRUCT_DATE = Date(2025, 7, None)
QWEN3_INSTRUCT_LINES = _words("coder next vl omni max embedding")

# Words that resellers leave out of the id of a model that they link.
LEFT_OUT = _words("vl reasoning")
# Cloud regions in a namespace.
REGION = re.compile(r"^(?:us|eu|ap|ca|sa|af|me|usgov)(?:north|south|east|west|central)+\d$|^global$|^us$|^eu$")
