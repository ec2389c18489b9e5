# ruff: noqa: E501 - a sentence of the table is read best on one line
"""Titles and fixed sentences of advice by language; what a language lacks is said in English."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, dict[str, str]] = {
    "understood": {"en": "Understood", "es": "Lo que he entendido", "de": "Verstanden", "fr": "Compris", "pt": "O que entendi", "it": "Ho capito", "ja": "理解した内容"},
    "assumed": {"en": "Assumed, correct me", "es": "He supuesto, corríjame", "de": "Angenommen, bitte korrigieren", "fr": "Supposé, corrigez-moi", "pt": "Supus, corrija-me", "it": "Ho supposto, mi corregga", "ja": "仮定（違えば直してください）"},
    "plain": {"en": "Say it plainly", "es": "Dicho claramente", "de": "Klar gesagt", "fr": "Soyons clairs", "pt": "Dito com clareza", "it": "Detto chiaramente", "ja": "はっきり言うと"},
    "tool": {"en": "Is an LLM the right tool?", "es": "¿Es un LLM la herramienta adecuada?", "de": "Ist ein Sprachmodell das richtige Werkzeug?", "fr": "Un LLM est-il le bon outil ?", "pt": "Um LLM é a ferramenta certa?", "it": "Un LLM è lo strumento giusto?", "ja": "LLMは適切な道具か"},
    "candidates": {"en": "Candidates to test", "es": "Candidatos para probar", "de": "Kandidaten für den Test", "fr": "Candidats à tester", "pt": "Candidatos a testar", "it": "Candidati da provare", "ja": "試す候補"},
    "benchmarks": {"en": "Benchmarks to read", "es": "Benchmarks que conviene leer", "de": "Benchmarks, die hier etwas sagen", "fr": "Benchmarks à lire", "pt": "Benchmarks a ler", "it": "Benchmark da leggere", "ja": "見るべきベンチマーク"},
    "check": {"en": "Check before you decide", "es": "Compruebe antes de decidir", "de": "Vor der Entscheidung prüfen", "fr": "À vérifier avant de décider", "pt": "Verifique antes de decidir", "it": "Da verificare prima di decidere", "ja": "決める前の確認事項"},
    "trial": {"en": "Trial", "es": "Ensayo propuesto", "de": "Vorgeschlagener Test", "fr": "Essai proposé", "pt": "Ensaio proposto", "it": "Prova proposta", "ja": "試験の提案"},
    "steps": {"en": "Next steps", "es": "Próximos pasos", "de": "Nächste Schritte", "fr": "Prochaines étapes", "pt": "Próximos passos", "it": "Prossimi passi", "ja": "次の手順"},
    "questions": {"en": "Next questions", "es": "Siguientes preguntas", "de": "Nächste Fragen", "fr": "Questions suivantes", "pt": "Próximas perguntas", "it": "Prossime domande", "ja": "次の質問"},
    "limit": {"en": "Limit", "es": "Límite", "de": "Grenze", "fr": "Limite", "pt": "Limite", "it": "Limite", "ja": "限界"},
    "little": {"en": "Of little use here", "es": "De poca utilidad aquí", "de": "Hier wenig nützlich", "fr": "Peu utile ici", "pt": "Pouco úteis aqui", "it": "Poco utili qui", "ja": "ここでは役に立ちにくいもの"},
    "boards": {"en": "Niche leaderboards, not checked by us", "es": "Clasificaciones especializadas, no comprobadas por nosotros", "de": "Spezielle Ranglisten, von uns nicht geprüft", "fr": "Classements spécialisés, non vérifiés par nous", "pt": "Classificações especializadas, não verificadas por nós", "it": "Classifiche specializzate, non verificate da noi", "ja": "専門リーダーボード（未検証）"},
    "caution": {"en": "Caution", "es": "Atención", "de": "Vorsicht", "fr": "Attention", "pt": "Atenção", "it": "Attenzione", "ja": "注意"},
    "monthly": {
        "en": "about {money} a month = {basis}", "es": "unos {money} al mes = {basis}", "de": "etwa {money} im Monat = {basis}",
        "fr": "environ {money} par mois = {basis}", "pt": "cerca de {money} por mês = {basis}",
    },
    "quality": {
        "en": "estimated quality {mean} ({low} to {high})", "es": "calidad estimada {mean} ({low} a {high})", "de": "geschätzte Qualität {mean} ({low} bis {high})",
        "fr": "qualité estimée {mean} ({low} à {high})", "pt": "qualidade estimada {mean} ({low} a {high})",
    },
    "context": {"en": "context {tokens} tokens", "es": "contexto de {tokens} tokens", "de": "Kontext {tokens} Token", "fr": "contexte de {tokens} jetons", "pt": "contexto de {tokens} tokens"},
    "licence": {"en": "licence {licence}", "es": "licencia {licence}", "de": "Lizenz {licence}", "fr": "licence {licence}", "pt": "licença {licence}"},
    "no_score": {
        "en": "No published score; the estimate rests on its family.", "es": "Sin puntuación publicada; la estimación se basa en su familia.", "de": "Kein veröffentlichter Wert; die Schätzung beruht auf seiner Familie.",
        "fr": "Aucun score publié ; l'estimation repose sur sa famille.", "pt": "Sem resultado publicado; a estimativa baseia-se na sua família.",
    },
    "dated": {
        "en": "Prices and scores are of {date}. They choose whom to test, not the winner.",
        "es": "Precios y puntuaciones del {date}. Sirven para elegir a quién probar, no al ganador.",
        "de": "Preise und Werte vom {date}. Sie sagen, wen man testet, nicht wer gewinnt.",
        "fr": "Prix et scores du {date}. Ils disent qui tester, pas qui gagne.",
        "pt": "Preços e resultados de {date}. Dizem quem testar, não quem ganha.",
    },
    "quality_means": {
        "en": "Estimated quality is the {meaning}.",
        "es": "La calidad estimada es la proporción de comparaciones directas en tareas así que el modelo ganaría frente a {rival}, con un intervalo del 90 %.",
        "de": "Die geschätzte Qualität ist der Anteil direkter Vergleiche bei solchen Aufgaben, die das Modell gegen {rival} gewönne, mit 90-%-Intervall.",
        "fr": "La qualité estimée est la part de comparaisons directes que le modèle gagnerait contre {rival} sur de telles tâches, avec un intervalle de 90 %.",
        "pt": "A qualidade estimada é a proporção de comparações diretas em tarefas assim que o modelo ganharia a {rival}, com um intervalo de 90 %.",
    },
    "vendor": {
        "en": "{count} of the {all} scores shown are reported by the model's own maker.",
        "es": "{count} de las {all} puntuaciones mostradas las publica el propio fabricante.",
        "de": "{count} der {all} gezeigten Werte stammen vom Hersteller selbst.",
        "fr": "{count} des {all} scores affichés viennent du fabricant lui-même.",
        "pt": "{count} dos {all} resultados mostrados vêm do próprio fabricante.",
    },
    "leak": {
        "en": "Public scores may be contaminated (test questions in the training data) and saturated, and they are not your task: decide on your own data.",
        "es": "Las puntuaciones públicas pueden estar contaminadas (preguntas filtradas al entrenamiento) o saturadas, y no son su tarea: decida con sus propios datos.",
        "de": "Öffentliche Werte können kontaminiert (Testfragen im Training) oder gesättigt sein und sind nicht Ihre Aufgabe: entscheiden Sie an eigenen Daten.",
        "fr": "Les scores publics peuvent être contaminés (questions vues à l'entraînement) ou saturés, et ne sont pas votre tâche : décidez sur vos propres données.",
        "pt": "Os resultados públicos podem estar contaminados (perguntas vistas no treino) ou saturados, e não são a sua tarefa: decida com os seus dados.",
    },
    "run": {
        "en": "Run {names} and what you do today on the same {items} real, unseen items, hard cases included ({calls} calls{cost}). Measure {metric}.",
        "es": "Pruebe {names} y su proceso actual con los mismos {items} casos reales y no vistos, incluidos los difíciles ({calls} llamadas{cost}). Mida: {metric}.",
        "de": "Lassen Sie {names} und Ihr heutiges Vorgehen dieselben {items} echten, ungesehenen Fälle bearbeiten, schwere eingeschlossen ({calls} Aufrufe{cost}). Messen Sie: {metric}.",
        "fr": "Faites traiter à {names} et à votre méthode actuelle les mêmes {items} cas réels et inédits, difficiles compris ({calls} appels{cost}). Mesurez : {metric}.",
        "pt": "Teste {names} e o seu processo atual nos mesmos {items} casos reais e inéditos, incluindo difíceis ({calls} chamadas{cost}). Meça: {metric}.",
    },
    "costs": {"en": ", about {money}", "es": ", unos {money}", "de": ", etwa {money}", "fr": ", environ {money}", "pt": ", cerca de {money}"},
    "size": {
        "en": "Size: about {items} items tell 80% right to within 10 points, 250 to within 5. Fix the bar that must be reached, and the gap you would pay for, before you look.",
        "es": "Tamaño: unos {items} casos distinguen un 80 % de aciertos con ±10 puntos, 250 con ±5. Fije antes de mirar el mínimo exigido y qué diferencia merece pagarse.",
        "de": "Umfang: etwa {items} Fälle zeigen 80 % richtig auf 10 Punkte genau, 250 auf 5. Legen Sie vorher fest, welche Schwelle erreicht werden muss und welcher Abstand seinen Preis wert ist.",
        "fr": "Taille : environ {items} cas donnent 80 % de réussite à 10 points près, 250 à 5 près. Fixez avant de regarder le seuil à atteindre et l'écart qui vaut son prix.",
        "pt": "Tamanho: cerca de {items} casos mostram 80 % de acerto com ±10 pontos, 250 com ±5. Fixe antes de olhar o mínimo exigido e que diferença vale o preço.",
    },
    "next": {
        "en": "1. Correct the assumptions and answer the questions below. 2. Collect {items} real items with the right outcome, personal data removed. 3. Run the trial (`advisor trial plan`, or the Trial tab); take the cheapest candidate that is not clearly worse than the best. 4. Pilot with human review, watch the same metric, and test again when the model version changes.",
        "es": "1. Corrija lo supuesto y responda a las preguntas de abajo. 2. Reúna {items} casos reales con su resultado correcto, sin datos personales. 3. Haga el ensayo (`advisor trial plan`, o la pestaña Trial) y quédese con el candidato más barato que no sea claramente peor que el mejor. 4. Empiece con revisión humana, vigile la misma métrica y repita la prueba cuando cambie la versión.",
        "de": "1. Korrigieren Sie die Annahmen und beantworten Sie die Fragen unten. 2. Sammeln Sie {items} echte Fälle mit richtigem Ergebnis, ohne personenbezogene Daten. 3. Führen Sie den Test aus (`advisor trial plan` oder der Reiter Trial) und nehmen Sie den billigsten Kandidaten, der nicht klar schlechter ist als der beste. 4. Beginnen Sie mit menschlicher Kontrolle, beobachten Sie dieselbe Kennzahl und testen Sie bei jeder neuen Version erneut.",
        "fr": "1. Corrigez les suppositions et répondez aux questions ci-dessous. 2. Réunissez {items} cas réels avec le bon résultat, sans données personnelles. 3. Lancez l'essai (`advisor trial plan`, ou l'onglet Trial) et prenez le candidat le moins cher qui n'est pas nettement moins bon que le meilleur. 4. Commencez avec une relecture humaine, suivez le même indicateur et retestez à chaque nouvelle version.",
        "pt": "1. Corrija as suposições e responda às perguntas abaixo. 2. Reúna {items} casos reais com o resultado certo, sem dados pessoais. 3. Faça o ensaio (`advisor trial plan`, ou o separador Trial) e escolha o candidato mais barato que não seja claramente pior que o melhor. 4. Comece com revisão humana, acompanhe a mesma métrica e repita o teste quando a versão mudar.",
    },
    "injected": {
        "en": "Your text contains an instruction to the advisor (a prompt injection). It was ignored; only the use case counts.",
        "es": "Su texto contiene una orden dirigida al asesor (inyección de instrucciones). Se ha ignorado; solo cuenta el caso de uso.",
        "de": "Ihr Text enthält eine Anweisung an den Berater (Prompt Injection). Sie wurde nicht befolgt; es zählt nur der Anwendungsfall.",
        "fr": "Votre texte contient une instruction destinée au conseiller (injection). Elle a été ignorée ; seul le cas d'usage compte.",
        "pt": "O seu texto contém uma instrução dirigida ao consultor (injeção). Foi ignorada; só conta o caso de uso.",
    },
    "no_task": {
        "en": "There is no single best model: which one fits depends on the task, the volume, the languages, the budget and where the data may go, and benchmarks measure different things. Tell me what the model should do, and how you would notice that it does it well.",
        "es": "No hay un único mejor modelo: depende de la tarea, el volumen, los idiomas, el presupuesto y adónde pueden ir los datos, y cada benchmark mide algo distinto. Dígame qué debe hacer el modelo y en qué notaría que lo hace bien.",
        "de": "Das eine beste Modell gibt es nicht: es kommt auf Aufgabe, Menge, Sprachen, Budget und den Ort der Daten an, und Benchmarks messen Verschiedenes. Was soll das Modell tun, und woran würden Sie merken, dass es das gut macht?",
        "fr": "Il n'y a pas de meilleur modèle unique : cela dépend de la tâche, du volume, des langues, du budget et du lieu des données, et chaque benchmark mesure autre chose. Dites-moi ce que le modèle doit faire et à quoi vous verriez qu'il le fait bien.",
        "pt": "Não há um único melhor modelo: depende da tarefa, do volume, das línguas, do orçamento e de onde os dados podem ficar, e cada benchmark mede algo diferente. Diga-me o que o modelo deve fazer e como notaria que o faz bem.",
    },
    "details": {
        "en": "", "es": "Los nombres de campos y las notas sobre benchmarks y riesgos están en inglés, como sus fuentes.",
        "de": "Feldnamen und die Hinweise zu Benchmarks und Risiken stehen auf Englisch, wie ihre Quellen.",
        "fr": "Les noms de champs et les notes sur les benchmarks et les risques sont en anglais, comme leurs sources.",
        "pt": "Os nomes dos campos e as notas sobre benchmarks e riscos estão em inglês, como as suas fontes.",
        "it": "I dettagli sono in inglese, come le loro fonti.", "ja": "詳細は情報源と同じ英語です。",
    },
}  # fmt: skip


def words(key: str, language: str, **values: Any) -> str:
    """A title or sentence in `language`, in English where there is no translation."""
    said = WORDS[key]
    return said.get(language, said["en"]).format(**values)
