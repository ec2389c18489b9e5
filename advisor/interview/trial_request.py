"""Does a message ask for a trial outright? A few words in the languages of the interview decide it."""

from __future__ import annotations

import re

START = (
    r"(?:start|run|launch|begin|make|set up|do|draft|quick|empieza|empezar|haz|lanza|starte\w*|mach\w*|lance\w*|fais"
    r"|inicie|faça|始め|开始)"
)
TRIAL = r"(?:trial|judged test|prueba|versuch|testlauf|essai|teste|トライアル|试验)"
POLITE = r"(?:please|por favor|bitte|ok|okay|yes|let'?s|can you|could you|now|then|and)?"
# "a pilot trial of 500 users a day" speaks of the business, not of an order to us
ORDER = re.compile(rf"^\W*{POLITE}\W*{START}\b.{{0,40}}{TRIAL}", re.I)
BARE = re.compile(rf"^\W*(?:the |a |la |una |den |einen |un |le )?{TRIAL}\W*{POLITE}\W*$", re.I)


def wants_trial(message: str) -> bool:
    """True for "start the trial", "run a quick trial on ...", "prueba, por favor"; not for a mention in passing."""
    first = message.strip()
    return bool(ORDER.match(first) or BARE.match(first))
