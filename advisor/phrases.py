"""Fixed sentences of the conversation in English, Spanish and German; other languages get English."""

from __future__ import annotations

from typing import Any

PHRASES: dict[str, dict[str, str]] = {
    "welcome": {
        "en": "I help you choose a language model for a business use case, and prove the choice with a trial on your "
        "own task.\n\n"
        "- **Describe your use case**: what the model should do, how often, in which languages, at what cost, and "
        "where the data may go.\n"
        "- **Ask about a benchmark**: for example *which benchmark tells whether a model follows formatting rules?*\n"
        "- **Run a trial**: say *start the trial* once there are candidates, or open the Trial tab.",
        "es": "Le ayudo a elegir un modelo de lenguaje para un caso de uso y a comprobar la elección con un ensayo en "
        "su propia tarea.\n\n"
        "- **Describa su caso de uso**: qué debe hacer el modelo, con qué frecuencia, en qué idiomas, a qué coste y "
        "adónde pueden ir los datos.\n"
        "- **Pregunte por un benchmark**: por ejemplo, *¿qué benchmark mide si un modelo respeta el formato?*\n"
        "- **Haga un ensayo**: diga *empieza la prueba* cuando haya candidatos, o abra la pestaña Trial.",
        "de": "Ich helfe Ihnen, ein Sprachmodell für einen Anwendungsfall zu wählen und die Wahl mit einem Test an "
        "Ihrer eigenen Aufgabe zu belegen.\n\n"
        "- **Beschreiben Sie den Anwendungsfall**: was das Modell tun soll, wie oft, in welchen Sprachen, zu welchen "
        "Kosten, und wohin die Daten dürfen.\n"
        "- **Fragen Sie nach einem Benchmark**: etwa *welcher Benchmark misst, ob ein Modell Formatvorgaben einhält?*\n"
        "- **Starten Sie einen Test**: sagen Sie *Test starten*, sobald es Kandidaten gibt, oder öffnen Sie den "
        "Reiter Trial.",
    },
    "next": {
        "en": "All right. Correct a fact, ask about a benchmark or a model, or say **start the trial** when you want "
        "to compare models on your own prompts.",
        "es": "De acuerdo. Corrija un dato, pregunte por un benchmark o un modelo, o diga **empieza la prueba** para "
        "comparar modelos con sus propias peticiones.",
        "de": "Gut. Korrigieren Sie eine Angabe, fragen Sie nach einem Benchmark oder Modell, oder sagen Sie **Test "
        "starten**, um Modelle an Ihren eigenen Aufgaben zu vergleichen.",
    },
    "no_plan": {
        "en": "There is no trial to run yet: describe your use case first, or open the Trial tab.",
        "es": "Aún no hay ningún ensayo: describa primero su caso de uso o abra la pestaña Trial.",
        "de": "Es gibt noch keinen Test: beschreiben Sie zuerst den Anwendungsfall oder öffnen Sie den Reiter Trial.",
    },
    "candidates": {
        "en": "**{count} candidates** out of {considered} models in the catalogue:",
        "es": "**{count} candidatos** de {considered} modelos del catálogo:",
        "de": "**{count} Kandidaten** aus {considered} Modellen des Katalogs:",
    },
    "candidate": {
        "en": "{place}. **{name}** ({provider}): {roles}. Quality {mean} ({low} to {high}); about {cost} a month.",
        "es": "{place}. **{name}** ({provider}): {roles}. Calidad {mean} ({low} a {high}); unos {cost} al mes.",
        "de": "{place}. **{name}** ({provider}): {roles}. Qualität {mean} ({low} bis {high}); etwa {cost} im Monat.",
    },
    "figures": {
        "en": "Figures are of {date}; each one has its source beside it under Candidates. Benchmarks only give "
        "candidates: say **start the trial** to compare models on prompts of your own task.",
        "es": "Las cifras son del {date}; la fuente de cada una está junto a ella, en los candidatos. Los benchmarks "
        "solo dan candidatos: diga **empieza la prueba** para comparar modelos en su propia tarea.",
        "de": "Die Zahlen sind vom {date}; die Quelle jeder Zahl steht bei den Kandidaten daneben. Benchmarks liefern "
        "nur Kandidaten: sagen Sie **Test starten**, um Modelle an Ihrer eigenen Aufgabe zu vergleichen.",
    },
    "nothing_fits": {
        "en": "No model of the catalogue meets every constraint. The smallest changes that let one pass:",
        "es": "Ningún modelo del catálogo cumple todas las condiciones. Los cambios mínimos que dejarían pasar alguno:",
        "de": "Kein Modell des Katalogs erfüllt alle Bedingungen. Die kleinsten Änderungen, mit denen eines passt:",
    },
    "no_relaxation": {
        "en": "none was found; loosen a constraint and I look again",
        "es": "no se encontró ninguno; relaje una condición y vuelvo a buscar",
        "de": "keine gefunden; lockern Sie eine Bedingung, dann suche ich erneut",
    },
    "assumed": {
        "en": "I assumed: {stated}. Correct me where that is wrong.",
        "es": "He supuesto: {stated}. Corríjame si algo no es así.",
        "de": "Angenommen habe ich: {stated}. Korrigieren Sie mich, wo das nicht stimmt.",
    },
    "unchanged": {
        "en": "The change left the shortlist as it was.",
        "es": "El cambio no altera la lista de candidatos.",
        "de": "Die Änderung lässt die Auswahl unverändert.",
    },
    "changed": {
        "en": "What the change did: {parts}.",
        "es": "Efecto del cambio: {parts}.",
        "de": "Wirkung der Änderung: {parts}.",
    },
    "new": {"en": "new: {names}", "es": "nuevos: {names}", "de": "neu: {names}"},
    "gone": {"en": "gone: {names}", "es": "fuera: {names}", "de": "entfallen: {names}"},
    "offer": {
        "en": "Here is a trial for your approval: {count} candidates ({names}), {prompts} prompts, judged by {judges} "
        "({protocol}). At most {calls} calls, {money}{takes}.",
        "es": "Le propongo este ensayo: {count} candidatos ({names}), {prompts} peticiones, juzgadas por {judges} "
        "({protocol}). Como máximo {calls} llamadas, {money}{takes}.",
        "de": "Mein Vorschlag für einen Test: {count} Kandidaten ({names}), {prompts} Aufgaben, bewertet von {judges} "
        "({protocol}). Höchstens {calls} Aufrufe, {money}{takes}.",
    },
    "takes": {
        "en": ", about {minutes} minutes",
        "es": ", unos {minutes} minutos",
        "de": ", etwa {minutes} Minuten",
    },
    "edit_prompts": {
        "en": "The prompts are in the Trial tab: edit them or paste your own. Say **yes** to start.",
        "es": "Las peticiones están en la pestaña Trial: edítelas o pegue las suyas. Diga **sí** para empezar.",
        "de": "Die Aufgaben stehen im Reiter Trial: ändern Sie sie oder fügen Sie eigene ein. **Ja** startet den Test.",
    },
    "no_result": {
        "en": "There is no result yet.",
        "es": "Aún no hay resultado.",
        "de": "Es gibt noch kein Ergebnis.",
    },
    "ended": {
        "en": "The trial ended: {reason}.",
        "es": "El ensayo terminó: {reason}.",
        "de": "Der Test endete: {reason}.",
    },
    "standing": {
        "en": "- `{model}`: {score}, {n} judged, {unscored} unscored",
        "es": "- `{model}`: {score}, {n} juzgadas, {unscored} sin nota",
        "de": "- `{model}`: {score}, {n} bewertet, {unscored} ohne Wertung",
    },
    "range": {"en": "{score} ({low} to {high})", "es": "{score} ({low} a {high})", "de": "{score} ({low} bis {high})"},
    "not_scored": {"en": "not scored", "es": "sin nota", "de": "nicht bewertet"},
    "record": {
        "en": "The decision record is ready in the Report tab.",
        "es": "El acta de decisión está en la pestaña Report.",
        "de": "Die Entscheidungsvorlage liegt im Reiter Report.",
    },
    "sources": {"en": "Sources", "es": "Fuentes", "de": "Quellen"},
}


def phrase(key: str, language: str = "en", **values: Any) -> str:
    """A sentence in `language`, English where there is no translation. Values are put in as they are."""
    texts = PHRASES[key]
    return texts.get(language, texts["en"]).format(**values) if values else texts.get(language, texts["en"])
