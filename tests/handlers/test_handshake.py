"""A vendor that asks, before it sends webhooks, whether the address is ours reads its own text back, nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from samspill.connectors.challenge import HARMLESS, LONGEST, Challenge
from samspill.errors import ContractError, SignatureError
from samspill.hook_address import token
from tests.flows.hub import FLOW, Hub
from tests.handlers.test_doors import load

EVENT = Path(__file__).parent / "events" / "handshake.json"
TEXT = json.loads(EVENT.read_text())["queryStringParameters"]["validationToken"]

type Knock = Callable[..., dict[str, Any]]
ACME = {"tenant": "acme", "connection": "graph"}


@pytest.fixture
def hub() -> Hub:
    """A hub with a connection to a vendor that asks for a handshake, and to one that never does."""
    hub = Hub(size=2)
    hub.first_sync()
    hub.drain()
    known = hub.world.registry.connection(FLOW.tenant, "tripletex")
    asking = known.model_copy(update={"tenant": "acme", "id": "graph", "vendor": "graph", "revision": 0})
    assert asking.hooks_at == 1
    hub.world.registry.save_connection(asking)
    return hub


@pytest.fixture
def knock(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Knock:
    """Deliver the recorded event, changed, to the door; return its answer."""
    webhooks = ModuleType("samspill.connectors.graph.webhooks")
    webhooks.CHALLENGE = Challenge("validationToken")  # type: ignore[attr-defined]
    webhooks.read = refuse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, webhooks.__name__, webhooks)
    module = load("receive")
    monkeypatch.setattr(module, "world", lambda: hub.world)

    at = token(hub.world.secrets.hook_secret("acme", "graph", 1), 1)

    def knocked(**changes: Any) -> dict[str, Any]:
        event = json.loads(EVENT.read_text(encoding="utf-8").replace("TOKEN", at))
        answer: dict[str, Any] = module.handler(event | changes, None)
        return answer

    return knocked


def refuse(_headers: object, _body: bytes, _secret: str, _now: datetime) -> list[object]:
    raise SignatureError("the signature does not match")


def left(hub: Hub) -> tuple[int, list[str]]:
    return hub.world.queues.depth(), hub.world.blobs.keys("webhooks/")


def asking(text: str, **more: str) -> dict[str, str]:
    return {"validationToken": text, **more}


def test_the_vendors_text_is_read_back_as_plain_text_and_nothing_is_kept_or_queued(
    hub: Hub, knock: Knock, capsys: pytest.CaptureFixture[str]
) -> None:
    before = left(hub)

    answer = knock()

    assert (answer["statusCode"], answer["body"]) == (200, TEXT)
    assert answer["headers"]["content-type"] == "text/plain; charset=utf-8"
    assert answer["headers"]["x-content-type-options"] == "nosniff"
    assert left(hub) == before
    line = json.loads(capsys.readouterr().out)
    assert (line["status"], line["why"]) == (200, "handshake")
    assert TEXT not in json.dumps(line)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 513,
        "<script>alert(1)</script>",
        "a&b",
        'a"b',
        "a'b",
        "a\r\nSet-Cookie: b",
        "a\x00",
        "blåbær",
        "a;b",
        "a\\b",
    ],
)
def test_a_text_that_is_not_the_vendors_is_refused_and_no_part_of_it_is_read_back(
    hub: Hub, knock: Knock, text: str
) -> None:
    before = left(hub)

    answer = knock(queryStringParameters=asking(text), body="x" * 1000)

    assert (answer["statusCode"], answer["body"]) == (400, "malformed")
    assert left(hub) == before, "what nobody signed is not kept"


def test_only_the_text_is_read_back_whatever_else_is_sent_with_it(knock: Knock) -> None:
    answer = knock(queryStringParameters=asking("abc", other="<b>"), body="<i>", headers={"x": "<u>"})
    assert answer["body"] == "abc"


def test_without_the_vendors_text_it_is_a_delivery_and_has_to_be_signed(hub: Hub, knock: Knock) -> None:
    before = left(hub)
    for query in (None, {}, {"challenge": "abc"}):
        answer = knock(queryStringParameters=query)
        assert (answer["statusCode"], answer["body"]) == (401, "unauthorized")
    assert left(hub) == before


def test_a_vendor_that_declares_no_handshake_gets_nothing_read_back(hub: Hub, knock: Knock) -> None:
    at = token(hub.world.secrets.hook_secret(FLOW.tenant, "tripletex", 1), 1)
    answer = knock(pathParameters={"tenant": FLOW.tenant, "connection": "tripletex", "token": at})
    assert (answer["statusCode"], answer["body"]) == (401, "unauthorized")


@pytest.mark.parametrize("where", [ACME, ACME | {"token": f"1-{'0' * 32}"}, ACME | {"connection": "nobody"}])
def test_an_address_that_could_be_guessed_reads_nothing_back(knock: Knock, where: dict[str, str]) -> None:
    answer = knock(pathParameters=where)
    assert (answer["statusCode"], answer["body"]) == (401, "unauthorized")


def test_no_vendor_can_declare_more_than_the_bound() -> None:
    greedy = Challenge("t", longest=10**6)
    assert greedy.answer({"t": "x" * LONGEST}) == "x" * LONGEST
    with pytest.raises(ContractError):
        greedy.answer({"t": "x" * (LONGEST + 1)})


def test_no_character_that_means_something_to_a_browser_is_ever_read_back() -> None:
    assert not [
        each for each in map(chr, range(0x2000)) if HARMLESS.fullmatch(each) and each in "<>&\"'`{}()%;\\\r\n\t\0"
    ]
    assert [each for each in map(chr, range(0x110000)) if HARMLESS.fullmatch(each) and not each.isascii()] == []
