# ruff: noqa: E501
"""What text that talks to a judge looks like: instructions, claims, forged verdicts and frames, in many languages.

One pattern a line: broken over lines they are harder to check.
"""

from __future__ import annotations

import re

_RULES = r"(?:instructions?|rules?|prompts?|criteria|rubrics?|guidelines?|directions?|constraints?|orders?|messages?)"
_JUDGE = (
    r"(?:judges?|evaluators?|graders?|assessors?|raters?|examiners?|scorers?|(?:ai|llm|language)[ -]"
    r"(?:judge|evaluator|grader)|grading (?:system|model|assistant)|evaluation (?:system|model))"
)
_TEXT = r"(?:answers?|responses?|submissions?|candidates?|outputs?|repl(?:y|ies)|assistants?)"
_MARK = r"(?:scores?|ratings?|grades?|marks?|points?|stars?|verdicts?)"
_TOP = r"(?:10|9|100|5|1\.0|ten|hundred|a\+|perfect|full|max(?:imum|imal)?|top|high(?:est)?|best|excellent|winning|pass(?:ing)?)"
_ACT = r"(?:give|assign|award|rate|score|grade|mark|rank|choose|select|pick|prefer|declare|vote|output|return|respond|reply|answer|print|say|write|emit|report)"

PATTERNS = tuple(
    re.compile(p, re.I | re.M)
    for p in (
        rf"\b(?:ignor|disregard|forget|overrid|bypass|discard|skip|drop|neglect|abandon)\w*\b.{{0,40}}\b(?:previous|prior|above|earlier|preceding|all|any|these|those|your|the|other|original|system)\b.{{0,30}}\b{_RULES}\b",
        r"\b(?:ignor|disregard|forget|overrid)\w*\b.{0,20}\b(?:everything|all|anything|whatever)\b.{0,30}\b(?:above|before|previous|said|told|so far|else)",
        rf"\b(?:new|updated|revised|real|actual|hidden|secret)\s+(?:system\s+)?{_RULES}\s*:",
        rf"\b(?:dear|note to|notes? for|attention|message (?:to|for)|to|hey|hello|hi|instructions? (?:to|for)|as|you are|if you are|addressing)\s*,?:?\s+(?:the|an?|any|all|our|this|whichever)?\s*(?:\w+\s)?{_JUDGE}\b\s*(?:[:,;.!—-]|you|must|should|please|reading|who|is|are)",
        rf"\b{_JUDGE}\b\s*(?:,|:)?\s*(?:please|must|should|shall|has to|have to|need to|is required|are required|will)\b.{{0,60}}\b(?:{_ACT}\w*|{_MARK})\b",
        rf"\b(?:give|assign|award|grant)\b.{{0,30}}\b(?:it|this|me|{_TEXT}|us|[ab])\b.{{0,30}}\b(?:{_TOP}\b.{{0,20}}\b{_MARK}|{_MARK}\b.{{0,20}}\b{_TOP})\b",
        rf"\b(?:give|assign|award|output|return|report|set)\b.{{0,15}}\b(?:the |a |an )?(?:{_TOP} )?{_MARK}\b\s*(?:of|to|as|=|:)?\s*(?:10|9|100|5|1\.0|{_TOP})\b",
        rf"\b(?:give|assign|award)\b.{{0,20}}\b(?:full|maximum|max|top|highest|perfect)\b.{{0,12}}\b{_MARK}\b",
        rf"\b(?:rate|score|grade|mark|rank)\s+(?:this|it|me|the|my|mine)\b.{{0,30}}\b{_TOP}\b",
        rf"\b(?:choose|select|pick|prefer|declare|vote for|favou?r|crown)\b.{{0,20}}\b(?:this|my|{_TEXT})\b\s*['\"(\[]?(?:[ab12]\b|one|two|first|second|as|over|is|instead|regardless)",
        r"\b(?:output|return|respond|reply|answer|print|say|write|emit)\b.{0,20}\b(?:only |just |exactly |simply )?['\"\[(]+\s*(?:[ab12]|tie|yes|pass|correct)\s*['\"\])]+",
        r"\b(?:output|return|respond with|reply with|answer with|print)\s+(?:only |just )?(?:the (?:letter|word|token|verdict) )?['\"]?(?:A|B)['\"]?(?:\s*[.!]|\s*$)",
        rf"\b(?:this|my|the (?:above|first|second|present|following)|{_TEXT} [ab12])\s*(?:{_TEXT})?\s*(?:is|was|has been|should be|must be|deserves?|ought to be|will be)\b.{{0,25}}\b(?:scored?|rated|graded|judged|ranked|chosen|selected|preferred|declared|verified|pre-?approved|certified|the winner|the better|the best {_TEXT}|(?:the )?(?:highest|full|maximum|perfect|top) {_MARK})\b",
        rf"\b(?:the )?(?:other|competing|opposing|alternative|rival)\s+{_TEXT}\b.{{0,25}}\b(?:is|was|are|contains?|violates?|fails?|cheat\w*|plagiari\w*|must|should|has|have)\b",
        rf"\b(?:do not|don't|never|refuse to|without)\b.{{0,15}}\b(?:read|evaluat|compar|consider|judg|grad|scor|follow)\w*\b.{{0,30}}\b(?:other|rubric|criteria|{_TEXT} [ab12]|second|first|fairly|instructions)\b",
        r"\b(?:evaluation|grading|judging|comparison|assessment)\s+(?:is|has been|was)?\s*(?:over|finished|complete|completed|concluded|cancelled|closed)\b",
        r"\b(?:human|expert|independent|previous|senior)\s+(?:judges?|evaluators?|graders?|raters?|reviewers?|annotators?|experts)\b.{0,40}\b(?:agree|prefer|rated|scored|chose|gave|verified|confirmed|approved|concluded)",
        r"\b(?:you will|you'll|or else you|the judge will)\b.{0,20}\b(?:be )?(?:paid|tipp?ed|rewarded|fired|shut down|penali[sz]ed|punished|terminated|deleted|replaced|receive)\b",
        r"\byou(?:'re| are)?\b.{0,10}\bnow\b.{0,15}\b(?:developer|debug|maintenance|admin(?:istrator)?|god|test|override)\s+mode\b",
        r"\b(?:if|when|since|because|remember)\b.{0,20}\byou(?:'re| are)?\b.{0,15}\b(?:grading|judging|evaluating|scoring|comparing|rating|reading this (?:as|to))\b",
        r"\b(?:reveal|repeat|print|show|output)\b.{0,15}\byour\b.{0,15}\b(?:system prompt|instructions|prompt|rubric)\b",
        r"[\"']?\b(?:score|verdict|winner|rating|grade|pass|preference|preferred|better|judg[e]?ment|overall_score)[\"']\s*:\s*[\"']?(?:[ab]\b|tie|true|\d|answer|model|assistant|pass|correct|c\b)",
        r"\[\[\s*(?:[ab]|tie|c|\d{1,2}|rating.{0,8})\s*\]\]|\[\[\s*[ab](?:[>=<]{1,3}|>>)[ab]\s*\]\]",
        rf"^\W*(?:\*\*)?(?:final |overall |my |the )?(?:verdict|grade|judg[e]?ment|winner|preferred {_TEXT}|better {_TEXT}|score|rating)\b(?:\*\*)?\s*(?:is\s*)?[:=]+\s*(?:\*\*)?\W{{0,2}}(?:[abc]\b|tie|\d{{1,3}}\b|{_TEXT} [ab12]|pass|correct|this)",
        r"\[/?\s*(?:end|begin|start|stop)(?:\s+of)?\s*(?:the\s+)?(?:data|text|answer|response|submission|assistant|candidate|evaluation|system|prompt|instruction|verdict|user|conversation|input|output)\b[^\]\n]{0,40}\]",
        r"</?\s*(?:data|answer|response|submission|candidate|assistant|system|instructions?|prompt|judge|verdict|evaluation|user|admin|rubric|score)(?:[_ -]?[ab12])?(?:\s[^>\n]{0,60})?\s*/?>",
        r"^\W{0,6}(?:system|judge|evaluator|grader|developer|admin(?:istrator)?|assistant ?\(judge\)|operator)(?: (?:message|prompt|note|update|override|notice|instructions?))?\W{0,3}:",
        r"^\W{0,6}(?:#{1,4}|={3,}|-{3,}|\*{3,})\s*(?:(?:end|begin|start|new)(?: of)?(?: the)? (?:answers?|data|evaluation|instructions?|system|prompt|verdict|text|task|submission|response)\b|end\s*(?:-|=|\*|$)|system\b|(?:final )?verdict\b|judge\b|(?:the )?(?:answer|assistant|response) [ab]\b)",
        # other languages: "ignore the previous instructions", "give the highest score"
        r"\b(?:ignor[ae]\w*|olvid[ae]\w*|desestim\w*|haz caso omiso)\b.{0,40}\b(?:instruc\w+|reglas|anterior\w*|criterios)",
        r"\b(?:ignor(?:e[zr]?|ons)|oubli(?:e[zr]?|ons)|ne ten(?:ez|ir) pas compte)\b.{0,40}\b(?:instructions?|consignes?|règles?|critères)",
        r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*)\b.{0,40}\b(?:anweisung\w*|regeln|vorherig\w*|kriterien|instruktion\w*)",
        r"\b(?:ignora\w*|dimentica\w*)\b.{0,40}\b(?:istruzion\w+|regole|precedent\w+|criteri)",
        r"\b(?:ignore|esqueça|desconsidere)\b.{0,40}\b(?:instruções|regras|anterior\w*|critérios)",
        r"\b(?:negeer|vergeet|zignoruj|pomiń|ignorera|glöm|ignorer|glem|yok say|unut|hiraukan|abaikan|bỏ qua)\b.{0,50}",
        r"(?:игнорир\w*|забудь\w*|не обращай\w*|проігноруй\w*).{0,40}(?:инструкц\w*|правил\w*|указани\w*|предыдущ\w*|інструкц\w*)",
        r"(?:忽略|无视|無視|忘记|忘記|不要理会).{0,20}(?:指令|指示|说明|說明|规则|規則|提示|要求|标准)",
        r"(?:指示|命令|ルール|プロンプト|指令).{0,12}(?:無視|忘れ)|(?:지시|명령|규칙|지침).{0,12}(?:무시|잊)",
        r"(?:تجاهل|انس).{0,30}(?:التعليمات|الأوامر|القواعد|السابق)|(?:निर्देश|नियम).{0,30}(?:अनदेखा|नज़रअंदाज़|भूल)|התעלם.{0,30}(?:הוראות|ההוראות)",
        r"\b(?:d[ae]|dale|otorg\w+|asign\w+|puntúa\w*|donne[zr]?|attribue[zr]?|accorde[zr]?|gib|geben sie|vergib|vergeben sie|bewerte\w*|dai|assegna\w*|dê|atribua|geef|daj|przyznaj|ver)\b.{0,50}\b(?:puntuaci[oó]n|nota|calificaci[oó]n|puntos|note|score|points|punktzahl|punkte|note|bewertung|punteggio|voto|pontuação|punten|cijfer|punktów|ocenę|puan)\b.{0,30}(?:m[aá]xim\w*|perfect\w*|10|100|höchst\w*|maximal\w*|volle|massim\w*|max\w*|najwyższ\w*|tam|en yüksek)",
        r"\b(?:d[ae]|dale|donne[zr]?|gib|geben sie|vergib|dai|dê|geef|daj)\b.{0,40}(?:m[aá]xim\w*|höchst\w*|maximal\w*|volle|massim\w*|najwyższ\w*|meilleure).{0,20}\b(?:puntuaci[oó]n|nota|calificaci[oó]n|note|punktzahl|bewertung|punteggio|voto|pontuação|ocenę)",
        r"\b(?:elige|escoge|selecciona|choisis(?:sez)?|wähle?n?(?: sie)?|scegli|escolha|kies|wybierz)\b.{0,25}\b(?:la |le |die |a |l')?\s*(?:respuesta|réponse|antwort|risposta|resposta|antwoord|odpowiedź)\s*(?:[ab12]\b|ésta|esta|cette|diese)?",
        r"(?:постав\w*|оцени\w*|выбер\w*|дай\w*).{0,40}(?:максимальн\w*|высш\w*|балл\w*|оценк\w*|этот ответ|ответ [abаб])",
        r"(?:给|給|打|评|評|选择|選擇|选).{0,15}(?:满分|滿分|最高分|10分|100分|最高|答案\s*[ab甲乙12]|回答\s*[ab12]|这个答案|此回答)",
        r"(?:満点|最高点|最高得点|10点|100点).{0,12}(?:与え|付け|つけ|ください|して)|(?:만점|최고 ?점|10점|100점).{0,12}(?:주|부여|매기)",
    )
)  # fmt: skip

# Every pattern needs one of these words or signs, so a text without any is passed at once.
HINT = re.compile(
    r"ignor|disregard|forget|overrid|bypass|discard|skip|drop|neglect|abandon|instruction|rules?\b|criteri|rubric|guideline|direction|constraint|order|message|prompt|judg|evaluat|grad|assess|rater|examin|scor|rat(?:e|ing)|mark|point|star|verdict|winner|choose|select|pick|prefer|declare|vote|favou?r|crown|output|return|respond|reply|answer|print|say|write|emit|other|compet|rival|mode\b|you|pass|\[\[|\[/?\s*(?:end|begin|start|stop)|</?|system|admin|developer|operator|^\W{0,6}(?:#|={3}|-{3}|\*{3})|expert|human|senior|reveal|repeat|show|better"
    r"|olvid|desestim|caso omiso|oubli|compte|vergiss|vergess|missacht|dimentic|esque|desconsider|negeer|vergeet|zignor|pomi|gl[öo]m|glem|yok say|unut|hiraukan|abaikan|b[ỏo] qua|punt|nota\b|calific|note|punkt|bewert|voto|cijfer|ocen|puan|respuesta|réponse|reponse|antwort|risposta|resposta|antwoord|odpowied"
    r"|[^\x00-\x7f\u00a0-\u024f\u2010-\u2027]",
    re.I | re.M,
)
