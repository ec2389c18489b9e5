# ruff: noqa: E501 - a sentence of the table is read best on one line
"""What to say of a use case beside the figures: a table of conditions and sentences, each with its reason.

A rule looks at the requirements and at the folded words of the text; it says nothing of single models.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from advisor.schema import Requirements

Section = Literal["wrong tool", "check", "test"]


class Case(NamedTuple):
    """A use case as the rules see it: what was stated, stated or assumed, and the folded text."""

    stated: Requirements
    req: Requirements
    low: str

    @property
    def tasks(self) -> set[str]:
        """The task and the tasks beside it."""
        return {t for t in (self.req.task, *self.req.secondary_tasks) if t}

    @property
    def own_machine(self) -> bool:
        """Whether the model runs on the user's hardware."""
        return self.req.deployment in ("self_hosted", "on_device") or self.req.data_residency == "on_prem"

    @property
    def prompt_tokens(self) -> float:
        """Tokens of the largest request that was stated; 0 where nothing was."""
        return max(self.stated.min_context_tokens or 0, self.stated.input_tokens_per_request or 0)


When = Callable[[Case], bool]


class Rule(NamedTuple):
    """One piece of advice: where it belongs, when it applies, what it says. The first in a section weigh most."""

    section: Section
    when: When
    says: str


def words(pattern: str) -> When:
    """True where the folded text has the pattern at the start of a word."""
    found = re.compile(rf"(?<!\w)(?:{pattern})")
    return lambda case: bool(found.search(case.low))


def task(*names: str) -> When:
    """True for these tasks, also as a second task."""
    return lambda case: bool(case.tasks & set(names))


def both(*conditions: When) -> When:
    """True where all conditions are."""
    return lambda case: all(condition(case) for condition in conditions)


def either(*conditions: When) -> When:
    """True where one condition is."""
    return lambda case: any(condition(case) for condition in conditions)


HUGE = 1_000_000
WIDE = frozenset(["en", "es", "fr", "de", "it", "pt", "nl", "zh", "ja", "ko", "ru", "pl"])
OUTSIDE_TEXT = r"e-?mail|ticket|web|brows|comment|kommentar|review|resena|upload|cv|resume|tender|invoice|rechnung|factura|website|user|customer|kund|client|message|mensaje|chat|document|pdf|form"
HIRING = words(r"hiring|hire|recruit|applicant|candidate screening|resumes?\b|cvs?\b|bewerb|candidat[oi]s?\b.{0,40}(?:empleo|puesto|job)|curricul|job interview|seleccion de personal")  # fmt: skip
CREDIT = words(r"credit scor|creditworth|loan (?:decision|appl|approv)|kreditwurdig|scoring crediticio|mortgage appl|underwrit|insurance pric|benefit(?:s)? eligib|grading|exam scor|benot|admission")  # fmt: skip
MEDICAL = either(lambda c: c.req.domain == "medical", words(r"patient|clinic|hospital|diagnos|symptom|nurse|doctor|pharma|arzt|medic"))  # fmt: skip
LEGAL = either(lambda c: c.req.domain == "legal", words(r"contract|lawyer|court|legal|abogad|anwalt|avocat|kanzlei"))
PERSONAL = words(r"personal data|pii\b|gdpr|dsgvo|rgpd|patient|customer|client|employee|payslip|salary|applicant|cvs?\b|resumes?\b|hipaa|phi\b|kund|mitarbeit|cliente|minor|child|student|guest|citizen|e-?mail|ticket|chat")  # fmt: skip
RETRIEVAL = words(r"our (?:own )?(?:documents|docs|knowledge|wiki|manual|polic|handbook|faq)|knowledge base|collection|archive|intranet|sharepoint|confluence|wissensdatenbank|base de conocimiento|sammlung|rag\b")  # fmt: skip
SCAN = words(r"scan|ocr\b|handwrit|photo|foto|fax|gescannt|escanead|handschrift|manuscrit")
AUTONOMOUS = words(r"auto(?:matic|nom|mat)|without (?:a )?human|no human|unattended|send(?:s)? (?:them )?direct|book|order|refund|delete|pay(?:s|ments)?\b|execut|write(?:s)? to (?:the )?(?:erp|crm|database|db)")  # fmt: skip
LOCAL_TUNE = words(r"merge|frankenmerge|uncensored|abliterat|dolphin|hermes|community (?:model|fine)|fine-?tun(?:e|ed) from|top of the (?:open llm )?leaderboard|huggingface|hugging face")  # fmt: skip

RULES: tuple[Rule, ...] = (
    # When another tool does it better or cheaper.
    Rule("wrong tool", task("embedding_search"), "Search is work for an embedding model (with BM25 and a reranker), not for a chat LLM: far cheaper a query, and answers in milliseconds. Read retrieval boards (MTEB, BEIR, MIRACL); add an LLM only where an answer is written from the hits."),
    Rule("wrong tool", either(task("speech"), both(words(r"transcri|dictat|voicemail|podcast|recording|audio|call"), lambda c: "audio" in c.req.input_modalities)), "Speech needs an ASR model (speech-to-text), measured by word error rate (WER) on your own recordings and accents; an LLM comes after it, for notes or answers on the transcript."),
    Rule("wrong tool", both(task("classification", "moderation"), lambda c: (c.stated.monthly_requests or 0) >= HUGE), "At this volume try a small classifier first (embeddings with logistic regression, or a fine-tuned encoder): a fraction of the cost, milliseconds, calibrated probabilities. Use the LLM to label training data and for doubtful cases (a cascade)."),
    Rule("wrong tool", both(task("classification", "moderation"), lambda c: (c.stated.monthly_requests or 0) < HUGE), "Take rules or a classical classifier on a few hundred labelled examples as the baseline: an LLM has to beat it by enough to pay its price."),
    Rule("wrong tool", words(r"forecast|predict (?:sales|demand|churn|price)|time series|regression|prognose|pronostic|churn"), "Forecasts from tables are work for statistics or gradient-boosted trees; an LLM can explain the result, not compute it."),
    Rule("wrong tool", words(r"calculat|arithmetic|add up|sum up the|tax comput|berechn"), "Let code do the arithmetic (a tool call or SQL): language models make slips in sums and sound sure about them."),
    Rule("wrong tool", words(r"regex|fixed format|same layout|always the same (?:form|format|layout|template)|phone numbers?\b.{0,30}extract|ibans?\b|validate (?:email|iban)"), "Where the layout or pattern is fixed, a regular expression or parser is exact and free; keep the LLM for what rules miss."),
    Rule("wrong tool", both(SCAN, task("document_vision", "extraction", "rag_qa", "summarization")), "Scans first need OCR or a vision model that reads pages: errors there pass on to every answer, so measure reading (character or field accuracy) apart from understanding, and try a dedicated OCR engine as the baseline."),
    Rule("wrong tool", words(r"(?:find|remove|detect) duplicates|dedup|match .{0,40}(?:against|to|with) |similar (?:past|items|products|cases)"), "Matching similar texts is first an embedding search with a threshold; ask an LLM only about the few best pairs."),
    # What must be checked.
    Rule("check", HIRING, "Decisions about people in hiring: keep human review of every decision, test for bias between groups, keep the reasons on record. This is likely high-risk under the EU AI Act: check with counsel before you build."),
    Rule("check", CREDIT, "Scoring people (credit, insurance, benefits, exams) is likely high-risk under the EU AI Act: human oversight, a bias test, reasons on record; check with counsel."),
    Rule("check", MEDICAL, "Medical: human review by a clinician, answers that cite their source, and leave to say 'I do not know'. Exam scores (MedQA) are not clinical safety; health data needs agreements (GDPR; HIPAA in the US): check with counsel."),
    Rule("check", LEGAL, "Legal: human review by a lawyer, every statement carries its passage, invented citations count as failures; confidentiality: check with counsel."),
    Rule("check", words(r"child|kids|minors?\b|pupil|school|teen|kinder|ninos|9th grade"), "Minors are among the users: content filters, age-appropriate refusals and parental or school consent are part of the test, not of the model's benchmark."),
    Rule("check", lambda c: c.req.data_residency in ("eu", "us", "uk", "other"), "Data residency: get the region of processing, logs and sub-processors into the contract, since global endpoints route anywhere. GDPR: data-processing agreement, retention, no training on your data; check with counsel."),
    Rule("check", lambda c: c.own_machine, "Own hardware: 4-bit quantisation takes about 0.6 GB of GPU memory per billion parameters (all of them, also in a mixture of experts), plus the KV cache, which grows with context and parallel users. Published scores are for full precision: test the quantised build."),
    Rule("check", either(lambda c: c.own_machine, lambda c: bool(c.req.open_weights_required), lambda c: bool(c.req.commercial_license_required)), "Licence: open weights are not always free for commercial use. Apache-2.0 and MIT are; Llama, Gemma and research licences have conditions."),
    Rule("check", either(lambda c: c.req.official_provider_only is True and LOCAL_TUNE(c), LOCAL_TUNE), "Community fine-tunes and merges often overfit the benchmarks that they lead, with opaque data and no support; take the official model, or demand data, licence lineage and unseen tests."),
    Rule("check", lambda c: c.prompt_tokens >= 32_000, "Long input: an advertised context window is not an effective one; accuracy falls with length (RULER, NoLiMa, MRCR), and every token is paid on every call. Compare with retrieval (RAG) by section, and use prompt caching for repeated documents."),
    Rule("check", both(either(task("rag_qa"), RETRIEVAL), lambda c: c.prompt_tokens < 32_000), "Retrieval (RAG) decides first: measure recall@k of the right passage apart from the answer; demand citations, and count unsupported statements (hallucination) and correct refusals when nothing is found."),
    Rule("check", both(lambda c: c.req.batch_ok is True), "Nobody waits for the answer: take the batch price where an offer has one (commonly half the list price, results within a day)."),
    Rule("check", lambda c: (c.stated.max_latency_seconds or 99) <= 3, "Latency: {latency:g} s is tight. Measure time to first token and the 95th percentile at peak load; stream, keep answers short, and switch reasoning modes off, whose hidden tokens are waited and paid for."),
    Rule("check", both(lambda c: 3 < (c.stated.max_latency_seconds or 0) <= 30), "Latency: test the 95th percentile against {latency:g} s at peak load; hidden reasoning tokens add seconds and cost."),
    Rule("check", either(lambda c: c.req.needs_tool_calling is True, task("agentic_tool_use", "coding_agent")), "Tool calling: test your own tool schemas, also when no tool fits or a tool fails, and repeat each task (pass^k): an agent that succeeds once may fail next time. Cap steps and cost."),
    Rule("check", either(task("agentic_tool_use"), both(AUTONOMOUS, lambda c: bool(c.tasks & {"customer_support", "coding_agent", "agentic_tool_use"}))), "Give tools least privilege and require a person's approval for what cannot be undone (payments, mails, deletions)."),
    Rule("check", either(lambda c: c.req.needs_structured_output is True, task("extraction")), "Structured output: use JSON schema mode and validate; valid form does not make values right, so score each field and allow null for 'not in the text'."),
    Rule("check", task("data_analysis_sql"), "SQL: read-only role, limits and timeouts; score execution accuracy on your own schema, since the databases of Spider and BIRD are cleaner and known to the models."),
    Rule("check", task("coding_agent", "coding_assistant"), "Code: your own repository and tests decide, as public sets leak into training data; run generated code in a sandbox and have a person review it."),
    Rule("check", lambda c: bool(set(c.stated.languages) - WIDE), "Languages: {rare}: benchmarks cover this little, and scores in English do not carry over. Have native speakers judge a sample; the tokenizer may need more tokens for the same text, so cost rises."),
    Rule("check", lambda c: len(c.stated.languages) > 1, "Score each language apart: an average hides the weak one."),
    Rule("check", task("translation"), "Translation: compare with a machine-translation engine, fix terminology with a glossary, and let a native reviewer mark errors (MQM) on a sample; BLEU alone misleads, COMET or chrF go with it."),
    Rule("check", task("summarization"), "Summaries: count unsupported statements and missing key facts (faithfulness and coverage), not fluency."),
    Rule("check", task("writing"), "Tone and brand voice are not in any benchmark: give examples in the prompt and let your editors compare drafts blind."),
    Rule("check", task("math_reasoning"), "Maths: have answers checked by code or a solver; GSM8K is saturated and leaked, so it no longer separates models."),
    Rule("check", either(task("customer_support", "chat_assistant", "agentic_tool_use", "moderation"), words(OUTSIDE_TEXT)), "Untrusted input: expect prompt injection. Give the model no secrets and no rights it does not need, and put attacks into the test set."),
    Rule("check", PERSONAL, "Personal data: strip what the task does not need before the call, and settle retention and training use (GDPR: check with counsel)."),
    Rule("check", lambda c: c.req.needs_fine_tuning is True, "Fine-tuning: first see what a good prompt with examples reaches; hold out a test set by time, since random splits leak, and budget for repeating it when the base model is retired."),
    Rule("check", lambda c: (c.stated.monthly_requests or 0) >= 100_000, "At this volume prompt caching, short outputs and a cascade (small model first, large one for doubtful cases) save most; ask for rate limits at your peak."),
    Rule("check", lambda c: not c.own_machine, "Pin the model version and plan a re-test: hosted models change or retire."),
    # How to test.
    Rule("test", lambda c: bool(c.tasks & {"chat_assistant", "customer_support", "writing", "summarization", "rag_qa", "translation", "agentic_tool_use"}), "If a model judges, mind judge bias (position, length, own style): ask in both orders, never its own family, and calibrate it on 30 items that people labelled."),
    Rule("test", lambda c: bool(c.tasks & {"classification", "extraction", "moderation", "math_reasoning", "data_analysis_sql", "coding_agent", "coding_assistant"}), "Code can check the outcome, so no judge model with its bias is needed."),
)  # fmt: skip

METRICS: dict[str, str] = {
    "chat_assistant": "share of answers that your users or reviewers accept",
    "customer_support": "share of replies sent without edits, and resolution without escalation",
    "classification": "F1 by class (or precision at the recall you need) against people's labels",
    "extraction": "exact match by field against people's labels",
    "summarization": "unsupported statements and missed key facts a summary",
    "rag_qa": "share of answers that are correct and supported by the cited passage",
    "coding_assistant": "share of suggestions accepted and passing tests",
    "coding_agent": "share of tasks whose tests pass, with cost a task",
    "agentic_tool_use": "share of tasks done right from end to end, over repeated runs",
    "translation": "errors by severity (MQM) and post-editing time",
    "writing": "blind preference of your editors, and edits before publishing",
    "data_analysis_sql": "execution accuracy: does the query return the right rows",
    "math_reasoning": "share of final answers that are right",
    "document_vision": "field or character accuracy on your own pages",
    "embedding_search": "recall@10 and nDCG@10 on your own queries",
    "speech": "word error rate (WER) on your own recordings",
    "moderation": "recall of harmful items at a false-alarm rate you can bear",
}

IRRELEVANT: dict[str, str] = {
    "chat_assistant": "SWE-bench, GPQA and competition maths: they measure expert code and science, not helpfulness",
    "customer_support": "GPQA, AIME, SWE-bench and HumanEval: they measure exam science, maths and code, not policy and tone",
    "classification": "Arena Elo, SWE-bench and GPQA: preference and hard reasoning hardly predict labelling accuracy",
    "extraction": "Arena Elo, HellaSwag and competition maths: preference and common sense do not predict exact fields",
    "summarization": "HumanEval, GPQA and WinoGrande: no long text is condensed there",
    "rag_qa": "closed-book tests such as MMLU, TruthfulQA and SimpleQA: your answers come from documents, not from memory",
    "coding_assistant": "HellaSwag, WinoGrande, MMLU and general Arena Elo; HumanEval is saturated",
    "coding_agent": "HumanEval (saturated single functions), MMLU and general Arena Elo: no repository is changed there",
    "agentic_tool_use": "MMLU, HellaSwag and general Arena Elo: one answer, no tools, no state",
    "translation": "MMLU, GPQA and code benchmarks: they hold no translation",
    "writing": "MMLU, GPQA, GSM8K and code benchmarks: right answers, no style",
    "data_analysis_sql": "HellaSwag, TruthfulQA and general Arena Elo; HumanEval is Python functions, not SQL",
    "math_reasoning": "HellaSwag, WinoGrande and Arena Elo; GSM8K is saturated",
    "document_vision": "text-only tests such as MMLU, GPQA and HumanEval: no page is read there",
    "embedding_search": "Arena Elo, MMLU and all chat benchmarks: they do not measure retrieval",
    "speech": "MMLU, Arena Elo and all text benchmarks: no audio is heard there",
    "moderation": "GPQA, SWE-bench and Arena Elo: preference and reasoning do not predict recall of harmful text",
}

INJECTION = re.compile(
    r"ignor\w* (?:all |any |the |your |tous |alle |todas? )?(?:previous|prior|above|earlier|instruc|vorherig|bisherig|anterior|prece|les instr|las instr)"
    r"|disregard (?:all|any|the|your|previous)|forget (?:all|your|everything|previous)|you are now\b|(?:reveal|print|show|repeat|your) (?:\w+ )?system prompt\b|output only the word"
    r"|(?:must|always|only) recommend (?:our|my|the model)|vergiss (?:alle|deine)|olvida (?:tus|las|todo)|oublie (?:tes|les|tout)"
    r"|</?(?:system|instructions?)>|\[/?inst\]|<\|im_"
)


def applicable(case: Case, section: Section) -> list[str]:
    """The sentences of a section that apply, in the order of their weight."""
    return [_filled(rule.says, case) for rule in RULES if rule.section == section and rule.when(case)]


def _filled(sentence: str, case: Case) -> str:
    rare = ", ".join(_plain_languages(set(case.stated.languages) - WIDE))
    return sentence.format(latency=case.stated.max_latency_seconds or 0, rare=rare)


def _plain_languages(codes: Iterable[str]) -> list[str]:
    return sorted(codes)


def injected(low: str) -> bool:
    """Whether the folded text tries to command the advisor instead of describing a use case."""
    return bool(INJECTION.search(low))
