"""Volumes of which each of many has so much, cards of which half is left, yardsticks and makers in other words."""

from __future__ import annotations

import pytest

from advisor.interview.extract import extract


def stated(message: str) -> dict[str, object]:
    return extract(message).requirements().stated()


@pytest.mark.parametrize(
    ("message", "requests"),
    [
        ("Sum up estate files. Each of our four notaries goes through five such files a day.", 600),
        ("The app answers in the field. 600 rangers, each asking it about four things a day.", 72_000),
        ("Reports for the insurer. Seven therapists, eight sessions per therapist per day.", 1_680),
        ("Reviews get a polite answer. We own twelve inns. Every inn gets 70 reviews a week.", 3_600),
        ("SQL for our 15 category buyers. Each fires off ten questions every day.", 4_500),
        ("Inspectors, 75 of them, do two site visits a day each, and write a report.", 4_500),
        ("Explicar recibos. Somos siete oficinas. En cada una entran 40 recibos al día.", 8_400),
        ("Nous tenons douze auberges. Chaque auberge reçoit 70 avis par semaine.", 3_600),
        ("Beschwerden beantworten. 14 Filialen, jede meldet täglich 15 Beschwerden.", 6_300),
        ("Answers from our handbook for 3,100 workers. Roughly 2 questions per worker a month.", 6_200),
        ("Table questions. Some 80 people, each five questions per working day (21 days).", 8_400),
    ],
)
def test_each_of_many_has_so_much(message: str, requests: float) -> None:
    assert stated(message)["monthly_requests"] == pytest.approx(requests)


@pytest.mark.parametrize(
    ("message", "requests"),
    [
        ("Sort tickets of 12 fields each, 300 tickets a day.", 9_000),
        ("We have 40 shops and answer 200 mails a day.", 6_000),
        ("Sort 300 claims a day, 14 labels, each claim gets one.", 9_000),
        ("Twenty clerks read along. We get 500 letters a week, each of three pages.", 500 * 30 / 7),
        ("We are 40 lawyers and sum up contracts, about 300 a month, each twenty pages long.", 300),
        ("Wir sind 40 Anwälte und fassen Verträge zusammen, 300 im Monat, je zwanzig Seiten.", 300),
        ("Sort 30 letters a day; they are kept for 20 days.", 900),
        ("A campaign of 6 weeks; per week there are 700 calls to sum up.", 3_000),
    ],
)
def test_what_only_stands_beside_a_volume_multiplies_nothing(message: str, requests: float) -> None:
    assert stated(message)["monthly_requests"] == pytest.approx(requests)


@pytest.mark.parametrize(
    ("message", "gigabytes"),
    [
        ("Sum up files on our own machine, which holds two L40S, though one of them is tied up by the scanner.", 48),
        ("It must run offline on a Jetson with 64 GB of memory; sonar takes half of it.", 32),
        ("Läuft bei uns auf einer A100 mit 80 GB, die Kartografie überlässt uns die Hälfte.", 40),
        ("Essays. It runs on our own two A100s with 40 GB each.", 80),
        ("It must run offline on our own machine, two L40S, and half a page is what we want back.", 96),
        ("A chatbot for our customers, self-hosted. Two of our four L40S are the renderers'.", 96),
        ("A self-hosted chatbot; we may use three of the four L40S that are in the rack.", 144),
        ("Self-hosted. Three of the eight L40S are ours, the rest is rented out.", 144),
        ("Summaries of files on our own servers. Of our eight A100 80GB, six belong to the physics group.", 160),
        ("Ein Chatbot, selbst gehostet: zwei der sechs A100 80GB sind für uns.", 160),
    ],
)
def test_what_is_left_of_cards(message: str, gigabytes: float) -> None:
    assert stated(message)["gpu_memory_gb"] == gigabytes


def test_what_is_written_comes_out_whatever_is_said_of_each() -> None:
    found = stated("Product descriptions for 20,000 items of our furniture shop, in English and Dutch, 120 words each.")
    assert found["output_tokens_per_request"] == pytest.approx(160, abs=1) and "input_tokens_per_request" not in found


def test_lengths_in_plain_words() -> None:
    reports = stated(
        "Summarize 50-page reports into two pages, 40 a month, confidential, so self-hosted on our two H100s."
    )
    assert reports["input_tokens_per_request"] == 33_250 and reports["output_tokens_per_request"] == 1_330
    assert reports["gpu_memory_gb"] == 160  # "so ... two" corrects nothing
    handbook = stated("A bot that answers from our 4,000-page handbook, 900 questions a month, with the page cited.")
    assert "input_tokens_per_request" not in handbook
    busy = stated("Moderate a live chat: 5,000 messages per minute at peak, on average 800 per minute.")
    assert busy["monthly_requests"] == 800 * 43_200


def test_text_that_is_there_already_is_not_heard() -> None:
    found = stated(
        "Our centre transcribes calls to text already. We need the summaries of 8,000 calls a day by the morning."
    )
    assert found["task"] == "summarization" and "input_modalities" not in found


def test_no_internet_is_said_of_servers_too() -> None:
    found = stated(
        "Our agency runs everything on premises, no internet. Classify letters of citizens into 60 departments."
    )
    assert found["deployment"] == "self_hosted"


def test_cards_are_those_of_others_where_the_model_runs_elsewhere() -> None:
    found = stated(
        "Answer letters through an API, hosted by the provider; we have an L40S with 48 GB for our renderings."
    )
    assert found["deployment"] == "api" and "gpu_memory_gb" not in found


@pytest.mark.parametrize(
    ("message", "metric"),
    [
        ("Questions for a quiz. Wrong answers per night, that's my quality control.", "Wrong answers per night"),
        ("Sort waybills. First-time acceptance decides whether we keep it.", "First-time acceptance"),
        ("Scripts for the radio. What we look at is how many go on air.", "how many go on air"),
        ("Kunden schreiben im Chat. Entscheidend ist, wie viele nicht zurückfragen.", "wie viele nicht zurückfragen"),
    ],
)
def test_yardsticks_in_other_words(message: str, metric: str) -> None:
    assert stated(message)["outcome_metric"] == metric


@pytest.mark.parametrize(
    ("message", "field", "maker"),
    [
        ("Scripts for the radio; the whole team swears by Claude.", "preferred_providers", "anthropic"),
        ("Sort mails. It has to come through our Azure tenant.", "preferred_providers", "microsoft"),
        ("A voice that unlocks cars. Steer clear of Amazon.", "excluded_providers", "amazon"),
        ("Texte schreiben. Modelle von OpenAI scheiden aus.", "excluded_providers", "openai"),
    ],
)
def test_makers_in_other_words(message: str, field: str, maker: str) -> None:
    assert maker in stated(message)[field]
