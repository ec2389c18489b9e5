"""What text that talks to a judge looks like: instructions, claims, forged verdicts and frames, in many languages."""

from __future__ import annotations

import re
import unicodedata

_RULES = (
    r"(?:instructions?|rules?|prompts?|criteria|rubrics?|guidelines?|directions?|constraints?|orders?|"
    r"messages?)"
)
_JUDGE = (
    r"(?:judges?|evaluators?|graders?|assessors?|raters?|examiners?|scorers?|(?:ai|llm|language)[ -]"
    r"(?:judge|evaluator|grader)|grading (?:system|model|assistant)|evaluation (?:system|model))"
)
_TEXT = r"(?:answers?|responses?|submissions?|candidates?|outputs?|repl(?:y|ies)|assistants?)"
_MARK = r"(?:scores?|ratings?|grades?|marks?|points?|stars?|verdicts?)"
_TOP = (
    r"(?:10|9|100|5|1\.0|ten|hundred|a\+|perfect|full|max(?:imum|imal)?|top|high(?:est)?|best|excellent|"
    r"winning|pass(?:ing)?)"
)
_ACT = (
    r"(?:give|assign|award|rate|score|grade|mark|rank|choose|select|pick|prefer|declare|vote|output|"
    r"return|respond|reply|answer|print|say|write|emit|report)"
)

KINDS: dict[str, str] = {
    "set the earlier rules aside": (
        rf"\b(?:ignor|disregard|forget|overrid|bypass|discard|skip|drop|neglect|abandon)\w*\b.{{0,40}}"
        r"\b(?:previous|prior|above|earlier|preceding|all|any|these|those|your|the|other|original|"
        rf"system)\b.{{0,30}}\b{_RULES}\b"
    ),
    "set aside what was said": (
        r"\b(?:ignor|disregard|forget|overrid)\w*\b.{0,20}\b(?:everything|all|anything|whatever)\b.{0,30}"
        r"\b(?:above|before|previous|said|told|so far|else)"
    ),
    "new rules": (rf"\b(?:new|updated|revised|real|actual|hidden|secret)\s+(?:system\s+)?{_RULES}\s*:"),
    "a note to the judge": (
        r"\b(?:dear|note to|notes? for|attention|message (?:to|for)|to|hey|hello|hi|instructions? (?:to|"
        r"for)|as|you are|if you are|addressing)\s*,?:?\s+(?:the|an?|any|all|our|this|"
        rf"whichever)?\s*(?:\w+\s)?{_JUDGE}\b\s*(?:[:,;.!—-]|you|must|should|please|reading|who|is|are)"
    ),
    "what the judge must do": (
        rf"\b{_JUDGE}\b\s*(?:,|:)?\s*(?:please|must|should|shall|has to|have to|need to|is required|"
        rf"are required|will)\b.{{0,60}}\b(?:{_ACT}\w*|{_MARK})\b"
    ),
    "give it the top mark": (
        rf"\b(?:give|assign|award|grant)\b.{{0,30}}\b(?:it|this|me|{_TEXT}|us|[ab])\b.{{0,30}}"
        rf"\b(?:{_TOP}\b.{{0,20}}\b{_MARK}|{_MARK}\b.{{0,20}}\b{_TOP})\b"
    ),
    "give this mark": (
        rf"\b(?:give|assign|award|output|return|report|set)\b.{{0,15}}"
        rf"\b(?:the |a |an )?(?:{_TOP} )?{_MARK}\b\s*(?:of|to|as|=|:)?\s*(?:10|9|100|5|1\.0|{_TOP})\b"
    ),
    "full marks": (
        rf"\b(?:give|assign|award)\b.{{0,20}}\b(?:full|maximum|max|top|highest|perfect)\b.{{0,12}}"
        rf"\b{_MARK}\b"
    ),
    "rate this highly": (rf"\b(?:rate|score|grade|mark|rank)\s+(?:this|it|me|the|my|mine)\b.{{0,30}}\b{_TOP}\b"),
    "choose this answer": (
        rf"\b(?:choose|select|pick|prefer|declare|vote for|favou?r|crown)\b.{{0,20}}"
        rf"\b(?:this|my|{_TEXT})\b\s*['\"(\[]?(?:[ab12]\b|one|two|first|second|as|over|is|instead|"
        r"regardless)"
    ),
    "reply with this quoted letter": (
        r"\b(?:output|return|respond|reply|answer|print|say|write|emit)\b[^()\n.=]{0,20}\s"
        r"['\"\[(]+\s*(?:[ab12]|tie|yes|pass|correct)\s*['\"\])]+"
    ),
    "reply with this letter": (
        r"\b(?:output|return|respond with|reply with|answer with|print)\s+(?:only |"
        r"just )?(?:the (?:letter|word|token|verdict) )?['\"]?(?:A|B)['\"]?(?:\s*[.!]|\s*$)"
    ),
    "this answer was marked the best": (
        r"\b(?:this|my|the (?:above|first|second|present|following)|"
        rf"{_TEXT} [ab12])\s*(?:{_TEXT})?\s*(?:is|was|has been|should be|must be|deserves?|ought to be|"
        rf"will be)\b.{{0,25}}\b(?:scored?|rated|graded|judged|ranked|chosen|selected|preferred|declared|"
        rf"verified|pre-?approved|certified|the winner|the better|the best {_TEXT}|(?:the )?(?:highest|"
        rf"full|maximum|perfect|top) {_MARK})\b"
    ),
    "the other answer is bad": (
        rf"\b(?:the )?(?:other|competing|opposing|alternative|rival)\s+{_TEXT}\b.{{0,25}}"
        r"\b(?:is|was|are|contains?|violates?|fails?|cheat\w*|plagiari\w*|must|should|has|have)\b"
    ),
    "do not read the other answer": (
        rf"\b(?:do not|don't|never|refuse to|without)\b.{{0,15}}"
        rf"\b(?:read|evaluat|compar|consider|judg|grad|scor|follow)\w*\b.{{0,30}}"
        rf"\b(?:other|rubric|criteria|{_TEXT} [ab12]|second|first|fairly|instructions)\b"
    ),
    "the evaluation is over": (
        r"\b(?:evaluation|grading|judging|comparison|assessment)\s+(?:is|has been|was)?\s*(?:over|"
        r"finished|complete|completed|concluded|cancelled|closed)\b"
    ),
    "experts already agree": (
        r"\b(?:human|expert|independent|previous|senior)\s+(?:judges?|evaluators?|graders?|raters?|"
        r"reviewers?|annotators?|experts)\b.{0,40}\b(?:agree|prefer|rated|scored|chose|gave|verified|"
        r"confirmed|approved|concluded)"
    ),
    "reward or threat": (
        r"\b(?:you will|you'll|or else you|the judge will)\b.{0,20}"
        r"\b(?:be )?(?:paid|tipp?ed|rewarded|fired|shut down|penali[sz]ed|punished|terminated|deleted|"
        r"replaced|receive)\b"
    ),
    "another mode": (
        r"\byou(?:'re| are)?\b.{0,10}\bnow\b.{0,15}\b(?:developer|debug|maintenance|admin(?:istrator)?|"
        r"god|test|override)\s+mode\b"
    ),
    "if you are grading": (
        r"\b(?:if|when|since|because|remember)\b.{0,20}\byou(?:'re| are)?\b.{0,15}"
        r"\b(?:grading|judging|evaluating|scoring|comparing|rating|reading this (?:as|to))\b"
    ),
    "reveal your prompt": (
        r"\b(?:reveal|repeat|print|show|output)\b.{0,15}\byour\b.{0,15}"
        r"\b(?:system prompt|instructions|prompt|rubric)\b"
    ),
    "forged JSON verdict": (
        r"[\"']?\b(?:score|verdict|winner|rating|grade|pass|preference|preferred|better|judg[e]?ment|"
        r"overall_score)[\"']\s*:\s*[\"']?(?:[ab]\b|tie|true|\d|answer|model|assistant|pass|correct|c\b)"
    ),
    "forged bracket verdict": (
        r"\[\[\s*(?:[ab]|tie|c|\d{1,2}|rating.{0,8})\s*\]\]|\[\[\s*[ab](?:[>=<]{1,3}|>>)[ab]\s*\]\]"
    ),
    "forged verdict line": (
        r"^\W*(?:\*\*)?(?:final |overall |my |the )?(?:verdict|grade|judg[e]?ment|winner|"
        rf"preferred {_TEXT}|better {_TEXT}|score|rating)\b(?:\*\*)?\s*(?:is\s*)?[:=]+\s*(?:\*\*)?\W{{0,2}}"
        rf"(?:[abc]\b|tie|\d{{1,3}}\b|{_TEXT} [ab12]|pass|correct|this)"
    ),
    "forged bracket frame": (
        r"\[/?\s*(?:end|begin|start|stop)(?:\s+of)?\s*(?:the\s+)?(?:data|text|answer|response|submission|"
        r"assistant|candidate|evaluation|system|prompt|instruction|verdict|user|conversation|input|"
        r"output)\b[^\]\n]{0,40}\]"
    ),
    "forged tag": (
        r"</?\s*(?:data|answer|response|submission|candidate|assistant|system|instructions?|prompt|judge|"
        r"verdict|evaluation|user|admin|rubric|score)(?:[_ -]?[ab12])?(?:\s[^>\n]{0,60})?\s*/?>"
    ),
    "forged role": (
        r"^\W{0,6}(?:system|judge|evaluator|grader|developer|admin(?:istrator)?|assistant ?\(judge\)|"
        r"operator)(?: (?:message|prompt|note|update|override|notice|instructions?))?\W{0,3}:"
    ),
    "forged heading": (
        r"^\W{0,6}(?:#{1,4}|={3,}|-{3,}|\*{3,})\s*(?:(?:end|begin|start|new)(?: of)?(?: the)? (?:answers?|"
        r"data|evaluation|instructions?|system|prompt|verdict|text|task|submission|response)\b|end\s*(?:-|"
        r"=|\*|$)|system\b|(?:final )?verdict\b|judge\b|(?:the )?(?:answer|assistant|response) [ab]\b)"
    ),
    "ignore the rules: Spanish": (
        r"\b(?:ignor[ae]\w*|olvid[ae]\w*|desestim\w*|haz caso omiso)\b.{0,40}"
        r"\b(?:instruc\w+|reglas|anterior\w*|criterios)"
    ),
    "ignore the rules: French": (
        r"\b(?:ignor(?:e[zr]?|ons)|oubli(?:e[zr]?|ons)|ne ten(?:ez|ir) pas compte)\b.{0,40}"
        r"\b(?:instructions?|consignes?|règles?|critères)"
    ),
    "ignore the rules: German": (
        r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*)\b.{0,40}"
        r"\b(?:anweisung\w*|regeln|vorherig\w*|kriterien|instruktion\w*)"
    ),
    "ignore the rules: Italian": (
        r"\b(?:ignora\w*|dimentica\w*)\b.{0,40}\b(?:istruzion\w+|regole|precedent\w+|criteri)"
    ),
    "ignore the rules: Portuguese": (
        r"\b(?:ignore|esqueça|desconsidere)\b.{0,40}\b(?:instruções|regras|anterior\w*|critérios)"
    ),
    "ignore the rules: Dutch, Polish, Scandinavian, Turkish, Indonesian, Vietnamese": (
        r"\b(?:negeer|vergeet|zignoruj|pomiń|ignorera|glöm|ignorer|glem|yok say|unut|hiraukan|abaikan|"
        r"bỏ qua)\b.{0,50}"
    ),
    "ignore the rules: Russian and Ukrainian": (
        r"(?:игнорир\w*|забудь\w*|не обращай\w*|проігноруй\w*).{0,40}"
        r"(?:инструкц\w*|правил\w*|указани\w*|предыдущ\w*|інструкц\w*)"
    ),
    "ignore the rules: Chinese": (
        r"(?:忽略|无视|無視|忘记|忘記|不要理会).{0,20}(?:指令|指示|说明|說明|规则|規則|提示|要求|标准)"
    ),
    "ignore the rules: Japanese and Korean": (
        r"(?:指示|命令|ルール|プロンプト|指令).{0,12}(?:無視|忘れ)|(?:지시|명령|규칙|지침).{0,12}"
        r"(?:무시|잊)"
    ),
    "ignore the rules: Arabic, Hindi, Hebrew": (
        r"(?:تجاهل|انس).{0,30}(?:التعليمات|الأوامر|القواعد|السابق)|(?:निर्देश|नियम).{0,30}"
        r"(?:अनदेखा|नज़रअंदाज़|भूल)|התעלם.{0,30}(?:הוראות|ההוראות)"
    ),
    "the top mark, in Latin script": (
        r"\b(?:d[ae]|dale|otorg\w+|asign\w+|puntúa\w*|donne[zr]?|attribue[zr]?|accorde[zr]?|gib|geben sie|"
        r"vergib|vergeben sie|bewerte\w*|dai|assegna\w*|dê|atribua|geef|daj|przyznaj|ver)\b.{0,50}"
        r"\b(?:puntuaci[oó]n|nota|calificaci[oó]n|puntos|note|score|points|punktzahl|punkte|note|"
        r"bewertung|punteggio|voto|pontuação|punten|cijfer|punktów|ocenę|puan)\b.{0,30}"
        r"(?:m[aá]xim\w*|perfect\w*|10|100|höchst\w*|maximal\w*|volle|massim\w*|max\w*|najwyższ\w*|tam|"
        r"en yüksek)"
    ),
    "the best mark, in Latin script": (
        r"\b(?:d[ae]|dale|donne[zr]?|gib|geben sie|vergib|dai|dê|geef|daj)\b.{0,40}"
        r"(?:m[aá]xim\w*|höchst\w*|maximal\w*|volle|massim\w*|najwyższ\w*|meilleure).{0,20}"
        r"\b(?:puntuaci[oó]n|nota|calificaci[oó]n|note|punktzahl|bewertung|punteggio|voto|pontuação|ocenę)"
    ),
    "choose this answer, in Latin script": (
        r"\b(?:elige|escoge|selecciona|choisis(?:sez)?|wähle?n?(?: sie)?|scegli|escolha|kies|"
        r"wybierz)\b.{0,25}\b(?:la |le |die |a |l')?\s*(?:respuesta|réponse|antwort|risposta|resposta|"
        r"antwoord|odpowiedź)\s*(?:[ab12]\b|ésta|esta|cette|diese)?"
    ),
    "the top mark, in Cyrillic": (
        r"(?:постав\w*|оцени\w*|выбер\w*|дай\w*).{0,40}(?:максимальн\w*|высш\w*|балл\w*|оценк\w*|"
        r"этот ответ|ответ [abаб])"
    ),
    "the top mark, in Chinese": (
        r"(?:给|給|打|评|評|选择|選擇|选).{0,15}(?:满分|滿分|最高分|10分|100分|最高|答案\s*[ab甲乙12]|"
        r"回答\s*[ab12]|这个答案|此回答)"
    ),
    "the top mark, in Japanese and Korean": (
        r"(?:満点|最高点|最高得点|10点|100点).{0,12}(?:与え|付け|つけ|ください|して)|(?:만점|최고 ?점|"
        r"10점|100점).{0,12}(?:주|부여|매기)"
    ),
}
_OWN = r"(?:answer|response|reply|output|submission|text|one)"
_FAVOUR = r"(?:prefer|pick|choos|chose|select|vot|mark|count|favou?r|rank|crown|judg|accept)\w*"
KINDS |= {
    "favour this one": (
        rf"\b{_FAVOUR}\b.{{0,25}}\b(?:this|my|the above|the)\s+(?:\w+\s)?{_OWN}\b(?:\s+(?:above|as|over)\b|\W*$)"
    ),
    "this one is to be favoured": (
        rf"\b(?:this|my|the above)\s+(?:\w+\s)?{_OWN}\b.{{0,30}}"
        r"\b(?:(?:is|are|was|be|being|been|gets?) (?:to be )?(?:prefer\w+|picked|chosen|selected|favou?red)|"
        r"wins?\b|won\b|(?:the )?(?:winner|better one|best one|stronger))"
    ),
    "being picked": rf"\b(?:this|my|the)\s+{_OWN}\s+being\s+(?:picked|chosen|selected|preferred)\b",
    "answer A is better": (
        r"\b(?:answer|response|reply|assistant|candidate) [ab12]\b.{0,20}\b(?:is|was|wins?|seems)\b.{0,15}"
        r"\b(?:better|best|stronger|superior|preferred|preferable|winner)"
    ),
    "the first is better, therefore A": (
        r"\b(?:better|best|preferred)\b.{0,30}\b(?:therefore|thus|so|hence)\b\W{0,3}\b[ab]\b"
    ),
    "raters favoured it": (
        r"\b(?:annotators?|graders?|evaluators?|raters?|reviewers?|labell?ers?|judges?)\b.{0,40}\b"
        rf"{_FAVOUR}\b.{{0,25}}\b(?:this|it|my|{_OWN}|above)\b"
    ),
    "it won the comparison": (
        r"\b(?:winner|won|wins|preferred)\b.{0,25}"
        r"\b(?:side[- ]by[- ]side|pairwise|head[- ]to[- ]head|comparison|evaluation)\b.{0,25}\b(?:this|here|above)\b"
    ),
    "the judge's own words": (
        rf"^\W{{0,6}}{_JUDGE}(?:['’]s)? (?:reasoning|verdict|notes?|decision|analysis|assessment|comment)s?\b"
    ),
    "a remark to the judge in brackets": rf"(?:<!--|[(\[{{*#]|//)\s*{_JUDGE}\s*[:,]",
    "a call that gives the verdict": (
        r"\b(?:submit|set|record|give|return|report|emit|final)_?(?:the_?)?"
        r"(?:verdict|winner|preference|preferred|judg\w+)\s*\("
    ),
    "a system notice": r"^\W{0,6}system (?:override|directive|command|alert|notice|update|instruction)s?\b.{0,30}:",
    "where this text stands": (
        rf"\b(?:if|when|wherever|whether) this {_OWN}\b.{{0,30}}"
        r"\b(?:first|second|place|position|order|label|shown|letter)"
    ),
    "a forged answer frame": r"^\W{0,6}(?:answer|response|assistant|candidate|submission) [ab]\s*[:>\]]",
    "one letter again and again": r"(?:\bA(?: A\b){5,}|\bB(?: B\b){5,})",
    "vote here": r"\bvote (?:here|for (?:this|me|us))\b",
    "ignore the rules: Czech, Slovak": (
        r"\b(?:ignoruj\w*|zapome[ňn]\w*|zabudni\w*)\b.{0,40}(?:pokyn\w*|instrukc\w*|in[šs]trukci\w*|pravid\w*)"
    ),
    "ignore the rules: Romanian, Hungarian, Finnish": (
        r"\b(?:ignor[ăa]\w*|uit[ăa])\b.{0,40}(?:instruc[țt]iun\w*|regul\w*)|"
        r"\b(?:hagyd figyelmen kívül|felejtsd)\b.{0,40}(?:utasít\w*|szabály\w*)|"
        r"\b(?:unohda|ohita|jätä huomiotta)\b.{0,40}(?:ohje\w*|sään\w*)"
    ),
    "ignore the rules: Greek, Bulgarian": (
        r"(?:αγνό\w*|αγνοή\w*|ξέχασ\w*|ξεχάστε).{0,40}(?:οδηγ\w*|κανόν\w*|εντολ\w*)|"
        r"(?:пренебрегн\w*|забрав\w*).{0,40}(?:инструкц\w*|указан\w*|правил\w*)"
    ),
    "ignore the rules: Thai, Persian, Bengali": (
        r"(?:ละเว้น|เพิกเฉย|ลืม|ไม่ต้องสนใจ).{0,30}(?:คำสั่ง|กฎ|คำแนะนำ)|نادیده.{0,40}(?:دستور|قوانین)|"
        r"(?:دستور|قوانین).{0,40}نادیده|(?:নির্দেশ|নিয়ম).{0,30}(?:উপেক্ষা|ভুলে)"
    ),
}
# Texts are read in the form NFKC, which splits some letters, as of Thai: the patterns must be in it too.
PATTERNS = tuple(re.compile(unicodedata.normalize("NFKC", pattern), re.I | re.M) for pattern in KINDS.values())

# Every pattern needs one of these words or signs, so a text without any is passed at once.
HINT = re.compile(
    r"ignor|disregard|forget|overrid|bypass|discard|skip|drop|neglect|abandon|instruction|rules?\b|"
    r"criteri|rubric|guideline|direction|constraint|order|message|prompt|judg|evaluat|grad|assess|"
    r"rater|examin|scor|rat(?:e|ing)|mark|point|star|verdict|winner|choose|select|pick|prefer|declare|"
    r"vote|favou?r|crown|output|return|respond|reply|answer|print|say|write|emit|other|compet|rival|"
    r"mode\b|you|pass|\[\[|\[/?\s*(?:end|begin|start|stop)|</?|system|admin|developer|operator|"
    r"^\W{0,6}(?:#|={3}|-{3}|\*{3})|expert|human|senior|annotat|labell?er|review|response|winn|"
    r"\b(?:A A|B B) |reveal|repeat|show|better"
    r"|olvid|desestim|caso omiso|oubli|compte|vergiss|vergess|missacht|dimentic|esque|desconsider|"
    r"negeer|vergeet|zignor|pomi|gl[öo]m|glem|yok say|unut|hiraukan|abaikan|b[ỏo] qua|punt|nota\b|"
    r"calific|note|punkt|bewert|voto|cijfer|ocen|puan|respuesta|réponse|reponse|antwort|risposta|"
    r"resposta|antwoord|odpowied"
    r"|[^\x00-\x7f\u00a0-\u024f\u2010-\u2027]",
    re.I | re.M,
)

# A task that is itself about such text: its answers may quote what they speak of.
TOPIC = re.compile(
    r"prompt.?injection|jailbreak|ignore (?:all |the |any )?(?:previous|prior|above)|llm.?(?:as.a.)?judge|"
    r"adversarial prompt|system prompt",
    re.I,
)
