"""Characters that do not show: left out of what is compared, shown to people."""

from __future__ import annotations

import pytest

from samspill.reasons import Reason
from samspill.signs import shown, visible
from samspill.texts.reasons import reason_text

HIDDEN = {
    "zero-width space": "\u200b",
    "left-to-right mark": "\u200e",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "word joiner": "\u2060",
    "tag": "\U000e0041",
    "joiner between letters": "\u200d",
}
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
RUNNER = "\U0001f3c3\U0001f3fd\u200d\u2640\ufe0f"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize("sign", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_what_does_not_show_is_left_out_and_shown_by_its_code(sign: str, place: int) -> None:
    text = "9747"[:place] + sign + "9747"[place:]
    assert visible(text) == "9747"
    assert shown(text) == "9747"[:place] + f"<U+{ord(sign):04X}>" + "9747"[place:]


@pytest.mark.parametrize("emoji", [FAMILY, RUNNER, SCOTLAND, "\u2764\ufe0f\u200d\U0001f525"])
def test_an_emoji_stays_as_it_is(emoji: str) -> None:
    assert visible(emoji) == shown(emoji) == emoji


def test_what_follows_an_emoji_does_not_hide_behind_it() -> None:
    assert visible(f"{SCOTLAND}x\U000e0067{FAMILY}\u200d") == f"{SCOTLAND}x{FAMILY}"


@pytest.mark.parametrize("text", ["Åse Øy", "a\tb\nc", "\u00a0x", "שלום", "e\u0301", ""])
def test_text_that_shows_stays_as_it_is(text: str) -> None:
    assert visible(text) == shown(text) == text


@pytest.mark.parametrize("language", ["nb", "en", "de"])
def test_a_reason_shows_what_does_not_show(language: str) -> None:
    reason = Reason("number_not_numeric", {"number": "20123\u200b\u202e", "source": "S", "target": "T"}, "sa \u2066nei")
    text = reason_text(reason, language)  # type: ignore[arg-type]
    assert "20123<U+200B><U+202E>" in text
    assert "sa <U+2066>nei" in text
