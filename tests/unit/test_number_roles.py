"""Numbers whose place in a message tells what they are for: lengths of both sides, multipliers, cards, whole jobs."""

from __future__ import annotations

import pytest

from advisor.interview.extract import extract, prepare
from advisor.interview.number_roles import ROLES, load_number_reader, roles_of
from advisor.interview.number_values import Numbers, values_of
from advisor.interview.quantities import Quantity, find_quantities
from advisor.interview.rules_numbers import FIELDS, numbers_by_rule, quantities_of
from advisor.interview.text import Text


@pytest.mark.parametrize(
    ("message", "role", "value"),
    [
        ("Nineteen depots, and at each one the porter logs some 14 damage reports per day to sort.", "volume", 7_980),
        ("We own four L40S; the weather people hold on to one of them and we use the rest for permits.", "memory", 144),
        ("A sensor writes an alarm text every 20 minutes, day and night; the model names the fault.", "volume", 2_160),
        ("We take in 3,000 words of hearing notes and a page and a half goes back to the chair.", "output", 997.5),
        ("Every driver writes an incident story, typically 260 words, which we want boiled down.", "input", 345.8),
    ],
)
def test_what_rules_miss_is_read_from_the_words_around_it(message: str, role: str, value: float) -> None:
    text = prepare(message)[0]
    by_rule = numbers_by_rule(text, quantities_of(text))
    assert role not in by_rule or by_rule[role].value != pytest.approx(value)
    assert extract(message).requirements().stated()[FIELDS[role]] == pytest.approx(value)


def test_what_is_translated_is_as_long_as_what_comes_back() -> None:
    stated = extract(
        "Translate 200,000 product descriptions, about 80 words each, into Polish and Czech."
    ).requirements()
    assert stated.input_tokens_per_request == pytest.approx(106.4)
    assert stated.output_tokens_per_request is None


def test_every_number_has_a_probability_of_every_role() -> None:
    text = prepare("Our 12 shops get 300 mails a week of 80 words, € 90 a month, 3 seconds, one 24 GB card.")[0]
    quantities = quantities_of(text)
    chances = roles_of(text, quantities, numbers_by_rule(text, quantities), None)
    assert len(chances) == len(quantities) >= 6
    assert all(set(of) == set(ROLES) and sum(of.values()) == pytest.approx(1, abs=1e-5) for of in chances)


def test_signs_that_were_never_seen_leave_the_bias() -> None:
    reader = load_number_reader()
    assert reader.chances([{"never seen": 1.0}]) == reader.chances([{}])


def read(message: str, roles: dict[str, str]) -> dict[str, float]:
    """The values where the reader is certain of the roles of some numbers, each named by how it starts."""
    text = Text.of(message)
    quantities = find_quantities(text)
    chances = [{role: float(role == _role(text, q, roles)) for role in ROLES} for q in quantities]
    return {role: found.value for role, found in values_of(Numbers(text, quantities, chances, {})).items()}


def _role(text: Text, quantity: Quantity, roles: dict[str, str]) -> str:
    here = text.low[quantity.number.start :]
    return next((role for words, role in roles.items() if here.startswith(words)), "none")


@pytest.mark.parametrize(
    ("message", "roles", "requests"),
    [
        ("One call every 5 minutes, ten hours a day", {"5": "volume", "ten": "times"}, 3_600),
        ("40 calls an hour, 9 hours a day, 22 days a month", {"40": "volume", "9": "times", "22": "times"}, 7_920),
        ("6 desks, 20 letters a day, 5 days a week", {"6": "times", "20": "volume", "5": "times"}, 120 * 150 / 7),
        ("90 notes a shift, three shifts", {"90": "volume", "three": "times"}, 8_100),
        ("12,000 letters, to be done in 8 months", {"12,000": "volume"}, 1_500),
        ("12,000 letters on two years' guarantee", {"12,000": "volume"}, 12_000),
        ("12,000 letters, once and never again", {"12,000": "volume"}, 12_000),
        ("18 clerks; letters come weekly, 30 of them", {"18": "times", "30": "volume"}, 18 * 30 * 30 / 7),
    ],
)
def test_the_volume_of_a_month(message: str, roles: dict[str, str], requests: float) -> None:
    assert read(message, roles)["volume"] == pytest.approx(requests)


@pytest.mark.parametrize(
    ("message", "roles", "gigabytes"),
    [
        ("five cards of 24 GB, two are the lab's", {"five": "cards", "24": "memory", "two": "taken"}, 72),
        ("two nodes with 4 H100", {"two": "cards", "4": "cards", "h100": "memory"}, 640),
        ("a Mac with 32 GB, the editor takes 8 GB", {"32": "memory", "8": "taken"}, 24),
        ("48 GB, 30 of it may be used", {"30": "memory"}, 30),
    ],
)
def test_the_memory_of_all_cards_that_are_free(message: str, roles: dict[str, str], gigabytes: float) -> None:
    assert read(message, roles)["memory"] == pytest.approx(gigabytes)


def test_a_bare_number_has_the_unit_of_the_length_beside_it() -> None:
    found = read("A letter is 200 words, the reply 50", {"200": "input", "50": "output"})
    assert found == pytest.approx({"input": 266, "output": 66.5})


@pytest.mark.parametrize(
    ("words", "value", "kind"),
    [
        ("two and a half pages", 2.5, "length"),
        ("a page and a half of notes", 1.5, "length"),
        ("a quarter of a page", 0.25, "length"),
        ("nous rendons deux pages et demie aux clients", 2.5, "length"),
        ("auf anderthalb Seiten", 1.5, "length"),
        ("cut from 30 pages", 30, "length"),
        ("14 an hour", 14, "count"),
    ],
)
def test_numbers_in_words_and_beside_fractions(words: str, value: float, kind: str) -> None:
    first = find_quantities(Text.of(words))[0]
    assert (first.number.value, first.kind) == (pytest.approx(value), kind)
