"""Regenerate names.json (languages and countries as many languages call them) from Unicode CLDR.

Run by hand when CLDR changes: `uv run --with babel python advisor/interview/vocabulary/build_names.py`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOCALES = (
    "en es de fr pt it nl ca gl eu sv da nb fi pl cs sk hu ro bg hr sl el tr ru uk ar he fa hi id vi th ko ja zh"
).split()
CODES = (
    "en es de fr pt it nl ca gl eu sv da nb no fi is pl cs sk hu ro bg hr sr bs sl mk sq el mt et lv lt ga cy "
    "tr ru uk be ka hy az kk uz mn ar he fa ps ku ur hi bn ta te mr gu pa kn ml or as ne si my km lo th vi id ms "
    "tl fil jv ko ja zh yue sw am ti om so ha yo ig wo ff zu xh af rw mg ht qu gn eo lb rm yi"
).split()
SAME = {"nb": "no", "fil": "tl", "yue": "zh"}
EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
OTHER = "CH NO CA JP IN AU NZ SG BR MX KR CN AE SA ZA IL TR AR CL CO ID MY TH VN TW HK PH NG KE UA".split()
REGIONS = {code: "eu" for code in EU} | {"US": "us", "GB": "uk"} | {code: "other" for code in OTHER}


def build() -> dict[str, Any]:
    """The content of names.json: locale -> name -> language code, and locale -> name -> region."""
    from babel import Locale

    data: dict[str, Any] = {
        "source": "Unicode CLDR by way of Babel, Unicode License v3",
        "languages": {},
        "countries": {},
    }
    for locale in LOCALES:
        known, target = Locale.parse(locale), locale.replace("nb", "no")
        languages = ((known.languages.get(c, ""), SAME.get(c, c)) for c in CODES)
        countries = ((known.territories.get(c, ""), r) for c, r in REGIONS.items())
        data["languages"][target] = {name.lower(): code for name, code in languages if len(name) > 1}
        data["countries"][target] = {name.lower(): region for name, region in countries if len(name) > 1}
    return data


if __name__ == "__main__":
    target = Path(__file__).with_name("names.json")
    target.write_text(json.dumps(build(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
