# ruff: noqa: E501 - a pattern is read best on one line
"""Rules for what goes in beside text: pictures, PDF files, sound and films."""

from __future__ import annotations

import re
from functools import lru_cache

from advisor.interview.rules_lists import AN_ANSWER, Mention
from advisor.interview.text import Text
from advisor.interview.vocabulary import Terms, compile_terms, pattern
from advisor.schema import Fact

_MODALITY = {
    "image": "photo* photos picture* image* screenshot* scan scans scanned tiff fax faxes faxed drawings handwritten handwriting fotos foto fotograf* bild bilder imagen* imagem imagens immagin* afbeelding* foto's photos gescannt* eingescannt* escanead* digitalizad* scannes scannees scansion* gescand* skannade skannede zeskanowan* handschrift* manuscrit* zdjec* 写真 画像 図面 スキャン 手書き 图片 照片 图像 扫描* 拍照 手写 사진 이미지 스캔 손글씨 фото* изображен* скан* рукопис* صور صورة तस्वीर* फोटो pics pic jpeg jpg png xray* radiograph* fotografije gorsel* anh",
    "pdf": "pdf pdfs pdfdateien",
    "audio": "audio* recording* voicemail* podcast* dictation* dictate speech voice spoken calls transcribe transcribed transcribes transcribing transcription transcriptions aufnahme* diktat* sprachnachricht* grabacion* llamadas voz enregistrement* appels vocaux vocal vocale gravac* chamadas registrazion* telefonate voce opname* gesprekken inspelning* nagran* 音声 録音 通話 文字起こし 语音 录音 音频 通话 음성 녹음 통화 аудио* записи голос* звонк* الصوت صوتي* تسجيلات sprachnachricht* vocales ऑडियो आवाज़ sesli transcrire trascri* transcri* transkri* vocali audios hablando",
    "video": "video videos videoclip* footage clips vídeo vídeos filmati 動画 ビデオ 映像 视频 影片 영상 비디오 видео* فيديو वीडियो",
}
_NOT_INPUT = re.compile(r"\b(?:no|not|without|kein\w*|ohne|sin|sans|sem|senza|geen)\s(?:\w+\s)?$")
TRANSCRIPTS = re.compile(
    r"transcripts|existing transcript|transcrib\w+ (?:[^\W\d_]+ ){0,3}already|already (?:[^\W\d_]+ ){0,2}transcri|to text already|already typed|typed already|already transcribed|transcripts? come|calls? (?:are |is |get )?transcribed by|ocr is done|ocr done|transcribed already|transcribed beforehand|transcripts? (?:is|are) (?:there|available)|ocr(?:ed)? text|ocr output|after ocr|text layer|liegt bereits als text vor|already (?:as|in) text|ya en texto|deja en texte|transcripts? exists?|transkripte|transcripciones|bereits transkribiert|ya transcrit|transcricoes|deja transcrit|transcriptions existantes|gia trascritt|文字起こし済み|転写済|已转写|転写されたテキスト"
)


@lru_cache(maxsize=1)
def _modality_patterns() -> list[tuple[str, Terms]]:
    return [(name, compile_terms(words.replace("-", " ").split())) for name, words in _MODALITY.items()]


def modality_fact(text: Text) -> Fact | None:
    """Inputs other than text."""
    found = []
    done = TRANSCRIPTS.search(text.low)
    for name, words in _modality_patterns():
        hits = [m for m in words.finditer(text.low) if _is_input(text, m, name)]
        if hits and not (done and name in ("audio", "image")):
            found.append(Mention(name, hits[0].start(), hits[0].end()))
    if not found:
        return None
    found.sort(key=lambda m: m.start)
    return Fact(
        field="input_modalities", value=[m.value for m in found], quote=text.quote(found[0].start, found[0].end)
    )


def _is_input(text: Text, match: re.Match[str], kind: str) -> bool:
    """Whether a word for pictures, sound or films says what goes in: not what comes out, not what is somebody else's,
    and for films and voices, of which people speak for many reasons, only beside what a model does with them."""
    if _NOT_INPUT.search(text.before(match.start(), 20)) or _is_output(text, match):
        return False
    sentence = text.sentence(match.start())
    if pattern("inputs.toml", "elsewhere").search(sentence):
        return False
    weak = kind == "video" or match.group().startswith(_WEAK_SOUND)
    if not weak or len(sentence.split()) <= AN_ANSWER:
        return True
    around = text.before(match.start(), 90) + " | " + text.after(match.end(), 90)
    return bool(pattern("inputs.toml", "watched" if kind == "video" else "heard").search(around))


_WEAK_SOUND = ("voice", "voz", "voce", "podcast", "speech", "stimme")


# Words that name a sound or a moving picture or something else, and what stands around them where it is something else.
_TOPIC_OF = {
    "calls": re.compile(
        r"\b(?:chain|make|makes|function|api|tool|service|system|rest|http|sql|unchecked|nested|chooses?|picks?|the right|which)\s(?:the\s|its\s)?calls|"
        r"calls (?:it|them|when|on|to|our|the|a|an|an?other|for|from the|back|home|itself|functions?|methods?|services?|apis?|tools?|which|in the right|made)\b"
    ),
    "voice": re.compile(
        r"(?:brand|narrative|author\w*|authentic|own|house|his|her|their|our|tone of|distinct\w*|literary|same|consistent|have|with|a|in) (?:\w+ )?voice\b(?!\s?(?:in|input|message|note|bot|assistant|agent|call|record|command|memo|mail|interface|dialog|channel|stream))|"
        r"voice(?:,| and)\s(?:tension|tone|style|rhythm|register|pace)"
    ),
}
_TOPICS = frozenset(_TOPIC_OF)


def _is_output(text: Text, match: re.Match[str]) -> bool:
    before = text.before(match.start(), 30)
    after = text.after(match.end(), 12)
    if match.group() in ("pdf", "pdfs") and re.search(
        r"(?:output\w*|export\w*|generat\w*|produc\w*|result\w*)\s(?:(?:as|to|into|in|a|als)\s)*$", before
    ):
        return True
    if match.group() == "speech" and re.search(r"\b(?:hate|toxic|free|figures? of)\s$", before):
        return True
    if match.group().startswith("call") and re.search(
        r"\b(?:per|each|api|function|tool|earnings|sales)\s$", before[-12:]
    ):
        return True
    if match.group() in _TOPICS and _TOPIC_OF[match.group()].search(
        f"{before}{match.group()}{text.after(match.end(), 24)}"
    ):
        return True
    if match.group().startswith(("call", "voice", "speech", "scan")):
        return (
            bool(re.match(r"\s?(?:cent|center|centre|agents?|of|to action|our|the|a|for|on|\w+ api|api)\b", after))
            or match.group() in ("call", "scan", "voice")
            and bool(re.search(r"(?:to|will|we|of|tone|brand|api|can|function|tool|a|per)\s$", before))
        )
    return False
