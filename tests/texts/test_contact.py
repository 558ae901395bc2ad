"""Reasons that send people to those who run the hub end with whom to ask."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from samspill.cli.terminal import Terminal
from samspill.reasons import LANGUAGES, Language, Reason
from samspill.texts.reasons import OURS, reason_text, sentences

CONTACT = {"contact": "drift@hub.example"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(OURS))
def test_the_contact_stands_at_their_end_in_every_language(code: str, language: Language) -> None:
    plain = reason_text(Reason(code), language)
    word = "Contact" if language == "en" else "Kontakt"
    assert reason_text(Reason(code), language, CONTACT) == f"{plain} {word}: drift@hub.example."


def test_every_sentence_that_sends_people_to_us_is_one_of_them() -> None:
    sending = {
        code for code, forms in sentences("en").items() if any(re.search(r"\b(to|with) us\b", it) for it in forms)
    }
    assert sending == OURS


def test_no_other_reason_has_one() -> None:
    assert reason_text(Reason("not_in_review", {"flow": "f"}), "en", CONTACT) == reason_text(
        Reason("not_in_review", {"flow": "f"}), "en"
    )


def test_at_the_command_line_it_is_the_stacks() -> None:
    stack: Any = SimpleNamespace(remarks=(), contact="drift@hub.example")
    terminal = Terminal(lambda: stack, lambda: pytest.fail("nobody is asked who they are"), "acme", "en")
    assert terminal.world is stack
    assert terminal.reason(Reason("needs_operator")).endswith("nothing for you to do. Contact: drift@hub.example.")
